// Days as weeks, months, quarters and years, and the periods that a figure is compared with.
// A day is a whole number: days since 1970-01-01.

export const DAY_MS = 86_400_000;

/** The lengths of a period, shortest first. */
export const GRAINS = ["day", "week", "month", "quarter", "year"];

/** Of a day: the first day of its period. @type {Record<string, (day: number) => number>} */
export const STARTS = {
  day: (day) => day,
  week: (day) => day - ((day + 3) % 7), // ISO weeks: 1970-01-01 was a Thursday
  month: (day) => startOf(day, 1),
  quarter: (day) => startOf(day, 3),
  year: (day) => startOf(day, 12),
};

/** A day for machines. @param {number} day @returns {string} "2014-02-28" */
export function dayText(day) {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** @param {string} text such as "2014-02-28" @returns {number | null} null: no such day */
export function dayNumber(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) || dayText(at / DAY_MS) !== text ? null : at / DAY_MS;
}

/** @param {number} day @param {number} months in a period: 1, 3 or 12 */
export function startOf(day, months) {
  const date = new Date(day * DAY_MS);
  return monthStart(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / months) * months);
}

/**
 * The first of a month; 0 is January, overflow is carried.
 * @param {number} year
 * @param {number} month
 */
export function monthStart(year, month) {
  return Date.UTC(year, month, 1) / DAY_MS;
}

/** The year of a day. @param {number} day */
export const yearOf = (day) => new Date(day * DAY_MS).getUTCFullYear();

/**
 * The same date `years` later; 29 February becomes the 28th.
 * @param {number} day
 * @param {number} years
 */
export function yearsLater(day, years) {
  const date = new Date(day * DAY_MS);
  const [year, month] = [date.getUTCFullYear() + years, date.getUTCMonth()];
  const last = monthStart(year, month + 1) - 1;
  return Math.min(monthStart(year, month) + date.getUTCDate() - 1, last);
}

/** The last day of a period that begins on a day. @param {string} grain @param {number} day */
export function periodEnd(grain, day) {
  if (grain === "week") return day + 6;
  const date = new Date(day * DAY_MS);
  const months = { month: 1, quarter: 3, year: 12 }[grain];
  return monthStart(date.getUTCFullYear(), date.getUTCMonth() + months) - 1;
}

/**
 * The first day of a cube's period; weeks are cut where a month ends.
 * @param {string} grain
 * @param {number} day
 */
const cubeStart = (grain, day) =>
  grain === "week" ? Math.max(STARTS.week(day), STARTS.month(day)) : STARTS[grain](day);

/**
 * Of each day of the data, from the first: first and last day of its period, cut to the data.
 * @param {{first: number, days: number}} data
 * @param {string} grain
 */
export function spansOf({ first, days }, grain) {
  const from = new Int32Array(days);
  const until = new Int32Array(days);
  for (let day = 0; day < days; day++)
    from[day] = Math.max(cubeStart(grain, first + day) - first, 0);
  for (let day = days - 1, last = day; day >= 0; day--) {
    if (day + 1 < days && from[day + 1] !== from[day]) last = day;
    until[day] = last;
  }
  return { from, until };
}

/** The whole month before the one that the day after `through` lies in. @param {number} through */
function lastFullMonth(through) {
  const end = startOf(through + 1, 1) - 1;
  return [startOf(end, 1), end];
}

/**
 * The two periods of a comparison; null when the earlier one does not lie wholly inside the data.
 * @param {string} compare "month", "previous" or "year"
 * @param {number[]} range first and last of the selected days, clipped to the data
 * @param {number} first day of the data
 * @param {number} through the last day with a purchase
 * @returns {number[][] | null} [[from, to], [from, to]]
 */
export function comparedPeriods(compare, range, first, through) {
  if (compare === "month") {
    const [from, to] = lastFullMonth(through);
    const start = startOf(yearsLater(from, -1), 1);
    const before = [start, periodEnd("month", start)];
    return start >= first && from >= first ? [[from, to], before] : null;
  }
  const [from, to] = range;
  const before =
    compare === "year"
      ? [yearsLater(from, -1), yearsLater(to, -1)]
      : [from - (to - from + 1), from - 1];
  return from <= to && before[0] >= first && before[1] <= through ? [range, before] : null;
}
