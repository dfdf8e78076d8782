// The customers one by one: their columns, who is selected, and in which order.

import { clustersOf } from "./clusters.js";

/**
 * Columns of the customers' table; those between are the data's dimensions of customers.
 * @type {Column[]}
 */
const FIRST = [{ name: "id", label: "Customer", kind: "text" }];
/** @type {Column[]} */
const LAST = [
  { name: "cluster", label: "Cluster", kind: "number" },
  { name: "recency_days", label: "Recency (days)", kind: "number" },
  { name: "frequency", label: "Frequency", kind: "number" },
  { name: "monetary", label: "Customer spend", kind: "money" },
  { name: "r", label: "R", kind: "number" },
  { name: "f", label: "F", kind: "number" },
  { name: "m", label: "M", kind: "number" },
  { name: "segment", label: "Segment", kind: "text" },
  { name: "cell_mean", label: "Average spend of the cell", kind: "money" },
];

/** @param {Data} data @returns {Column[]} */
export const customerColumns = ({ customerDimensions }) => [
  ...FIRST,
  ...customerDimensions.map(({ name, title }) => ({ name, label: title, kind: "text" })),
  ...LAST,
];

/** @param {Dashboard} dashboard */
export function customersOf({ store, sources }) {
  const { data, setup } = store;
  const columns = customerColumns(data);
  const searched = columns.filter(({ kind }) => kind === "text").map(({ name }) => name);
  /** Mean monetary of each cell over all scored customers, as the grid without filters has it. */
  const cellMeans = () =>
    store.cached(
      "means of cells",
      store.filters.names,
      () => new Map(data.cells.map((cell) => [cell.r * 16 + cell.f, cell.mean_monetary])),
    );

  /**
   * One cell of the table; null where a customer is not scored, or not clustered.
   * @param {number} at
   * @param {string} name
   */
  function value(at, name) {
    const { customers, names, members } = data;
    if (name === "id") return members?.id[at] ?? "";
    if (name === "cluster") return clustersOf(store, data)?.[at] || null;
    if (names[name]) return names[name][customers[name][at]];
    if (!customers.r[at]) return null;
    if (name === "cell_mean") return cellMeans().get(customers.r[at] * 16 + customers.f[at]);
    return customers[name][at];
  }

  /** All customers in the order of a column; those without a value last; ties in their own order. */
  function ordered() {
    const { sort, down } = setup;
    const name = `order ${sort} ${down}`;
    return store.cached(name, store.filters.names, () => {
      const places = Array.from({ length: data.customers.count }, (_, at) => at);
      const values = places.map((at) => value(at, sort));
      return places.sort((a, b) => {
        const [one, other] = [values[a], values[b]];
        if (one === other) return a - b;
        if (one === null || other === null) return one === null ? 1 : -1;
        return (one < other ? -1 : 1) * (down ? -1 : 1);
      });
    });
  }

  return {
    columns,
    value,
    /**
     * Places of the customers in the table: all filters and the search, in order.
     * @returns {number[]}
     */
    selected() {
      const { person } = sources.masks;
      const words = setup.search.trim().toLocaleLowerCase();
      const isFound = (at) =>
        !words ||
        searched.some((name) => String(value(at, name)).toLocaleLowerCase().includes(words));
      return ordered().filter((at) => person[at] === 0 && isFound(at));
    },
    /** @param {number} at @returns {Row} */
    rowOf: (at) => Object.fromEntries(columns.map(({ name }) => [name, value(at, name)])),
  };
}
