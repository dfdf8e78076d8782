// One customer over time: orders, what came back of them, the days between orders, and the scores at each month's end.

import { MEASURES, scoresOf } from "./rfm.js";

/**
 * An order and what was returned of it; days from the first. `returns`: what came back, by day.
 * @typedef {{day: number, gross: number, units: number, returns: {day: number, amount: number}[]}} Order
 */

/**
 * The orders of a customer, the earliest first, and returns of theirs without an order.
 * @param {Data} data
 * @param {number} who place of the customer
 * @returns {{orders: Order[], others: {day: number, amount: number}[]}}
 */
export function ordersOf({ lines }, who) {
  const numbers = new Set();
  for (let at = 0; at < lines.count; at++)
    if (lines.customer[at] === who && lines.amount[at] > 0) numbers.add(lines.purchase[at]);
  /** @type {Map<number, Order>} */
  const orders = new Map();
  const others = [];
  for (let at = 0; at < lines.count; at++) {
    const [number, amount] = [lines.purchase[at], lines.amount[at]];
    if (!numbers.has(number)) {
      if (lines.customer[at] === who && amount < 0) others.push({ day: lines.day[at], amount });
      continue;
    }
    if (!orders.has(number))
      orders.set(number, { day: lines.attributedDay[at], gross: 0, units: 0, returns: [] });
    const order = orders.get(number);
    if (amount > 0) {
      order.gross += amount;
      order.units += lines.units[at];
    } else if (amount < 0) order.returns.push({ day: lines.day[at], amount });
  }
  return { orders: [...orders.values()].sort((a, b) => a.day - b.day), others };
}

/** What is left of an order at the end of a day. @param {Order} order @param {number} day */
const leftOf = ({ gross, returns }, day) =>
  returns.reduce((left, back) => (back.day <= day ? left + back.amount : left), gross);

/** Orders of which something is left. @param {Order[]} orders @param {number} day */
export const keptBy = (orders, day) =>
  orders.filter((order) => order.day <= day && leftOf(order, day) > 0);

/**
 * The median of the days between one kept order and the next on another day; null with fewer than two.
 * @param {Order[]} orders
 * @param {number} day until which they are known
 */
export function usualGap(orders, day) {
  const days = [...new Set(keptBy(orders, day).map((order) => order.day))];
  const gaps = days.slice(1).map((next, at) => next - days[at]);
  if (!gaps.length) return null;
  gaps.sort((a, b) => a - b);
  const middle = gaps.length >> 1;
  return gaps.length % 2 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2;
}

/**
 * Scores at the ends of days by the cut points of now, of what was known then; 0 where nothing was kept.
 * @param {Data} data
 * @param {number} who
 * @param {number[]} days
 * @param {Record<string, number[]>} cuts by measure
 * @returns {{day: number, r: number, f: number, m: number}[]}
 */
export function scorePath(data, who, days, cuts) {
  const { lines } = data;
  const { orders } = ordersOf(data, who);
  const own = [];
  for (let at = 0; at < lines.count; at++)
    if (lines.customer[at] === who) own.push([lines.day[at], lines.amount[at]]);
  return days.map((day) => {
    const kept = keptBy(orders, day);
    const values = {
      recency_days: kept.length ? day - kept.at(-1).day : Number.NaN,
      frequency: kept.length || Number.NaN,
      monetary: kept.length
        ? own.reduce((sum, [of, amount]) => (of <= day ? sum + amount : sum), 0)
        : Number.NaN,
    };
    const scores = MEASURES.map(([measure, letter, column]) => {
      const value = Float64Array.of(values[column]);
      return [letter, scoresOf(value, cuts[measure], measure === "recency")[0]];
    });
    return /** @type {any} */ ({ day, ...Object.fromEntries(scores) });
  });
}
