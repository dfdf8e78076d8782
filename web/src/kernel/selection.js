// What customers did in a selection of lines, as retail/aggregates has it for all lines: the values that are scored,
// and the units kept, which are clustered.
//
// The lines of a selection are its purchases and what was returned of them, whenever, and returns without a purchase by
// their own day and names: each line at the place that it is attributed to (data/lines.js).

import { BOUGHT } from "./filters.js";

export const GROUPS = ["", "scored", "nothing kept", "refund only", "prospect"];
const [OUTSIDE, SCORED, NOTHING_KEPT, REFUND_ONLY, PROSPECT] = GROUPS.keys();

/**
 * Which lines are selected.
 * @param {{data: Data, masks: Masks}} source
 * @param {number} respected bits of the filters
 * @param {Uint8Array | null} isOut customers who are outside whatever the filters
 */
export function selectedLines({ data: { lines }, masks }, respected, isOut) {
  const isIn = new Uint8Array(lines.count);
  for (let at = 0; at < lines.count; at++) {
    const who = lines.customer[at];
    const fails = (masks.attributed[at] | (masks.person[who] & ~BOUGHT)) & respected;
    isIn[at] = fails === 0 && !isOut?.[who] ? 1 : 0;
  }
  return isIn;
}

/**
 * Recency, frequency and monetary of each customer (NaN unless scored), the net revenue of everyone (the last: guests),
 * and the group that each is in.
 *
 * A purchase is kept when its selected lines, less what was returned of them, come to more than nothing.
 * @param {Data} data
 * @param {Uint8Array} isIn of each line
 * @param {(who: number) => boolean} isSelected of a customer, for those without a line
 * @param {number} asOf day from the first
 */
export function measured({ lines, customers }, isIn, isSelected, asOf) {
  const { count } = customers;
  const [last, frequency, monetary] = [0, 0, 0].map(() => new Float64Array(count).fill(Number.NaN));
  const group = new Uint8Array(count);
  const net = new Float64Array(count + 1);
  for (let who = 0; who < count; who++) group[who] = isSelected(who) ? PROSPECT : OUTSIDE;
  eachPurchase(lines, isIn, (start, end) => {
    let [left, buyer, day] = [0, -1, 0];
    for (let at = start; at < end; at++) {
      if (!isIn[at]) continue;
      const who = lines.customer[at];
      net[who] += lines.amount[at];
      left += lines.amount[at];
      if (lines.amount[at] > 0) [buyer, day] = [who, lines.attributedDay[at]];
      else if (who < count && group[who] !== SCORED && group[who] !== NOTHING_KEPT)
        group[who] = REFUND_ONLY;
    }
    if (buyer < 0 || buyer === count) return;
    if (left <= 0) {
      if (group[buyer] !== SCORED) group[buyer] = NOTHING_KEPT;
      return;
    }
    const isFirst = group[buyer] !== SCORED;
    group[buyer] = SCORED;
    frequency[buyer] = isFirst ? 1 : frequency[buyer] + 1;
    last[buyer] = isFirst ? day : Math.max(last[buyer], day);
  });
  for (let who = 0; who < count; who++) if (group[who] === SCORED) monetary[who] = net[who];
  const recency_days = last.map((day) => asOf - day);
  return { recency_days, frequency, monetary, net, group };
}

/**
 * Units kept by customer and subcategory, row by row: of each purchase and subcategory what was bought less what came
 * back of it, where that is above zero.
 * @param {Data} data
 * @param {Uint8Array} isIn of each line
 */
export function keptUnits({ lines, customers, names }, isIn) {
  const width = names.subcategory.length;
  const kept = new Float64Array(customers.count * width);
  const left = new Float64Array(width);
  const isBought = new Uint8Array(width);
  eachPurchase(lines, isIn, (start, end) => {
    let buyer = customers.count;
    for (let at = start; at < end; at++) {
      if (!isIn[at] || lines.amount[at] === 0) continue;
      const code = lines.subcategory[at];
      if (lines.amount[at] < 0) {
        left[code] -= Math.abs(lines.units[at]); // some inputs state them without a sign
        continue;
      }
      buyer = lines.customer[at];
      isBought[code] = 1;
      left[code] += lines.units[at];
    }
    for (let at = start; at < end; at++) {
      const code = lines.subcategory[at];
      if (buyer < customers.count && isBought[code] && left[code] > 0)
        kept[buyer * width + code] += left[code];
      left[code] = 0;
      isBought[code] = 0;
    }
  });
  return kept;
}

/**
 * The lines of one purchase after another: from the first up to, without, the end. Lines without a purchase are last
 * and together.
 * @param {Lines} lines in the order of purchases
 * @param {Uint8Array} isIn
 * @param {(start: number, end: number) => void} act only where a line is selected
 */
function eachPurchase({ count, purchase }, isIn, act) {
  let [start, isAny] = [0, 0];
  for (let at = 0; at < count; at++) {
    isAny |= isIn[at];
    if (at + 1 < count && purchase[at + 1] === purchase[at]) continue;
    if (isAny) act(start, at + 1);
    [start, isAny] = [at + 1, 0];
  }
}
