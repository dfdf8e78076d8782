"""retail.toml as one frozen, checked model. Every default lives here; unknown keys are errors.

msgspec is used rather than pydantic because it starts in a few milliseconds and refuses unknown
keys; the sentence beside each key is shown by `retail init`.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec
from msgspec import Meta, Struct

from retail.errors import ConfigError

Engine = Literal["auto", "pandas", "polars", "duckdb", "pyspark"]
DateOrder = Literal["auto", "day-first", "month-first"]
Severity = Literal["off", "info", "warn", "stop"]
Duplicates = Literal["default", "drop", "keep", "stop"]
Privacy = Literal["internal", "public", "raw"]


class Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of retail.toml."""


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
            description='one character, or "blanks" for runs of blanks; "auto": a tab in .tsv, else a comma'
        ),
    ] = "auto"
    header: Annotated[bool, Meta(description="whether the first record holds the column names")] = (
        True
    )
    decimal: Annotated[Literal[".", ","], Meta(description="decimal mark in numbers")] = "."
    thousands: Annotated[
        Literal["", ".", ",", " ", "'"], Meta(description="thousands mark in numbers")
    ] = ""
    quoted_newlines: Annotated[
        bool, Meta(description="whether a quoted value may hold line breaks")
    ] = False
    missing: Annotated[
        tuple[str, ...], Meta(description="texts that mean a missing value, beside the empty one")
    ] = ()
    duplicates: Annotated[
        Duplicates,
        Meta(
            description="lines equal in every column; default: drop for the case study's headers, else keep"
        ),
    ] = "default"
    max_rejected_share: Annotated[
        float, Meta(ge=0, le=1, description="share of unreadable lines above which the run stops")
    ] = 0.01


class Columns(Section, frozen=True):
    """Field = header of your file. Without an entry, the case study's headers and the field names are tried."""

    transactions: Annotated[dict[str, str], Meta(description="fields of the transactions")] = {}
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
        str, Meta(description="zone of the trading day, for dates with an offset")
    ] = "UTC"
    century: Annotated[
        Literal[1900, 2000] | None,
        Meta(description="what a year of two digits is added to; without it, it is not a date"),
    ] = None
    as_of: Annotated[
        str | None,
        Meta(description="YYYY-MM-DD; later lines are ignored; default: the last date with a line"),
    ] = None
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
        Meta(description="round input amounts half up to so many decimals; default: exact"),
    ] = None


class Returns(Section, frozen=True):
    """How returns are told from sales, where their amounts are not simply negative."""

    id_prefix: Annotated[
        str, Meta(description='a transaction id that begins so is a return, such as "C"')
    ] = ""
    unsigned_amounts: Annotated[
        bool, Meta(description="amounts have no sign: a negative quantity makes them negative")
    ] = False


class Exclude(Section, frozen=True):
    """Lines that are not merchandise, by the value of a column; a * at the end stands for any rest."""

    product_id: Annotated[tuple[str, ...], Meta(description='such as ["POST", "BANK*"]')] = ()
    category: Annotated[tuple[str, ...], Meta(description="names or codes")] = ()
    subcategory: Annotated[tuple[str, ...], Meta(description="names or codes")] = ()
    channel: Annotated[tuple[str, ...], Meta(description="names")] = ()


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
    one_currency: Annotated[Severity, Meta(description="a currency column holds one currency")] = (
        "stop"
    )
    whole_ids: Annotated[
        Severity, Meta(description="no id was rounded by a spreadsheet, such as 8.07E+10")
    ] = "warn"
    one_customer: Annotated[Severity, Meta(description="an id belongs to one customer")] = "warn"
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
    few_blanks: Annotated[
        Severity, Meta(description="no column of the lines is blank in more than 5 %")
    ] = "info"
    whole_files: Annotated[Severity, Meta(description="every file ends with a line end")] = "info"
    birth_dates: Annotated[Severity, Meta(description="birth dates can be read")] = "warn"
    return_signs: Annotated[
        Severity, Meta(description="the amounts of a returns table have one sign")
    ] = "warn"
    refunds_beyond_purchase: Annotated[
        Severity, Meta(description="no purchase is refunded beyond what was paid")
    ] = "warn"


class Rfm(Section, frozen=True):
    """Scores by recency, frequency and monetary."""

    bins: Annotated[int, Meta(ge=3, le=10, description="scores run from 1 to this")] = 5
    cuts: Annotated[
        dict[Literal["recency", "frequency", "monetary"], tuple[float, ...]],
        Meta(description="cut points fixed by hand, ascending, one fewer than bins"),
    ] = {}
    segments: Annotated[
        dict[str, dict[Literal["r", "f"], tuple[int, int]]],
        Meta(description="own names by R and F scores in 5 bins, instead of the built-in ones"),
    ] = {}
    actions: Annotated[
        dict[str, str],
        Meta(description="suggested action by segment, beside or instead of the built-in ones"),
    ] = {}
    backtest_days: Annotated[
        int, Meta(ge=1, description="days over which it is tested whether segments predict")
    ] = 90
    lookback_months: Annotated[
        int, Meta(ge=1, description="months that count for frequency and monetary in the movement")
    ] = 24
    history_months: Annotated[
        int, Meta(ge=1, le=60, description="months back to which the movement is shown")
    ] = 36


