"""Keys on the input: files, columns, dates, money, returns, exclusions, checks."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from retail.config.section import Section
from retail.schema.dimensions import WATCHED
from retail.schema.lines import FOLDED

DateOrder = Literal["auto", "day-first", "month-first"]
DateNumber = Literal["epoch seconds", "epoch milliseconds", "spreadsheet days"]
Severity = Literal["off", "info", "warn", "stop"]
Duplicates = Literal["default", "drop", "keep", "stop"]
Folded = Literal[FOLDED]  # type: ignore[valid-type]
NumberForm = Literal[
    "brackets", "trailing minus", "unicode minus", "apostrophe", "lakhs", "percent", "dash"
]


class Input(Section, frozen=True):
    """Where the files are and how they are written."""

    folder: Annotated[
        str, Meta(description="folder of the input files, relative to retail.toml")
    ] = "."
    transactions: Annotated[str, Meta(description="file, glob or folder")] = "Transactions.csv"
    customers: Annotated[
        str | None, Meta(description="file; default: Customer.csv if it is there")
    ] = None
    products: Annotated[
        str | None, Meta(description="file; default: prod_cat_info.csv if it is there")
    ] = None
    cities: Annotated[str | None, Meta(description="file; default: cities.csv if it is there")] = (
        None
    )
    returns: Annotated[
        str | None, Meta(description="file, glob or folder of returns kept in a table of their own")
    ] = None
    encoding: Annotated[
        str, Meta(description='"auto" takes a BOM or valid UTF-8; else name it, such as "cp1252"')
    ] = "auto"
    separator: Annotated[
        str,
        Meta(
            description='one character, or "blanks" for runs of blanks; "auto": what a first line like '
            "sep=; states, else a tab in .tsv and a comma in others"
        ),
    ] = "auto"
    header: Annotated[bool, Meta(description="whether the first record holds the column names")] = (
        True
    )
    skip_lines: Annotated[
        int,
        Meta(
            ge=0, description="lines above the header of transactions and returns, such as a title"
        ),
    ] = 0
    skip_footer: Annotated[
        int,
        Meta(
            ge=0,
            le=100,
            description="lines below the last record of transactions and returns, blank ones apart, such as totals",
        ),
    ] = 0
    repeated_headers: Annotated[
        bool,
        Meta(description="whether the header may stand again among the records; it is left out"),
    ] = False
    fill_down: Annotated[
        tuple[str, ...],
        Meta(
            description="headers (or mapped fields) whose blanks stand for the value above, within an order where "
            'transaction_id is mapped, such as ["Billing City"]'
        ),
    ] = ()
    decimal: Annotated[Literal[".", ","], Meta(description="decimal mark in numbers")] = "."
    thousands: Annotated[
        Literal["", ".", ",", " ", "'"], Meta(description="thousands mark in numbers")
    ] = ""
    number_forms: Annotated[
        tuple[NumberForm, ...],
        Meta(
            description='ways to write numbers that are read besides plain ones: "brackets" (3.00) and '
            '"trailing minus" 3.00- are below 0, "unicode minus" is a longer minus sign, "apostrophe" '
            '\'-3.00 is how spreadsheets mark a text, "lakhs" are 12,50,000.50, "percent" 5% is 0.05'
        ),
    ] = ()
    currency_signs: Annotated[
        tuple[str, ...],
        Meta(
            description='signs or codes of the one currency that may stand before or behind a number, such as ["$"]'
        ),
    ] = ()
    quoted_newlines: Annotated[
        bool, Meta(description="whether a quoted value may hold line breaks")
    ] = False
    missing: Annotated[
        tuple[str, ...], Meta(description="texts that mean a missing value, as the empty one does")
    ] = ()
    fold_case: Annotated[
        tuple[Folded, ...],
        Meta(
            description="fields whose texts are one where they differ in case only, in every table; ids become small "
            'letters, names Title Case, such as ["customer_id"]'
        ),
    ] = ()
    duplicates: Annotated[
        Duplicates,
        Meta(
            description="lines equal in every column; default: drop for the case study's headers, else keep"
        ),
    ] = "default"
    totals: Annotated[
        Literal["warn", "drop", "keep"],
        Meta(
            description="lines without customer that are the sum of the lines before them, such as each day's "
            "total: warn counts them as sales, with a warning; drop leaves them out; keep says they are sales"
        ),
    ] = "warn"
    max_rejected_share: Annotated[
        float, Meta(ge=0, le=1, description="share of unreadable lines above which the run stops")
    ] = 0.01


class Columns(Section, frozen=True):
    """Field = header of your file. Without an entry, the case study's headers and the field names are tried."""

    transactions: Annotated[
        dict[str, str],
        Meta(description='fields of the transactions, such as { date = "day", amount = "total" }'),
    ] = {}
    customers: Annotated[dict[str, str], Meta(description="fields of the customers")] = {}
    products: Annotated[dict[str, str], Meta(description="fields of the products")] = {}
    cities: Annotated[dict[str, str], Meta(description="fields of the cities")] = {}
    returns: Annotated[
        dict[str, str], Meta(description="fields of the returns, if they have a table of their own")
    ] = {}


