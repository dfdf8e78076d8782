// What is estimated from a random sample of customers.

import { BOUGHT } from "./filters.js";

/**
 * A sum over all customers, with half its 95 % interval.
 * @param {number[]} each one number for each customer of the sample
 * @param {number} scale customers of the whole for each of the sample
 * @param {number} share the sample's share of the customers
 * @param {boolean} isCount whether each number is 0 or 1, or a small count
 */
export function estimate(each, scale, share, isCount) {
  const size = Math.max(each.length, 1);
  const total = each.reduce((sum, value) => sum + value, 0);
  const squares = each.reduce((sum, value) => sum + value * value, 0);
  const rest = Math.max(squares - (total * total) / size, 0);
  // One more customer than were seen: where few are in the selection the interval is wide.
  const unit = isCount ? 1 : Math.max(squares / size, 1);
  const margin = 1.96 * scale * Math.sqrt((1 - share) * rest + unit);
  return { value: Math.round(total * scale), margin: Math.ceil(margin) };
}

/**
 * One number for each customer of the sample, and for each purchase of a guest in it.
 * @param {{data: Data, masks: Masks}} source
 * @param {string} what "net", "purchases" or "buyers"
 * @param {number} from first day, from the first of the data
 * @param {number} to last day
 * @param {number} respected bits of the filters to respect
 * @returns {number[]}
 */
export function valuesByCustomer({ data: { lines, customers }, masks }, what, from, to, respected) {
  const each = new Float64Array(customers.count);
  const guests = new Map();
  let last = 0;
  for (let at = 0; at < lines.count; at++) {
    const who = lines.customer[at];
    const isGuest = who === customers.count;
    const person = masks.person[who] & ~BOUGHT;
    const [day, line] =
      what === "net"
        ? [lines.day[at], masks.booked[at]]
        : [lines.attributedDay[at], masks.attributed[at]];
    if (day < from || day > to || ((line | person) & respected) !== 0) continue;
    let value = what === "net" ? lines.amount[at] : 0;
    if (what !== "net" && lines.amount[at] > 0 && lines.purchase[at] !== last) {
      last = lines.purchase[at];
      value = 1;
    }
    if (!isGuest) each[who] = what === "buyers" ? Math.max(each[who], value) : each[who] + value;
    else if (what !== "buyers")
      guests.set(lines.purchase[at], (guests.get(lines.purchase[at]) ?? 0) + value);
  }
  return [...each, ...guests.values()];
}
