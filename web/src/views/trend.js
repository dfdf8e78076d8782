// The trend: a measure over time, the unfiltered total behind it, and a brush that filters time.

import { choice, element } from "../dom.js";
import { shown, shownDay } from "../kernel/formats.js";
import { DAY_MS, dayText, GRAINS, STARTS } from "../kernel/periods.js";
import { filterWords, sourceWords } from "../state/words.js";
import { plotOf, toolsOf } from "../vega/figure.js";
import { hideTip, showTip } from "../vega/tooltip.js";
import { watchBrush } from "./brush.js";
import { inUnits, MEASURE_KINDS, MEASURE_OF, MEASURES, shortWords } from "./measures.js";

const GRAIN_WORDS = GRAINS.map((grain) => [grain, `by ${grain}`]);

/**
 * @param {Dashboard} dashboard
 * @param {ReturnType<typeof import("./day_pointer.js").createDayPointer>} pointer
 * @returns {View}
 */
export function trendView(dashboard, pointer) {
  const { store, sums, controls } = dashboard;
  const { data, state, setup } = store;
  const { unfiltered } = sums;

  /** The period asked for, or the shortest that there are sums of. */
  function grainNow() {
    const { grain } = sums.byDay().source ?? {};
    return GRAINS[Math.max(GRAINS.indexOf(setup.grain), GRAINS.indexOf(grain ?? "day"))];
  }

  /** One row a period in whole smallest units: day (its first), net, units, purchases and their totals. */
  function periods() {
    const start = STARTS[grainNow()];
    const now = sums.byDay();
    const rows = [];
    for (let day = 0; day < data.days; day++) {
      const first = start(data.first + day);
      if (rows.at(-1)?.day !== first) rows.push(emptyPeriod(first));
      const row = rows.at(-1);
      for (const name in MEASURE_OF) {
        row[name] += MEASURE_OF[name](now, day);
        row[`all_${name}`] += MEASURE_OF[name](unfiltered, day);
      }
    }
    return rows;
  }

  /** Chart rows: the total only where it differs. */
  function rows() {
    const { measure } = setup;
    const isFiltered = store.on(["time"]).length > 0;
    return periods().map((row) => ({
      day: dayText(row.day),
      [measure]: inUnits(row[measure], measure),
      [`all_${measure}`]: isFiltered ? inUnits(row[`all_${measure}`], measure) : null,
    }));
  }

  /** The exact value of the period that a day lies in, and of the day. @param {number} day */
  function tipOf(day) {
    const { measure } = setup;
    const grain = grainNow();
    const kind = MEASURE_KINDS[measure];
    const first = STARTS[grain](data.first + day);
    const byStart = store.cached(
      `trend ${grain}`,
      ["time"],
      () => new Map(periods().map((period) => [period.day, period])),
    );
    const row = byStart.get(first);
    /** @type {TipLine[]} */
    const lines = [shownDay(data.first + day)];
    if (grain !== "day")
      lines.push([`${grain} from ${shownDay(first)}`, shown(row[measure], kind)]);
    if (sums.byDay().source?.grain === "day")
      lines.push(["this day", shown(MEASURE_OF[measure](sums.byDay(), day), kind)]);
    if (filterWords(store, ["time"]).length)
      lines.push(["unfiltered", shown(row[`all_${measure}`], kind)]);
    return lines;
  }

  const crosshair = element("div", { class: "crosshair", hidden: true });
  const brush = element("div", { class: "brush", hidden: true });
  const shades = [element("div", { class: "shade" }), element("div", { class: "shade" })];

  /** The x of a day in the plot. */
  const placeOf = ({ view }, day) => view.scale("x")((data.first + day) * DAY_MS);
  /** The day at an x of the plot, with a fraction. */
  const dayAt = ({ view }, x) => view.scale("x").invert(x).getTime() / DAY_MS - data.first;

  /** @param {Figure} figure */
  function attach(figure) {
    const select = (name, label, options) =>
      controls.addChoice(
        choice(label, options, setup[name], (value) => store.adjust(name, value)),
        () => setup[name],
      );
    const period = select("grain", "Period", GRAIN_WORDS);
    toolsOf(figure).append(select("measure", "Measure", MEASURES), period);
    figure.box.append(...shades, brush, crosshair);
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
      crosshair.hidden = day === null;
      if (day === null) return;
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

  return {
    key: "trend",
    own: ["time"],
    painted: ["time"],
    switches: ["measure", "grain"],
    position: () => setup.measure,
    rows,
    table: () => ({ columns: COLUMNS, rows: periods() }),
    title: () => `${shortWords(setup.measure)} by ${grainNow()}`,
    about: () =>
      "Drag over the chart to select days, double click for all; the grey area is the unfiltered total.",
    from: () => sourceWords(dashboard, sums.byDay(), "day", ["time"]),
    attach,
    paint,
  };
}

const COLUMNS = [
  { name: "day", label: "From", kind: "day" },
  ...MEASURES.flatMap(([name, label]) => [
    { name, label, kind: MEASURE_KINDS[name] },
    { name: `all_${name}`, label: `${label}, unfiltered`, kind: MEASURE_KINDS[name] },
  ]),
];

/** @param {number} day its first @returns {Row} */
const emptyPeriod = (day) => ({
  day,
  net: 0,
  units: 0,
  purchases: 0,
  all_net: 0,
  all_units: 0,
  all_purchases: 0,
});
