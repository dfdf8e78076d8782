// The filters of the dashboard: their names, what they are set to, and a bit for each.
//
// A line (or customer) passes a view that shows all filters but its own when none of the other bits of its mask
// is set, so a change of one filter recomputes one bit, and a view is one pass (masks.js).

/** Filters that every dashboard has, in the order of their chips; the data's dimensions come between them. */
const [TIME, PRODUCT] = [1, 2];
const [SEGMENT, CLUSTER, RANGE] = [4, 8, 16];
/** Set for a customer who bought nothing under the filters of lines. */
export const BOUGHT = 32;
const [LEVEL, WITHIN] = [64, 128];
const FIRST_DIMENSION = 256;
/** Filters whose meaning scores and clusters decide. */
export const SCORED = ["segment", "level", "cluster", "range"];

/**
 * Values of a customer that can be filtered by a range of numbers: name, label, kind.
 * @type {[string, string, string][]}
 */
export const RANGES = [
  ["recency_days", "Recency in days", "number"],
  ["frequency", "Frequency in orders", "number"],
  ["monetary", "Customer spend", "money"],
  ["r", "R score", "number"],
  ["f", "F score", "number"],
  ["m", "M score", "number"],
];

/**
 * The filters of a dashboard whose data has these dimensions.
 * @param {Dimension[]} dimensions
 * @returns {Filters}
 */
export function filtersOf(dimensions) {
  const lineDimensions = dimensions.filter(({ of }) => of === "line");
  const customerDimensions = dimensions.filter(({ of }) => of === "customer");
  const nameOf = ({ name }) => name;
  const ofLines = ["time", "product", ...lineDimensions.map(nameOf)];
  const names = [...ofLines, ...customerDimensions.map(nameOf), ...SCORED, "within"];
  const bits = new Map([
    ["time", TIME],
    ["product", PRODUCT],
    ["segment", SEGMENT],
    ["cluster", CLUSTER],
    ["range", RANGE],
    ["bought", BOUGHT],
    ["level", LEVEL],
    ["within", WITHIN],
  ]);
  for (const [at, { name }] of dimensions.entries()) bits.set(name, FIRST_DIMENSION << at);
  return { names, ofLines, dimensions, lineDimensions, customerDimensions, bits };
}

/**
 * The bits that a view respects which shows all filters but those named.
 * @param {Filters} filters
 * @param {string[]} except
 */
export function respecting({ bits }, except) {
  let all = 0;
  for (const [name, bit] of bits) if (!except.includes(name)) all |= bit;
  return all;
}

/**
 * What a reader can set, all of it off. Names of fields are those of the page's address (state/address.js).
 * @param {Dimension[]} dimensions
 * @returns {State}
 */
export function emptyState(dimensions) {
  return {
    period: "all", // a named one (periods.js), which rules what no days are chosen for
    from: null, // days from the first, both inclusive, chosen one by one; null: no limit
    to: null,
    product: new Set(), // positions in names.subcategory
    cell: new Set(), // r * 16 + f
    segment: new Set(),
    level: new Set(), // positions in data.scoring.levels.names
    cluster: new Set(),
    within: "", // what SCORED were set to, in words of the address, when the selection was scored anew
    ...Object.fromEntries(dimensions.map(({ name }) => [name, new Set()])), // positions in names[name]
    ranges: {}, // name -> [low, high], in the unit of the column; null: no limit
  };
}

/** Whether a filter is on. @param {State} state @param {string} filter */
export function isOn(state, filter) {
  if (filter === "time") return state.from !== null || state.to !== null;
  if (filter === "segment") return state.segment.size > 0 || state.cell.size > 0;
  if (filter === "range") return Object.keys(state.ranges).length > 0;
  if (filter === "within") return state.within !== "";
  return state[filter].size > 0;
}
