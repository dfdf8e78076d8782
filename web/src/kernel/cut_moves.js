// Cut points moved by hand: to a value, along the customers beside them, and as text for retail.toml.

import { plain, settings } from "./formats.js";
import { MEASURES } from "./rfm.js";

/**
 * Cut points with one at another value; it stays between its neighbours, and all are whole: scores don't change by that.
 * @param {number[]} cuts
 * @param {number} at
 * @param {number} value
 */
export function withCut(cuts, at, value) {
  const moved = cuts.map(Math.floor);
  const [low, high] = [moved[at - 1] ?? -Infinity, moved[at + 1] ?? Infinity];
  moved[at] = Math.min(Math.max(Math.floor(value), low), high);
  return moved;
}

/**
 * The value to which a cut point comes when it is moved over a part of the customers beside it.
 * @param {Float64Array} sorted values of all customers
 * @param {number[]} cuts
 * @param {number} at
 * @param {number} part -1 to 1: of the customers below it (they come above it), or above it
 */
export function cutOver(sorted, cuts, at, part) {
  const upTo = (cut) => countUpTo(sorted, Math.floor(cut));
  const here = upTo(cuts[at]);
  const end =
    part < 0
      ? at
        ? upTo(cuts[at - 1])
        : 0
      : cuts[at + 1] === undefined
        ? sorted.length
        : upTo(cuts[at + 1]);
  const customers = Math.round(here + Math.abs(part) * (end - here));
  if (customers === here) return Math.floor(cuts[at]);
  // Up to the last of so many; of none: below the first.
  return customers ? sorted[customers - 1] : Math.max(sorted[0] - 1, 0);
}

/**
 * The next value below or above a cut point that parts the customers otherwise.
 * @param {Float64Array} sorted
 * @param {number} cut
 * @param {number} step -1 or 1
 */
export function nextCut(sorted, cut, step) {
  const here = countUpTo(sorted, Math.floor(cut));
  if (step > 0) return sorted[here] ?? Math.floor(cut);
  const below = here ? countUpTo(sorted, sorted[here - 1] - 1) : 0;
  return below ? sorted[below - 1] : Math.floor(cut);
}

/** How many values are at most so large. @param {Float64Array} sorted @param {number} most */
function countUpTo(sorted, most) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Cut points as a table of retail.toml, which gives the same scores when the site is built.
 * @param {Record<string, number[]>} cuts by measure, in smallest units
 * @param {number} bins
 */
export function tomlOf(cuts, bins) {
  const lines = MEASURES.filter(([measure]) => cuts[measure]?.length).map(([measure]) => {
    const kind = measure === "monetary" ? "money" : "number";
    return `${measure} = [${cuts[measure].map((cut) => plain(Math.floor(cut), kind)).join(", ")}]`;
  });
  const unit = settings.currency || "money";
  return [
    `[rfm.cuts]  # days, orders and ${unit.replaceAll(/[\r\n]/g, " ")}, for [rfm] bins = ${bins}`,
    ...lines,
    "",
  ].join("\n");
}
