"""retail.toml as one frozen, checked model. Every default lives here; unknown keys are errors.

msgspec is used rather than pydantic because it starts in a few milliseconds and refuses unknown
keys; the sentence below each key is shown by `retail init` and `retail explain`.
"""

from retail.config.analysis import ACTIONS, Clusters, Lifecycle, Rfm, SegmentSettings
from retail.config.loading import describe, load
from retail.config.model import Config, Spark
from retail.config.publishing import Digest, Lists, PrivacySettings, Publish, Slice
from retail.config.reading import Checks, Columns, Dates, Exclude, Input, Money, Returns
from retail.config.section import Section

__all__ = [
    "ACTIONS", "Checks", "Clusters", "Columns", "Config", "Dates", "Digest", "Exclude", "Input",
    "Lifecycle", "Lists", "Money", "PrivacySettings", "Publish", "Returns", "Rfm", "Section",
    "SegmentSettings", "Slice", "Spark", "describe", "load",
]  # fmt: skip
