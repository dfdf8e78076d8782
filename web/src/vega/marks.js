// The marks of a chart for who has no mouse: one stop of the Tab key a chart, arrow keys from mark to mark, Enter
// selects.

import { element } from "../dom.js";
import { announce } from "../panels/announce.js";
import { plotOf } from "./figure.js";
import { hideTip, showTip } from "./tooltip.js";

const MARKS = ["rect", "symbol", "shape", "arc"];
const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const ASIDE = 2; // a mark beside the line of an arrow counts as so many times farther away

/**
 * A mark in pixels from the plot's corner, and its row.
 * @typedef {{x1: number, y1: number, x2: number, y2: number, datum: Row}} Mark
 */

/** The marks that have something to tell, from left to right. @param {Figure} figure @returns {Mark[]} */
function marksOf(figure) {
  if (figure.marks) return figure.marks();
  const found = [];
  /** @param {any} mark @param {number} x @param {number} y */
  const walk = (mark, x, y) => {
    if (/^(axis|legend|title)/.test(mark.role ?? "")) return;
    for (const item of mark.items ?? []) {
      if (mark.marktype === "group") {
        for (const inner of item.items ?? []) walk(inner, x + (item.x ?? 0), y + (item.y ?? 0));
      } else if (MARKS.includes(mark.marktype) && item.datum && figure.tip(item.datum)) {
        const { x1, y1, x2, y2 } = item.bounds;
        found.push({ x1: x1 + x, y1: y1 + y, x2: x2 + x, y2: y2 + y, datum: item.datum });
      }
    }
  };
  walk(figure.view.scenegraph().root, 0, 0);
  return found.sort((a, b) => a.x1 - b.x1 || a.y1 - b.y1);
}

const middle = ({ x1, y1, x2, y2 }) => [(x1 + x2) / 2, (y1 + y2) / 2];

/**
 * The nearest mark in a direction; where there is none, the one itself.
 * @param {Mark[]} marks
 * @param {number} at
 * @param {number[]} direction
 */
function nextMark(marks, at, [right, down]) {
  const [x, y] = middle(marks[at]);
  let [best, least] = [at, Infinity];
  marks.forEach((mark, place) => {
    if (place === at) return;
    const [left, top] = middle(mark);
    const along = (left - x) * right + (top - y) * down;
    const aside = Math.abs((left - x) * down) + Math.abs((top - y) * right);
    if (along > 0.5 && along + ASIDE * aside < least)
      [best, least] = [place, along + ASIDE * aside];
  });
  return best;
}

/** What a tooltip says, in one line. @param {TipLine[]} lines */
export const tipText = (lines) =>
  lines.map((line) => (typeof line === "string" ? line : line.join(" "))).join(", ");

/** Let the Tab key reach a figure's marks. @param {Figure} figure */
export function watchKeys(figure) {
  const press = figure.press ?? figure.click;
  if (!figure.tip || !press) return;
  /** @type {Mark[]} */
  let marks = [];
  let at = 0;
  const stop = element("button", { type: "button", class: "mark-stop" });
  figure.box.append(stop);

  /** @param {Mark} mark @returns {TipLine[]} */
  const tipOf = ({ datum }) => figure.tip(datum) || [];

  /** @param {boolean} isSaid */
  function show(isSaid) {
    const mark = marks[at];
    const text = `${figure.title}: ${mark ? tipText(tipOf(mark)) : "no marks"}`;
    stop.setAttribute("aria-label", text);
    if (!mark) return;
    const plot = plotOf(figure);
    stop.style.left = `${plot.left + mark.x1}px`;
    stop.style.top = `${plot.top + mark.y1}px`;
    stop.style.width = `${Math.max(mark.x2 - mark.x1, 4)}px`;
    stop.style.height = `${Math.max(mark.y2 - mark.y1, 4)}px`;
    if (!isSaid) return;
    announce(text);
    figure.hover?.(mark.datum);
    const box = stop.getBoundingClientRect();
    showTip({ clientX: box.right, clientY: box.bottom }, tipOf(mark));
  }
  /** The marks of now: a redraw may have moved them. */
  function look() {
    marks = figure.view ? marksOf(figure) : [];
    at = Math.min(at, Math.max(marks.length - 1, 0));
  }

  stop.addEventListener("focus", () => {
    look();
    if (stop.matches(":focus-visible")) show(true);
  });
  stop.addEventListener("blur", () => {
    hideTip();
    figure.hover?.(null);
  });
  stop.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    look();
    if (!marks.length) return;
    if (event.key === "Home") at = 0;
    else if (event.key === "End") at = marks.length - 1;
    else at = nextMark(marks, at, arrow);
    show(true);
  });
  stop.addEventListener("click", (event) => {
    look();
    if (marks[at]) press(marks[at].datum, event);
    event.stopPropagation();
  });
  stop.setAttribute(
    "aria-label",
    `${figure.title}: arrow keys go from mark to mark, Enter selects`,
  );
}
