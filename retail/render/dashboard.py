"""Scripts of the linked dashboard: what its first paint needs, and what can wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from retail.charts import cube_payload, linked, payload
from retail.render import assets, scripts
from retail.report import Report


@dataclass(frozen=True)
class Linked:
    """Files of the linked dashboard by path; `first` loads with the page, `later` after the first
    paint (empty without customers). `keys` are the figures whose rows the page computes."""

    files: dict[str, bytes] = field(default_factory=dict)
    first: str = ""
    later: str = ""
    keys: frozenset[str] = frozenset()


def linked_scripts(report: Report) -> Linked:
    """The scripts of a report whose lines, or cubes of them, travel; nothing where none do."""
    if not linked.is_linked(report):
        return Linked()
    from retail.charts.views import specifications  # which loads Altair

    views = specifications(report)
    files: dict[str, bytes] = {}
    paths: dict[str, str] = {}

    def add(name: str, values: dict[str, Any]) -> str:
        content = scripts.namespaced(values)
        path = assets.hashed(f"{name}.js", content)
        files[path] = content
        return path

    later = ""
    cubes = cube_payload.later(report) if "dashboard_cubes" in report else {}
    for name, rows in cubes.items():
        paths[name] = add(f"cube-{name}", {f"cube-{name}": rows})
    if "dashboard_sample" in report:
        paths["sample"] = later = add("sample", {"sample": payload.sample(report)})
    elif "dashboard_lines" in report and "customers" in report:
        later = add("members", {"members": payload.members(report)})
    first = add("dashboard", {"dashboard": payload.payload(report, views, paths)})
    drawn = frozenset(linked.KEYS)
    if "customers" not in report:
        drawn -= linked.OF_PEOPLE
    return Linked(files, first, later, drawn)