class Dates(Section, frozen=True):
    """How dates are read, and which days count."""

    order: Annotated[
        DateOrder, Meta(description='"auto" decides by evidence and stops without it')
    ] = "auto"
    birth_order: Annotated[DateOrder, Meta(description="the same for birth dates")] = "auto"
    timezone: Annotated[
        str | None,
        Meta(
            description="zone of the trading day, for dates with an offset or a zone behind them, or "
            '"as written", which takes their day as it stands; default: such dates are a question',
            examples=["Europe/Paris"],
        ),
    ] = None
    source_timezone: Annotated[
        str | None,
        Meta(
            description='zone of times that state no offset, such as "UTC": they become days of timezone; default: '
            "they are days as written",
            examples=["UTC"],
        ),
    ] = None
    language: Annotated[
        str,
        Meta(description='language of the names of months, besides English, such as "fr"'),
    ] = ""
    numbers: Annotated[
        DateNumber | None,
        Meta(
            description="what a date that is a number counts, but for YYYYMMDD; default: it is no date",
            examples=["spreadsheet days"],
        ),
    ] = None
    century: Annotated[
        Literal[1900, 2000] | None,
        Meta(
            description="what a year of two digits is added to; default: nothing, it is no date",
            examples=[2000],
        ),
    ] = None
    as_of: Annotated[
        str | None,
        Meta(description="YYYY-MM-DD; later lines are ignored; default: the last date with a line"),
    ] = None
    max_first_gap_days: Annotated[
        int,
        Meta(ge=1, description="a first date further than this from the one after stops the run"),
    ] = 31
    max_last_gap_days: Annotated[
        int,
        Meta(ge=1, description="a last date further than this from the one before stops the run"),
    ] = 31


class Money(Section, frozen=True):
    """Currency and rounding."""

    currency: Annotated[
        str, Meta(description='shown before amounts, such as "€"; nothing is shown when empty')
    ] = ""
    decimals: Annotated[
        Annotated[int, Meta(ge=0, le=6)] | None,
        Meta(
            description="round input amounts half up to so many decimals; default: none, all are exact",
            examples=[2],
        ),
    ] = None
    tax_on_top: Annotated[
        bool,
        Meta(description="amounts are stated without tax: the tax column is added to them"),
    ] = False
    only_currency: Annotated[
        str,
        Meta(
            description='of lines in several currencies those in this one count, such as "EUR"; the others are left '
            "out, their money unknown"
        ),
    ] = ""
    rates: Annotated[
        dict[str, float | str],
        Meta(
            description="what one unit of each currency is worth in the site's, such as { EUR = 1, USD = 0.92 }; "
            "amounts are multiplied exactly and rounded once, a line in any other currency is rejected"
        ),
    ] = {}
    not_counted: Annotated[
        tuple[OrderAmount, ...],
        Meta(
            description="amounts of orders that are no part of net revenue, of order_shipping, "
            "order_discount and order_tax; by default each one that is mapped counts"
        ),
    ] = ()


OrderAmount = Literal["order_shipping", "order_discount", "order_tax"]


