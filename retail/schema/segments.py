"""Customer-level tables: one row per customer, RFM, clusters."""

from __future__ import annotations

from retail.schema.table import Column, Table

CUSTOMER_SUMS = Table(
    "customer_sums",
    "one row per customer of the customer table or with a line (no guests), before scoring",
    (
        Column("customer_id", "text", "as in the input", personal=True),
        Column("gender", "text", "as stated, or Unknown"),
        Column("birth_day", "day", "date of birth", optional=True, personal=True),
        Column("city", "text", "the customer's city, or Unknown"),
        Column("contactable", "flag", "whether marketing may write to them", optional=True),
        Column("first_purchase_day", "day", "first purchase", optional=True),
        Column("last_purchase_day", "day", "last purchase", optional=True),
        Column(
            "previous_purchase_day",
            "day",
            "latest day with a purchase before last_purchase_day",
            optional=True,
        ),
        Column("last_kept_day", "day", "last kept purchase", optional=True),
        Column("purchases", "count", "purchases"),
        Column("kept_purchases", "count", "purchases of which something is left"),
        Column("lines", "count", "lines"),
        Column("gross", "money", "sum of positive amounts"),
        Column("returns", "money", "sum of negative amounts, matched or not"),
        Column("net", "money", "gross + returns"),
        Column("units", "quantity", "signed units"),
    ),
    key=("customer_id",),
)

CUSTOMERS = Table(
    "customers",
    "one row per customer, scored where there is a kept purchase",
    (
        *(c for c in CUSTOMER_SUMS.columns),
        Column("age_band", "text", "age at as-of in bands, or Unknown"),
        Column("group", "text", "scored | nothing kept | refund only | prospect"),
        Column("lifecycle", "text", "new | returning | reactivated; empty for who never bought"),
        Column(
            "recency_days",
            "number",
            "days from the last kept purchase to as-of; scored only",
            optional=True,
        ),
        Column("frequency", "number", "kept purchases; scored only", optional=True),
        Column(
            "monetary", "money", "net revenue, all returns included; scored only", optional=True
        ),
        Column("r", "number", "recency score, highest is best", optional=True),
        Column("f", "number", "frequency score", optional=True),
        Column("m", "number", "monetary score", optional=True),
        Column("r5", "number", "recency score in 5 bins, which names the segment", optional=True),
        Column("f5", "number", "frequency score in 5 bins", optional=True),
        Column("m5", "number", "monetary score in 5 bins", optional=True),
        Column("segment", "text", "named segment; the group's name when not scored"),
        Column(
            "seven_level", "text", "the original's level by 4-bin score sum; empty when not scored"
        ),
        Column("cluster", "number", "1 is the largest; missing when not clustered", optional=True),
        Column("x", "real", "first principal component", optional=True),
        Column("y", "real", "second principal component", optional=True),
    ),
    key=("customer_id",),
    title="Customers",
)

KEPT_UNITS = Table(
    "kept_units",
    "one row per kept purchase line: units of a subcategory kept of one transaction",
    (
        Column("transaction_id", "text", "the purchase"),
        Column("customer_id", "text", "who bought", personal=True),
        Column("category", "text", "name"),
        Column("subcategory", "text", "name"),
        Column("units", "quantity", "units bought less units returned, above 0"),
    ),
    key=("customer_id", "transaction_id", "category", "subcategory"),
)

RFM_CUTS = Table(
    "rfm_cuts",
    "one row per measure and score: the rule of the score in days, orders and money",
    (
        Column("measure", "text", "recency | frequency | monetary"),
        Column("score", "number", "1 to bins, the highest is best"),
        Column(
            "above",
            "real",
            "values are above this (days, orders or money); missing: no limit",
            optional=True,
        ),
        Column("up_to", "real", "values are at most this; missing: no limit", optional=True),
        Column("customers", "count", "scored customers with this score"),
        Column("rule", "text", "in words, such as '79 to 170 days'"),
        Column("is_impossible", "flag", "no value can have this score: equal cut points"),
    ),
    key=("measure", "score"),
    title="Cut points",
)

