"""Tables of clusters: the pairs that were fitted, the clusters, what each buys and who is in it."""

from __future__ import annotations

from retail.schema.dimensions import ATTRIBUTED, MIXES, names
from retail.schema.table import Column, Table, tables_in

CLUSTER_FITS = Table(
    "cluster_fits",
    "one row per pair of components and clusters that was computed",
    (
        Column("components", "number", "principal components"),
        Column("clusters", "number", "clusters"),
        Column("position", "number", "place of the pair in the labels of cluster_labels, from 0"),
        Column("customers", "count", "customers clustered"),
        Column(
            "fitted",
            "count",
            "of them with 3 kept units or more, the customers clusters are fitted on",
            optional=True,
        ),
        Column("silhouette", "real", "mean silhouette of the fitted customers"),
        Column("is_sampled", "flag", "silhouette on a seeded sample"),
        Column("inertia", "real", "sum of squared distances of the fitted to their centres"),
        Column(
            "explained_variance",
            "share",
            "of the standardised roots of shares, by these components",
        ),
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
        Column("beats_noise", "flag", "above the noise, family-wise, by 0.05"),
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
        Column("observed", "real", "mean silhouette that the permutations are compared with"),
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
        Column("name", "text", "what it buys more of than all: at most three, trifles aside"),
        Column("customers", "count", "customers"),
        Column("share_of_customers", "share", "of the clustered customers"),
        Column("units", "quantity", "kept units"),
        Column("monetary", "money", "net revenue of its customers", label="Net revenue"),
        Column(
            "share_of_net",
            "share",
            "of the clustered customers' net revenue",
            optional=True,
            label="Share of net revenue",
        ),
        Column("top_subcategories", "text", "the three with the highest index, trifles aside"),
        Column("about", "text", "what it buys more and less of than all, in words"),
    ),
    key=("cluster",),
    title="Clusters",
)

CLUSTER_NAMES = Table(
    "cluster_names",
    "one row per pair of components and clusters and cluster of it",
    (
        Column("components", "number", "principal components"),
        Column("clusters", "number", "clusters"),
        Column("cluster", "number", "cluster"),
        Column("name", "text", "what it buys more of than all: at most three, trifles aside"),
        Column("customers", "count", "customers; where clusters are fitted on a sample, of that"),
    ),
    key=("components", "clusters", "cluster"),
    title="Names of the clusters",
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

CLUSTER_MIX = Table(
    "cluster_mix",
    "one row per cluster, dimension and value",
    (
        Column("cluster", "number", "cluster"),
        Column("dimension", "text", " | ".join(MIXES)),
        Column("value", "text", "value of the dimension; beyond twelve the smaller are Other"),
        Column("order", "number", "order of the values of a dimension"),
        Column("count", "count", f"customers; purchases by {', '.join(names(ATTRIBUTED))}"),
        Column("share", "share", "of the cluster's", optional=True),
        Column("share_of_all", "share", "of all clustered customers'", optional=True),
        Column("index", "real", "100 x share / share_of_all", optional=True),
    ),
    key=("cluster", "dimension", "value"),
    title="Who is in the clusters",
)

CLUSTER_CENTRES = Table(
    "cluster_centres",
    "one row per pair, cluster and subcategory: what the next run matches its clusters with",
    (
        Column("components", "number", "principal components"),
        Column("clusters", "number", "clusters"),
        Column("cluster", "number", "cluster"),
        Column("category", "text", "name"),
        Column("subcategory", "text", "name"),
        Column("centre", "real", "mean of the standardised roots of shares"),
    ),
    key=("components", "clusters", "cluster", "category", "subcategory"),
    title="Centres of the clusters",
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
            "weight of the standardised root of its share of units; sign fixed so that the largest is positive",
        ),
    ),
    key=("component", "category", "subcategory"),
    title="Components",
)

COMPONENTS = Table(
    "components",
    "one row per principal component",
    (
        Column("component", "number", "1 is the first"),
        Column(
            "explained_variance", "share", "of the standardised roots of shares, by this component"
        ),
        Column("about", "text", "the subcategories with the largest loadings at either end"),
    ),
    key=("component",),
    title="What the components stand for",
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

SEGMENT_CLUSTERS = Table(
    "segment_clusters",
    "one row per segment and cluster: how they buy against what they buy",
    (
        Column("segment", "text", "name"),
        Column("cluster", "number", "cluster; 0 is not clustered, for want of kept units"),
        Column("name", "text", "of the cluster: what it buys more of than all"),
        Column("customers", "count", "scored customers in both"),
        Column("share_of_segment", "share", "of the segment's customers", optional=True),
        Column("index", "real", "100 = as in all scored customers", optional=True),
        Column("monetary", "money", "their net revenue", label="Net revenue"),
        Column("order", "number", "order of the segments"),
    ),
    key=("segment", "cluster"),
    title="Segments by clusters",
)

TABLES = tables_in(globals())
