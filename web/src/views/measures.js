// What trend, calendar and treemap can show.

import { settings } from "../kernel/formats.js";

/** @type {Record<string, string>} */
export const MEASURE_WORDS = {
  net: "Net revenue, tax included",
  units: "Units",
  purchases: "Orders",
};
/** @type {Record<string, string>} */
export const MEASURE_KINDS = { net: "money", units: "quantity", purchases: "count" };
/** Name and words. */
export const MEASURES = Object.entries(MEASURE_WORDS);

/**
 * A measure's value from sums by group, in whole smallest units.
 * @type {Record<string, (sums: Sums, at: number) => number>}
 */
export const MEASURE_OF = {
  net: (sums, at) => sums.gross[at] + sums.returns[at],
  units: (sums, at) => sums.units[at],
  purchases: (sums, at) => sums.purchases[at],
};

/** @type {Record<string, "money" | "quantity" | null>} */
const UNIT_OF = { net: "money", units: "quantity", purchases: null };

/**
 * A measure in units that a chart shows.
 * @param {number} value in smallest units
 * @param {string} name
 */
export const inUnits = (value, name) => (UNIT_OF[name] ? value / settings[UNIT_OF[name]] : value);

/** A measure as a title has it. @param {string} name */
export const shortWords = (name) => MEASURE_WORDS[name].replace(", tax included", "");
