"""Every number of every table on every page is its CSV's, rounded once: three data sets, built whole."""

from __future__ import annotations

import csv
import html
import io
import re
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from retail import config, pipeline
from retail.schema import TABLES

ROOT = Path(__file__).resolve().parents[2]
SUPERSTORE = """
[input]
folder = "{folder}"
transactions = "Sample - Superstore.csv"
[columns]
transactions = {{ transaction_id = "Order ID", customer_id = "Customer ID", date = "Order Date", \
product_id = "Product ID", category = "Category", subcategory = "Sub-Category", city = "City", \
quantity = "Quantity", amount = "Sales" }}
"""
PLAIN = '[input]\nfolder = "{folder}"\n'
NUMBERS = ("money", "mean", "share", "count", "quantity")


@pytest.fixture(
    scope="module",
    params=[
        "sample",
        pytest.param("case_study", marks=pytest.mark.needs_data("case_study")),
        pytest.param("superstore", marks=pytest.mark.needs_data("superstore")),
    ],
)
def site(request, tmp_path_factory) -> Path:
    name, work = request.param, tmp_path_factory.mktemp(request.param)
    is_sample = name == "sample"
    folder = ROOT / "data/sample" if is_sample else request.getfixturevalue("shared_data")(name)
    text = SUPERSTORE if name == "superstore" else PLAIN
    (work / "retail.toml").write_text(text.format(folder=folder))
    return pipeline.build(config.load(work / "retail.toml"))


