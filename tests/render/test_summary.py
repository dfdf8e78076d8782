"""summary.json: its keys, exact money, and the schema that it keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import jsonschema
import pytest

from retail.render import summary
from retail.render.summarise import summarise
from retail.schema.units import Units


def test_the_whole_summary(small_report):
    assert json.loads(summary.encode(summarise(small_report)), parse_float=Decimal) == {
        "schema_version": 1,
        "as_of": "2011-03-08",
        "through": "2011-03-07",
        "first_date": "2011-01-26",
        "lines": {"read": 10, "kept": 8, "duplicates": 1, "set_aside": 1},
        "money": {
            "gross": Decimal("2020.00"),
            "returns": Decimal("-20.00"),
            "net": Decimal("2000.00"),
            "tax": Decimal("199.99"),
        },
        "units": 6,
        "transactions": {"distinct": 5, "purchases": 4, "kept": 3},
        "customers": {
            "known": 3,
            "buyers": 2,
            "scored": 2,
            "nothing_kept": 0,
            "refund_only": 0,
            "prospects": 1,
        },
        "net_by": {
            "category": {"Books": Decimal("1203.45"), "Shoes": Decimal("796.55")},
            "channel": {"Flagship store": Decimal("796.55"), "e-Shop": Decimal("1203.45")},
            "year": {"2011": Decimal("1203.45"), "2012": Decimal("796.55")},
            "city": {"Leeds": Decimal("1203.45"), "York": Decimal("796.55")},
        },
        "rfm": {
            "bins": 3,
            "cut_points": {
                "recency": [8, Decimal("16.5")],
                "frequency": [8, Decimal("16.5")],
                "monetary": [Decimal("8.00"), Decimal("16.50")],
            },
            "segments": {"Champions": 1, "Hibernating": 1},
            "seven_levels": {"Gold": 1, "Require activation": 1},
        },
        "clusters": {
            "components": 2,
            "clusters": 2,
            "sizes": [1, 1],
            "names": ["Books: Men", "Shoes: Men"],
            "silhouette": Decimal("0.336123"),
            "inertia": Decimal("12345.7"),
            "explained_variance": Decimal("0.125"),
            "noise": {"mean": Decimal("0.33"), "max": Decimal("0.35"), "permutations": 19},
            "recommended": False,
        },
        "dates": {
            "transactions.tran_date": {
                "DD-MM-YYYY": {
                    "order": "day-first",
                    "evidence": "5 values have a first part above 12",
                }
            }
        },
        "dashboard": None,
    }


def test_money_is_written_with_two_decimals_and_rounded_half_up_once(small_report):
    thousandths = replace(small_report, units=Units(money_scale=3, quantity_scale=0))
    # 120,345 and 79,655 thousandths: each ends in a half cent, their sum does not.
    text = summary.encode(summarise(thousandths)).decode()
    assert '"net": 200.00' in text
    assert '"Books": 120.35' in text
    assert '"Shoes": 79.66' in text


def test_it_keeps_its_own_schema(small_report):
    schema = json.loads(summary.schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    written = json.loads(summary.encode(summarise(small_report)))
    jsonschema.validate(written, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**written, "as_of": "28-02-2014"}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**written, "money": {**written["money"], "net": "2000.00"}}, schema)


def test_parts_whose_columns_are_absent_are_null(small_report):
    kept = {"key_figures", "by_day", "by_year", "by_month"}
    tables = {name: frame for name, frame in small_report.tables.items() if name in kept}
    found = json.loads(summary.encode(summarise(replace(small_report, tables=tables))))
    assert found["net_by"] == {
        "category": None,
        "channel": None,
        "city": None,
        "year": found["net_by"]["year"],
    }
    assert found["rfm"] is None
    assert found["clusters"] is None
    assert found["dates"] == {}
    jsonschema.validate(found, json.loads(summary.schema()))