class Returns(Section, frozen=True):
    """How returns differ from sales, where their amounts are not simply negative."""

    id_prefix: Annotated[
        str, Meta(description='a transaction id that begins so is a return, such as "C"')
    ] = ""
    unsigned_amounts: Annotated[
        bool, Meta(description="amounts have no sign: a negative quantity makes them negative")
    ] = False
    rows: Annotated[
        dict[str, tuple[str, ...]],
        Meta(
            description="rows that are returns whatever their signs, by the value of a field or header, as in "
            '[exclude]: { "Event Type" = ["Refund"] }'
        ),
    ] = {}
    signed_prices: Annotated[
        bool,
        Meta(
            description="a price below 0 makes its line a return, where amounts are quantity x price; "
            "without the key such a line is rejected"
        ),
    ] = False


# Field or header of the transactions -> values whose rows are left out.
Exclude = dict[str, tuple[str, ...]]


class Checks(Section, frozen=True):
    """What a check that does not hold leads to: off, info, warn, or stop, which keeps the old site."""

    amount_formula: Annotated[
        Severity, Meta(description="amount = quantity x price + tax, signs apart, to 0.01")
    ] = "warn"
    signs_agree: Annotated[
        Severity, Meta(description="amount, quantity and price are negative together")
    ] = "warn"
    repeats: Annotated[Severity, Meta(description="no two lines are equal in every column")] = (
        "info"
    )
    file_twice: Annotated[
        Severity, Meta(description="no two files are the same; dropped repeats can only warn")
    ] = "stop"
    files_left: Annotated[
        Severity,
        Meta(description="a pattern under [input] leaves no file beside those that it takes"),
    ] = "warn"
    one_currency: Annotated[Severity, Meta(description="a currency column holds one currency")] = (
        "stop"
    )
    whole_ids: Annotated[
        Severity, Meta(description="no id was rounded by a spreadsheet, such as 8.07E+10")
    ] = "warn"
    one_customer: Annotated[Severity, Meta(description="an id belongs to one customer")] = "warn"
    one_spelling: Annotated[
        Severity, Meta(description="no two customers, products or names differ in case only")
    ] = "warn"
    known_customers: Annotated[
        Severity, Meta(description="customers of lines are in the customers table")
    ] = "warn"
    known_products: Annotated[
        Severity, Meta(description="products of lines are in the products table")
    ] = "warn"
    no_future: Annotated[Severity, Meta(description="no line is dated after the run")] = "warn"
    no_gaps: Annotated[Severity, Meta(description="no more than 7 days without a line")] = "info"
    last_purchase: Annotated[
        Severity, Meta(description="the last purchase is within 7 days of the last line")
    ] = "warn"
    total_lines: Annotated[
        Severity,
        Meta(description="no line without customer is the sum of the lines before it"),
    ] = "warn"
    even_rejects: Annotated[
        Severity,
        Meta(description="rejected lines are not mostly returns, nor mostly of one month"),
    ] = "warn"
    status_columns: Annotated[
        Severity,
        Meta(
            description="no column that is not used says that rows are no sales, such as a status cancelled; a "
            "rule of [exclude] for it, be it an empty list, settles it"
        ),
    ] = "warn"
    rules_fit: Annotated[Severity, Meta(description="every rule of [exclude] finds a row")] = "warn"
    few_blanks: Annotated[
        Severity, Meta(description="no column of the lines is blank in more than 5 %")
    ] = "info"
    whole_files: Annotated[Severity, Meta(description="every file ends with a line end")] = "info"
    birth_dates: Annotated[Severity, Meta(description="birth dates can be read")] = "warn"
    return_signs: Annotated[
        Severity, Meta(description="the amounts of a returns table have one sign")
    ] = "warn"
    steady_volume: Annotated[
        Severity,
        Meta(
            description="lines, lines a day and the new days' lines are much as the last run with "
            "other figures had them"
        ),
    ] = "warn"
    steady_names: Annotated[
        Severity,
        Meta(
            description=f"no name of {' or '.join(d.many for d in WATCHED)} is new or gone since that run"
        ),
    ] = "warn"
    refunds_beyond_purchase: Annotated[
        Severity, Meta(description="no purchase is refunded beyond what was paid")
    ] = "warn"
