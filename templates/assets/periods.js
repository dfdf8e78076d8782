// Days as weeks, months, quarters and years, and the periods that a figure is compared with.

/** Of a day (since 1970): the first day of its period. */
const STARTS = {
  day: (day) => day,
  week: (day) => day - ((day + 3) % 7), // ISO weeks: 1970-01-01 was a Thursday
  month: (day) => startOf(day, 1),
  quarter: (day) => startOf(day, 3),
  year: (day) => startOf(day, 12),
};
const GRAINS = [
  ["day", "by day"],
  ["week", "by week"],
  ["month", "by month"],
  ["quarter", "by quarter"],
  ["year", "by year"],
];

function startOf(day, months) {
  const date = new Date(day * DAY_MS);
  return monthStart(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / months) * months);
}

/** @returns {number} days since 1970 of the first of a month (0 January; overflow is carried) */
function monthStart(year, month) {
  return Date.UTC(year, month, 1) / DAY_MS;
}

/** The same date `years` later; 29 February becomes the 28th. */
function yearsLater(day, years) {
  const date = new Date(day * DAY_MS);
  const [year, month] = [date.getUTCFullYear() + years, date.getUTCMonth()];
  const last = monthStart(year, month + 1) - 1;
  return Math.min(monthStart(year, month) + date.getUTCDate() - 1, last);
}

/** The whole month before the one that the day after `through` lies in. */
function lastFullMonth(through) {
  const end = startOf(through + 1, 1) - 1;
  return [startOf(end, 1), end];
}

/**
 * The two periods of a comparison, [[from, to], [from, to]] in days since 1970; null when the
 * earlier one does not lie wholly inside the data.
 * @param {"month" | "previous" | "year"} compare
 * @param {[number, number]} range the selected days, clipped to the data
 */
function comparedPeriods(compare, range, first, through) {
  if (compare === "month") {
    const [from, to] = lastFullMonth(through);
    const before = [startOf(yearsLater(from, -1), 1), from];
    before[1] =
      monthStart(
        new Date(before[0] * DAY_MS).getUTCFullYear(),
        new Date(before[0] * DAY_MS).getUTCMonth() + 1,
      ) - 1;
    return before[0] >= first && from >= first ? [[from, to], before] : null;
  }
  const [from, to] = range;
  const before =
    compare === "year"
      ? [yearsLater(from, -1), yearsLater(to, -1)]
      : [from - (to - from + 1), from - 1];
  return from <= to && before[0] >= first && before[1] <= through ? [range, before] : null;
}
