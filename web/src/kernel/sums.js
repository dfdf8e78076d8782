// One pass over the lines (or over rows of a cube, which are lines with weights, see data/cubes.js), or over the
// customers, for each thing that a view asks for.
//
// Definitions (retail/glossary) under filters: gross, returns, net, tax and units are sums over the lines
// selected by their own day and names (booked). A purchase is selected when one of its positive lines is, by
// the purchase's day (its earliest positive line) and the line's own names, but for those that a purchase has
// one of. A buyer is a customer with a selected purchase. Returns of the return rate are selected by the day
// and names of the purchase that they are attributed to, and by their own where there is no purchase.
// Everything is in whole smallest units, hence exact.

import { BOUGHT } from "./filters.js";

export const MONEY = ["gross", "returns", "tax", "units"];
const NAMES = [...MONEY, "purchases", "credited_returns", "buyers"];

/**
 * A quotient of what is above zero, else null; never -0.
 * @param {number} above
 * @param {number} below
 */
export const ratio = (above, below) => (below > 0 ? above / below || 0 : null);

/** @param {number} size how many groups @returns {Sums} */
export function emptySums(size) {
  /** @type {any} */
  const sums = Object.fromEntries(NAMES.map((name) => [name, new Float64Array(size)]));
  return sums;
}

/** Sums that are unknown: no numbers, and shown as missing. @param {number} size */
export function unknownSums(size) {
  const sums = emptySums(size);
  for (const name of NAMES) sums[name].fill(Number.NaN);
  return sums;
}

/**
 * Round some sums in place.
 * @param {object} sums
 * @param {string[]} names
 */
export function round(sums, names = NAMES) {
  for (const name of names) sums[name] = sums[name].map(Math.round);
}

/**
 * Sums by group of the lines that pass.
 * @param {{data: Data, masks: Masks}} source
 * @param {ArrayLike<number>} booked group of each line by its own place
 * @param {ArrayLike<number>} attributed group of each line by the place of its purchase
 * @param {number} size how many groups
 * @param {number} respected bits of the filters to respect
 * @param {number} factor of a sample: what money and units of those are multiplied by who were drawn (estimates.js)
 */
export function sumBy({ data: { lines }, masks }, booked, attributed, size, respected, factor = 1) {
  const { unit, weights } = lines;
  const { customer, purchase, count: total } = lines;
  const sums = emptySums(size);
  const { gross, returns, tax, units, purchases, credited_returns } = sums;
  const last = new Uint32Array(size); // the purchase last counted in each group
  for (let at = 0; at < total; at++) {
    const person = masks.person[customer[at]] & ~BOUGHT;
    const weight = weights ? weights[unit[at]] : 1;
    const money = weight === 1 ? 1 : weight * factor;
    if (((masks.booked[at] | person) & respected) === 0) {
      const group = booked[at];
      gross[group] += money * lines.gross[at];
      returns[group] += money * lines.returns[at];
      tax[group] += money * lines.tax[at];
      units[group] += money * lines.units[at];
    }
    if (((masks.attributed[at] | person) & respected) === 0) {
      const group = attributed[at];
      credited_returns[group] += money * lines.credited_returns[at];
      if (!purchase) purchases[group] += lines.purchases[at];
      else if (lines.gross[at] > 0 && last[group] !== purchase[at]) {
        last[group] = purchase[at];
        purchases[group] += weight;
      }
    }
  }
  return sums;
}

/**
 * Distinct customers with a purchase, by group; parameters as in sumBy.
 * @param {{data: Data, masks: Masks}} source
 * @param {ArrayLike<number>} attributed
 * @param {number} size
 * @param {number} respected
 */
export function buyersBy({ data: { lines, customers }, masks }, attributed, size, respected) {
  const guest = customers.count;
  const seen = new Uint8Array(size * guest);
  const buyers = new Float64Array(size);
  const { weight } = customers;
  for (let at = 0; at < lines.count; at++) {
    const who = lines.customer[at];
    if (who === guest || lines.amount[at] <= 0) continue;
    if (((masks.attributed[at] | (masks.person[who] & ~BOUGHT)) & respected) !== 0) continue;
    const slot = attributed[at] * guest + who;
    if (!seen[slot]) {
      seen[slot] = 1;
      buyers[attributed[at]] += weight ? weight[who] : 1;
    }
  }
  return buyers;
}

/**
 * Distinct buyers with a purchase between two days (both inclusive, from the first day).
 * @param {{data: Data, masks: Masks}} source
 * @param {number} from
 * @param {number} to
 * @param {number} respected
 */
export function buyersBetween({ data: { lines, customers }, masks }, from, to, respected) {
  const seen = new Uint8Array(customers.count + 1);
  let buyers = 0;
  for (let at = 0; at < lines.count; at++) {
    const who = lines.customer[at];
    if (seen[who] || who === customers.count || lines.amount[at] <= 0) continue;
    if (lines.attributedDay[at] < from || lines.attributedDay[at] > to) continue;
    if (((masks.attributed[at] | (masks.person[who] & ~BOUGHT)) & respected) !== 0) continue;
    seen[who] = 1;
    buyers += 1;
  }
  return buyers;
}

/**
 * The sums of some days as one record; days outside the data count nothing.
 * @param {Sums} byDay
 * @param {number} from
 * @param {number} to
 */
export function sumOver(byDay, from, to) {
  const total = { gross: 0, returns: 0, tax: 0, units: 0, purchases: 0, credited_returns: 0 };
  const last = Math.min(to, byDay.gross.length - 1);
  for (let day = Math.max(from, 0); day <= last; day++) {
    for (const name in total) total[name] += byDay[name][day];
  }
  return total;
}

/**
 * Customers that pass, by a code of theirs.
 * @param {{data: Data, masks: Masks}} source
 * @param {ArrayLike<number>} codes
 * @param {number} size how many codes
 * @param {number} respected bits of the filters to respect
 */
export function customersBy({ data, masks }, codes, size, respected) {
  const sums = { customers: new Float64Array(size), monetary: new Float64Array(size) };
  const { monetary, weight, count: total } = data.customers;
  const isWeighted = Boolean(data.lines.weights); // groups have the monetary of all of them
  for (let at = 0; at < total; at++) {
    if (masks.person[at] & respected) continue;
    sums.customers[codes[at]] += weight ? weight[at] : 1;
    sums.monetary[codes[at]] += isWeighted ? weight[at] * monetary[at] : monetary[at];
  }
  return sums;
}
