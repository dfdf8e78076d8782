// Small lines of how a number went from run to run: [data-history] takes one. A reader of the screen gets its words.

import { element, svgElement } from "../dom.js";
import { count } from "../kernel/formats.js";

const SPARK = { width: 120, height: 26, edge: 2 };

/** @param {Record<string, number | null>[]} history one record a run */
export function showHistory(history) {
  /** @type {NodeListOf<HTMLElement>} */
  const places = document.querySelectorAll("[data-history]");
  if (history.length < 2 || places.length === 0) return;
  for (const place of places) {
    const values = history
      .map((run) => run[place.dataset.history])
      .filter((value) => value !== null);
    if (values.length > 1) place.replaceChildren(sparkline(values), wordsOf(values));
  }
  /** @type {NodeListOf<HTMLElement>} */
  const sections = document.querySelectorAll("[data-run-history]");
  for (const section of sections) section.hidden = false;
}

/** A line over the values, flat in the middle when all are equal. @param {number[]} values */
function sparkline(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step = (SPARK.width - 2 * SPARK.edge) / (values.length - 1);
  const room = SPARK.height - 2 * SPARK.edge;
  const points = values.map((value, at) => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return `${(SPARK.edge + at * step).toFixed(1)},${(SPARK.edge + room * (1 - share)).toFixed(1)}`;
  });
  return svgElement(
    "svg",
    { viewBox: `0 0 ${SPARK.width} ${SPARK.height}`, class: "run-spark", "aria-hidden": "true" },
    svgElement("polyline", { points: points.join(" "), class: "spark-line" }),
  );
}

/** The last value, and the range of all. @param {number[]} values */
function wordsOf(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range =
    low === high
      ? `the same in ${values.length} runs`
      : `${count(low)} to ${count(high)} in ${values.length} runs`;
  return element(
    "span",
    {},
    count(values.at(-1)),
    element("small", { class: "note" }, ` ${range}`),
  );
}
