// Sums of two spans of days in one pass: what changed, by group.

import { BOUGHT } from "./filters.js";

/**
 * Net revenue by group in the later and in the earlier span; a cube's row counts where all its days lie inside.
 * @param {{data: Data, masks: Masks}} source
 * @param {ArrayLike<number>} groups of each line
 * @param {number} size how many groups
 * @param {number[][]} spans first and last day, from the first
 * @param {number} respected bits of the filters to respect, without that of time
 * @returns {Float64Array[]} later, earlier
 */
export function netOfBoth({ data: { lines }, masks }, groups, size, spans, respected) {
  const sums = spans.map(() => new Float64Array(size));
  for (let at = 0; at < lines.count; at++) {
    const person = masks.person[lines.customer[at]] & ~BOUGHT;
    if (((masks.booked[at] | person) & respected) !== 0) continue;
    const net = lines.gross[at] + lines.returns[at];
    for (const [number, [from, to]] of spans.entries())
      if (lines.day[at] >= from && lines.until[at] <= to) sums[number][groups[at]] += net;
  }
  return sums;
}

/**
 * A change as a share of what was before; null where that says nothing.
 * @param {number} now
 * @param {number} before
 */
export const shareOfChange = (now, before) =>
  before === 0 || now < 0 !== before < 0 ? null : (now - before) / before;
