// Why net revenue differs between two periods: gross revenue of known customers is buyers x orders per buyer x units
// per order x revenue per unit; guests and returns are steps of their own. The change is split over the factors by
// Shapley's shares, in whole smallest units that add up, as retail/changes/month_bridge.py does.

import { BOUGHT } from "./filters.js";

/**
 * What two spans of days hold. `orders` are dated at their earliest positive line, gross and returns at their own day.
 * @typedef {{gross: number, guests: number, returns: number, units: number, orders: number, buyers: number}} Side
 * A name that lines must have: codes of lines, of their purchases, and which codes pass.
 * @typedef {{booked: ArrayLike<number>, attributed: ArrayLike<number>, isIn: Uint8Array}} Where
 * @typedef {{step: string, kind: string, unit: string | null, before: number | null, now: number | null, amount: number}} Step
 */

/** @returns {Side} */
const emptySide = () => ({ gross: 0, guests: 0, returns: 0, units: 0, orders: 0, buyers: 0 });

/**
 * Both sides under the filters that are respected, of the lines with certain names.
 * @param {{data: Data, masks: Masks}} source of lines, not of a cube
 * @param {number[][]} spans first and last day of the later and of the earlier period, from the first
 * @param {number} respected bits of the filters to respect, without that of time
 * @param {Where[]} where
 * @returns {Side[]} later, earlier
 */
export function sidesOf({ data: { lines, customers }, masks }, spans, respected, where = []) {
  const sides = spans.map(emptySide);
  const seen = spans.map(() => new Uint8Array(customers.count));
  const last = spans.map(() => 0); // the purchase last counted
  const isIn = (kind, at) => where.every((one) => one.isIn[one[kind][at]]);
  for (let at = 0; at < lines.count; at++) {
    const who = lines.customer[at];
    const person = masks.person[who] & ~BOUGHT;
    const isGuest = who === customers.count;
    const isBooked = ((masks.booked[at] | person) & respected) === 0 && isIn("booked", at);
    const isBought =
      lines.gross[at] > 0 &&
      !isGuest &&
      ((masks.attributed[at] | person) & respected) === 0 &&
      isIn("attributed", at);
    for (const [number, [from, to]] of spans.entries()) {
      const side = sides[number];
      if (isBooked && lines.day[at] >= from && lines.day[at] <= to) {
        side[isGuest ? "guests" : "gross"] += lines.gross[at];
        side.returns += lines.returns[at];
        if (lines.gross[at] > 0 && !isGuest) side.units += lines.units[at];
      }
      const day = lines.attributedDay[at];
      if (!isBought || day < from || day > to) continue;
      if (last[number] !== lines.purchase[at]) {
        last[number] = lines.purchase[at];
        side.orders += 1;
      }
      if (!seen[number][who]) {
        seen[number][who] = 1;
        side.buyers += 1;
      }
    }
  }
  return sides;
}

const FACTORIALS = [1n, 1n, 2n, 6n, 24n];

/**
 * Whole shares of the change of a product of quotients, one for each quotient, which add up to it. What is lost in
 * rounding down goes to the largest remainders, of equal ones to the first.
 * @param {number[]} before a chain of whole numbers: 1, buyers, orders, ..., money; each quotient is one by that before
 * @param {number[]} now
 */
export function sharesOf(before, now) {
  const [old, late] = [before, now].map((chain) => chain.map(BigInt));
  const count = before.length - 1;
  const places = Array.from({ length: count }, (_, at) => at);
  // Over one denominator, a quotient is a whole number.
  const [olds, lates] = [
    places.map((at) => old[at + 1] * late[at]),
    places.map((at) => late[at + 1] * old[at]),
  ];
  const denominator = places.reduce((all, at) => all * old[at] * late[at], FACTORIALS[count]);
  const exact = places.map((factor) => {
    const others = places.filter((at) => at !== factor);
    let total = 0n;
    for (let chosen = 0; chosen < 1 << others.length; chosen++) {
      const isLate = others.map((_, bit) => Boolean((chosen >> bit) & 1));
      const size = isLate.filter(Boolean).length;
      const rest = others.reduce((all, at, bit) => all * (isLate[bit] ? lates : olds)[at], 1n);
      total +=
        FACTORIALS[size] * FACTORIALS[count - size - 1] * rest * (lates[factor] - olds[factor]);
    }
    return total;
  });
  const floors = exact.map((part) => {
    const down = part / denominator;
    return part % denominator < 0n ? down - 1n : down;
  });
  const sum = (parts) => parts.reduce((all, part) => all + part, 0n);
  let missing = sum(exact) / denominator - sum(floors);
  const left = (at) => exact[at] - floors[at] * denominator;
  const order = [...places].sort((a, b) =>
    left(a) === left(b) ? a - b : left(a) > left(b) ? -1 : 1,
  );
  for (const at of order) {
    if (missing <= 0n) break;
    floors[at] += 1n;
    missing -= 1n;
  }
  return floors.map(Number);
}

/**
 * The steps from the net revenue of the earlier period to that of the later; they add up exactly.
 * @param {Side[]} sides later, earlier
 * @param {boolean} hasUnits whether the input states quantities
 * @returns {Step[]}
 */
export function bridgeOf([now, before], hasUnits) {
  const chainOf = ({ buyers, orders, units, gross }) =>
    hasUnits ? [1, buyers, orders, units, gross] : [1, buyers, orders, gross];
  const chains = [chainOf(before), chainOf(now)];
  const steps = [];
  const isSplit = chains.flat().every((value) => value > 0);
  if (isSplit) {
    const amounts = sharesOf(chains[0], chains[1]);
    const names = hasUnits ? WITH_UNITS : WITHOUT_UNITS;
    for (const [at, [step, unit]] of names.entries()) {
      const [old, late] = chains.map((chain) => chain[at + 1] / chain[at]);
      steps.push({ step, kind: "factor", unit, before: old, now: late, amount: amounts[at] });
    }
  } else if (now.gross !== before.gross)
    steps.push(stepOf("Gross revenue of customers", "factor", before.gross, now.gross));
  if (now.guests || before.guests)
    steps.push(stepOf("Guests", "guests", before.guests, now.guests));
  if (now.returns || before.returns)
    steps.push(stepOf("Returns", "returns", before.returns, now.returns));
  return steps;
}

const stepOf = (step, kind, before, now) => ({
  step,
  kind,
  unit: "money",
  before,
  now,
  amount: now - before,
});

const WITH_UNITS = [
  ["Buyers", "count"],
  ["Orders per buyer", "real"],
  ["Units per order", "per quantity"],
  ["Revenue per unit", "price"],
];
const WITHOUT_UNITS = [
  ["Buyers", "count"],
  ["Orders per buyer", "real"],
  ["Order value", "mean"],
];

/** Net revenue of a side. @param {Side} side */
export const netOf = ({ gross, guests, returns }) => gross + guests + returns;
