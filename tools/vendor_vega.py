"""Bundle Vega, Vega-Lite and the CSP-safe interpreter into templates/assets/vendor.

    python tools/vendor_vega.py            write vega.js and LICENSE
    python tools/vendor_vega.py --update   also choose versions anew in tools/vega/package-lock.json

Needs Node.js and npm. vl-convert's own bundle can't be used: it does not give out the interpreter,
carries vega-embed, and leaks 52 globals. The file here is one classic script with one global,
`window.retailVega`, so it works from `file://`.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import altair

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tools" / "vega"
VENDOR = ROOT / "templates" / "assets" / "vendor"
BUNDLE = "vega"
CONTENTS = ("vega", "vega-lite", "vega-interpreter")

# Vega registers these transforms, which no Vega-Lite chart can ask for: they are 58 kB.
UNREACHABLE = ("vega-crossfilter", "vega-force", "vega-hierarchy", "vega-label", "vega-wordcloud")


def main(arguments: list[str]) -> None:
    """Install into a throwaway folder, bundle, and replace the vendored files."""
    with tempfile.TemporaryDirectory(prefix="retail-vega-") as name:
        folder = Path(name)
        for source in SOURCES.iterdir():
            shutil.copy(source, folder)
        if "--update" in arguments:
            update_lock(folder)
        run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        check_version(folder)
        VENDOR.mkdir(parents=True, exist_ok=True)
        write_licence(folder, write_bundle(folder, BUNDLE))


def update_lock(folder: Path) -> None:
    """Write the lock anew, with versions and hashes and no address."""
    (folder / "package-lock.json").unlink(missing_ok=True)
    run(
        folder,
        "npm",
        "install",
        "--package-lock-only",
        "--omit-lockfile-registry-resolved",
        "--no-audit",
    )
    lock = json.loads((folder / "package-lock.json").read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    text = json.dumps(lock, indent=2) + "\n"
    (folder / "package-lock.json").write_text(text)
    (SOURCES / "package-lock.json").write_text(text)


def check_version(folder: Path) -> None:
    """Refuse a Vega-Lite that is not the one the locked Altair writes for."""
    wanted = altair.SCHEMA_VERSION.removeprefix("v")
    found = version(folder / "node_modules" / "vega-lite")
    if found != wanted:
        sys.exit(
            f"Altair {altair.__version__} writes Vega-Lite {wanted}, and tools/vega/package.json "
            f"asks for {found}: "
            f'set "vega-lite": "{wanted}" there and run this again with --update'
        )


def write_bundle(folder: Path, bundle: str) -> set[Path]:
    """Write one bundle and return the folders of the npm packages in it."""
    versions = ", ".join(f"{name} {version(folder / 'node_modules' / name)}" for name in CONTENTS)
    target = folder / "out" / f"{bundle}.js"
    run(
        folder,
        str(folder / "node_modules" / ".bin" / "esbuild"),
        f"{bundle}.js",
        "--bundle",
        "--minify",
        "--format=iife",
        "--platform=browser",
        "--target=es2022",
        "--legal-comments=none",
        "--log-level=warning",
        f"--banner:js=/* {versions}: made by tools/vendor_vega.py, licences in LICENSE */",
        *(f"--alias:{name}=./none.js" for name in UNREACHABLE),
        f"--metafile={bundle}.json",
        f"--outfile={target}",
    )
    script = target.read_bytes()
    (VENDOR / target.name).write_bytes(script)
    packed = len(gzip.compress(script, 9, mtime=0))
    print(f"{bundle}.js  {len(script):,} bytes, {packed:,} gzipped  ({versions})")
    inputs = json.loads((folder / f"{bundle}.json").read_text())["inputs"]
    return {package_of(folder / path) for path in inputs if path.startswith("node_modules/")}


def package_of(path: Path) -> Path:
    """The folder of the npm package a file belongs to."""
    return next(parent for parent in path.parents if parent.parent.name == "node_modules")


def write_licence(folder: Path, packages: set[Path]) -> None:
    """Write every bundled package's licence, equal texts once."""
    owners: dict[str, list[str]] = {}
    for package in sorted(packages):
        texts = sorted(
            p for p in package.iterdir() if p.name.upper().startswith(("LICENSE", "LICENCE"))
        )
        if not texts:
            sys.exit(
                f"{package.relative_to(folder)} has no licence file: look before it is bundled"
            )
        text = texts[0].read_text().strip()
        owners.setdefault(text, []).append(f"{package.name} {version(package)}")
    parts = ["vega.js contains the packages below, each under the licence that follows it."]
    for text, names in sorted(owners.items(), key=lambda item: item[1]):
        parts.append("-" * 80 + "\n" + "\n".join(names) + "\n\n" + text)
    (VENDOR / "LICENSE").write_text("\n\n".join(parts) + "\n")
    print(f"LICENSE  {len(packages)} packages, {len(owners)} texts")


def version(package: Path) -> str:
    """The version an installed npm package states."""
    return str(json.loads((package / "package.json").read_text())["version"])


def run(folder: Path, *command: str) -> None:
    """Run one command in the folder, or stop with its name."""
    if shutil.which(command[0]) is None:
        sys.exit(f"{command[0]} is not installed: bundling needs Node.js 20 or later with npm")
    if subprocess.run(command, cwd=folder, env=os.environ | {"NO_UPDATE_NOTIFIER": "1"}).returncode:
        sys.exit(f"failed: {' '.join(command)}")


if __name__ == "__main__":
    main(sys.argv[1:])
