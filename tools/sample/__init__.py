"""The bundled sample: an invented shop, written by a seeded generator, with its truth known.

`python -m tools.sample` writes the files of `data/sample`, byte for byte on any machine; `retail sample`
copies them. `tools.sample.truth` has what is planted in them. `planted_groups` has the taste group of each
customer, which is in no file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tools.sample import csv_text, lines, shoppers
from tools.sample.rng import Rng
from tools.sample.truth import SEED

__all__ = ["Sample", "generate", "planted_groups", "write"]


@dataclass(frozen=True)
class Sample:
    """File name -> content, and customer id -> name of the planted taste group."""

    files: dict[str, bytes]
    groups: dict[int, str]


def generate(seed: int = SEED) -> Sample:
    """The shop that grows from this seed; the bundled one has the default."""
    rng = Rng(seed)
    people = shoppers.everyone(rng)
    ids = lines.fresh_ids(rng)
    purchases = lines.purchases(rng, people, ids)
    returns = lines.returns(rng, purchases)
    clean = [
        *lines.orphan_refunds(rng, people, ids),
        *(line for purchase in purchases for line in purchase),
        *returns,
        *lines.refunds_beyond(rng, returns),
    ]
    return Sample(
        files={
            "Customer.csv": csv_text.customers(lines.with_blanks(rng, people)),
            "Transactions.csv": csv_text.transactions([*clean, *lines.repeats(rng, clean)]),
            "prod_cat_info.csv": csv_text.products(),
            "cities.csv": csv_text.cities(),
            "retail.toml": csv_text.config(),
        },
        groups={shopper.customer_id: shopper.group.name for shopper in people},
    )


def write(folder: Path) -> None:
    """Write the bundled sample into this folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in generate().files.items():
        (folder / name).write_bytes(content)


def planted_groups() -> dict[int, str]:
    """Customer id -> taste group (`truth.GROUPS`), for everyone in the bundled Customer.csv."""
    return generate().groups
