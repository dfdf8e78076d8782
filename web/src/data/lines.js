// The page's data decoded: columns of lines and of customers as typed arrays.

import { productLabel } from "../kernel/formats.js";
import { GROUPS } from "../kernel/selection.js";
import { unpacked, unpackedAll } from "./packed.js";

/**
 * The whole of the page's data: what retail/charts/payload.py packed.
 * @param {any} packed
 * @returns {Data}
 */
export function decode(packed) {
  const { names } = packed;
  const customers = packed.customers ? unpackedAll(packed.customers) : { count: 0 };
  const lines = packed.lines ? decodeLines(packed.lines, packed) : noLines(packed.dimensions);
  if (lines.weights) customers.weight = lines.weights.slice(0, customers.count);
  customers.monetary = new Float64Array(customers.count + 1);
  for (let at = 0; at < lines.count; at++)
    customers.monetary[lines.customer[at]] += lines.amount[at];
  return {
    ...packed,
    names: packed.scoring
      ? { ...names, segment: segmentsOf(packed), level: packed.scoring.levels.names }
      : names,
    category: names.subcategory.map(([name]) => names.category.indexOf(name)), // of each subcategory
    labels: names.subcategory.map(([category, name]) => productLabel(category, name)),
    lines,
    customers,
    rescored: null, // scores and clusters that the page made (state/scoring.js)
    days: packed.asOf - packed.first + 1,
    lastDay: packed.through - packed.first, // of purchases, counted from `first`
    bins: packed.cells.reduce((most, { r }) => Math.max(most, r), 1),
    members: null, // they come after the first paint
  };
}

/**
 * Names of segments: those of the run's customers, then those that other scores may give.
 * @param {any} packed
 */
function segmentsOf({ names, scoring }) {
  const possible = [...scoring.map.map(([, , name]) => name), ...GROUPS.slice(1)];
  return [...new Set([...names.segment, ...possible])];
}

/**
 * Lines in the order of their purchases. Days count from `first`.
 *
 * Each line has two places: its own day and names, where its money is booked, and those of its purchase, to
 * which purchases, buyers and returns of the return rate are attributed. A return without a purchase is
 * attributed to its own. Only some dimensions are one for a whole purchase; the others are the line's in both.
 * @param {any} packed
 * @param {{names: Names, dimensions: Dimension[]}} data
 * @returns {Lines}
 */
function decodeLines(packed, { names, dimensions }) {
  const { count, taxRate, taxRest, isDrawn, weights, ...columns } = unpackedAll(packed);
  const { day, lag, amount, quantity } = columns;
  const purchase = new Uint32Array(count);
  const attributedDay = new Int32Array(count);
  const tax = new Float64Array(count);
  for (let at = 0, number = 0; at < count; at++) {
    number += columns.purchaseStep[at];
    purchase[at] = number;
    attributedDay[at] = day[at] - lag[at];
    tax[at] = Math.floor(amount[at] * taxRate + 0.5) + taxRest[at];
  }
  const returns = Float64Array.from(amount, (value) => Math.min(value, 0));
  return {
    count,
    amount,
    purchase,
    customer: columns.customer,
    subcategory: columns.subcategory,
    gross: Float64Array.from(amount, (value) => Math.max(value, 0)),
    returns,
    tax,
    units: quantity,
    credited_returns: returns, // at the place that they are attributed to
    day,
    until: day,
    attributedDay,
    attributedUntil: attributedDay,
    ...(isDrawn ? unitsOf(columns.customer, purchase, isDrawn, weights) : {}),
    ...codesOf(columns, dimensions, names),
  };
}

/**
 * Of a sample: the unit of each line, a customer or else a purchase of a guest, and how many each unit stands for.
 * @param {Numbers} customer
 * @param {Uint32Array} purchase
 * @param {Numbers} isDrawn whether each line's was drawn at random, and is not there for certain
 * @param {{customers: number, customer: number, guest: number}} weights how many customers there are, and how many a
 *   customer and a guest's purchase that were drawn stand for
 */
function unitsOf(customer, purchase, isDrawn, { customers, customer: ofCustomer, guest }) {
  const units = new Map();
  const standFor = new Array(customers).fill(1);
  const unit = Int32Array.from(customer, (who, at) => {
    const isGuest = who === customers;
    let place = who;
    if (isGuest) {
      const known = units.get(purchase[at]);
      place = known ?? standFor.length;
      if (known === undefined) units.set(purchase[at], place);
    }
    if (isDrawn[at]) standFor[place] = isGuest ? guest : ofCustomer;
    else standFor[place] ??= 1;
    return place;
  });
  return { unit, weights: Float64Array.from(standFor) };
}

/**
 * By dimension of lines: the code of each line, and the code that it is attributed to.
 * @param {Record<string, Numbers>} columns
 * @param {Dimension[]} dimensions
 * @param {Names} names
 */
function codesOf(columns, dimensions, names) {
  const [codes, attributedCodes] = [{}, {}];
  for (const { name, of, isAttributed } of dimensions) {
    if (of !== "line") continue;
    codes[name] = attributedCodes[name] = columns[name];
    if (!isAttributed) continue;
    const size = Math.max(names[name].length, 1);
    const shift = columns[`${name}Shift`];
    attributedCodes[name] = Uint16Array.from(shift, (by, at) => (columns[name][at] + by) % size);
  }
  return { codes, attributedCodes };
}

/**
 * Where cubes travel instead of lines there are none, until the sample comes.
 * @param {Dimension[]} dimensions
 */
function noLines(dimensions) {
  const none = new Uint8Array(0);
  const names = [
    "amount",
    "purchase",
    "customer",
    "subcategory",
    "gross",
    "returns",
    "tax",
    "units",
  ];
  names.push("credited_returns", "day", "until", "attributedDay", "attributedUntil");
  const codes = Object.fromEntries(dimensions.map(({ name }) => [name, none]));
  const columns = Object.fromEntries(names.map((name) => [name, none]));
  return /** @type {Lines} */ ({ count: 0, ...columns, codes, attributedCodes: codes });
}

/**
 * What only the customers' table and the cluster views need.
 * @param {any} packed
 * @returns {Members}
 */
export function decodeMembers({ id, units, scores, labels = {}, names = {}, drawn = null }) {
  return {
    id,
    units: units ? unpacked(units) : null,
    scores: scores?.map(unpacked) ?? [],
    labels: Object.fromEntries(
      Object.entries(labels).map(([pair, digits]) => [pair, Uint8Array.from(digits, Number)]),
    ),
    names,
    drawn: drawn ? unpacked(drawn) : null,
  };
}
