// Dragging over the trend selects days; dragging the selection or its edges moves it.

import { plotOf } from "../vega/figure.js";

const EDGE = 7; // pixels on either side of it
const LEAST_DRAG = 3;

/**
 * @typedef {{x: number, part: string | null, from: number, to: number, hasMoved: boolean}} Drag where it began
 */

/**
 * @param {Figure} figure
 * @param {HTMLElement} brush
 * @param {{store: Store, dayAt: (x: number) => number, hover: (day: number | null, event?: PointerEvent) => void}} how
 */
export function watchBrush(figure, brush, { store, dayAt, hover }) {
  const { state, data } = store;
  const { box } = figure;
  /** @type {Drag | null} */
  let drag = null;
  const xOf = (event) => event.clientX - box.getBoundingClientRect().left - plotOf(figure).left;

  box.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !figure.view) return;
    const x = xOf(event);
    const left = brush.offsetLeft - plotOf(figure).left;
    const part = brush.hidden ? null : partAt(x, left, left + brush.offsetWidth);
    drag = { x, part, from: state.from ?? 0, to: state.to ?? data.days - 1, hasMoved: false };
    box.setPointerCapture(event.pointerId);
  });
  box.addEventListener("pointermove", (event) => {
    if (!figure.view) return;
    const x = xOf(event);
    if (!Number.isFinite(dayAt(x))) return; // it is being drawn
    if (!drag) return hover(Math.floor(dayAt(x)), event);
    if (!drag.hasMoved && Math.abs(x - drag.x) < LEAST_DRAG) return;
    drag.hasMoved = true;
    const [from, to] = dragged(drag, dayAt(x), dayAt(drag.x), data.days - 1);
    if (from !== state.from || to !== state.to) store.setDays(from, to, "replace");
  });
  const finish = () => {
    if (drag?.hasMoved) store.changed({ history: "push" });
    drag = null;
  };
  box.addEventListener("pointerup", finish);
  box.addEventListener("pointercancel", finish);
  box.addEventListener("pointerleave", () => hover(null));
  box.addEventListener("dblclick", () => {
    if (store.isOn("time")) store.clear("time");
  });
}

/**
 * The part of the brush at an x: "left" or "right" edge, "move" between them, null outside.
 * @param {number} x
 * @param {number} left
 * @param {number} right
 */
function partAt(x, left, right) {
  if (Math.abs(x - left) < EDGE) return "left";
  if (Math.abs(x - right) < EDGE) return "right";
  return x > left && x < right ? "move" : null;
}

/**
 * The days that a drag has come to.
 * @param {Drag} drag
 * @param {number} here
 * @param {number} start
 * @param {number} last
 */
function dragged({ part, from, to }, here, start, last) {
  const limit = (day) => Math.min(Math.max(Math.floor(day), 0), last);
  if (part === "left") return [Math.min(limit(here), to), to];
  if (part === "right") return [from, Math.max(limit(here), from)];
  if (part === "move") {
    const shift = Math.min(Math.max(Math.round(here - start), -from), last - to);
    return [from + shift, to + shift];
  }
  return [limit(Math.min(here, start)), limit(Math.max(here, start))];
}