# By convention, not by evidence: shown only for a segment that predicts who buys.
ACTIONS = {
    "Champions": "Thank them and show them new things first; they need no discount.",
    "Loyal": "Offer what goes with their last purchases, and ask for a review.",
    "Potential loyalists": "Invite them to the loyalty programme and suggest a next purchase.",
    "Recent, few orders": "Welcome them, help with the first purchase, suggest a second one.",
    "Occasional": "Give them a reason to come by: what is new in what they bought.",
    "Need attention": "Make an offer with a date on what they usually buy.",
    "About to sleep": "Remind them with popular products before they are gone.",
    "Can't lose them": "Call or write in person, and ask what has changed.",
    "At risk": "Write in person and make it easy to come back.",
    "Hibernating": "Keep to cheap reminders; spend the budget elsewhere.",
}


class Clusters(Section, frozen=True):
    """PCA and K-means on what customers buy."""

    components: Annotated[int, Meta(ge=2, le=12, description="principal components")] = 2
    clusters: Annotated[int, Meta(ge=2, le=8, description="K-means clusters")] = 4
    seed: Annotated[int, Meta(ge=0, description="seed of everything random")] = 20
    permutations: Annotated[
        int, Meta(ge=0, le=999, description="permutations of the noise test")
    ] = 19
    subsamples: Annotated[
        int, Meta(ge=0, le=999, description="subsamples of the test of stability")
    ] = 20
    full_permutations: Annotated[
        int,
        Meta(
            ge=0,
            le=999,
            description="permutations of the test of every pair, cached; 99 is minutes, 0 none",
        ),
    ] = 0
    every_pair: Annotated[
        bool, Meta(description="fit 2-12 components x 2-8 clusters, to switch among on the page")
    ] = True


class Lifecycle(Section, frozen=True):
    """When a customer is new or reactivated."""

    new_days: Annotated[
        int, Meta(ge=1, description="first purchase within so many days of as-of")
    ] = 90
    gap_days: Annotated[
        int, Meta(ge=1, description="a purchase after a longer gap is a reactivation")
    ] = 365


class PrivacySettings(Section, frozen=True):
    """What of a person may appear in the site."""

    level: Annotated[
        Privacy,
        Meta(description="internal: pseudonyms; public: groups of at least 5 only; raw: as read"),
    ] = "internal"
    key_env: Annotated[
        str, Meta(description="environment variable that holds the pseudonym key")
    ] = "RETAIL_KEY"
    private: Annotated[
        str,
        Meta(
            description="folder of lists with real ids, outside the site, relative to retail.toml"
        ),
    ] = ".retail/private"


class Lists(Section, frozen=True):
    """Lists of customers to act on, and who is held out of them so that a campaign can be judged."""

    holdout: Annotated[
        float, Meta(ge=0, lt=1, description="share of the customers who are to get nothing")
    ] = 0.1
    campaign: Annotated[
        str, Meta(description="name of the campaign; another name holds other customers out")
    ] = ""


class Publish(Section, frozen=True):
    """How the site meets its readers."""

    site_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[^\s?#]+)?$",
            description="where the site is published, for sitemap, feed and mail; left out when empty",
        ),
    ] = ""
    robots: Annotated[bool, Meta(description="whether search engines may list the site")] = False
    stale_after_hours: Annotated[
        int, Meta(ge=0, description="pages say so when the last run is older; 0: never")
    ] = 36
    smoke: Annotated[
        Literal["auto", "always", "never"],
        Meta(
            description="open the new dashboard in headless Chromium before it goes live; auto: in "
            "nightly runs, where Chromium is found"
        ),
    ] = "auto"


class Digest(Section, frozen=True):
    """The digest of each nightly run, and who gets it. Addresses with secrets come from the environment."""

    charts: Annotated[bool, Meta(description="draw its charts as PNG (about a second)")] = False
    mail_to: Annotated[tuple[str, ...], Meta(description="who gets it by e-mail")] = ()
    mail_from: Annotated[str, Meta(description="whom the e-mail is from")] = ""
    smtp_env: Annotated[
        str,
        Meta(
            description="environment variable with the mail server, such as "
            "smtps://user:password@mail.example.org"
        ),
    ] = "RETAIL_SMTP"
    webhooks_env: Annotated[
        str,
        Meta(
            description="environment variable with addresses of chats and webhooks (Apprise URLs)"
        ),
    ] = "RETAIL_WEBHOOKS"


