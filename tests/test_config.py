"""retail.toml: defaults, unknown keys, wrong values, and messages that name file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from retail import config, starter
from retail.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    path = folder / "retail.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold() -> None:
    plain = config.load()
    assert (plain.rfm.bins, plain.clusters.components, plain.clusters.clusters) == (5, 2, 4)
    assert plain.input.duplicates == "default"
    assert plain.privacy.level == "internal"


def test_paths_start_from_the_config_and_overrides_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, 'output = "public"\n[input]\nfolder = "exports"\n')
    monkeypatch.chdir("/")
    loaded = config.load(path, output="here")
    assert loaded.input_folder == tmp_path / "exports"
    assert loaded.site_folder == Path("/here")
    assert loaded.work_folder == tmp_path / ".retail"


@pytest.mark.parametrize(
    "text, parts",
    [
        ("[rfm]\nbinz = 5\n", ["line 2", "unknown key rfm.binz", "did you mean bins?"]),
        ("[rmf]\nbins = 5\n", ["line 1", "unknown key rmf", "did you mean rfm?"]),
        ("[rfm]\n\nbins = 11\n", ["line 3", "key rfm.bins", "<= 10"]),
        ('[rfm]\nbins = "5"\n', ["line 2", "key rfm.bins", "a whole number, got text"]),
        ('[columns]\ntransactions = "x"\n', ["line 2", "columns.transactions", "a table, such as"]),
        ('[dates]\ncentury = "19"\n', ["line 2", "dates.century", "a whole number, got text"]),
        ("[exclude]\nproduct_id = 3\n", ["line 2", "exclude.product_id", "a list, such as"]),
        ('engine = "dask"\n', ["line 1", "key engine", "dask"]),
        ('base = "x"\n', ["line 1", "unknown key base"]),
        ("title = \n", ["not valid TOML", "line 1"]),
    ],
)
def test_a_wrong_key_or_value_is_named_with_its_line(
    tmp_path: Path, text: str, parts: list[str]
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as error:
        config.load(path)
    for part in [str(path), *parts]:
        assert part in str(error.value)


def test_a_config_that_is_not_there_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="retail init"):
        config.load(tmp_path / "retail.toml")


def test_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "retail.toml"
    path.write_text('title = "Käse"\n', encoding="utf-8-sig")
    assert config.load(path).title == "Käse"


@pytest.mark.parametrize(
    "encoding, found",
    [
        ("utf-16", "looks like UTF-16"),
        ("utf-16-le", "looks like UTF-16"),
        ("utf-16-be", "looks like UTF-16"),
        ("cp1252", "line 2: the byte e4 is not valid UTF-8"),
    ],
)
def test_another_encoding_is_one_message(tmp_path: Path, encoding: str, found: str) -> None:
    path = tmp_path / "retail.toml"
    path.write_text('\ntitle = "Käse"\n', encoding=encoding)
    with pytest.raises(ConfigError) as error:
        config.load(path)
    for part in (str(path), found, "expected", "Save it as UTF-8"):
        assert part in str(error.value)


def test_the_starter_shows_every_key_and_changes_nothing(tmp_path: Path) -> None:
    text = starter.text()
    assert config.load(written(tmp_path, text)) == config.load(written(tmp_path, ""))
    for section in (config.Config, config.Input, config.Rfm, config.Clusters, config.Dates):
        for name, _, about, _ in config.describe(section):
            if name != "base":
                assert f"{name}" in text
                assert about is not None


def test_every_key_of_the_starter_is_valid_once_its_mark_is_removed(tmp_path: Path) -> None:
    lines = starter.text().splitlines()
    keys = [number for number, line in enumerate(lines) if line.startswith("# ") and " = " in line]
    assert len(keys) > 80
    for number in keys:
        bare = lines[number].removeprefix("# ")
        one = "\n".join([*lines[:number], bare, *lines[number + 1 :]])
        config.load(written(tmp_path, one))  # raises, and names the line, where one is not
