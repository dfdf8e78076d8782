// The rule of a score in words: "79 to 170 days", as retail/segments/wording.py writes it.

import { count, money } from "./formats.js";

const WORDS = { recency: ["day", "days"], frequency: ["order", "orders"] };
const SMALLEST = { recency: 0, frequency: 1 }; // of a scored customer

/**
 * @param {string} measure
 * @param {[number | null, number | null]} between above one cut point and up to another, in smallest units
 */
export function span(measure, [above, upTo]) {
  if (above !== null && upTo !== null && Math.floor(above) >= Math.floor(upTo))
    return "no value: equal cut points";
  if (measure === "monetary") {
    const parts = [
      ...(above === null ? [] : [`above ${money(above)}`]),
      ...(upTo === null ? [] : [`up to ${money(upTo)}`]),
    ];
    return parts.join(", ") || "any amount";
  }
  const [one, many] = WORDS[measure];
  const low = above === null ? SMALLEST[measure] : Math.floor(above) + 1;
  if (upTo === null) return `${count(low)} or more ${many}`;
  const high = Math.floor(upTo);
  const last = `${count(high)} ${high === 1 ? one : many}`;
  return low >= high ? last : `${count(low)} to ${last}`;
}
