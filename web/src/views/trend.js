// The trend: a measure over the period, the earlier one and the unfiltered total beside it, and a brush that filters
// time and can be zoomed into.

import { choice, element, setText } from "../dom.js";
import { shown, shownDay } from "../kernel/formats.js";
import { DAY_MS, dayText, GRAINS, STARTS } from "../kernel/periods.js";
import { grainNow, trendPeriods } from "../state/trend.js";
import { filterWords, sourceWords } from "../state/words.js";
import { plotOf, toolsOf } from "../vega/figure.js";
import { hideTip, showTip } from "../vega/tooltip.js";
import { watchBrush } from "./brush.js";
import { inUnits, MEASURE_KINDS, MEASURE_OF, MEASURES, shortWords } from "./measures.js";

const MOST_BARS = 36; // more marks are an area
const GAP = 0.12; // between bars, as a part of one
const GRAIN_WORDS = [["auto", "auto"], ...GRAINS.map((grain) => [grain, `by ${grain}`])];
/** @type {Record<string, string>} */
const EARLIER = { year: "a year before", previous: "the period before" };

/**
 * @param {Dashboard} dashboard
 * @param {ReturnType<typeof import("./day_pointer.js").createDayPointer>} pointer
 * @returns {View}
 */
export function trendView(dashboard, pointer) {
  const { store, sums, controls } = dashboard;
  const { data, state, setup } = store;

  const periods = () => store.cached(`trend ${spanKey()}`, ["time"], () => trendPeriods(dashboard));
  const spanKey = () => [grainNow(dashboard), setup.compare, ...store.span()].join(" ");
  const isBars = () => periods().length <= MOST_BARS;

  /** Chart rows: the total only where it differs, the earlier period only where there is one. */
  function rows() {
    const { measure } = setup;
    const isFiltered = store.on(["time"]).length > 0;
    const gap = isBars() ? GAP / 2 : 0;
    return periods().map((row) => {
      const [start, end] = [row.from, row.to + 1].map((day) => (data.first + day) * DAY_MS);
      const before = row[`before_${measure}`];
      return {
        day: dayText(row.day),
        start,
        end,
        left: start + gap * (end - start),
        right: end - gap * (end - start),
        [measure]: inUnits(row[measure], measure),
        [`all_${measure}`]: isFiltered ? inUnits(row[`all_${measure}`], measure) : null,
        [`before_${measure}`]: before === undefined ? null : inUnits(before, measure),
        partial: partialWords(row),
      };
    });
  }

  /** The specification, with a tick a year where marks are years. */
  function spec() {
    const made = structuredClone(data.specs.trend[`${setup.measure}${isBars() ? " bars" : ""}`]);
    if (grainNow(dashboard) !== "year") return made;
    const years = { tickCount: { interval: "year", step: 1 }, format: "%Y" };
    for (const { encoding } of made.layer) encoding.x.axis = { ...encoding.x.axis, ...years };
    return made;
  }

  /** The exact value of the period that a day lies in, and of the day. @param {number} day */
  function tipOf(day) {
    const { measure } = setup;
    const grain = grainNow(dashboard);
    const kind = MEASURE_KINDS[measure];
    const first = STARTS[grain](data.first + day);
    const row = periods().find((period) => period.day === first);
    /** @type {TipLine[]} */
    const lines = [shownDay(data.first + day)];
    if (!row) return lines;
    const partial = partialWords(row);
    if (grain !== "day")
      lines.push([
        `${grain} from ${shownDay(first)}${partial ? ` (${partial})` : ""}`,
        shown(row[measure], kind),
      ]);
    if (sums.byDay().source?.grain === "day")
      lines.push(["this day", shown(MEASURE_OF[measure](sums.byDay(), day), kind)]);
    const before = row[`before_${measure}`];
    if (before !== undefined) lines.push([EARLIER[setup.compare], shown(before, kind)]);
    if (filterWords(store, ["time"]).length)
      lines.push(["without filters", shown(row[`all_${measure}`], kind)]);
    return lines;
  }

  const crosshair = element("div", { class: "crosshair", hidden: true });
  const brush = element("div", { class: "brush", hidden: true });
  const partials = [0, 1].map(() => element("div", { class: "partial", hidden: true }));
  const zoom = element("button", { type: "button", class: "zoom", onclick: turnZoom }, "Zoom in");
  const key = element("span", { class: "trend-key" });
  const shades = [element("div", { class: "shade" }), element("div", { class: "shade" })];

  /** The x of a day in the plot. */
  const placeOf = ({ view }, day) => view.scale("x")((data.first + day) * DAY_MS);
  /** The day at an x of the plot, with a fraction. */
  const dayAt = ({ view }, x) => view.scale("x").invert(x).getTime() / DAY_MS - data.first;

  /** Into the days chosen, or out again. */
  function turnZoom() {
    const [from, to] = store.span();
    const [first, last] = [state.from ?? 0, state.to ?? data.days - 1];
    const isInside = store.isOn("time") && (first > from || last < to);
    store.adjust("zoom", isInside ? [first, last] : null);
  }
  controls.add(() => {
    const [from, to] = store.span();
    const [first, last] = [state.from ?? 0, state.to ?? data.days - 1];
    const canZoom = store.isOn("time") && (first > from || last < to);
    zoom.hidden = !canZoom && !setup.zoom;
    setText(zoom, canZoom ? "Zoom in" : "Zoom out");
  });

  /** @param {Figure} figure */
  function attach(figure) {
    const select = (name, label, options) =>
      controls.addChoice(
        choice(label, options, setup[name], (value) => store.adjust(name, value)),
        () => setup[name],
      );
    const period = select("grain", "By", GRAIN_WORDS);
    toolsOf(figure).append(key, zoom, select("measure", "Measure", MEASURES), period);
    figure.box.append(...partials, ...shades, brush, crosshair);
    figure.box.classList.add("brushable");
    watchBrush(figure, brush, {
      store,
      dayAt: (x) => dayAt(figure, x),
      hover: (day, event) => {
        const inside = pointer.pointAt(day);
        if (inside === null) hideTip();
        else showTip(event, tipOf(inside));
      },
    });
    pointer.follow((day) => {
      if (!figure.view) return;
      const [from, to] = store.span();
      crosshair.hidden = day === null || day < from || day > to;
      if (crosshair.hidden) return;
      const plot = plotOf(figure);
      crosshair.style.left = `${plot.left + placeOf(figure, day + 0.5)}px`;
      crosshair.style.top = `${plot.top}px`;
      crosshair.style.height = `${plot.height}px`;
    });
  }

  /**
   * The brush is HTML above the chart: moving it redraws nothing else of the trend.
   * @param {Figure} figure
   */
  function paint(figure) {
    const plot = plotOf(figure);
    const isAll = !store.isOn("time");
    const limit = (x) => Math.min(Math.max(x, 0), plot.width);
    const left = limit(placeOf(figure, state.from ?? 0));
    const right = limit(placeOf(figure, (state.to ?? data.days - 1) + 1));
    const put = (node, from, to) => {
      node.hidden = isAll || to - from < 0.5;
      node.style.left = `${plot.left + from}px`;
      node.style.width = `${to - from}px`;
      node.style.top = `${plot.top}px`;
      node.style.height = `${plot.height}px`;
    };
    put(brush, left, Math.max(right, left + 2));
    put(shades[0], 0, left);
    put(shades[1], right, plot.width);
  }

  /** Strokes over the periods that lie only in part inside the days shown and the data. @param {Figure} figure */
  function hatch(figure) {
    const plot = plotOf(figure);
    const [x, y] = ["x", "y"].map((name) => figure.view.scale(name));
    const drawn = rows().filter(({ partial }) => partial);
    const ends = drawn.length > 1 ? [drawn[0], drawn.at(-1)] : drawn;
    partials.forEach((node, at) => {
      const row = ends[at];
      node.hidden = !row;
      if (!row) return;
      const [low, high] = isBars() ? [y(0), y(row[setup.measure])] : [plot.height, 0];
      node.style.left = `${plot.left + x(row.left)}px`;
      node.style.width = `${Math.max(x(row.right) - x(row.left), 2)}px`;
      node.style.top = `${plot.top + Math.min(low, high)}px`;
      node.style.height = `${Math.abs(low - high)}px`;
    });
    const hasEarlier = periods()[0]?.before_net !== undefined;
    setText(key, hasEarlier ? EARLIER[setup.compare] : "");
    key.classList.toggle("is-area", !isBars());
  }

  return {
    key: "trend",
    own: ["time"],
    painted: ["time"],
    switches: ["measure", "grain", "compare", "zoom"],
    shape: () => `${spanKey()} ${isBars()}`,
    spec,
    rows,
    table: () => ({ columns: COLUMNS, rows: periods() }),
    title: () => `${shortWords(setup.measure)} by ${grainNow(dashboard)}`,
    about: () =>
      "Drag over the chart to select days, drag the selection or its edges to move it, double click to let it go; Zoom in shows only these days. The grey behind is without filters, the mark or dashed line the earlier period. A period that lies only in part inside the days shown is hatched and says how many of its days it has.",
    from: () => sourceWords(dashboard, sums.byDay(), "day", ["time"]),
    attach,
    after: hatch,
    paint,
  };
}

/** "3 of 7 days", nothing for a whole period. @param {Row} row */
const partialWords = ({ days, of }) => (days < of ? `${days} of ${of} days` : null);

const COLUMNS = [
  { name: "day", label: "From", kind: "day" },
  { name: "days", label: "Days with data", kind: "count" },
  { name: "of", label: "Days of the period", kind: "count" },
  ...MEASURES.flatMap(([name, label]) => [
    { name, label, kind: MEASURE_KINDS[name] },
    { name: `before_${name}`, label: `${label}, earlier period`, kind: MEASURE_KINDS[name] },
    { name: `all_${name}`, label: `${label}, without filters`, kind: MEASURE_KINDS[name] },
  ]),
];
