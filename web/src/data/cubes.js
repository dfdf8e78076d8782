// Cubes decoded. A cube's row is a sum by period and names: a line with a weight, so it passes filters and is
// added up by the same code (kernel/masks.js, kernel/sums.js). Where lines are too many to travel, cubes do.

import { spansOf } from "../kernel/periods.js";
import { unplaned } from "./packed.js";

/** What a cube's row may say of the customer, after the dimensions of customers. */
const SCORES = ["cell", "segment", "cluster"];

/** @param {Dimension[]} dimensions */
export const customerColumns = (dimensions) => [
  ...dimensions.filter(({ of }) => of === "customer").map(({ name }) => name),
  ...SCORES,
];

/**
 * The rows of a cube as lines with weights, and their customers as groups.
 * @param {{grain: string}} cube
 * @param {any} packed
 * @param {Data} data of the page
 * @returns {Data}
 */
export function decodeCube({ grain }, packed, data) {
  const spans = spansOf(data, grain);
  const days = packed.days.map((day) => Math.max(day - data.first, 0));
  const day = Int32Array.from(unplaned(packed.day), (place) => days[place]);
  const until = Int32Array.from(day, (first) => spans.until[first]);
  const code = (name) => (packed[name] ? Uint16Array.from(unplaned(packed[name])) : null);
  const codes = Object.fromEntries(
    data.dimensions.filter(({ of }) => of === "line").map(({ name }) => [name, code(name)]),
  );
  const [gross, returns, units, purchases] = ["gross", "returns", "units", "purchases"].map(
    (name) => unplaned(packed[name]),
  );
  const tax = unplaned(packed.taxRest).map(
    (left, at) => Math.floor((gross[at] + returns[at]) * packed.taxRate + 0.5) + left,
  );
  const columns = customerColumns(data.dimensions);
  const { customer, customers } = groupsOf(columns, columns.map(code), packed.count);
  const lines = {
    count: packed.count,
    customer,
    category: code("category"),
    subcategory: code("product"),
    gross,
    returns,
    units,
    purchases,
    tax,
    credited_returns: unplaned(packed.creditedRest).map((left, at) => left + returns[at]),
    day,
    until,
    attributedDay: day,
    attributedUntil: until,
    codes,
    attributedCodes: codes,
  };
  return { ...data, members: null, lines, customers };
}

/**
 * Each combination of what a cube's rows say of customers, once; `customer` of a row is its place.
 * @param {string[]} names
 * @param {(Uint16Array | null)[]} columns null: the cube does not have it
 * @param {number} count of the rows
 */
function groupsOf(names, columns, count) {
  const sizes = columns.map((column) =>
    column ? 1 + column.reduce((most, code) => Math.max(most, code), 0) : 1,
  );
  const places = new Map();
  const rows = [];
  const customer = Int32Array.from({ length: count }, (_, row) => {
    const key = columns.reduce(
      (all, column, at) => all * sizes[at] + (column ? column[row] : 0),
      0,
    );
    let place = places.get(key);
    if (place === undefined) {
      place = rows.push(row) - 1;
      places.set(key, place);
    }
    return place;
  });
  const values = columns.map((column) => column && rows.map((row) => column[row]));
  return { customer, customers: groupColumns(names, values, rows.length) };
}

/**
 * Groups of customers by what can be filtered of them.
 * @param {string[]} names of the columns
 * @param {(ArrayLike<number> | null)[]} values
 * @param {number} count
 * @returns {Customers}
 */
function groupColumns(names, values, count) {
  const groups = { count };
  names.forEach((name, at) => {
    groups[name] = values[at] && Int32Array.from(values[at]);
  });
  const { cell, segment, ...rest } = groups;
  return /** @type {Customers} */ ({
    ...rest,
    r: cell?.map((number) => number >> 4),
    f: cell?.map((number) => number & 15),
    segment: segment?.map((number) => number - 1),
  });
}

/**
 * Groups of customers by what can be filtered of them, with their number, buyers and monetary.
 * @param {any} packed
 * @param {Data} data of the page
 * @returns {Data}
 */
export function decodeGroups({ count, ...packed }, data) {
  const names = customerColumns(data.dimensions);
  const columns = Object.fromEntries(
    Object.entries(packed).map(([name, planes]) => [name, unplaned(planes)]),
  );
  const { customers: weight, buyers, monetary } = columns;
  const groups = groupColumns(
    names,
    names.map((name) => columns[name]),
    count,
  );
  const lines = /** @type {Lines} */ ({ count: 0 });
  return { ...data, members: null, lines, customers: { ...groups, weight, buyers, monetary } };
}
