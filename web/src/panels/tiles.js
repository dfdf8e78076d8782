// Key figures as tiles, all of one period: its value, the change from the earlier period, a line over its days.

import { element, find, setText, svgElement } from "../dom.js";
import { change, count, headline, points, short, shown } from "../kernel/formats.js";
import { figuresInSteps, keyFigures } from "../state/keyfigures.js";
import { explain } from "./explain.js";

/** Figures that stand below another one. */
const TWINS = { net: ["net_ex_tax", "average_daily_net"] };
const HEIGHT = 24; // of a sparkline; its width is 100

/** @param {Dashboard} dashboard */
export function addTiles(dashboard) {
  const { store, sources, render } = dashboard;
  const { data } = store;
  const has = ({ needs }) => !needs || data.features.includes(needs);
  const below = Object.values(TWINS).flat();
  const shownFigures = data.metrics.filter((it) => !below.includes(it.name) && has(it));
  const tiles = shownFigures.map((metric) =>
    tileOf(metric, Boolean(sources.cubes), () => explain(dashboard)),
  );
  const holder = find("#key-figures");
  holder.replaceChildren(
    element("dl", { class: "tiles" }, ...tiles.map(({ holder: tile }) => tile)),
  );
  const twinsOf = (name) =>
    data.metrics.filter((metric) => TWINS[name]?.includes(metric.name) && has(metric));

  function update() {
    const { values, periods, range } = keyFigures(dashboard);
    const inData = (days) => days.map((day) => Math.max(day - data.first, 0));
    const now = figuresInSteps(dashboard, inData(range));
    const isCompared = periods && values.net.now !== null;
    const before = isCompared ? figuresInSteps(dashboard, inData(periods[1])) : null;
    for (const tile of tiles) {
      updateTile(tile, values[tile.name]);
      if (tile.name === "return_rate") setText(tile.twin, openWords(dashboard));
      else if (tile.name === "average_order") setText(tile.twin, orderWords(store));
      else setText(tile.twin, twinWords(twinsOf(tile.name), values));
      drawSpark(data, tile, now, before);
    }
  }

  render.addPart(update, render.sightOf(holder));
}

/**
 * "43,992,122 ex tax · 43,287 a day".
 * @param {Metric[]} metrics
 * @param {Row} values
 */
const twinWords = (metrics, values) =>
  metrics
    .map(({ name, kind }) => `${headline(values[name].value, kind)} ${values[name].label}`)
    .join(" · ");

/** What an order comes to under a filter on products. @param {Store} store */
const orderWords = ({ state }) => (state.product.size ? "on these products" : "");

/** @typedef {ReturnType<typeof tileOf>} Tile */

/**
 * @param {Metric} metric
 * @param {boolean} hasMargin whether figures may be estimated
 * @param {() => void} onclick of its change
 */
function tileOf({ name, label, kind }, hasMargin, onclick) {
  const value = element("span", { class: "tile-value" });
  const twin = element("span", { class: "tile-twin" });
  const margin = hasMargin ? element("span", { class: "tile-twin" }) : null;
  const compared = element("button", {
    type: "button",
    class: "tile-change",
    title: "Why net revenue changed",
    "aria-haspopup": "dialog",
    onclick,
  });
  const before = element("span", { class: "tile-before" });
  const line = svgElement("polyline", { class: "spark-line", points: "" });
  const earlier = svgElement("polyline", { class: "spark-before", points: "" });
  const open = name === "return_rate" ? svgElement("path", { class: "spark-open" }) : null;
  const box = {
    class: "spark",
    viewBox: `0 0 100 ${HEIGHT}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  };
  const spark = svgElement("svg", box, earlier, ...(open ? [open] : []), line);
  const isTaxed = kind === "money" || kind === "mean";
  const holder = element(
    "div",
    { class: "tile", "data-key": name },
    element("dt", {}, label, isTaxed ? element("small", {}, " tax included") : null),
    element(
      "dd",
      {},
      value,
      twin,
      margin,
      element("span", { class: "tile-foot" }, compared, before),
      spark,
    ),
  );
  return { name, kind, holder, value, twin, margin, compared, before, line, earlier, open };
}

/** @param {Tile} tile @param {Row} figure of keyFigures */
function updateTile(tile, { value, kind, before, comparison, margin, isExact }) {
  const isAbout = margin !== null && value !== null;
  const hasMargin = isAbout && margin !== true;
  setText(tile.value, isAbout ? `about ${headline(value, kind)}` : headline(value, kind));
  tile.value.title = shown(value, kind);
  if (tile.margin) setText(tile.margin, hasMargin ? `± ${shown(margin, kind)}` : "");
  if (hasMargin) tile.value.title = `plus or minus ${shown(margin, kind)} (95 %)`;
  const isSure = isExact || comparison === null;
  const text = kind === "share" ? points(comparison) : change(comparison);
  setText(tile.compared, `${isSure ? "" : "about "}${text}`);
  tile.compared.dataset.sign = !comparison ? "" : comparison > 0 ? "up" : "down";
  setText(tile.before, comparison === null ? "" : `vs ${short(before, kind)}`);
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
 * Strokes over the steps in which returns are still to come.
 * @param {Data} data
 * @param {ReturnType<typeof figuresInSteps>} now
 * @returns {string} a path
 */
function hatching(data, { stepOf, count: steps }) {
  const first = firstOpenDay(data);
  let step = -1;
  for (let day = first ?? data.days; day < data.days && step < 0; day++) step = stepOf[day];
  if (step < 0) return "";
  const from = Math.min((100 * (step - 0.5)) / Math.max(steps - 1, 1), 94);
  const strokes = [];
  for (let x = Math.max(from, 0); x < 100; x += 3)
    strokes.push(`M${x.toFixed(1)},${HEIGHT}L${Math.min(x + 6, 100).toFixed(1)},0`);
  return strokes.join("");
}

/**
 * @param {Data} data
 * @param {Tile} tile
 * @param {ReturnType<typeof figuresInSteps>} now
 * @param {ReturnType<typeof figuresInSteps> | null} before
 */
function drawSpark(data, { name, line, earlier, open }, now, before) {
  const sides = [now.values[name] ?? [], before?.values[name] ?? []];
  const known = sides.flat().filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...known), Math.max(...known, 0)];
  const scale = high > low ? 20 / (high - low) : 0;
  const step = 100 / Math.max(now.count - 1, 1);
  const pointsOf = (values) =>
    values
      .slice(0, now.count)
      .flatMap((value, at) =>
        value === null
          ? []
          : [`${(at * step).toFixed(1)},${(22 - (value - low) * scale).toFixed(1)}`],
      )
      .join(" ");
  line.setAttribute("points", pointsOf(sides[0]));
  earlier.setAttribute("points", pointsOf(sides[1]));
  if (open) open.setAttribute("d", hatching(data, now));
}
