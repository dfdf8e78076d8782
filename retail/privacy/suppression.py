"""Complementary suppression: hide more cells until no sum of few customers can be solved.

A published sum less its shown cells is an equation over the hidden ones. All equations of all cubes
and tables together form one system; what a reader can work out is what its rows add up to. A sum of
hidden cells with fewer than five customers behind it must not be among that. Where it is, a shown cell of the
same equations is hidden too, as tau-Argus (A. Hundepool et al., Statistical Disclosure Control, 2012, ch. 4)
and sdcTable (B. Meindl, CRAN) do it. The test assumes a reader who knows which cells exist.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from retail.privacy.groups import MINIMUM
from retail.schema.dashboard import GRAINS

MOST_EQUATIONS, MOST_HIDDEN = 1_500, 6_000  # beyond, a cube has to be made by longer periods
NEIGHBOURS = 30  # hidden cells that a union of few customers is looked for among
ZERO = 1e-6


@dataclass(frozen=True)
class Cells:
    """Cells of one cube: what may be shown of them, and who is behind the small ones.

    rows: the columns `keys`, `customers`, and the first day of the period for `grain` and every longer
    one of GRAINS. hidden: by row. people: by row, who is behind a cell that may not be solved, else None.
    """

    rows: pd.DataFrame
    keys: tuple[str, ...]
    grain: str
    hidden: np.ndarray
    people: Sequence[frozenset[str] | None]


class CannotHideError(Exception):
    """The cube at place `at` would have to be hidden whole, or is too large to be tested."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def hide(cubes: Sequence[Cells]) -> list[np.ndarray]:
    """Which cells of each cube are not shown, so that no sum of few customers is solved."""
    of = np.repeat(np.arange(len(cubes)), [len(cube.rows) for cube in cubes])
    hidden = np.concatenate([cube.hidden for cube in cubes])
    people = [one for cube in cubes for one in cube.people]
    customers = np.concatenate([cube.rows["customers"].to_numpy() for cube in cubes])
    sums = _published_sums(cubes)
    while True:
        now = np.flatnonzero(hidden)
        used = np.flatnonzero(np.diff(sums[:, now].tocsr().indptr))
        if len(used) > MOST_EQUATIONS or len(now) > MOST_HIDDEN:
            raise CannotHideError(int(np.bincount(of[now]).argmax()))
        system = _System(sums[:, now][used].toarray())
        chosen: set[int] = set()
        for cells, weights in system.solved([people[cell] for cell in now]):
            by = np.zeros(sums.shape[0])
            by[used] = system.multipliers(cells, weights)
            touched = np.flatnonzero(~hidden & (np.abs(sums.T @ by) > ZERO))
            if chosen.intersection(touched):
                continue
            if not len(touched):
                raise CannotHideError(int(of[now[cells[0]]]))
            columns = sums[:, touched].toarray()
            outside = system.outside(columns[used]) + np.delete(columns, used, axis=0).any(axis=0)
            chosen.add(int(touched[np.lexsort((customers[touched], np.round(outside, 6)))[0]]))
        if not chosen:
            return np.split(hidden, np.flatnonzero(np.diff(of)) + 1)
        hidden[list(chosen)] = True


def _published_sums(cubes: Sequence[Cells]) -> sp.csc_array:
    """A row for each published sum, a column for each cell: of a period, of a name, and for two cubes
    that share a name, that both give the same sums of it."""
    starts = np.cumsum([0, *(len(cube.rows) for cube in cubes)])
    blocks = []
    for at, cube in enumerate(cubes):
        for name in (cube.grain, *cube.keys):
            blocks.append(_block(cube.rows, [name], starts[at], starts[-1]))
    for (one, a), (other, b) in itertools.combinations(enumerate(cubes), 2):
        shared = [name for name in a.keys if name in b.keys]
        if shared:
            by = [max(a.grain, b.grain, key=GRAINS.index), *shared]
            both = pd.concat([a.rows[by], b.rows[by]], ignore_index=True)
            group = both.groupby(by).ngroup().to_numpy()
            cells = np.concatenate(
                [starts[one] + np.arange(len(a.rows)), starts[other] + np.arange(len(b.rows))]
            )
            sign = np.repeat([1.0, -1.0], [len(a.rows), len(b.rows)])
            blocks.append(sp.coo_array((sign, (group, cells)), (group.max() + 1, starts[-1])))
    return sp.csc_array(sp.vstack(blocks))


def _block(rows: pd.DataFrame, by: list[str], start: int, width: int) -> sp.coo_array:
    group = rows.groupby(by).ngroup().to_numpy()
    cells = start + np.arange(len(rows))
    return sp.coo_array((np.ones(len(rows)), (group, cells)), (group.max() + 1, width))


class _System:
    """Equations over hidden cells: what they add up to, as projections."""

    def __init__(self, equations: np.ndarray) -> None:
        values, vectors = np.linalg.eigh(equations @ equations.T)
        real = values > ZERO * max(values.max(initial=0), 1) * 1e-3
        self.vectors, self.scale = vectors[:, real], np.sqrt(values[real])
        self.basis = (self.vectors / self.scale).T @ equations  # of all sums that a reader can form

    def solved(
        self, people: Sequence[frozenset[str] | None]
    ) -> Iterator[tuple[list[int], np.ndarray]]:
        """Cells and weights of sums that a reader can form with fewer than five customers behind them."""
        small = [at for at, behind in enumerate(people) if behind is not None]
        part = self.basis[:, small]
        within = part.T @ part
        for at, cell in enumerate(small):
            union, cells = set(people[cell] or ()), [at]
            if within[at, at] < 1 - ZERO:
                for near in np.argsort(-np.abs(within[at]))[:NEIGHBOURS]:
                    more = union | (people[small[near]] or set())
                    if near != at and len(more) < MINIMUM and abs(within[at, near]) > ZERO:
                        union = more
                        cells.append(int(near))
            values, vectors = np.linalg.eigh(within[np.ix_(cells, cells)])
            if values[-1] > 1 - ZERO:
                yield [small[one] for one in cells], vectors[:, -1]

    def multipliers(self, cells: Sequence[int], weights: np.ndarray) -> np.ndarray:
        """Of each equation in the sum of `cells` with `weights`."""
        return self.vectors @ ((self.basis[:, cells] @ weights) / self.scale)

    def outside(self, columns: np.ndarray) -> np.ndarray:
        """How far each column is from what hidden cells can make up for: 0 breaks a solution at once."""
        return np.linalg.norm(columns - self.vectors @ (self.vectors.T @ columns), axis=0)
