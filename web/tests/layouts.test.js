import assert from "node:assert/strict";
import { test } from "node:test";
import { movesBetween, sharesOf } from "../src/kernel/migration.js";
import { squarify } from "../src/kernel/squarify.js";
import { stretchesOf } from "../src/kernel/stretches.js";
import { fitting, layOut } from "../src/kernel/treemap.js";

test("rectangles are in proportion and fill the whole (Bruls, Huizing and van Wijk, figure 1)", () => {
  const sizes = [6, 6, 4, 3, 2, 2, 1];
  const boxes = squarify(sizes, 0, 0, 6, 4);
  boxes.forEach(([, , width, height], at) => {
    assert.ok(Math.abs(width * height - sizes[at]) < 1e-9);
  });
  assert.deepEqual(boxes[0], [0, 0, 3, 2]);
  assert.deepEqual(boxes[1], [0, 2, 3, 2]);
});

test("a category has a band with its name, what has no area has no place", () => {
  const rows = [
    { code: 0, category: "Home", subcategory: "Tea", net: 30, dim: false },
    { code: 1, category: "Home", subcategory: "Mugs", net: 10, dim: true },
    { code: 2, category: "Food", subcategory: "Food", net: 20, dim: false },
    { code: 3, category: "Food", subcategory: "Jam", net: -5, dim: false },
  ];
  const placed = layOut(rows, "net", 600, 300);
  assert.equal(placed.length, 5);
  assert.equal(placed[3].x, undefined);
  const [tea, mugs, food] = placed;
  const area = ({ x, y, x2, y2 }) => (x2 - x) * (y2 - y);
  assert.ok(Math.abs(area(tea) / area(mugs) - 3) < 1e-9);
  assert.ok(Math.abs(area(food) - 1 / 3) < 1e-9); // alone and of the same name: no band
  assert.deepEqual([placed[4].category, placed[4].dim], ["Home", false]);
});

test("a name is cut to its room", () => {
  assert.equal(fitting("Books", 100), "Books");
  assert.equal(fitting("Encyclopaedias", 60), "Encycl…");
  assert.equal(fitting("Encyclopaedias", 20), "");
});

test("customers who go the same way share a stretch", () => {
  // rows: customers; columns: axes
  const units = [0, 2, 1, 0, 2, 1, 2, 2, 0];
  const groups = stretchesOf([0, 1, 2], [1, 1, 2], units, [0, 1, 2], 2);
  assert.deepEqual(groups, [
    {
      cluster: 1,
      customers: 2,
      stretches: [
        { gap: 0, from: 0, to: 2 },
        { gap: 1, from: 2, to: 1 },
      ],
    },
    {
      cluster: 2,
      customers: 1,
      stretches: [
        { gap: 0, from: 2, to: 2 },
        { gap: 1, from: 2, to: 0 },
      ],
    },
  ]);
});

test("moves between two month ends, and their shares by direction", () => {
  const data = {
    months: ["2024-01", "2024-02", "2024-03"],
    states: ["Loyal", "Lost"],
    directions: ["down", "stayed"],
    causes: ["bought", "time"],
    pairs: [
      [0, 1, 1],
      [1, 2, 2],
    ],
    from_segment: [0, 1, 0],
    to_segment: [1, 1, 1],
    direction: [0, 1, 0],
    cause: [1, 1, 1],
    customers: [9, 3, 1],
    before: [900, 300, 500],
    after: [0, 300, 100],
    moneyScale: 2,
    currency: "",
  };
  const moves = movesBetween(data, "2024-02", "2024-03");
  assert.deepEqual(
    moves.map(({ from_segment, direction, monetary_before }) => [
      from_segment,
      direction,
      monetary_before,
    ]),
    [
      ["Loyal", "down", 5],
      ["Lost", "stayed", 3],
    ],
  );
  const shares = sharesOf(moves).map(({ direction, share, change }) => [direction, share, change]);
  assert.deepEqual(shares, [
    ["stayed", 0.75, 0],
    ["down", 0.25, -400],
  ]);
  assert.deepEqual(movesBetween(data, "2024-01", "2024-03"), []);
});
