// A shop of six lines by hand: two customers and a guest, two shops, two subcategories.

import { decode } from "../src/data/lines.js";
import { filtersOf } from "../src/kernel/filters.js";

export const pack = (values) => ({ type: "i32", data: base64(new Int32Array(values)) });
const base64 = (numbers) => Buffer.from(numbers.buffer).toString("base64");

export const DIMENSIONS = [
  { name: "shop", title: "Shop", many: "shops", of: "line", isAttributed: true, figure: "shops" },
  { name: "town", title: "Town", many: "towns", of: "line", isAttributed: false, figure: null },
  { name: "age", title: "Age", many: "ages", of: "customer", isAttributed: false, figure: null },
];

/**
 * | line | purchase | day | lag | shop, of purchase | town  | subcategory | customer | amount | units |
 * | 0    | 1        | 0   | 0   | East              | Oslo  | Tea         | Ann      | 1000   | 2     |
 * | 1    | 1        | 0   | 0   | East              | Oslo  | Mugs        | Ann      | 500    | 1     |
 * | 2    | 1        | 3   | 3   | West, East        | Oslo  | Tea         | Ann      | -400   | -1    |
 * | 3    | 2        | 1   | 0   | West              | Rome  | Tea         | Bob      | 2000   | 4     |
 * | 4    | 3        | 4   | 0   | East              | Rome  | Mugs        | guest    | 300    | 1     |
 * | 5    | 4        | 4   | 0   | West              | Rome  | Mugs        | Ann      | 700    | 1     |
 */
export const packed = () => ({
  first: 100,
  through: 104,
  asOf: 104,
  names: {
    category: ["Home"],
    subcategory: [
      ["Home", "Tea"],
      ["Home", "Mugs"],
    ],
    shop: ["East", "West"],
    town: ["Oslo", "Rome"],
    age: ["Old", "Unknown", "Young"],
    segment: ["Loyal"],
  },
  dimensions: DIMENSIONS,
  customerDimensions: [{ name: "age", title: "Age" }],
  cells: [{ r: 2, f: 2, segment: "Loyal", is_impossible: false, mean_monetary: 1000 }],
  cluster_fits: [],
  lines: {
    count: 6,
    taxRate: 0.1,
    day: pack([0, 0, 3, 1, 4, 4]),
    lag: pack([0, 0, 3, 0, 0, 0]),
    purchaseStep: pack([1, 0, 0, 1, 1, 1]),
    shop: pack([0, 0, 1, 1, 0, 1]),
    shopShift: pack([0, 0, 1, 0, 0, 0]),
    town: pack([0, 0, 0, 1, 1, 1]),
    subcategory: pack([0, 1, 0, 0, 1, 1]),
    customer: pack([0, 0, 0, 1, 2, 0]),
    quantity: pack([2, 1, -1, 4, 1, 1]),
    amount: pack([1000, 500, -400, 2000, 300, 700]),
    taxRest: pack([0, 1, 0, 0, 0, 0]),
  },
  customers: {
    count: 2,
    age: pack([2, 0]),
    r: pack([2, 1]),
    f: pack([2, 1]),
    m: pack([1, 2]),
    segment: pack([0, 0]),
    frequency: pack([2, 1]),
  },
});

export const shop = () => decode(packed());
export const filters = filtersOf(DIMENSIONS);
