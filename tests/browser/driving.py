"""Opening the dashboard, waiting for it, and where its marks are."""

from __future__ import annotations

from typing import Any

OPEN = "() => document.documentElement.dataset.settled && window.retailReport.linked.store.data.members"
# Nothing is left to redraw: what is asked of the page right after a click must wait for this.
QUIET = """() => { const { render, mounted } = window.retailReport.linked;
  const isDone = (it) => !it.mustBuild || !it.box.clientWidth; // a hidden tab is drawn when it is shown
  return render.waiting === 0 && render.drawing === 0 && [...mounted.values()].every(isDone); }"""
PLACES = """() => {
  const { mounted } = window.retailReport.linked;
  const place = (key, x, y) => {
    const it = mounted.get(key);
    it.box.scrollIntoView({ block: "center", behavior: "instant" });
    const box = it.box.getBoundingClientRect();
    const [left, top] = it.view.origin();
    const canvas = it.box.querySelector(".vega-canvas canvas").getBoundingClientRect();
    const padding = it.view.padding();
    return [canvas.left + left + padding.left + x, canvas.top + top + padding.top + y];
  };
  window.placeOf = (key, name, datum) => {
    const it = mounted.get(key);
    const view = it.view;
    const scale = (axis, value) => view.scale(axis)(value) + (view.scale(axis).bandwidth?.() ?? 0) / 2;
    if (key === "rfm-grid") return place(key, scale("x", datum.f), scale("y", datum.r));
    if (key === "channels" || key === "cities") return place(key, 6, scale("y", datum));
    if (key === "products") {
      const isIt = (r) => r.category === datum[0] && r.subcategory === datum[1];
      const row = view.data("rows").find((r) => isIt(r) && r.x !== undefined);
      if (!row) return null;
      const middle = (axis, from, to) => (view.scale(axis)(from) + view.scale(axis)(to)) / 2;
      return place(key, middle("x", row.x, row.x2), middle("y", row.y, row.y2) + 3);
    }
    if (key === "scatter") {
      const row = view.data("rows")[datum % view.data("rows").length];
      return place(key, view.scale("x")(row.x), view.scale("y")(row.y));
    }
    return place(key, datum[0] * view.width(), datum[1] * view.height());
  };
}"""


def opened(page: Any, site: Any, hash_: str = "#period=all") -> Any:
    """The dashboard of a site at an address, drawn; by default all of its days."""
    page.goto(f"{site.url}{hash_}")
    page.wait_for_function(OPEN)
    settled(page)
    return page


def settled(page: Any) -> None:
    """Wait until all that a change asks for is drawn."""
    page.wait_for_function(QUIET)


def see(page: Any, key: str) -> None:
    """Bring a figure into sight, its tab to the front, and let it be drawn."""
    bring(page, f'[data-figure="{key}"]')
    page.evaluate(
        "(key) => window.retailReport.linked.mounted.get(key).box"
        ".scrollIntoView({block: 'center', behavior: 'instant'})",
        key,
    )
    page.wait_for_function(
        "(key) => { const it = window.retailReport.linked.mounted.get(key);"
        " return it.view && it.isVisible && !it.isDirty; }",
        arg=key,
    )


def bring(page: Any, selector: str) -> None:
    """Choose the tab that holds an element, if it is not shown."""
    tab = page.evaluate(
        """(selector) => { const view = document.querySelector(selector).closest("[data-view]");
        return view?.hidden ? view.dataset.view : null; }""",
        selector,
    )
    if tab:
        page.locator(f"#tab-{tab}").click()
        settled(page)


def filters(page: Any) -> Any:
    """The sheet of filters, open."""
    page.evaluate("document.querySelector('.sheet').open = true")
    return page.locator(".sheet")


def settings(page: Any) -> None:
    """Open the settings of the clusters."""
    page.evaluate("document.querySelector('[data-figure=scatter] .settings').open = true")


def place_of(page: Any, key: str, datum: object) -> list[float] | None:
    """Where a mark is on the screen, its figure in sight; None when it is not drawn."""
    see(page, key)
    page.evaluate(PLACES)
    return page.evaluate("([key, datum]) => window.placeOf(key, '', datum)", [key, datum])


def tile(page: Any, name: str) -> str:
    """The text of a key figure."""
    return page.locator(f'[data-key="{name}"] .tile-value').text_content()


def chips(page: Any) -> list[str]:
    """The words of the chips."""
    return page.locator(".chip-words").all_text_contents()