class Tables(HTMLParser):
    """The tables of a page: heads, rows of texts, and the CSV that the link below each leads to."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[list[str], list[list[str]], str]] = []
        self.heads: list[str] = []
        self.rows: list[list[str]] = []
        self.cell: list[str] | None = None
        self.is_head = self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "table":
            self.heads, self.rows, self.is_inside = [], [], True
        elif tag == "thead":
            self.is_head = True
        elif tag == "tr" and not self.is_head:
            self.rows.append([])
        elif tag in ("th", "td"):
            self.cell = []
        elif tag == "a" and not self.is_inside and (given.get("href") or "").endswith(".csv"):
            self.found.append((self.heads, self.rows, given["href"]))
            self.rows = []

    def handle_endtag(self, tag):
        if tag == "table":
            self.is_inside = False
        elif tag == "thead":
            self.is_head = False
        elif tag in ("th", "td") and self.cell is not None:
            (self.heads if self.is_head else self.rows[-1]).append("".join(self.cell).strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


def is_rounding_of(shown: str, kind: str, cell: str) -> bool:
    """Whether a page may show a cell of a CSV so: both are roundings, half up, of one number."""
    if cell == "" or shown == "-":
        return (cell == "") == (shown == "-")
    plain = Decimal(re.sub(r"[^\d.-]", "", shown))
    exact = Decimal(cell) * (100 if kind == "share" else 1)
    if kind in ("count", "quantity"):
        return plain == exact
    step = Decimal(1).scaleb(-1 if kind == "share" else -2)
    if kind == "money":
        return plain == exact.quantize(step, ROUND_HALF_UP)
    # What the CSV has was rounded from the same quotient, a few digits later.
    last = (
        Decimal(1).scaleb(int(exact.as_tuple().exponent))
        if kind == "mean"
        else exact * Decimal("1e-5")
    )
    return abs(plain - exact) <= (step + abs(last)) / 2


def kinds_of(name: str, heads: list[str], row: dict[str, str]) -> list[tuple[str, str]]:
    """Column and kind of each head; rows of some tables differ in kind."""
    by_heading = {column.heading: column for column in TABLES[name].columns}
    picked = [by_heading[head] for head in heads]
    return [
        (
            c.name,
            row["kind"]
            if "kind" in row and c.kind == "real" and c.name != "comparison"
            else c.kind,
        )
        for c in picked
    ]


def test_a_number_on_a_page_is_a_cell_of_its_csv(site: Path) -> None:
    compared = 0
    for path in sorted(site.glob("*.html")):
        for heads, rows, href in Tables(path.read_text("utf-8")).found:
            name = Path(href).stem.split(".")[0]
            if name not in TABLES or not set(heads) <= {c.heading for c in TABLES[name].columns}:
                continue  # a figure's rows, or a table across
            content = (site / href).read_bytes().decode("utf-8")
            cells = list(csv.DictReader(io.StringIO(content)))
            for shown in rows:
                assert any(is_row(shown, heads, name, row) for row in cells), (
                    path.name,
                    href,
                    shown,
                )
                compared += len(shown)
    assert compared > 1_000


def test_the_facts_of_a_segment_are_cells_of_its_row(site: Path) -> None:
    with (site / "data/segments.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["segment"]: row for row in csv.DictReader(file)}
    facts = {"Average order": ("average_order", "mean"), "Return rate": ("return_rate", "share")}
    for path in site.glob("segment-*.html"):
        page = path.read_text("utf-8")
        title = html.unescape(re.findall(r"<h1><bdi>(.*?)</bdi>", page)[0])
        for term, (column, kind) in facts.items():
            shown = re.findall(rf"<dt>{term}</dt><dd>(.*?)</dd>", page)[0]
            assert is_rounding_of(shown, kind, rows[title][column]), (path.name, shown)


def test_a_segment_says_how_many_are_past_the_shops_gaps(site: Path) -> None:
    with (site / "data/segment_gaps.csv").open(encoding="utf-8", newline="") as file:
        past = {row["segment"]: row for row in csv.DictReader(file)}
    with (site / "data/gaps.csv").open(encoding="utf-8", newline="") as file:
        days = {row["share"]: row["days"] for row in csv.DictReader(file)}
    assert days["0.5"]
    terms = {"usual gap": "0.5", "90% gap": "0.9", "95% gap": "0.95"}
    for path in site.glob("segment-*.html"):
        page = path.read_text("utf-8")
        title = html.unescape(re.findall(r"<h1><bdi>(.*?)</bdi>", page)[0])
        for term, share in terms.items():
            told = re.findall(
                rf"<dt>Past the {term}</dt><dd>([\d,]+) <small>[^<]*?([\d,]+) days", page
            )
            column = f"past_{float(share) * 100:.0f}"
            wanted = [(past[title][column], days[share])] if days[share] else []
            assert [tuple(n.replace(",", "") for n in one) for one in told] == wanted, path.name


def is_row(shown: list[str], heads: list[str], name: str, row: dict[str, str]) -> bool:
    kinds = kinds_of(name, heads, row)
    return all(
        is_rounding_of(text, kind, row[column])
        if kind in NUMBERS
        else is_text(text, kind, row[column])
        for text, (column, kind) in zip(shown, kinds, strict=True)
    )


def is_text(shown: str, kind: str, cell: str) -> bool:
    """Texts are alike; other kinds (reals with decimals of their column, days) are not compared."""
    return kind != "text" or shown == cell or shown in ("-", "") or cell.startswith("'")


def test_average_orders_are_exact_quotients(site: Path) -> None:
    with (site / "data/key_figures.csv").open(encoding="utf-8", newline="") as file:
        figures = {row["figure"]: row for row in csv.DictReader(file)}
    gross, purchases = (Decimal(figures[name]["value"]) for name in ("gross", "purchases"))
    money = -int(gross.as_tuple().exponent)
    exact = (gross / purchases).quantize(Decimal(1).scaleb(-money - 2), ROUND_HALF_UP)
    assert Decimal(figures["average_order"]["value"]) == exact
    with (site / "data/rfm_grid.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["mean_monetary"]:
                total = Decimal(row["monetary"]) / int(row["customers"])
                wanted = total.quantize(Decimal(row["mean_monetary"]), ROUND_HALF_UP)
                assert Decimal(row["mean_monetary"]) == wanted, row
