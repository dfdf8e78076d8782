// Small lines of how a number went from run to run: [data-history] takes one, from run.js. A reader of
// the screen gets its words.

const SPARK = { width: 120, height: 26, edge: 2 };

document.addEventListener("DOMContentLoaded", () => {
  const history = window.retailReport?.run?.history ?? [];
  const places = [...document.querySelectorAll("[data-history]")];
  if (history.length < 2 || places.length === 0) return;
  for (const place of places) {
    const values = history
      .map((run) => run[place.dataset.history])
      .filter((value) => value !== null);
    if (values.length > 1) place.replaceChildren(sparkline(values), sparkWords(values));
  }
  document.querySelectorAll("[data-run-history]").forEach((section) => (section.hidden = false));
});

/** @param {number[]} values @returns {SVGElement} a line over them, flat in the middle when all are equal */
function sparkline(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step = (SPARK.width - 2 * SPARK.edge) / (values.length - 1);
  const room = SPARK.height - 2 * SPARK.edge;
  const points = values.map((value, at) => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return `${(SPARK.edge + at * step).toFixed(1)},${(SPARK.edge + room * (1 - share)).toFixed(1)}`;
  });
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${SPARK.width} ${SPARK.height}`);
  svg.setAttribute("class", "run-spark");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  line.setAttribute("points", points.join(" "));
  line.setAttribute("class", "spark-line");
  svg.append(line);
  return svg;
}

/** @param {number[]} values @returns {HTMLElement} the last value, and the range of all */
function sparkWords(values) {
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
