"""Tables of all lines, corrected by what new lines change in those they are tied to; see `nights`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

import narwhals.stable.v2 as nw
import pandas as pd

from retail.aggregates import kept as kept_units
from retail.aggregates import nights, purchases, reduced, sums, ties
from retail.aggregates.nights import Kept
from retail.aggregates.opening import Frame
from retail.aggregates.purchases import Codes
from retail.aggregates.reduced import Reduced
from retail.aggregates.scan import Engine, link
from retail.intake import ahead

AGES = ("late", "early")
LATE_DAYS = 62  # in which most of what is bought comes back
MOST_LATE = 0.2  # of all rows, before they are divided anew


@dataclass(frozen=True)
class Sums:
    """Tables of all lines.

    kept: what to go on from, if there is something. after: the new lines and those tied to them
    (`ties`); with nothing kept these are all lines; None when no line is new. before: the same
    without the new lines. theirs: all lines of the customers of these.
    """

    bench: Engine
    kept: Kept | None
    before: Reduced | None
    after: Reduced | None
    theirs: Reduced | None
    is_remembered: bool  # whether the next run is to go on from these
    begun: list[Future[None]] = field(default_factory=list)

    @cached_property
    def writer(self) -> Executor:
        """The thread that writes what the next run is to find."""
        return ThreadPoolExecutor(1, thread_name_prefix="remember")

    @property
    def everything(self) -> Reduced | None:
        """All lines, where all had to be reduced."""
        return self.after if self.kept is None else None

    def total(
        self, name: str, keys: Sequence[str], make: Callable[[Reduced], pd.DataFrame]
    ) -> pd.DataFrame:
        """A table of `keys` and sums, which `make` gives for some groups, sorted by `keys`."""
        parts = [] if self.kept is None else [self.kept.table(name)]
        if self.before is not None:
            assert self.after is not None
            before, after = self.after.bench.both(
                partial(make, self.before), partial(make, self.after)
            )
            parts += [after, _negative(before, keys)]
        elif self.after is not None:
            parts.append(make(self.after))
        table = parts[0] if len(parts) == 1 else _added(parts, keys)
        self.remember(table, name)
        return table

    def remember(self, table: pd.DataFrame, name: str) -> None:
        """Have the next run find a table, if it is to go on from this one's: written in another thread."""
        if self.is_remembered:
            write = partial(nights.write, table, self.bench.folder, name)
            self.begun.append(ahead.begin(self.writer, write))

    def finish(self) -> None:
        """Wait until all is written that the next run is to find. Raises OSError where it can't be."""
        for written in self.begun:
            written.result()
        self.writer.shutdown()

    def dated_rows(
        self,
        name: str,
        keys: Sequence[str],
        make: Callable[[Reduced], Frame],
        optional: Sequence[str] = (),
    ) -> list[Path]:
        """The Parquet of such a table with `day`: one file, or for the next run two, the rows of the last
        days and the others, as these seldom change. Values may be missing in `optional` columns."""
        if not self.is_remembered:
            assert self.after is not None
            assert self.kept is None
            return [self.bench.written(make(self.after), name)]
        if self.kept is None:
            assert self.after is not None
            return self._by_age(make(self.after), name)
        old = {age: self.kept.path(f"{name}_{age}") for age in AGES}
        if self.after is None or self.before is None:
            for age, path in old.items():
                link(path, self.bench.path(f"{name}_{age}"))
            return [self.bench.path(f"{name}_{age}") for age in AGES]
        before, after = make(self.before), make(self.after)
        columns = before.collect_schema().names()
        was, now = (_comparable(part, optional) for part in (before, after))
        equal = was.collect_schema().names()
        new = now.join(was, on=equal, how="anti").select(*keys)
        new = after.join(new, on=list(keys), how="semi")
        gone = was.join(now, on=equal, how="anti").select(*keys, "day")
        gone = self.bench.lent(gone.collect("pandas").to_native(), f"{name}_gone")
        kept = {age: self.bench.open(path) for age, path in old.items()}
        late = kept["late"].join(gone, on=list(keys), how="anti")
        late = nw.concat([late.select(columns), new.select(columns)], how="vertical")
        is_changed = _overlap(gone, kept["early"], keys)
        early = kept["early"].join(gone, on=list(keys), how="anti") if is_changed else kept["early"]
        if sums.count(kept["late"]) > MOST_LATE * sums.count(nw.concat(list(kept.values()))):
            return self._by_age(nw.concat([early.select(columns), late], how="vertical"), name)
        self.bench.save({f"{name}_late": late})
        if is_changed:
            self.bench.save({f"{name}_early": early.select(columns)})
        else:
            link(old["early"], self.bench.path(f"{name}_early"))
        return [self.bench.path(f"{name}_{age}") for age in AGES]

    def _by_age(self, frame: Frame, name: str) -> list[Path]:
        last = frame.select(nw.col("day").max()).collect("pandas").to_native()["day"].iloc[0]
        is_late = nw.col("day") > (0 if pd.isna(last) else int(last) - LATE_DAYS)
        parts = {f"{name}_late": frame.filter(is_late), f"{name}_early": frame.filter(~is_late)}
        self.bench.save(parts)
        return [self.bench.path(part) for part in parts]