RFM_GRID = Table(
    "rfm_grid",
    "one row per cell of R x F scores in the configured bins",
    (
        Column("r", "number", "recency score"),
        Column("f", "number", "frequency score"),
        Column("segment", "text", "the segment(s) of its customers; empty when no one is there"),
        Column("customers", "count", "scored customers"),
        Column("monetary", "money", "sum of monetary"),
        Column(
            "mean_monetary", "money", "mean, rounded half up; missing when empty", optional=True
        ),
        Column("is_impossible", "flag", "a score that equal cut points leave empty"),
    ),
    key=("r", "f"),
    title="R x F grid",
)

SEGMENTS = Table(
    "segments",
    "one row per named segment",
    (
        Column("segment", "text", "name"),
        Column("rule", "text", "its R and F scores"),
        Column("rule_in_words", "text", "its rule in days and orders; empty when no one is scored"),
        Column("customers", "count", "scored customers"),
        Column("share_of_customers", "share", "of the scored customers", optional=True),
        Column("monetary", "money", "net revenue of its customers"),
        Column("share_of_net", "share", "of the scored customers' net revenue", optional=True),
        Column("kept_purchases", "count", "kept purchases"),
        Column(
            "average_order", "money", "gross revenue / purchases, rounded half up", optional=True
        ),
        Column("return_rate", "share", "returns / gross", optional=True),
        Column("median_recency_days", "real", "days", optional=True),
        Column("order", "number", "order in which segments are listed"),
    ),
    key=("segment",),
    title="Segments",
)

SEVEN_LEVELS = Table(
    "seven_levels",
    "one row per level of the original's 4-bin score sum",
    (
        Column("level", "text", "name"),
        Column("rule", "text", "its score sums"),
        Column("customers", "count", "scored customers"),
    ),
    key=("level",),
    title="The original's seven levels",
)

GROUPS = Table(
    "groups",
    "one row per group of customers; the groups add up to all customers",
    (
        Column("group", "text", "scored | nothing kept | refund only | prospect"),
        Column("customers", "count", "customers"),
    ),
    key=("group",),
    title="Customers by group",
)

CLUSTER_FITS = Table(
    "cluster_fits",
    "one row per pair of components and clusters that was computed",
    (
        Column("components", "number", "principal components"),
        Column("clusters", "number", "clusters"),
        Column("position", "number", "place of the pair in the labels of cluster_labels, from 0"),
        Column("customers", "count", "customers clustered"),
        Column("silhouette", "real", "mean silhouette"),
        Column("is_sampled", "flag", "silhouette on a seeded sample"),
        Column("inertia", "real", "sum of squared distances to the centres"),
        Column("explained_variance", "share", "of the standardised units, by these components"),
        Column("sample_silhouette", "real", "on the sample that the permutations are measured on"),
        Column("noise_mean", "real", "mean silhouette of the permutations", optional=True),
        Column("noise_min", "real", "smallest silhouette of the permutations", optional=True),
        Column("noise_max", "real", "largest silhouette of the permutations", optional=True),
        Column("permutations", "count", "permutations of the noise test; 0 when not tested"),
        Column(
            "p_value",
            "real",
            "share of data sets, this one and the shuffled, in which any tested pair stands out so",
            optional=True,
        ),
        Column("stability", "real", "median adjusted Rand index over subsamples", optional=True),
        Column("stability_low", "real", "10 % of the subsamples are below", optional=True),
        Column("stability_high", "real", "90 % of the subsamples are below", optional=True),
        Column("is_chosen", "flag", "the configured pair"),
        Column("is_recommended", "flag", "beats noise and is stable"),
        Column("is_best", "flag", "of the recommended pairs the furthest above noise"),
        Column("verdict", "text", "in plain words"),
    ),
    key=("components", "clusters"),
    title="Cluster fits",
)

