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

/** The first of a month so many months after that of a day. @param {number} day @param {number} months */
export function monthsLater(day, months) {
  const date = new Date(day * DAY_MS);
  return monthStart(date.getUTCFullYear(), date.getUTCMonth() + months);
}

/**
 * The periods that a reader can choose by name: first and last day.
 * @type {Record<string, (through: number) => number[]>}
 */
const PRESETS = {
  month: (through) => lastFullMonth(through),
  "3months": (through) => fullMonths(through, 3),
  "12months": (through) => fullMonths(through, 12),
  year: (through) => [startOf(through, 12), through],
};

/** @param {number} through @param {number} count of months, up to the last full one */
function fullMonths(through, count) {
  const [start, end] = lastFullMonth(through);
  return [monthsLater(start, 1 - count), end];
}

/**
 * The names of the periods that lie wholly inside the data; "all" always does.
 * @param {{first: number, through: number}} data
 */
export const periodsIn = ({ first, through }) => [
  ...Object.keys(PRESETS).filter((name) => {
    const [from, to] = PRESETS[name](through);
    return from >= first && from <= to;
  }),
  "all",
];

/**
 * The days that a named period has, from the first; null: no limit.
 * @param {string} period
 * @param {{first: number, through: number}} data
 * @returns {Limits}
 */
export function daysOfPeriod(period, { first, through }) {
  if (period === "all") return [null, null];
  const [from, to] = PRESETS[period](through);
  return [from - first, to - first];
}

/**
 * The days that figures are of: those chosen one by one, else those of the named period.
 * @param {State} state
 * @param {{first: number, through: number}} data
 * @returns {Limits}
 */
export const daysOf = (state, data) =>
  state.from !== null || state.to !== null
    ? [state.from, state.to]
    : daysOfPeriod(state.period, data);

/** Months from one first of a month to another; null where one of them is none. @param {number} from @param {number} to */
export function monthsBetween(from, to) {
  if (startOf(from, 1) !== from || startOf(to, 1) !== to) return null;
  const [start, end] = [from, to].map((day) => new Date(day * DAY_MS));
  return (
    12 * (end.getUTCFullYear() - start.getUTCFullYear()) + end.getUTCMonth() - start.getUTCMonth()
  );
}

/** How many whole months a span of days is; 0 when it is not. @param {number} from @param {number} to */
const wholeMonths = (from, to) => monthsBetween(from, to + 1) ?? 0;

/**
 * The period before, or the same dates a year before. Whole months are compared with whole months.
 * @param {string} compare "previous" or "year"
 * @param {number[]} range
 */
function earlier(compare, [from, to]) {
  const months = wholeMonths(from, to);
  if (months) {
    const back = compare === "year" ? 12 : months;
    return [monthsLater(from, -back), monthsLater(to + 1, -back) - 1];
  }
  if (compare === "year") return [yearsLater(from, -1), yearsLater(to, -1)];
  return [from - (to - from + 1), from - 1];
}

/**
 * The two periods of a comparison; null when the earlier one does not lie wholly inside the data, or none is asked for.
 * @param {string} compare "previous", "year" or "none"
 * @param {number[]} range first and last of the days, clipped to the data
 * @param {number} first day of the data
 * @param {number} through the last day with a purchase
 * @returns {number[][] | null} [[from, to], [from, to]]
 */
export function comparedPeriods(compare, range, first, through) {
  if (compare === "none" || range[0] > range[1]) return null;
  const before = earlier(compare, range);
  return before[0] >= first && before[1] <= through ? [range, before] : null;
}
