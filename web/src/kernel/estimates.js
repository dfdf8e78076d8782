// What is estimated from a sample of customers, and of guests' purchases: its units.
//
// Those who spent most are in the sample for certain; of the others some were drawn at random, and each stands for
// several. Where a sum is known exactly for a wider selection, the others' part of it says how much they stand for (a
// ratio). An interval has the longer of the two sides of Hall's (1992), which allows for a few who bring most.

import { BOUGHT } from "./filters.js";

/** Units of the sample that a selection needs for an estimate. */
export const FEWEST = 30;
const Z = 1.959963984540054; // 95 %

/**
 * A sum over everyone, with half of its 95 % interval.
 * @param {ArrayLike<number>} values one number for each unit of the sample
 * @param {ArrayLike<number>} weights how many units each stands for; 1: it is there for certain
 * @param {Beside | null} beside another number of each unit, and its exact sum over everyone
 */
export function estimate(values, weights, beside = null) {
  const factor = beside ? factorOf(weights, beside) : 1;
  const [certain, others] = parts(values, weights);
  const slope = beside ? others / (parts(beside.values, weights)[1] || Infinity) : 0;
  const residual = (at) => factor * (values[at] - (beside ? slope * beside.values[at] : 0));
  let [variance, second, third] = [0, 0, 0];
  for (const [weight, places] of strata(weights)) {
    const size = places.length;
    const mean = places.reduce((sum, at) => sum + residual(at), 0) / size;
    let [squares, cubes] = [0, 0];
    for (const at of places) {
      const away = residual(at) - mean;
      squares += away * away;
      cubes += away * away * away;
    }
    variance += (weight * (weight - 1) * size * squares) / Math.max(size - 1, 1);
    second += weight * weight * squares;
    third += weight ** 3 * cubes;
  }
  const skew = second > 0 ? third / second ** 1.5 : 0;
  const margin = Math.max(...[Z, -Z].map((z) => Math.abs(unskewed(z, skew)))) * Math.sqrt(variance);
  return { value: certain + factor * others, margin };
}

/**
 * What the others' weights are multiplied by, so that the other number has its exact sum; 1 where that can't be.
 * @param {ArrayLike<number>} weights
 * @param {Beside} beside
 */
export function factorOf(weights, { values, total }) {
  const [certain, others] = parts(values, weights);
  return others > 0 && total > certain ? (total - certain) / others : 1;
}

/** Sums over the units that are there for certain, and over the others with what they stand for. */
function parts(values, weights) {
  let [certain, others] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    if (weights[at] === 1) certain += values[at];
    else others += weights[at] * values[at];
  }
  return [certain, others];
}

/** The places of the units that were drawn, by weight. @returns {Map<number, number[]>} */
function strata(weights) {
  const found = new Map();
  for (let at = 0; at < weights.length; at++) {
    if (weights[at] === 1) continue;
    const places = found.get(weights[at]);
    if (places) places.push(at);
    else found.set(weights[at], [at]);
  }
  return found;
}

/** A quantile of a mean whose distribution has this skew (Hall 1992, the inverse of his cubic). */
function unskewed(z, skew) {
  if (Math.abs(skew) < 1e-9) return z;
  return (3 / skew) * (Math.cbrt(1 + skew * (z - skew / 6)) - 1);
}

/**
 * One number for each unit of the sample, and how many units have a line (a purchase) that counts.
 * @param {{data: Data, masks: Masks}} source
 * @param {string} what "gross", "net", "purchases" or "buyers"
 * @param {number} from first day, from the first of the data
 * @param {number} to last day
 * @param {number} respected bits of the filters to respect
 */
export function valuesByUnit({ data: { lines, customers }, masks }, what, from, to, respected) {
  const values = new Float64Array(lines.weights.length);
  const seen = new Uint8Array(values.length);
  const isMoney = what === "net" || what === "gross";
  let last = 0;
  for (let at = 0; at < lines.count; at++) {
    const who = lines.customer[at];
    const person = masks.person[who] & ~BOUGHT;
    const [day, line] = isMoney
      ? [lines.day[at], masks.booked[at]]
      : [lines.attributedDay[at], masks.attributed[at]];
    if (day < from || day > to || ((line | person) & respected) !== 0) continue;
    const unit = lines.unit[at];
    if (isMoney) values[unit] += what === "net" ? lines.amount[at] : lines.gross[at];
    else if (lines.amount[at] <= 0 || lines.purchase[at] === last) continue;
    else if (what === "purchases") values[unit] += 1;
    else if (who !== customers.count) values[unit] = 1;
    if (!isMoney) last = lines.purchase[at];
    seen[unit] = 1;
  }
  return { values, seen: seen.reduce((sum, is) => sum + is, 0) };
}

/**
 * Units of the sample with a line that counts, by group.
 * @param {{data: Data, masks: Masks}} source
 * @param {ArrayLike<number>} groups of each line
 * @param {number} size how many groups
 * @param {number} respected bits of the filters to respect
 */
export function unitsBy({ data: { lines }, masks }, groups, size, respected) {
  const units = lines.weights.length;
  const seen = new Uint8Array(size * units);
  const count = new Float64Array(size);
  for (let at = 0; at < lines.count; at++) {
    const person = masks.person[lines.customer[at]] & ~BOUGHT;
    if (((masks.booked[at] | person) & respected) !== 0) continue;
    const slot = groups[at] * units + lines.unit[at];
    if (!seen[slot]) {
      seen[slot] = 1;
      count[groups[at]] += 1;
    }
  }
  return count;
}
