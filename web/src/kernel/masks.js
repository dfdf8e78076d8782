// Which lines and customers fail which filter: a bit for each filter (filters.js).

import { BOUGHT, isOn } from "./filters.js";
import { daysOf } from "./periods.js";

const UNKNOWN = "Unknown"; // the name of what the input does not state, and of every guest

/**
 * Masks without a bit.
 * @param {{lines: {count: number}, customers: {count: number}}} data
 * @returns {Masks}
 */
export function emptyMasks(data) {
  return {
    booked: new Uint32Array(data.lines.count), // by the line's own day and names
    attributed: new Uint32Array(data.lines.count), // by those of its purchase
    person: new Uint32Array(data.customers.count + 1), // the last is the guest
  };
}

/**
 * Recompute the bits of the filters named, then who bought something under the filters of lines.
 * @param {Data} data
 * @param {Masks} masks
 * @param {Filters} filters
 * @param {State} state
 * @param {string[]} changed names of filters
 * @param {ArrayLike<number>} clusters of each customer
 * @param {Uint8Array | null} outside of each customer: whether the filter `within` leaves them out
 */
export function updateMasks(data, masks, filters, state, changed, clusters, outside = null) {
  const { lines } = data;
  for (const filter of changed) {
    const bit = filters.bits.get(filter);
    if (filter === "time") {
      const days = daysOf(state, data);
      maskTime(masks.booked, lines.day, lines.until, days, bit);
      maskTime(masks.attributed, lines.attributedDay, lines.attributedUntil, days, bit);
    } else if (filter === "product") {
      const codes = lines.subcategory ?? lines.category;
      const table = lines.subcategory
        ? outsideOf(state.product, data.names.subcategory.length)
        : outsideOfCategories(state.product, data);
      maskCodes(masks.booked, bit, codes, table);
      maskCodes(masks.attributed, bit, codes, table);
    } else if (filter === "within") {
      for (let at = 0; at < masks.person.length; at++)
        masks.person[at] = outside?.[at] ? masks.person[at] | bit : masks.person[at] & ~bit;
    } else if (filters.ofLines.includes(filter)) {
      const table = outsideOf(state[filter], data.names[filter].length);
      maskCodes(masks.booked, bit, lines.codes?.[filter], table);
      maskCodes(masks.attributed, bit, lines.attributedCodes?.[filter], table);
    } else {
      maskCustomers(data, masks.person, state, filter, bit, clusters);
    }
  }
  if (lines.amount && changed.some((filter) => filters.ofLines.includes(filter)))
    maskBuyers(data, masks, filters, state);
}

/**
 * A lookup table from code to 1 where the code is not in the set.
 * @param {Set<number>} set
 * @param {number} size
 */
function outsideOf(set, size) {
  const isOut = new Uint8Array(size);
  if (set.size) for (let code = 0; code < size; code++) isOut[code] = set.has(code) ? 0 : 1;
  return isOut;
}

/**
 * The same for categories, which are in the set when one of their subcategories is.
 * @param {Set<number>} set
 * @param {Data} data
 */
function outsideOfCategories(set, data) {
  const isOut = new Uint8Array(data.names.category.length).fill(set.size ? 1 : 0);
  for (const code of set) isOut[data.category[code]] = 0;
  return isOut;
}

/**
 * A cube without such a column is not used under the filter (state/sources.js).
 * @param {Uint32Array} mask
 * @param {number} bit
 * @param {ArrayLike<number> | null | undefined} codes
 * @param {Uint8Array} table
 */
function maskCodes(mask, bit, codes, table) {
  if (!codes) return;
  for (let at = 0; at < mask.length; at++) {
    mask[at] = table[codes[at]] ? mask[at] | bit : mask[at] & ~bit;
  }
}

/**
 * Days, or the first and last days of periods, of which a part that is selected counts whole.
 * @param {Uint32Array} mask
 * @param {ArrayLike<number> | undefined} days
 * @param {ArrayLike<number> | undefined} until
 * @param {Limits} limits
 * @param {number} bit
 */
function maskTime(mask, days, until, [from, to], bit) {
  if (!days) return;
  const low = from ?? -Infinity;
  const high = to ?? Infinity;
  for (let at = 0; at < mask.length; at++) {
    mask[at] = until[at] < low || days[at] > high ? mask[at] | bit : mask[at] & ~bit;
  }
}

/** A column of customers that every cube with this filter has. */
const COLUMN_OF = { cluster: "cluster", range: "frequency" };

/**
 * @param {Data} data
 * @param {Uint32Array} mask
 * @param {State} state
 * @param {string} filter
 * @param {number} bit
 * @param {ArrayLike<number>} clusters
 */
export function maskCustomers({ customers, names }, mask, state, filter, bit, clusters) {
  const guest = customers.count;
  const set = (at, isOut) => {
    mask[at] = isOut ? mask[at] | bit : mask[at] & ~bit;
  };
  if (customers.count && !customers[COLUMN_OF[filter] ?? filter]) return; // of a cube without it
  if (filter === "segment") {
    for (let at = 0; at < guest; at++) set(at, !inSegments(customers, state, at));
    set(guest, isOn(state, "segment"));
  } else if (filter === "level") {
    for (let at = 0; at < guest; at++)
      set(at, state.level.size && !state.level.has(customers.level[at]));
    set(guest, state.level.size);
  } else if (filter === "cluster") {
    for (let at = 0; at < guest; at++)
      set(at, state.cluster.size && !state.cluster.has(clusters[at]));
    set(guest, state.cluster.size);
  } else if (filter === "range") {
    const limits = Object.entries(state.ranges);
    for (let at = 0; at < guest; at++) set(at, limits.length && !inRanges(customers, limits, at));
    set(guest, limits.length);
  } else {
    const table = outsideOf(state[filter], names[filter].length);
    for (let at = 0; at < guest; at++) set(at, table[customers[filter][at]]);
    set(guest, state[filter].size && !state[filter].has(names[filter].indexOf(UNKNOWN)));
  }
}

/** @param {Customers} customers @param {State} state @param {number} at */
function inSegments(customers, state, at) {
  if (state.cell.size && customers.r && !state.cell.has(customers.r[at] * 16 + customers.f[at]))
    return false;
  return !state.segment.size || state.segment.has(customers.segment[at]);
}

/**
 * Only scored customers have the values that ranges ask for.
 * @param {Customers} customers
 * @param {[string, Limits][]} limits
 * @param {number} at
 */
function inRanges(customers, limits, at) {
  if (!customers.r[at]) return false;
  return limits.every(([name, [low, high]]) => {
    const value = customers[name][at];
    return (low === null || value >= low) && (high === null || value <= high);
  });
}

/**
 * A customer is in the selection of lines when one of their purchases is. Without a filter on lines everyone
 * is, who never bought included. A named period is no filter: it rules sums, not who is in.
 * @param {Data} data
 * @param {Masks} masks
 * @param {Filters} filters
 * @param {State} state
 */
function maskBuyers({ lines }, { person, attributed }, filters, state) {
  const isAny = filters.ofLines.some((filter) => isOn(state, filter));
  for (let at = 0; at < person.length; at++)
    person[at] = isAny ? person[at] | BOUGHT : person[at] & ~BOUGHT;
  if (!isAny) return;
  const respected = isOn(state, "time") ? -1 : ~filters.bits.get("time");
  for (let at = 0; at < lines.count; at++) {
    if ((attributed[at] & respected) === 0 && lines.amount[at] > 0)
      person[lines.customer[at]] &= ~BOUGHT;
  }
}
