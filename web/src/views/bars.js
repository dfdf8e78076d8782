// Bars of a dimension: net revenue by name, a click filters; or what changed of it, a click says why. The map shows the
// same numbers at their places.

import { shareOfChange } from "../kernel/both.js";
import { change, settings, shown } from "../kernel/formats.js";
import { figureOf, sumsIn } from "../kernel/metrics.js";
import { explain } from "../panels/explain.js";
import { amountAndShare, signed } from "../state/change_words.js";
import { sourceWords } from "../state/words.js";

const SHOWN = ["net", "units", "purchases", "buyers", "return_rate"];
const OTHER = "Other";
// The one name that Vega's maps lose when an axis is laid out again; an invisible sign before it keeps it.
const LOST = "__proto__";
const KEPT = `\u2060${LOST}`;

/** @param {Dashboard} dashboard @param {Dimension} dimension @returns {View} */
export function barsView(dashboard, { name: by, title, many, figure }) {
  const { store, sums, changes } = dashboard;
  const { data, state } = store;
  const isChange = () => changes.isOn() && changes.by(by) !== null;

  const metrics = SHOWN.map((name) => data.metrics.find((metric) => metric.name === name));
  const net = metrics[0].title;

  /** @returns {Row[]} */
  const names = () => {
    const byName = sums.byName(by);
    const both = changes.by(by);
    return data.names[by].map((name, code) => ({
      code,
      ...changeOf(both, code),
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
      ...changeOf(changes.by(by), ...others.map(({ code }) => code)),
      net: others.reduce((sum, row) => sum + row.net, 0),
      dim: others.every((row) => row.dim),
    };
    return [...all.filter((row) => named.has(row[by])), ...(others.length ? [other] : [])]
      .filter((row) => Number.isFinite(row.net)) // an unknown sum has no bar
      .map((row) => ({
        ...row,
        [by]: row[by] === LOST ? KEPT : row[by],
        net: row.net / settings.money,
        change: (row.change ?? 0) / settings.money,
        said:
          isChange() && (row.before_net || row.change)
            ? amountAndShare(row.before_net + row.change, row.before_net)
            : "",
      }));
  }

  /** Names by what changed, the largest gain first. */
  const ordered = () =>
    rows()
      .sort((a, b) => b.change - a.change)
      .map((row) => row[by]);

  function spec() {
    const specs = data.specs[figure];
    if (!isChange())
      return JSON.parse(
        JSON.stringify(specs[""]).replaceAll(JSON.stringify(LOST), JSON.stringify(KEPT)),
      );
    const made = structuredClone(specs.change);
    for (const { encoding } of made.layer)
      encoding.y.scale = { ...encoding.y.scale, domain: ordered() };
    return made;
  }

  /** @param {Row} datum @returns {TipLine[] | null} */
  function tip(datum) {
    if (datum[by] === undefined) return null; // a border of the map
    const row = names()[datum.code];
    if (!row) return [datum[by]];
    return [
      row[by],
      ...metrics.map(({ name, title: head, kind }) => [head, shown(row[name], kind)]),
      ...changeLines(row),
    ];
  }

  /** A click on what changed says why; on a value it filters. @param {Row} datum */
  function click({ code }) {
    if (code === undefined) return;
    const select = () => store.toggle(by, [code]);
    if (!isChange()) return select();
    explain(dashboard, { chosen: { [by]: [code] }, title: data.names[by][code], select });
  }

  return {
    key: figure,
    own: [by],
    switches: ["mode", "compare"],
    shape: () => (isChange() ? `change ${ordered().join()}` : ""),
    spec,
    rows,
    table: () => ({
      columns: [
        { name: by, label: title, kind: "text" },
        ...metrics.map(({ name, title: label, kind }) => ({ name, label, kind })),
        ...(changes.by(by)?.before ? CHANGE_COLUMNS : []),
      ],
      rows: names(),
    }),
    tip,
    from: () => sourceWords(dashboard, sums.byName(by), by, [by]),
    click,
    // Where several stand upon each other, each takes its part of the height.
    attach: ({ element }) => element.style.setProperty("--bars", String(data.bars[by].length + 4)),
    about: () =>
      isChange()
        ? `What changed of ${net.toLowerCase()}, by ${title.toLowerCase()}, the largest gain first. Click to see why.`
        : `${net}, by ${title.toLowerCase()}. Click to select ${many}, again to undo.`,
  };
}

export const CHANGE_COLUMNS = [
  { name: "before_net", label: "Net revenue, earlier period", kind: "money" },
  { name: "change", label: "Change", kind: "money" },
  { name: "change_share", label: "Change, per cent", kind: "share" },
];

/**
 * What changed of the net revenue of some names together.
 * @param {ReturnType<Changes["by"]>} both
 * @param {...number} codes
 */
export function changeOf(both, ...codes) {
  if (!both?.before) return {};
  const [now, before] = [both.now, both.before].map((values) =>
    codes.reduce((sum, code) => sum + values[code], 0),
  );
  return { before_net: before, change: now - before, change_share: shareOfChange(now, before) };
}

/** @param {Row} row @returns {TipLine[]} */
export const changeLines = (row) =>
  row.before_net === undefined
    ? []
    : [
        ["Earlier period", shown(row.before_net, "money")],
        ["Change", `${signed(row.change)} (${change(row.change_share)})`],
      ];

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
    shape: undefined,
    spec: undefined,
    position: () => (dashboard.changes.isOn() ? "change" : ""),
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
      dashboard.changes.isOn()
        ? "Area is net revenue, tax included, colour is what changed, from half lost to half gained. Click to see why. Borders: Natural Earth."
        : `Area is net revenue, tax included, colour is buyers. Click to select ${many}, again to undo. Borders: Natural Earth.`,
  };
}
