// The rows of the trend: a measure by period over the days that it shows, those of the earlier period beside them.

import {
  comparedPeriods,
  GRAINS,
  monthsBetween,
  monthsLater,
  periodEnd,
  STARTS,
} from "../kernel/periods.js";
import { sumOver } from "../kernel/sums.js";
import { MEASURE_OF } from "../views/measures.js";

/** The longest span of days by day, by week and by month; a longer one is by quarter. */
const LONGEST = { day: 62, week: 252, month: 12 * 366 };

/**
 * The grain that is asked for, or the finest that there are sums of.
 * @param {Dashboard} dashboard
 */
export function grainNow({ store, sums }) {
  const [from, to] = store.span();
  const usual = Object.keys(LONGEST).find((grain) => to - from + 1 <= LONGEST[grain]) ?? "quarter";
  const asked = store.setup.grain === "auto" ? usual : store.setup.grain;
  const { grain = "day" } = sums.byDay().source ?? {};
  return GRAINS[Math.max(GRAINS.indexOf(asked), GRAINS.indexOf(grain))];
}

/**
 * One row a period, in whole smallest units: its first day, the days of it that are shown (from, to), how many have
 * data and how many it has, each measure, the same without filters (all_), and of the earlier period (before_).
 * @param {Dashboard} dashboard
 * @returns {Row[]}
 */
export function trendPeriods(dashboard) {
  const { store, sums } = dashboard;
  const { data } = store;
  const grain = grainNow(dashboard);
  const [low, high] = store.span();
  /** @type {Row[]} */
  const rows = [];
  for (let day = low; day <= high; day++) {
    const first = STARTS[grain](data.first + day);
    if (rows.at(-1)?.day !== first) rows.push({ day: first, from: day, to: day });
    rows.at(-1).to = day;
  }
  const earlier = earlierDays(store, grain);
  for (const row of rows) {
    row.days = Math.max(Math.min(row.to, data.lastDay) - row.from + 1, 0);
    row.of = grain === "day" ? 1 : periodEnd(grain, row.day) - row.day + 1;
    addMeasures(row, "", sums.byDay(), row);
    addMeasures(row, "all_", sums.unfiltered, row);
    if (earlier) addMeasures(row, "before_", sums.byDay(), earlier(row));
  }
  return rows;
}

/** @param {Row} row @param {string} prefix @param {Sums} byDay @param {Row} days */
function addMeasures(row, prefix, byDay, { from, to }) {
  const total = /** @type {any} */ (sumOver(byDay, from, to));
  const single = Object.fromEntries(Object.entries(total).map(([name, sum]) => [name, [sum]]));
  for (const name in MEASURE_OF)
    row[prefix + name] = MEASURE_OF[name](/** @type {any} */ (single), 0);
}

/**
 * Which days of the earlier period stand beside those of a row; null where nothing is compared.
 * @param {Store} store
 * @param {string} grain
 * @returns {((row: Row) => {from: number, to: number}) | null}
 */
function earlierDays({ data, setup, ...store }, grain) {
  const [low, high] = store.span();
  const { first, through } = data;
  const range = [first + low, Math.min(first + high, through)];
  const periods = comparedPeriods(setup.compare, range, first, through);
  if (!periods) return null;
  const [[start], [before, end]] = periods;
  const back = monthsBetween(before, start);
  const isByMonth = ["month", "quarter", "year"].includes(grain) && back !== null;
  const move = (day) =>
    isByMonth && monthsBetween(day, day) !== null
      ? monthsLater(day, -back) - first
      : day - start + before - first;
  return ({ from, to }) => ({
    from: move(first + from),
    to: Math.min(move(first + to + 1) - 1, end - first),
  });
}