CLUSTER_LABELS = Table(
    "cluster_labels",
    "one row per clustered customer: the cluster in every pair",
    (
        Column("customer_id", "text", "as in the input", personal=True),
        Column("labels", "text", "one digit per pair, at the pair's position"),
        *(Column(f"x{n}", "real", f"score on component {n}", optional=True) for n in range(1, 13)),
    ),
    key=("customer_id",),
    title="Clusters by customer",
)

CLUSTER_TESTS = Table(
    "cluster_tests",
    "one row per pair that was tested against noise and for stability",
    (
        Column("components", "number", "principal components"),
        Column("clusters", "number", "clusters"),
        *(
            column
            for column in CLUSTER_FITS.columns
            if column.name in ("permutations", "noise_mean", "noise_min", "noise_max", "p_value")
            or column.name.startswith("stability")
        ),
    ),
    key=("components", "clusters"),
    title="Tests of the clusters",
)

CLUSTERS = Table(
    "clusters",
    "one row per cluster of the configured pair",
    (
        Column("cluster", "number", "1 is the largest"),
        Column("customers", "count", "customers"),
        Column("share_of_customers", "share", "of the clustered customers"),
        Column("units", "quantity", "kept units"),
        Column("monetary", "money", "net revenue of its customers"),
        Column("share_of_net", "share", "of the clustered customers' net revenue", optional=True),
        Column("top_subcategories", "text", "the three with the highest index"),
    ),
    key=("cluster",),
    title="Clusters",
)

CLUSTER_PROFILE = Table(
    "cluster_profile",
    "one row per cluster and subcategory",
    (
        Column("cluster", "number", "cluster"),
        Column("category", "text", "name"),
        Column("subcategory", "text", "name"),
        Column("units", "quantity", "kept units"),
        Column("customers", "count", "customers of the cluster who kept some"),
        Column("share", "share", "of the cluster's units", optional=True),
        Column("share_of_all", "share", "of all clustered customers' units", optional=True),
        Column("index", "real", "100 x share / share_of_all", optional=True),
    ),
    key=("cluster", "category", "subcategory"),
    title="Cluster profile",
)

LOADINGS = Table(
    "loadings",
    "one row per component and subcategory",
    (
        Column("component", "number", "1 is the first"),
        Column("category", "text", "name"),
        Column("subcategory", "text", "name"),
        Column(
            "loading",
            "real",
            "weight of the standardised units; sign fixed so that the largest is positive",
        ),
    ),
    key=("component", "category", "subcategory"),
    title="Components",
)

UNITS_BY_CUSTOMER = Table(
    "units_by_customer",
    "one row per clustered customer and subcategory with kept units",
    (
        Column("customer_id", "text", "as in the input", personal=True),
        Column("category", "text", "name"),
        Column("subcategory", "text", "name"),
        Column("units", "quantity", "kept units, above 0"),
    ),
    key=("customer_id", "category", "subcategory"),
)

SEGMENT_NOTES = Table(
    "segment_notes",
    "one row per sentence that a page must say of scores, segments or clusters",
    (
        Column("topic", "text", "rfm | segments | clusters"),
        Column("order", "number", "order of the sentences of a topic"),
        Column("sentence", "text", "in plain words"),
    ),
    key=("topic", "order"),
    title="Notes",
)

TABLES = (
    CUSTOMERS,
    RFM_CUTS,
    RFM_GRID,
    SEGMENTS,
    SEVEN_LEVELS,
    GROUPS,
    CLUSTER_FITS,
    CLUSTER_LABELS,
    CLUSTER_TESTS,
    CLUSTERS,
    CLUSTER_PROFILE,
    LOADINGS,
    UNITS_BY_CUSTOMER,
    SEGMENT_NOTES,
)
