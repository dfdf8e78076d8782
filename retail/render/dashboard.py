"""Scripts of the linked dashboard: what its first paint needs, and what can wait."""

from __future__ import annotations

from dataclasses import dataclass, field

from retail.charts import linked, payload
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
    """The scripts of a report whose lines travel with the page; nothing where they don't."""
    if "dashboard_lines" not in report or not len(report["dashboard_lines"]):
        return Linked()
    content = scripts.namespaced({"dashboard": payload.payload(report)})
    first = assets.hashed("dashboard.js", content)
    files, later = {first: content}, ""
    if "customers" in report:
        content = scripts.namespaced({"members": payload.members(report)})
        later = assets.hashed("members.js", content)
        files[later] = content
    return Linked(files, first, later, frozenset(linked.KEYS))