def _comparable(frame: Frame, optional: Sequence[str]) -> Frame:
    """The same rows for a join that finds equal ones, in which a missing value would equal none."""
    if not optional:
        return frame
    schema = frame.collect_schema()
    flags = {f"{name}_missing": nw.col(name).is_null() for name in optional}
    filled = [nw.col(n).fill_null("" if schema[n] == nw.String else 0) for n in optional]
    return frame.with_columns(**flags).with_columns(*filled)


def _overlap(gone: Frame, early: Frame, keys: Sequence[str]) -> bool:
    """Whether some of the rows `gone` are among the `early` ones; most are of later days."""
    first, last = (
        frame.select(getattr(nw.col("day"), end)()).collect("pandas").to_native()["day"].iloc[0]
        for frame, end in ((gone, "min"), (early, "max"))
    )
    if pd.isna(first) or pd.isna(last) or first > last:
        return False
    return sums.count(early.join(gone, on=list(keys), how="semi")) > 0


def _negative(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    return table.assign(**{name: -table[name] for name in table.columns if name not in keys})


def _added(parts: Sequence[pd.DataFrame], keys: Sequence[str]) -> pd.DataFrame:
    """Sums of the rows with the same keys; what nothing is left of is no row."""
    names, kinds = list(parts[0].columns), parts[0].dtypes.to_dict()
    whole = pd.concat([part[names] for part in parts], ignore_index=True)
    if not keys:
        return whole.sum().to_frame().T.astype(kinds)
    summed = whole.groupby(list(keys), sort=False, as_index=False).sum()
    values = [name for name in names if name not in keys]
    summed = summed[(summed[values] != 0).any(axis=1)]
    return summed[names].astype(kinds).sort_values(list(keys)).reset_index(drop=True)


def from_nothing(lines: Frame, bench: Engine, is_remembered: bool) -> Sums:
    """What all `lines` come to: all are new."""
    everything = reduced.of(lines, bench)
    return Sums(bench, None, None, everything, everything, is_remembered)


def from_kept(
    lines: Frame, new: Frame | None, kept: Kept, bench: Engine, is_remembered: bool
) -> Sums | None:
    """What `lines` come to, from what is `kept` of them without the `new` ones (None: there are none).

    None when so many are touched that it is less work to reduce all of them.
    """
    if new is None:
        return Sums(bench, kept, None, None, None, is_remembered)
    touched = ties.touched(lines, new, kept, bench)
    if touched is None:
        return None
    is_small = sums.count(touched) < ties.MOST_IN_MEMORY
    names = ("theirs", "others", "before", "after")
    own, *benches = (bench.within(name, is_small=is_small) for name in names)
    ids = ties.tied(touched, kept.files, own)
    on = "transaction_id"
    tied = own.stored(touched.join(ids, on=on, how="semi"), "tied")
    rest = own.stored(touched.join(ids, on=on, how="anti"), "rest")
    of = partial(reduced.of, codes=_codes(new, kept, own), pairs=_pairs(new, kept))
    others = of(rest, benches[0])
    old = tied.filter(nw.col("file") < kept.files)
    before, after = benches[1].both(
        partial(of, old, benches[1], others=others), partial(of, tied, benches[2], others=others)
    )
    return Sums(bench, kept, before, after, reduced.together(others, after, own), is_remembered)


def _codes(new: Frame, kept: Kept, bench: Engine) -> Codes:
    """`purchases.codes` of the lines so far and the `new` ones: each name so far has a row of sums."""
    named = {
        name: pd.concat([kept.table(f"by_{name}")[name], values.astype("str")]).drop_duplicates()
        for name, values in purchases.names(new).items()
    }
    return purchases.codes(named, bench)


def _pairs(new: Frame, kept: Kept) -> pd.DataFrame:
    """`kept.pairs` of the same lines."""
    found = kept_units.pairs(new).astype("str")
    return pd.concat([kept.table("by_subcategory")[list(found)], found]).drop_duplicates()


def people(part: Reduced) -> pd.Series:
    """The known customers who have a line."""
    ids = part.lines.select("customer_id").unique().collect("pandas").to_native()["customer_id"]
    return ids[ids != ""]


def owners(part: Reduced) -> pd.DataFrame:
    """One row: how many distinct ids of transactions there are, and how many with their customers."""
    pairs = part.ids
    return pd.DataFrame(
        {"ids": [sums.count(pairs.select("transaction_id").unique())], "pairs": [sums.count(pairs)]}
    )
