// Bars of a dimension: net revenue by name, a click filters. The map shows the same numbers at their places.

import { settings, shown } from "../kernel/formats.js";
import { figureOf, sumsIn } from "../kernel/metrics.js";
import { sourceWords } from "../state/words.js";

const SHOWN = ["net", "units", "purchases", "buyers", "return_rate"];
const OTHER = "Other";

/** @param {Dashboard} dashboard @param {Dimension} dimension @returns {View} */
export function barsView(dashboard, { name: by, title, many, figure }) {
  const { store, sums } = dashboard;
  const { data, state } = store;

  const metrics = SHOWN.map((name) => data.metrics.find((metric) => metric.name === name));
  const net = metrics[0].title;

  /** @returns {Row[]} */
  const names = () => {
    const byName = sums.byName(by);
    return data.names[by].map((name, code) => ({
      code,
      [by]: name,
      ...Object.fromEntries(metrics.map((metric) => [metric.name, valueAt(metric, byName, code)])),
      dim: state[by].size > 0 && !state[by].has(code),
    }));
  };

  /** The largest have a bar each, the others one together. */
  function rows() {
    const named = new Set(data.bars[by]);
    const all = names();
    const others = all.filter((row) => !named.has(row[by]));
    const other = {
      [by]: OTHER,
      net: others.reduce((sum, row) => sum + row.net, 0),
      dim: others.every((row) => row.dim),
    };
    return [...all.filter((row) => named.has(row[by])), ...(others.length ? [other] : [])]
      .filter((row) => Number.isFinite(row.net)) // an unknown sum has no bar
      .map((row) => ({ ...row, net: row.net / settings.money }));
  }

  /** @param {Row} datum @returns {TipLine[] | null} */
  function tip(datum) {
    if (datum[by] === undefined) return null; // a border of the map
    const row = names()[datum.code];
    if (!row) return [datum[by]];
    return [
      row[by],
      ...metrics.map(({ name, title: head, kind }) => [head, shown(row[name], kind)]),
    ];
  }

  return {
    key: figure,
    own: [by],
    rows,
    table: () => ({
      columns: [
        { name: by, label: title, kind: "text" },
        ...metrics.map(({ name, title: label, kind }) => ({ name, label, kind })),
      ],
      rows: names(),
    }),
    tip,
    from: () => sourceWords(dashboard, sums.byName(by), by, [by]),
    click: ({ code }) => {
      if (code !== undefined) store.toggle(by, [code]);
    },
    // Where several stand upon each other, each takes its part of the height.
    attach: ({ element }) => element.style.setProperty("--bars", String(data.bars[by].length + 4)),
    about: () => `${net}, by ${title.toLowerCase()}. Click to select ${many}, again to undo.`,
  };
}

/** A figure of one name. @param {Metric} metric @param {Sums} byName @param {number} code */
function valueAt(metric, byName, code) {
  const own = Object.fromEntries(sumsIn(metric).map((name) => [name, byName[name][code]]));
  return figureOf(metric, own);
}

/**
 * The map of the dimension whose names have places.
 * @param {Dashboard} dashboard
 * @param {Dimension} dimension
 * @returns {View}
 */
export function mapView(dashboard, dimension) {
  const bars = barsView(dashboard, dimension);
  const { name: by, many } = dimension;
  const places = new Map(dashboard.store.data.cities.map((place) => [place[by], place]));
  return {
    ...bars,
    key: "map",
    rows: () =>
      bars
        .table()
        .rows.filter((row) => Number.isFinite(row.net))
        .map((row) => ({
          ...row,
          latitude: places.get(row[by])?.latitude ?? null,
          longitude: places.get(row[by])?.longitude ?? null,
          net: row.net / settings.money,
        })),
    about: () =>
      `Area is net revenue, tax included, colour is buyers. Click to select ${many}, again to undo. Borders: Natural Earth.`,
  };
}
