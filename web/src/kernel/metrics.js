// Figures from sums, by the records that the page comes with (retail/schema/metrics.py says what each is).

import { ratio } from "./sums.js";

/**
 * A figure of some sums; null where one of these is unknown, or there is nothing to divide by.
 * @param {Metric} metric
 * @param {Record<string, any>} sums numbers by name
 * @returns {number | null}
 */
export function figureOf({ over, under }, sums) {
  const above = totalOf(over, sums);
  return under && above !== null ? ratio(above, totalOf(under, sums)) : above;
}

/** @param {Record<string, number>} signed the sign of each sum @param {Record<string, any>} sums */
function totalOf(signed, sums) {
  let total = 0;
  for (const [name, sign] of Object.entries(signed)) {
    if (sums[name] === null || sums[name] === undefined) return null;
    total += sign * sums[name];
  }
  return total;
}

/** The sums that a figure is made of. @param {Metric} metric */
export const sumsIn = ({ over, under }) => Object.keys({ ...over, ...under });
