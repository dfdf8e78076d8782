"""A run that reads only what is new gives what a run gives that reads everything."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from retail.errors import RetailError
from retail.intake import cache
from tests.intake import shop

DAYS, TEXTS = 4, 4


HEAD = "transaction_id,customer_id,date,product_id,quantity,amount\n"
CONFIGS = (
    "",
    'duplicates = "drop"\n',
    'missing = ["0"]\n',
    '[dates]\norder = "day-first"\n',
    "[money]\ndecimals = 1\n",
    '[exclude]\nproduct_id = ["p1"]\n',
    '[dates]\nas_of = "2014-02-13"\n',
)


def day(number: int, text: int) -> str:
    """One of the daily files: ids and lines that other days have too, cents in some, bad lines in one."""
    date = f"1{number + 2}-02-2014"
    rows = [
        f"{number}0,{text},{date},p{text},2,{text + 1}.50",
        f"5,{number % 2},{date},p1,1,3",
        f"{number}0,{text},{date},p{text},-1,-{text}.25" if text else "7,1,31-02-2014,p1,1,2",
        "9,1,02-02-2014,p1,1,8",
    ]
    return HEAD + "".join(f"{row}\n" for row in rows)


Step = tuple[str, int, int]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, DAYS - 1), st.integers(0, TEXTS - 1)),
        st.tuples(st.just("remove"), st.integers(0, DAYS - 1), st.just(0)),
        st.tuples(st.just("copy"), st.integers(0, DAYS - 1), st.integers(0, DAYS - 1)),
        st.tuples(st.just("config"), st.integers(0, len(CONFIGS) - 1), st.just(0)),
        st.tuples(st.just("touch"), st.integers(0, DAYS - 1), st.just(0)),
        st.tuples(st.just("people"), st.integers(0, 2**TEXTS - 1), st.just(0)),
    ),
    min_size=1,
    max_size=4,
)


def people(some: int) -> str:
    """A table of some of the customers: a bit for each."""
    ids = [number for number in range(TEXTS) if some >> number & 1]
    return "customer_id\nnobody\n" + "".join(f"{number}\n" for number in ids)


def change(folder: Path, step: Step, toml: str) -> str:
    """Do a step to the files of `folder`; returns the config that is then in force."""
    what, one, other = step
    path = folder / f"{one}.csv"
    if what == "write":
        path.write_text(day(one, other), encoding="utf-8")
    elif what == "remove":
        path.unlink(missing_ok=True)
    elif what == "copy" and path.exists():
        (folder / f"{other}.csv").write_bytes(path.read_bytes())
    elif what == "people":
        (folder / "people").mkdir(exist_ok=True)
        (folder / "people" / "Customer.csv").write_text(people(one), encoding="utf-8")
    elif what == "touch" and path.exists():
        os.utime(path, (1, 1))
    return CONFIGS[one] if what == "config" else toml


def read(root: Path, work: str, toml: str) -> object:
    """What a run with the working folder `work` makes of the files in root/in, or its error."""
    start = f'work = "{work}"\n[input]\ntransactions = "*.csv"\ncustomers = "people/*.csv"\n'
    given = f'{start}max_rejected_share = 1.0\n{toml}[checks]\nfile_twice = "warn"\n'
    try:
        found = shop.read(root, {}, given)
    except RetailError as error:
        return str(error).replace(str(root / work), "")
    tables = {name: table.to_csv(index=False) for name, table in found.tables.items()}
    return tables, shop.kept(found).to_csv(index=False), found.units, found.date_formats


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
@example([("config", 1, 0), ("people", 0, 0)])
def test_after_any_changes_only_what_is_new_is_read_and_all_is_as_when_read_anew(
    changes: list[Step],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root, toml = Path(name), ""
        (root / "in").mkdir()
        change(root / "in", ("people", 0b0110, 0), toml)
        for number in range(2):
            change(root / "in", ("write", number, number), toml)
        read(root, "kept", toml)
        for at, step in enumerate(changes):
            toml = change(root / "in", step, toml)
            assert read(root, "kept", toml) == read(root, f"fresh{at}", toml)


def test_a_new_day_is_the_only_file_that_is_read(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    real, names = cache.read_file, []
    monkeypatch.setattr(
        cache, "read_file", lambda p, n, *rest: (names.append(n), real(p, n, *rest))[1]
    )
    files = {f"{number}.csv": day(number, 1) for number in range(3)}
    toml = '[input]\ntransactions = "*.csv"\n'
    shop.read(tmp_path, files, toml)
    assert sorted(names) == sorted(files)
    shop.read(tmp_path, {"3.csv": day(3, 1)}, toml)
    assert names[3:] == ["3.csv"]
