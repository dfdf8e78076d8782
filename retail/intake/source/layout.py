"""How the files of one table are written: the part of the config that affects reading."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from retail.config import Config
from retail.config.reading import Dates
from retail.errors import ConfigError, shown
from retail.intake.decide import column_mapping
from retail.intake.values import currencies
from retail.intake.values.currencies import Rates
from retail.intake.values.date_style import AS_WRITTEN, DateStyle, months
from retail.intake.values.number_forms import NumberStyle

# A new number makes every file be read again: change it with what reading yields.
READER = 8


@dataclass(frozen=True)
class Layout:
    """What has to be known to read the files of `table`; all of it is part of the cache's key."""

    table: str
    columns: tuple[tuple[str, str], ...]
    encoding: str
    separator: str
    has_header: bool
    decimal: str
    thousands: str
    number_forms: tuple[str, ...]
    currency_signs: tuple[str, ...]
    skip_lines: int
    skip_footer: int
    repeated_headers: bool
    fill_down: tuple[str, ...]
    quoted_newlines: bool
    missing: tuple[str, ...]
    fold_case: tuple[str, ...]
    decimals: int | None
    timezone: str
    source_timezone: str
    language: str
    date_numbers: str
    century: int | None
    return_prefix: str
    unsigned_amounts: bool
    signed_prices: bool = False
    return_rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    has_returns_table: bool = False
    tax_on_top: bool = False
    only_currency: str = ""
    rates: Rates = ()
    totals: str = "keep"
    exclude: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def numbers(self) -> NumberStyle:
        """How numbers are written."""
        return NumberStyle(self.decimal, self.thousands, self.number_forms, self.currency_signs)

    @cached_property
    def dates(self) -> DateStyle:
        """How dates are written."""
        return DateStyle(
            zone=ZoneInfo(self.timezone) if self.timezone else None,
            century=self.century,
            numbers=self.date_numbers,
            language=self.language,
            source_zone=ZoneInfo(self.source_timezone) if self.source_timezone else None,
        )

    def separator_of(self, path: Path, stated: str = "") -> str:
        """The separator of one file: "auto" is the one that it states (`sep=;`), or goes by its name."""
        if self.separator != "auto":
            return self.separator
        if stated:
            return stated
        name = path.name.lower().removesuffix(".gz")
        return "\t" if name.endswith((".tsv", ".tab")) else ","

    def key(self, sha256: str, suffix: str) -> str:
        """The cache key of a file with this hash, read by this layout."""
        text = json.dumps([READER, sha256, suffix, self._settings], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @cached_property
    def _settings(self) -> dict[str, Any]:
        return asdict(self)


def of(config: Config, table: str) -> Layout:
    """The layout of a table's files. Raises ConfigError for what can't be meant."""
    given = config.input
    entries = getattr(config.columns, table)
    column_mapping.check_names(table, entries)
    separator = given.separator
    if separator not in ("auto", "blanks"):
        is_one = len(separator) == 1 and separator.isascii() and not separator.isalnum()
        if not is_one or separator in '"\r\n\0':
            raise ConfigError(
                f"[input] separator = {shown(separator)}: it must be one ASCII sign such as "
                '"," ";" "|" or "\\t", or "blanks", or "auto".'
            )
    if given.decimal == given.thousands:
        raise ConfigError(
            f"[input] decimal and thousands are both {shown(given.decimal)}: they must differ."
        )
    for sign in given.currency_signs:
        if not sign.strip() or re.search(r"[0-9()'%+-]|^[.,]", sign):
            raise ConfigError(
                f"[input] currency_signs has {shown(sign)}: a sign or code of a currency is meant, "
                'such as "$", "€" or "EUR".'
            )
    is_lines = table in ("transactions", "returns")
    return Layout(
        table=table,
        columns=tuple(entries.items()),
        encoding=given.encoding,
        separator=separator,
        has_header=given.header or not _is_by_position(entries),
        decimal=given.decimal,
        thousands=given.thousands,
        number_forms=tuple(sorted(given.number_forms)),
        currency_signs=tuple(sorted(given.currency_signs)),
        skip_lines=given.skip_lines if is_lines else 0,
        skip_footer=given.skip_footer if is_lines else 0,
        repeated_headers=given.repeated_headers,
        fill_down=given.fill_down if is_lines else (),
        quoted_newlines=given.quoted_newlines,
        missing=given.missing,
        fold_case=tuple(sorted(given.fold_case)),
        decimals=config.money.decimals if is_lines else None,
        **_dates(config.dates if is_lines else Dates()),
        return_prefix=_return_prefix(config) if table == "transactions" else "",
        unsigned_amounts=config.returns.unsigned_amounts if table == "transactions" else False,
        signed_prices=config.returns.signed_prices if table == "transactions" else False,
        return_rows=tuple(config.returns.rows.items()) if table == "transactions" else (),
        has_returns_table=table == "transactions" and given.returns is not None,
        tax_on_top=config.money.tax_on_top if is_lines else False,
        only_currency=config.money.only_currency.strip() if is_lines else "",
        rates=currencies.rates(config.money.rates) if is_lines else (),
        totals=given.totals if table == "transactions" else "keep",
        exclude=tuple(config.exclude.items()) if is_lines else (),
    )


def _return_prefix(config: Config) -> str:
    prefix = config.returns.id_prefix
    return prefix.lower() if "transaction_id" in config.input.fold_case else prefix


def _dates(given: Dates) -> dict[str, Any]:
    """What the config says of dates of lines. Raises ConfigError for zones and languages that there aren't."""
    timezone = "" if given.timezone in (None, AS_WRITTEN) else given.timezone or ""
    zones = {"timezone": timezone, "source_timezone": given.source_timezone or ""}
    for key, name in zones.items():
        try:
            ZoneInfo(name or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ConfigError(
                f"[dates] {key} = {shown(name)}: there is no such zone; names are "
                'such as "Europe/Paris" or "UTC".'
            ) from None
    if given.source_timezone and not timezone:
        raise ConfigError(
            f"[dates] source_timezone = {shown(given.source_timezone)} needs timezone, the zone of the shop."
        )
    try:
        months(given.language)
    except ValueError:
        raise ConfigError(
            f"[dates] language = {shown(given.language)}: its names of months are not known; a language "
            'is written such as "fr" or "pt-BR".'
        ) from None
    return {
        **zones,
        "language": given.language,
        "date_numbers": given.numbers or "",
        "century": given.century,
    }


def _is_by_position(entries: dict[str, str]) -> bool:
    """Whether a table has no header when [input] header is false: one mapped by header names has one."""
    return not entries or all(v.isascii() and v.isdigit() for v in entries.values())
