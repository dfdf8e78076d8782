"""The manifest of the last site: what it was built from, and hashes of what the run left.

A site follows from the input files, the config, the key, what earlier runs left and the program. The
next run compares, and has nothing to do when all is equal and the site and the private lists still
stand as they were built.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import retail
from retail import storage
from retail.history import CENTRES
from retail.intake import cache
from retail.intake.cache import Content
from retail.storage.exchange import repair
from retail.storage.folders import LITTER

if TYPE_CHECKING:
    from retail.config import Config
    from retail.intake.inputs import Inputs

FILE = "last_site.json"
NAMES_THE_RUN = ("run.json", "run.js")  # an unchanged site says in these when it was last checked


class BuildInputs(msgspec.Struct, frozen=True):
    """Hashes of all that a site is built from, except the input files."""

    config: str
    options: str
    key: str
    program: str


class Manifest(msgspec.Struct, frozen=True):
    """The last site: its run, what it was built from, and hashes of what the run left."""

    run_id: str
    started: str
    built_from: BuildInputs
    inputs: list[Content]
    day: str  # of the run, where a check of the site depends on it: lines dated after the run
    site: str
    private: str
    centres: str


def build_inputs(config: Config, *options: object) -> BuildInputs:
    """The build inputs of the site of `config`; `options` are those of the run."""
    from retail import privacy

    key = b""
    if config.privacy.level == "internal":
        key = privacy.key(config.work_folder, config.privacy.key_env)
    keys = msgspec.structs.replace(config, base="")
    return BuildInputs(
        config=hashlib.sha256(msgspec.json.encode(keys, order="deterministic")).hexdigest(),
        options=repr(options),
        key=hashlib.sha256(b"last site" + key).hexdigest(),
        program=_program(),
    )


def why_build(
    config: Config, now: BuildInputs, last: Manifest | None, published: str | None
) -> str:
    """Why the site has to be built anew, in words; empty when it need not be.

    published: the run whose site was published last, as the history has it.
    """
    if last is None or not last.run_id == published == published_run(config.site_folder):
        return "there is no site of an earlier run"
    for name in BuildInputs.__struct_fields__:
        if getattr(now, name) != getattr(last.built_from, name):
            return f"changed: {name}"
    if last.day not in ("", _today()):
        return "some lines were dated after the last run"
    if last.site != _site(config.site_folder):
        return "the site is not as it was made"
    left = _private(config.private_folder), _file(config.work_folder / CENTRES)
    if left != (last.private, last.centres):
        return "the private lists are not as they were made"
    return cache.changes(config, last.inputs)


def confirm(config: Config, when: str) -> Path:
    """Write into the site that it was still true at `when` (ISO 8601); returns its folder."""
    from retail.render.publish import refresh
    from retail.render.run import checked_again

    site = config.site_folder
    refresh(checked_again((site / "run.json").read_bytes(), when), site)
    return site.resolve()


def read(work: Path) -> Manifest | None:
    """The manifest in the working folder; None for none, or none that this version can read."""
    try:
        return msgspec.json.decode((work / FILE).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError):
        return None


def write(config: Config, run_id: str, started: str, now: BuildInputs, inputs: Inputs) -> None:
    """Write the manifest of the site that was just published."""
    files, checks = inputs.tables["input_files"], inputs.tables["checks"]
    is_late = (checks.loc[checks["check"] == "no_future", "verdict"] != "pass").any()
    columns = (files[name].tolist() for name in ("table", "file", "sha256", "size_bytes"))
    manifest = Manifest(
        run_id=run_id,
        started=started,
        built_from=now,
        inputs=list(zip(*columns, strict=True)),
        day=_today() if is_late else "",
        site=_site(config.site_folder),
        private=_private(config.private_folder),
        centres=_file(config.work_folder / CENTRES),
    )
    storage.write(config.work_folder / FILE, msgspec.json.encode(manifest))


def clear_caches(work: Path) -> None:
    """Remove what earlier runs cached, so that a run makes all of it anew."""
    import shutil

    for name in (cache.FOLDER, "aggregates", "noise", "stills"):
        shutil.rmtree(work / name, ignore_errors=True)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _program() -> str:
    """A hash of the program, its templates and the versions of what it runs on."""
    package = Path(retail.__file__).resolve().parent
    files = [*package.rglob("*.py"), *(package.parent / "templates").rglob("*")]
    versions = [platform.python_version(), *_versions()]
    return storage.content_hash(package.parent, (f for f in files if f.suffix != ".pyc"), *versions)


def _versions() -> list[str]:
    try:
        needed = importlib.metadata.requires("retail-report") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    found = []
    used = [line for line in needed if 'extra == "dev"' not in line]
    for name in sorted({re.split(r"[^A-Za-z0-9._-]", line)[0] for line in used}):
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def published_run(site: Path) -> str | None:
    """The id of the run whose site is published, once an exchange that was cut short is finished; or None."""
    repair(site)
    try:
        named = msgspec.json.decode((site / "run.json").read_bytes())["run_id"]
        return named if f'"run_id":"{named}"' in (site / "run.js").read_text("utf-8") else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _site(folder: Path) -> str:
    return storage.content_hash(
        folder, (f for f in folder.rglob("*") if f.name not in {*NAMES_THE_RUN, *LITTER})
    )


def _private(folder: Path) -> str:
    return storage.content_hash(folder, folder.rglob("*.csv"))


def _file(path: Path) -> str:
    return storage.content_hash(path.parent, [path])
