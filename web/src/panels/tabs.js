// The views that share a place: tabs below the screen; on a narrow screen all views, one at a time.

import { element, find } from "../dom.js";

/** From which width down a view is a tab; above it stands on the screen. */
const WIDTHS = { wide: "all", middle: "(max-width: 75rem)", narrow: "(max-width: 45rem)" };

/**
 * @typedef {{key: string, name: string, query: MediaQueryList, holder: HTMLElement}} Place
 */

/** @param {Store} store */
export function addTabs(store) {
  const board = find("#board");
  const list = find("#tabs");
  /** @type {Place[]} */
  const places = [...board.querySelectorAll(":scope > [data-view]")].map((node) => {
    const holder = /** @type {HTMLElement} */ (node);
    const { view, name, from = "wide" } = holder.dataset;
    return { key: view, name, holder, query: window.matchMedia(WIDTHS[from]) };
  });
  const buttons = new Map(places.map((place) => [place.key, buttonOf(place)]));
  list.append(...buttons.values());
  list.hidden = false;

  /** The views that are tabs at this width. */
  const offered = () => places.filter(({ query }) => query.matches);
  /** Which of them is shown. */
  function current() {
    const tabs = offered();
    return (tabs.find(({ key }) => key === store.setup.tab) ?? tabs[0])?.key;
  }

  /** @param {Place} place */
  function buttonOf({ key, name, holder }) {
    holder.id ||= `view-${key}`;
    return element(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${key}`,
        "aria-controls": holder.id,
        onclick: () => choose(key),
        onkeydown: turn,
      },
      name,
    );
  }

  /** Arrow keys go from tab to tab. @param {KeyboardEvent} event */
  function turn(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const keys = offered().map(({ key }) => key);
    const next = keys[(keys.indexOf(current()) + step + keys.length) % keys.length];
    choose(next);
    buttons.get(next).focus();
  }

  /** @param {string} key */
  function choose(key) {
    if (key === current()) return;
    store.setup.tab = key;
    store.changed({ settings: ["tab"], history: "replace" });
  }

  function sync() {
    const shown = current();
    for (const { key, holder, query } of places) {
      const button = buttons.get(key);
      button.hidden = !query.matches;
      button.setAttribute("aria-selected", String(key === shown));
      button.tabIndex = key === shown ? 0 : -1;
      holder.hidden = query.matches && key !== shown;
      if (query.matches) holder.setAttribute("role", "tabpanel");
      else holder.removeAttribute("role");
    }
  }

  for (const { query } of places) query.addEventListener("change", sync);
  return {
    sync,
    /** Bring the view that holds a figure to the front. @param {Element} node */
    show(node) {
      const place = places.find(({ holder }) => holder.contains(node));
      if (place?.query.matches) choose(place.key);
      sync();
    },
  };
}
