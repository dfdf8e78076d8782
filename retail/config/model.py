"""The whole of retail.toml; most of its tables stand in the modules that are imported here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from retail.config.analysis import ACTIONS, Clusters, Lifecycle, Rfm, SegmentSettings
from retail.config.publishing import Digest, Lists, PrivacySettings, Publish, Slice
from retail.config.reading import Checks, Columns, Dates, Exclude, Input, Money, Returns
from retail.config.section import Section

Engine = Literal["auto", "pandas", "polars", "duckdb", "pyspark"]


class Spark(Section, frozen=True):
    """The engine pyspark: where it runs. A session that exists is used as it is."""

    master: Annotated[
        str,
        Meta(
            description='such as "spark://host:7077" or "yarn"; the working folder must be one that all '
            "its machines see; default: the cores of this machine"
        ),
    ] = ""
    settings: Annotated[
        dict[str, str],
        Meta(description='of the session, such as { "spark.executor.memory" = "8g" }'),
    ] = {}


class Config(Section, frozen=True):
    """The whole of retail.toml."""

    title: Annotated[str, Meta(description="title of the site")] = "Retail Report"
    engine: Annotated[Engine, Meta(description="what reduces the lines")] = "pandas"
    output: Annotated[str, Meta(description="folder of the site, relative to retail.toml")] = "site"
    work: Annotated[str, Meta(description="private working folder, relative to retail.toml")] = (
        ".retail"
    )
    slices: Annotated[
        tuple[Slice, ...],
        Meta(
            description='[[slices]] with where = { gender = "F" }: customers or lines that '
            "are scored and clustered anew on a page of their own"
        ),
    ] = ()
    default_slices: Annotated[
        bool,
        Meta(
            description="without [[slices]], the nightly flow makes one for each value of what a slice "
            "can be of, but for age; so does `retail build --slices`"
        ),
    ] = True
    input: Input = Input()
    columns: Columns = Columns()
    dates: Dates = Dates()
    money: Money = Money()
    returns: Returns = Returns()
    exclude: Annotated[
        Exclude,
        Meta(
            description="rows that are no sales, by the value of any field or header of the transactions; a * "
            'at the end stands for any rest, "*" for any value, "" for a blank: [exclude] with lines such as '
            '"Financial Status" = ["voided"] and product_id = ["POST", "BANK*"]. They are left out '
            "before amounts and dates are read; an empty list says that a column was looked at"
        ),
    ] = {}
    checks: Checks = Checks()
    rfm: Rfm = Rfm()
    clusters: Clusters = Clusters()
    lifecycle: Lifecycle = Lifecycle()
    privacy: PrivacySettings = PrivacySettings()
    lists: Lists = Lists()
    publish: Publish = Publish()
    digest: Digest = Digest()
    spark: Spark = Spark()
    # The folder that relative paths start from; set by `load`, not a key of the file.
    base: Annotated[str, Meta(description="internal")] = "."

    @property
    def input_folder(self) -> Path:
        """Where the input files are."""
        return Path(self.base, self.input.folder)

    @property
    def site_folder(self) -> Path:
        """Where the site goes."""
        return Path(self.base, self.output)

    @property
    def work_folder(self) -> Path:
        """Where checked files, the key and the lock live; never published."""
        return Path(self.base, self.work)

    @property
    def private_folder(self) -> Path:
        """Where lists with real ids go; never within the site."""
        return Path(self.base, self.privacy.private)

    def segment_settings(self, *, is_slice: bool = False) -> SegmentSettings:
        """What the config says on RFM, clusters and lifecycle, with names as plain texts."""
        return SegmentSettings(
            bins=self.rfm.bins,
            scheme=self.rfm.scheme,
            cuts={str(name): points for name, points in self.rfm.cuts.items()},
            new_days=self.lifecycle.new_days,
            gap_days=self.lifecycle.gap_days,
            components=self.clusters.components,
            clusters=self.clusters.clusters,
            seed=self.clusters.seed,
            permutations=self.clusters.permutations,
            subsamples=self.clusters.subsamples,
            is_every_pair=self.clusters.every_pair,
            segments={
                name: {str(score): ends for score, ends in ranges.items()}
                for name, ranges in self.rfm.segments.items()
            },
            actions=ACTIONS | self.rfm.actions,
            backtest_days=self.rfm.backtest_days,
            lookback_months=self.rfm.lookback_months,
            history_months=self.rfm.history_months,
            is_slice=is_slice,
        )
