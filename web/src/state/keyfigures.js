// Key figures of the selection, each with a comparison, and by month.

import { figureOf, sumsIn } from "../kernel/metrics.js";
import { comparedPeriods } from "../kernel/periods.js";
import { MONEY, sumOver } from "../kernel/sums.js";

/**
 * All sums of a span of days (since the first), under all filters but time; null where no source carries the filters.
 * @param {Dashboard} dashboard
 * @param {number} from
 * @param {number} to
 */
function sumsOf({ sources, sums }, from, to) {
  const all = sums.byDay();
  if (!all.source) return null;
  const [first, last] = sources.widened(all.source.grain, [from, to]);
  const total = /** @type {Row} */ (sumOver(all, first, last));
  const margins = {}; // half of the 95 % interval of what is estimated
  const addMargin = (name) => {
    const { value, margin } = sums.estimated(name, first, last);
    if (value === null) total[name] = null;
    else margins[name] = margin;
    return value !== null;
  };
  const { value, margin } = sums.buyersIn(first, last);
  total.buyers = value;
  if (margin) margins.buyers = margin;
  if (sources.cubes && !all.source.isSample && Number.isNaN(total.purchases))
    total.purchases = null;
  if (all.isAbout) addMargin("purchases");
  if (all.source.isSample && !addMargin("net")) return null; // too few customers of the sample
  return { ...total, margins };
}

/**
 * The key figures' values, comparisons (a share, of a rate the difference, or null) and the compared periods.
 * @param {Dashboard} dashboard
 */
export function keyFigures(dashboard) {
  const { store, sources, sums } = dashboard;
  const { data, setup } = store;
  const { source } = sums.byDay();
  const [from, to] = sums.selectedDays(source?.grain);
  // Lines after the last purchase (refunds) belong to a selection without an end.
  const [first, last] = sources.daysAsked();
  const total = sumsOf(dashboard, first, last);
  const days = Math.max(to - from + 1, 0);
  const range = [data.first + from, data.first + to];
  const periods = comparedPeriods(setup.compare, range, data.first, data.through);
  const inData = (period) => period.map((day) => day - data.first);
  const isComparable =
    source && periods?.every((period) => sources.isWhole(source.grain, inData(period)));
  const sides = (isComparable ? periods : null)?.map((period) => {
    const [start, end] = inData(period);
    return { sums: sumsOf(dashboard, start, end), days: end - start + 1 };
  });
  const values = {};
  for (const metric of data.metrics) {
    const [now, before] = sides
      ? sides.map((side) => figureOf(metric, { ...side.sums, days: side.days }))
      : [null, null];
    values[metric.name] = {
      label: metric.label,
      kind: metric.kind,
      value: total && figureOf(metric, { ...total, days }),
      margin: total ? marginOf(metric, total) : null,
      now,
      before,
      comparison: metric.kind === "share" ? pointsOf(now, before) : changeOf(now, before),
      isExact: !sides?.some((side) => marginOf(metric, side.sums) !== null),
    };
  }
  return { values, periods, days, range };
}

/**
 * Half of the interval of a figure that is estimated, as a number or only as a fact (true).
 * @param {Metric} metric
 * @param {Row} sums
 */
function marginOf(metric, { margins }) {
  if (margins[metric.name] !== undefined) return margins[metric.name];
  const isAbout =
    margins.net !== undefined || (metric.under && sumsIn(metric).some((name) => name in margins));
  return isAbout ? true : null;
}

/** Rates change in points. @param {number | null} now @param {number | null} before */
const pointsOf = (now, before) => (now === null || before === null ? null : now - before);

/**
 * Missing where it says nothing: nothing before, or the sign has changed.
 * @param {number | null} now
 * @param {number | null} before
 */
function changeOf(now, before) {
  if (now === null || before === null || before === 0 || now < 0 !== before < 0) return null;
  return (now - before) / before;
}

/** From so many days on a sparkline is by week, and by month. */
const [WEEKS_FROM, MONTHS_FROM] = [63, 200];

/**
 * The steps of a sparkline over some days: of each day the number of its step, and how many there are.
 * A step is a day, seven days or a month; what is left at the end of whole weeks is no step.
 * @param {Store} store
 * @param {number[]} days first and last, from the first
 * @param {boolean} areDays whether there are sums of single days
 */
function stepsOf({ data, months }, [from, to], areDays) {
  const stepOf = new Int32Array(data.days).fill(-1);
  const size = to - from + 1;
  if (!areDays || size >= MONTHS_FROM) {
    const [first, last] = [months.monthOf[from], months.monthOf[to]];
    for (let day = from; day <= to; day++) stepOf[day] = months.monthOf[day] - first;
    return { stepOf, count: last - first + 1, isByMonth: true };
  }
  const length = size >= WEEKS_FROM ? 7 : 1;
  const count = Math.floor(size / length);
  for (let day = from; day < from + count * length; day++)
    stepOf[day] = Math.floor((day - from) / length);
  return { stepOf, count, isByMonth: false };
}

/**
 * Each figure in steps of some days (from the first), under all filters but time: {name: values}.
 * @param {Dashboard} dashboard
 * @param {number[]} days first and last
 */
export function figuresInSteps({ store, sums }, days) {
  const { data } = store;
  const byDay = sums.byDay();
  if (days[0] > days[1]) return { values: {}, stepOf: new Int32Array(data.days), count: 0 };
  const { stepOf, count, isByMonth } = stepsOf(store, days, byDay.source?.grain === "day");
  const buyers = sums.buyersInSteps(stepOf, count, isByMonth, days);
  const each = Array.from({ length: count }, (_, at) => ({
    gross: 0,
    returns: 0,
    tax: 0,
    units: 0,
    purchases: 0,
    credited_returns: 0,
    buyers: buyers[at],
    days: 0,
  }));
  for (let day = 0; day < data.days; day++) {
    if (stepOf[day] < 0) continue;
    const step = each[stepOf[day]];
    for (const name of [...MONEY, "purchases", "credited_returns"]) step[name] += byDay[name][day];
    if (day <= data.lastDay) step.days += 1;
  }
  const finite = (value) => (Number.isFinite(value) ? value : null);
  const values = Object.fromEntries(
    data.metrics.map((metric) => [metric.name, each.map((step) => finite(figureOf(metric, step)))]),
  );
  return { values, stepOf, count };
}