class Slice(Section, frozen=True):
    """Some of the customers or lines, scored and clustered anew on a page of their own."""

    where: Annotated[
        dict[Literal["channel", "gender", "city", "age_band"], str],
        Meta(min_length=1, description='the value of each column, such as { channel = "e-Shop" }'),
    ]
    name: Annotated[str, Meta(description="title of its page; by default its values")] = ""


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
            description='[[slices]] with where = { channel = "e-Shop" }: customers or lines that '
            "are scored and clustered anew on a page of their own"
        ),
    ] = ()
    default_slices: Annotated[
        bool,
        Meta(
            description="without [[slices]], one for each channel, gender and city, in nightly runs and "
            "with `retail build --slices`"
        ),
    ] = True
    input: Input = Input()
    columns: Columns = Columns()
    dates: Dates = Dates()
    money: Money = Money()
    returns: Returns = Returns()
    exclude: Exclude = Exclude()
    checks: Checks = Checks()
    rfm: Rfm = Rfm()
    clusters: Clusters = Clusters()
    lifecycle: Lifecycle = Lifecycle()
    privacy: PrivacySettings = PrivacySettings()
    lists: Lists = Lists()
    publish: Publish = Publish()
    digest: Digest = Digest()
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


def load(path: Path | None = None, **overrides: str | None) -> Config:
    """The config of `path`, or the defaults when there is no file, with command line `overrides`.

    Overrides: input (a folder), output, engine, privacy (a level), site_url. Raises ConfigError
    naming file, line and key.
    """
    if path is not None and not path.is_file():
        raise ConfigError(f"{path}: there is no such file. `retail init` writes one.")
    text = path.read_text(encoding="utf-8") if path else ""
    base = path.parent if path else Path()
    try:
        values: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    if "base" in values:
        raise ConfigError(_unknown_key(path, text, "base", Config))
    values["base"] = str(base)
    if overrides.get("input"):
        values.setdefault("input", {})["folder"] = str(Path(overrides["input"] or "").absolute())
    if overrides.get("output"):
        values["output"] = str(Path(overrides["output"] or "").absolute())
    if overrides.get("engine"):
        values["engine"] = overrides["engine"]
    if overrides.get("privacy"):
        values.setdefault("privacy", {})["level"] = overrides["privacy"]
    if overrides.get("site_url"):
        values.setdefault("publish", {})["site_url"] = overrides["site_url"]
    try:
        return msgspec.convert(values, Config, strict=True)
    except msgspec.ValidationError as error:
        raise ConfigError(_explain(path, text, str(error))) from None


def _explain(path: Path | None, text: str, message: str) -> str:
    where = re.search(r" - at `\$\.?([^`]*)`", message)
    dotted = where.group(1) if where else ""
    unknown = re.search(r"unknown field `([^`]+)`", message)
    if unknown:
        return _unknown_key(path, text, f"{dotted}.{unknown.group(1)}".lstrip("."), _model(dotted))
    said = message.split(" - at ")[0].replace("Object", "Table").replace("`str`", "text")
    return f"{_place(path, text, dotted)}: key {dotted or 'the whole file'}: {said}."


def _unknown_key(path: Path | None, text: str, dotted: str, model: type[Struct]) -> str:
    key = dotted.rsplit(".", 1)[-1]
    known = [name for name in model.__struct_fields__ if name != "base"]
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known keys here: {', '.join(known)}"
    return f"{_place(path, text, dotted)}: unknown key {dotted}; {hint}"


def _model(dotted: str) -> type[Struct]:
    model: type[Struct] = Config
    for name in filter(None, dotted.split(".")):
        found = get_type_hints(model).get(name)
        if not (isinstance(found, type) and issubclass(found, Struct)):
            break
        model = found
    return model


def _place(path: Path | None, text: str, dotted: str) -> str:
    """The file and, where it can be found, the line of a dotted key."""
    *tables, key = dotted.split(".")
    inside = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
        if header:
            inside = header.group(1)
            if inside == dotted:
                return f"{path}, line {number}"
        elif inside == ".".join(tables) and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return f"{path}, line {number}"
    return str(path or "command line")


def describe(section: type[Struct]) -> list[tuple[str, Any, str, tuple[str, ...]]]:
    """Key, default, sentence and choices of each key of a section, in order."""
    hints = get_type_hints(section, include_extras=True)
    rows = []
    for field in msgspec.structs.fields(section):
        hint = hints[field.name]
        meta = [m for m in getattr(hint, "__metadata__", ()) if isinstance(m, Meta)]
        about = (meta[0].description or "") if meta else ""
        inner = get_args(hint)[0] if meta else hint
        choices = tuple(str(c) for c in get_args(inner) if isinstance(c, str))
        rows.append((field.name, field.default, about, choices))
    return rows
