"""How things are done, in plain words: what a reader must know to trust a number."""

from __future__ import annotations

from retail.glossary.words import Convention

CONVENTIONS = (
    Convention(
        "How the numbers are made",
        (
            "Money is added up in whole smallest units, exactly. Ratios are taken at the end, from those "
            "whole numbers; amounts are then shown with two decimals, rounded half up.",
            "A number is rounded once, from what is exact: 6.25% is 6.3%, below zero too. A mean in a download has "
            "two decimals more than what it divides.",
            "Unknown is a value like any other: a blank gender, city or category is counted as Unknown, so "
            "that the parts add up to the whole.",
            "The same lines give the same figures to the last digit, whatever their order, the number of "
            "files or the engine.",
        ),
    ),
    Convention(
        "How dates are read",
        (
            "Whether 03/04 is in March or April is decided for each format of a column, from evidence over "
            "all its lines: parts above 12, ISO dates, and that no return comes before its purchase. The "
            "evidence is on the quality page; without any, the run stops and asks.",
        ),
        ("date_evidence",),
    ),
    Convention(
        "How returns find their purchase",
        (
            "By the first rule that applies: the same transaction id; the same customer, product and unit "
            "price, the latest earlier purchase with units left; the same at any price; else it stays "
            "unmatched.",
            "A matched return reduces that purchase. An unmatched one reduces its customer's monetary only, "
            "and one without a customer net revenue only.",
        ),
        ("return_matching",),
    ),
    Convention(
        "What a public site leaves out",
        (
            "At the privacy level public no row is about one person, and every group has at least 5 known "
            "customers. A smaller group is joined with other small ones, and with the smallest large one "
            "where they are still too few or may share customers, so that no difference of two numbers "
            "gives it back. Days are joined to days near them, and weeks to years are sums of those days.",
            "The number of buyers of joined groups that may share customers is that of the largest part: "
            "there are at least so many.",
            "Where joining would not be enough, such as in a grid of segments, the table is left out whole. "
            "The quality page lists what was done to which table.",
        ),
    ),
    Convention(
        "How customers are scored",
        (
            "Each scored customer gets three scores, for recency, frequency and monetary; the highest is "
            "best, for recency too. A score is 1 plus the number of cut points below the value (for recency "
            "it is counted from the other end), so equal values always share a score.",
            "Cut points are the quantiles that divide the scored customers into equal parts, by linear "
            "interpolation, computed exactly. Where many customers share a value, two cut points can be "
            "equal; then a score is left empty and drawn hatched. The config can fix the cut points.",
            'With [rfm] scheme = "rhythm" recency is cut at the shop\'s own gaps between orders: within the usual gap '
            "(the median) is score 5, then 80, 90 and 95 %, and whoever is past the last is 1. A gap that the data are "
            "too short to tell leaves its scores empty. Neither scheme ranks customers better in general: on CDNOW "
            "quantiles do, on simulated retailers now one, now the other, so quantiles stay the default. Purchases "
            "that a model expects (BG/NBD) rank better than either where customers buy at rates of their own, and no "
            "better on CDNOW.",
            "Names come from the scores in 5 bins, by recency and frequency; monetary colours the grid. The "
            "original's seven levels come from the sum of three scores in 4 bins. A name in one "
            "convention doesn't mean the same in another: compare rules, not names.",
        ),
        ("segments",),
    ),
    Convention(
        "How it is tested whether segments predict",
        (
            "Customers are scored as of some days (90 by default) before the last purchase, by what was known "
            "then, and again twice and three times as many days before it. Counted is who bought in the days "
            "after: three windows, one after the other. The interval of a share is Wilson's at 95 %.",
            "Segments differ in a window when Pearson's chi-squared statistic is rare: its p-value, at most "
            "0.01, is the share of 9,999 draws of who bought that go as far. Small segments don't "
            "mislead it. Segments predict when they differ in the latest window and in most windows.",
            "Which ones differ: each is compared with all others by Fisher's exact test, the surest first, at 5 % for "
            "all together (Holm). One that differs is no longer among the others, so that it does "
            "not make those differ that only differ from it; who is above the rest and below all others, or the other "
            "way round, is between. A segment holds when segments predict and it "
            "differs, and not against what its scores promise.",
            "A trend over scores (Cochran and Armitage, p by the same draws, 0.01 for both scores together) asks "
            "whether more buy the higher recency or frequency is scored. Net revenue stands beside "
            "buyers; it is not tested, since a few customers bring much of it.",
        ),
        ("segments",),
    ),
    Convention(
        "How clusters are found",
        (
            "Clusters are by what customers buy, not how much: of each scored customer who kept at least one "
            "unit, the share of each subcategory in their kept units, as its square root (distances of "
            "these are Hellinger’s), standardised; then principal components (PCA); then K-means with fixed "
            "seed and several starts. Clusters are numbered by size, and named after the subcategories with "
            "the highest index of their profile.",
            "A customer with fewer than 3 kept units has shown no taste yet: they are no part of the fit and "
            "of its tests, and belong to the nearest cluster afterwards. The page says how many they are.",
            "The silhouette tells how much closer customers are to their own cluster than to the next: 1 is "
            "perfect, 0 is none. It is not compared across numbers of components. Past 20,000 customers it is "
            "taken on a sample of 2,000, and marked.",
            "The noise test asks whether chance alone would look as good. Whole purchases, with all their "
            "lines, are exchanged among the purchases with the same number of lines (a line is a subcategory "
            "of a purchase, of which something was kept), so that each customer keeps the number of their "
            "purchases and the size of each, and what is bought together stays together; everything is "
            "fitted again. Only a silhouette above what such data reach, by at least 0.05, means that tastes "
            "differ.",
            "Stability is the agreement (adjusted Rand index) of the clusters with those found on "
            "subsamples of 80 % of the customers. A pair is recommended only when it beats noise and its "
            "median stability is at least 0.75.",
            "The index of a profile is the share of a subcategory in the cluster's units over its share in "
            "all units, times 100: 100 is like everyone, 200 is twice as much.",
        ),
        ("cluster_fits",),
    ),
    Convention(
        "What is left out, and why",
        (
            "A view whose column the input doesn't have is left out, not drawn empty: no channel column, no "
            "channel chart. A chart of many names shows the largest and puts the others together as Other.",
            "Birth dates never appear, only age bands. Customers have pseudonyms unless the config asks for "
            "the ids as they are. Values that couldn't be read may be personal, so the site counts them by "
            "column and reason; the list itself stays in the private working folder.",
            "Downloads are CSV files in UTF-8. A text that a spreadsheet would run as a formula has an "
            "apostrophe before it.",
        ),
    ),
)
