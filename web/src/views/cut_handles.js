// The cut points on the grid: the lines between its rows and columns can be dragged, and moved by arrow keys.

import { element } from "../dom.js";
import { cutOver, nextCut, withCut } from "../kernel/cut_moves.js";
import { span } from "../kernel/cut_words.js";
import { bounds } from "../kernel/rfm.js";
import { plotOf } from "../vega/figure.js";
import { hideTip, showTip } from "../vega/tooltip.js";

const WIDE = 9; // pixels, of what can be taken hold of
const SIDES = /** @type {const} */ ([
  ["frequency", "Frequency", "x"],
  ["recency", "Recency", "y"],
]);
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** @param {Dashboard} dashboard */
export function cutHandles({ store, scoring }) {
  const { data } = store;
  const holder = element("div", {
    class: "cut-handles",
    role: "group",
    "aria-label": "Cut points",
  });
  let figure = null;
  const handles = SIDES.flatMap(([measure, title, side]) =>
    Array.from({ length: data.bins - 1 }, (_, at) => handleOf(measure, title, side, at)),
  );
  holder.append(...handles.map(({ node }) => node));

  /** Values of the scored customers, ascending. @param {string} measure */
  const sortedValues = (measure) =>
    store.cached(`sorted ${measure}`, store.filters.names, () =>
      scoring
        .values()
        [measure === "recency" ? "recency_days" : measure].filter((value) => !Number.isNaN(value))
        .sort(),
    );

  /** The two scores that a cut point parts, the lower value's first, and their rules. */
  function scoresAt(measure, at) {
    const cuts = scoring.cuts()[measure];
    const isReversed = measure === "recency";
    return [at, at + 1].map((step) => {
      const score = isReversed ? data.bins - step : step + 1;
      return /** @type {[number, string]} */ ([
        score,
        span(measure, bounds(cuts, score, isReversed)),
      ]);
    });
  }

  /** @param {string} measure @param {string} title @param {"x" | "y"} side @param {number} at */
  function handleOf(measure, title, side, at) {
    const node = element("div", {
      class: `cut-handle cut-${side}`,
      role: "slider",
      tabindex: measure === "frequency" && at === 0 ? "0" : "-1",
      "aria-orientation": side === "x" ? "horizontal" : "vertical",
    });
    let start = null;

    /** @param {number[]} cuts @param {Change["history"]} history */
    const move = (cuts, history) => {
      const now = scoring.cuts()[measure];
      if (cuts.some((cut, place) => cut !== Math.floor(now[place])))
        scoring.moveCuts(measure, cuts, history);
    };
    const tipAt = (event) =>
      showTip(event, [
        `${title}: cut point`,
        ...scoresAt(measure, at).map(
          ([score, rule]) => /** @type {TipLine} */ ([`Score ${score}`, rule]),
        ),
      ]);
    node.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !figure?.view) return;
      event.preventDefault();
      node.focus();
      node.setPointerCapture(event.pointerId);
      const cuts = scoring.cuts()[measure];
      start = { x: event.clientX, y: event.clientY, cuts, sorted: sortedValues(measure) };
      node.classList.add("dragged");
    });
    node.addEventListener("pointermove", (event) => {
      if (start) {
        const away = side === "x" ? event.clientX - start.x : event.clientY - start.y;
        const band = figure.view.scale(side).bandwidth();
        const part = Math.max(-1, Math.min(away / band, 1));
        node.style.transform =
          side === "x" ? `translateX(${part * band}px)` : `translateY(${part * band}px)`;
        move(withCut(start.cuts, at, cutOver(start.sorted, start.cuts, at, part)), "replace");
      }
      tipAt(event);
    });
    const finish = () => {
      if (!start) return;
      start = null;
      node.style.transform = "";
      node.classList.remove("dragged");
      hideTip();
      store.changed({ history: "push" });
    };
    node.addEventListener("pointerup", finish);
    node.addEventListener("pointercancel", finish);
    node.addEventListener("pointerleave", () => start || hideTip());
    node.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step && event.key !== "Tab") return;
      if (!step) return;
      event.preventDefault();
      const cuts = scoring.cuts()[measure];
      move(withCut(cuts, at, nextCut(sortedValues(measure), cuts[at], step)), "push");
    });
    node.addEventListener("focus", () => {
      for (const other of handles) other.node.tabIndex = other.node === node ? 0 : -1;
    });
    return { node, measure, title, side, at };
  }

  holder.addEventListener("keydown", (event) => {
    const step = { Home: -1, End: 1, PageUp: -1, PageDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const here = handles.findIndex(({ node }) => node === document.activeElement);
    const last = handles.length - 1;
    const next = { Home: 0, End: last, PageUp: here - 1, PageDown: here + 1 }[event.key];
    handles[Math.min(Math.max(next, 0), last)].node.focus();
  });

  /** Put each handle between its rows or columns. @param {Figure} where */
  function place(where) {
    figure = where;
    const plot = plotOf(where);
    const { bins } = data;
    for (const { node, measure, title, side, at } of handles) {
      const cuts = scoring.cuts()[measure];
      node.hidden = !cuts?.length;
      if (node.hidden) continue;
      const scale = where.view.scale(side);
      // Between the columns of f = at + 1 and the next; between the rows of r = bins - at and the next.
      const next = side === "x" ? at + 2 : bins - at - 1;
      const gap = (scale.step() - scale.bandwidth()) / 2;
      const line = scale(next) - gap - WIDE / 2;
      const { style } = node;
      style.left = `${plot.left + (side === "x" ? line : 0)}px`;
      style.top = `${plot.top + (side === "y" ? line : 0)}px`;
      style.width = `${side === "x" ? WIDE : plot.width}px`;
      style.height = `${side === "y" ? WIDE : plot.height}px`;
      const scores = scoresAt(measure, at);
      node.setAttribute(
        "aria-label",
        `${title} cut point between scores ${scores[0][0]} and ${scores[1][0]}`,
      );
      node.setAttribute("aria-valuenow", String(Math.floor(cuts[at])));
      node.setAttribute("aria-valuemin", String(Math.floor(cuts[at - 1] ?? 0)));
      node.setAttribute(
        "aria-valuemax",
        String(Math.floor(cuts[at + 1] ?? sortedValues(measure).at(-1) ?? cuts[at])),
      );
      node.setAttribute(
        "aria-valuetext",
        scores.map(([score, rule]) => `score ${score}: ${rule}`).join("; "),
      );
    }
  }

  return { holder, place };
}
