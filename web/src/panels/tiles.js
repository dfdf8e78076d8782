// Key figures as tiles: a value, a comparison, a sparkline by month.

import { choice, element, find, setText, svgElement } from "../dom.js";
import { change, count, points, shown, shownDay } from "../kernel/formats.js";
import { keyFigures, monthlyFigures } from "../state/keyfigures.js";

const COMPARISONS = [
  ["month", "last full month, a year before"],
  ["previous", "selected days, the days before"],
  ["year", "selected days, a year before"],
];
const NOT_COMPARED = "- : the earlier period is not wholly inside the data";
const HEIGHT = 24; // of a sparkline; its width is 100

/** @param {Dashboard} dashboard */
export function addTiles(dashboard) {
  const { store, sources, render, controls } = dashboard;
  const { data, setup } = store;
  const has = (feature) => data.features.includes(feature);
  // Net revenue ex tax stands below net revenue.
  const shownFigures = data.metrics.filter(
    ({ name, needs }) => name !== "net_ex_tax" && (!needs || has(needs)),
  );
  const tiles = shownFigures.map(({ name, label, kind }) => {
    const hasTwin = name === "return_rate" || (name === "net" && has("tax"));
    return tileOf(name, label, kind, hasTwin, Boolean(sources.cubes));
  });
  const compare = choice("Compared:", COMPARISONS, setup.compare, (value) =>
    store.adjust("compare", value),
  );
  const periods = element("span", { id: "compared" });
  const holder = find("#key-figures");
  holder.replaceChildren(
    element("dl", { class: "tiles" }, ...tiles.map(({ holder: tile }) => tile)),
    element(
      "p",
      { class: "compared" },
      controls.addChoice(compare, () => setup.compare),
      periods,
    ),
  );

  function update() {
    const figures = keyFigures(dashboard);
    const monthly = monthlyFigures(dashboard);
    for (const tile of tiles) {
      updateTile(tile, figures.values);
      if (tile.name === "return_rate") setText(tile.twin, openWords(dashboard));
      drawSpark(dashboard, tile, monthly[tile.name]);
    }
    /** @param {number[]} days */
    const span = ([from, to]) => `${shownDay(from)} to ${shownDay(to)}`;
    const isCompared = figures.periods && figures.values.net.now !== null;
    setText(
      periods,
      isCompared ? `${span(figures.periods[0])} against ${span(figures.periods[1])}` : NOT_COMPARED,
    );
  }

  render.addPart(update, render.sightOf(holder));
}

/** @typedef {ReturnType<typeof tileOf>} Tile */

/**
 * @param {string} name
 * @param {string} label
 * @param {string} kind
 * @param {boolean} hasTwin whether another figure stands below the value
 * @param {boolean} hasMargin whether figures may be estimated
 */
function tileOf(name, label, kind, hasTwin, hasMargin) {
  const value = element("span", { class: "tile-value" });
  const twin = hasTwin ? element("span", { class: "tile-twin" }) : null;
  const margin = element("span", { class: "tile-twin" });
  const compared = element("span", { class: "tile-change" });
  const line = svgElement("polyline", { class: "spark-line", points: "" });
  const band = svgElement("rect", { class: "spark-band", y: 0, height: HEIGHT });
  const open = name === "return_rate" ? svgElement("path", { class: "spark-open" }) : null;
  const box = {
    class: "spark",
    viewBox: `0 0 100 ${HEIGHT}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  };
  const spark = svgElement("svg", box, band, ...(open ? [open] : []), line);
  const suffix = kind === "money" ? element("small", {}, " tax included") : null;
  const holder = element(
    "div",
    { class: "tile", "data-key": name },
    element("dt", {}, label, suffix),
    element("dd", {}, value, twin, hasMargin ? margin : null, spark, compared),
  );
  return { name, holder, value, twin, margin, compared, line, band, open };
}

/** @param {Tile} tile @param {Record<string, any>} values of all key figures */
function updateTile(tile, values) {
  const { value, kind, comparison, margin, isExact } = values[tile.name];
  const isAbout = margin !== null && value !== null;
  const hasMargin = isAbout && margin !== true;
  setText(tile.value, isAbout ? `about ${shown(value, kind)}` : shown(value, kind));
  tile.value.title = hasMargin ? `plus or minus ${shown(margin, kind)} (95 %)` : "";
  setText(tile.margin, hasMargin ? `± ${shown(margin, kind)}` : "");
  if (tile.name === "net" && tile.twin)
    setText(tile.twin, `${shown(values.net_ex_tax.value, "money")} ${values.net_ex_tax.label}`);
  const isSure = isExact || comparison === null;
  const compared = kind === "share" ? points(comparison) : change(comparison);
  setText(tile.compared, `${isSure ? "" : "about "}${compared}`);
  tile.compared.dataset.sign = !comparison ? "" : comparison > 0 ? "up" : "down";
}

/**
 * The first day (from the first) whose purchases may still be returned; null when none may.
 * @param {Data} data
 */
const firstOpenDay = ({ tailDays, days }) =>
  tailDays === null ? null : Math.max(days - tailDays, 0);

/**
 * How many of the selected days are open: their return rate can only rise.
 * @param {Dashboard} dashboard
 */
function openWords({ store, sums }) {
  const first = firstOpenDay(store.data);
  const [from, to] = sums.selectedDays();
  const open = first === null ? 0 : to - Math.max(from, first) + 1;
  return open > 0 ? `may rise: ${count(open)} open days` : "";
}

/**
 * Strokes over the months in which returns are still to come.
 * @param {Store} store
 * @returns {string} a path
 */
function hatching({ data, months }) {
  const first = firstOpenDay(data);
  const last = Math.max(months.starts.length - 1, 1);
  const from = first === null ? 100 : Math.min((100 * (months.monthOf[first] - 0.5)) / last, 94);
  const strokes = [];
  for (let x = Math.max(from, 0); x < 100; x += 3)
    strokes.push(`M${x.toFixed(1)},${HEIGHT}L${Math.min(x + 6, 100).toFixed(1)},0`);
  return strokes.join("");
}

/** @param {Dashboard} dashboard @param {Tile} tile @param {(number | null)[]} values by month */
function drawSpark({ store, sums }, { line, band, open }, values) {
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...known), Math.max(...known, 0)];
  const scale = high > low ? 20 / (high - low) : 0;
  const step = 100 / Math.max(values.length - 1, 1);
  const points = values.flatMap((value, at) =>
    value === null ? [] : [`${(at * step).toFixed(1)},${(22 - (value - low) * scale).toFixed(1)}`],
  );
  line.setAttribute("points", points.join(" "));
  if (open) open.setAttribute("d", hatching(store));
  const [from, to] = sums.selectedDays();
  const x = (day) => (100 * day) / store.data.days;
  const isAll = !store.isOn("time");
  band.setAttribute("x", isAll ? "0" : x(from).toFixed(1));
  band.setAttribute("width", isAll ? "0" : Math.max(x(to + 1) - x(from), 0.5).toFixed(1));
}
