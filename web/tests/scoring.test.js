import assert from "node:assert/strict";
import { test } from "node:test";
import { clusteringOf } from "../src/kernel/clustering.js";
import { componentsOf, eigen, rootsOfShares } from "../src/kernel/components.js";
import { bySize, kmeans, random, silhouette } from "../src/kernel/kmeans.js";
import { bounds, cutPoints, isImpossible, score, scoresOf } from "../src/kernel/rfm.js";
import { GROUPS, keptUnits, measured } from "../src/kernel/selection.js";
import { ordersOf, scorePath, usualGap } from "../src/kernel/story.js";
import { shop } from "./shop.js";

test("cut points are quantiles by linear interpolation", () => {
  assert.deepEqual(cutPoints([4, 1, 3, 2], 5), [1.6, 2.2, 2.8, 3.4]); // as in retail/segments/rfm.py
  assert.deepEqual(cutPoints([], 5), []);
  assert.deepEqual(cutPoints([7, 7, 7], 3), [7, 7]);
});

test("a score is one more than the cut points below the value; of recency the lowest is best", () => {
  const values = Float64Array.of(1, 2, 3, Number.NaN);
  assert.deepEqual([...scoresOf(values, [1, 2.5], false)], [1, 2, 3, 0]);
  assert.deepEqual([...scoresOf(values, [1, 2.5], true)], [3, 2, 1, 0]);
});

test("fixed cut points stay, the others are those of the customers", () => {
  const ten = Float64Array.from({ length: 10 }, (_, at) => at + 1);
  const values = { recency_days: ten, frequency: ten, monetary: ten };
  const { cuts, r, f } = score(values, 3, { frequency: [1, 2] });
  assert.deepEqual(cuts, { recency: [4, 7], frequency: [1, 2], monetary: [4, 7] });
  assert.deepEqual([...r], [3, 3, 3, 3, 2, 2, 2, 1, 1, 1]);
  assert.deepEqual([...f], [1, 2, 3, 3, 3, 3, 3, 3, 3, 3]);
});

test("the bounds of a score, and one that equal cut points leave empty", () => {
  assert.deepEqual(bounds([10, 20], 3, true), [null, 10]);
  assert.deepEqual(bounds([10, 20], 3, false), [20, null]);
  assert.ok(isImpossible(bounds([10, 10.5], 2, false)));
  assert.ok(!isImpossible(bounds([10, 11], 2, false)));
});

test("customers are measured by the lines that are selected", () => {
  const data = shop();
  const all = new Uint8Array(6).fill(1);
  const whole = measured(data, all, () => true, 4);
  // Ann: 1500 less 400, and 700 on the last day; Bob: 2000.
  assert.deepEqual([...whole.frequency], [2, 1]);
  assert.deepEqual([...whole.recency_days], [0, 3]);
  assert.deepEqual([...whole.monetary], [1800, 2000]);
  assert.deepEqual([...whole.net], [1800, 2000, 300]);
  const tea = Uint8Array.from(data.lines.subcategory, (code) => (code === 0 ? 1 : 0));
  const some = measured(data, tea, () => true, 4);
  assert.deepEqual([...some.monetary], [600, 2000]);
  assert.deepEqual([...some.recency_days], [4, 3]);
});

test("who keeps nothing, has only a refund or no line is not scored", () => {
  const data = shop();
  const groups = (isIn) =>
    [...measured(data, Uint8Array.from(isIn), (who) => who === 1, 4).group].map((at) => GROUPS[at]);
  assert.deepEqual(groups([0, 0, 1, 0, 0, 0]), ["refund only", "prospect"]);
  data.lines.amount[2] = -1500;
  assert.deepEqual(groups([1, 1, 1, 0, 0, 0]), ["nothing kept", "prospect"]);
});

test("units are kept by purchase and subcategory", () => {
  const data = shop();
  const all = new Uint8Array(6).fill(1);
  assert.deepEqual([...keptUnits(data, all)], [1, 2, 4, 0]);
  data.lines.units[2] = 1; // a return whose units are stated without a sign
  assert.deepEqual([...keptUnits(data, all)], [1, 2, 4, 0]);
  data.lines.units[2] = -5; // more than was bought: nothing of it is kept, other purchases stay
  assert.deepEqual([...keptUnits(data, all)], [0, 2, 4, 0]);
});

test("eigenvectors of a symmetric matrix", () => {
  const { values, vectors } = eigen(Float64Array.of(2, 1, 1, 2), 2);
  assert.deepEqual([...values].sort().map(Math.round), [1, 3]);
  const at = values[0] > values[1] ? 0 : 1;
  assert.ok(Math.abs(Math.abs(vectors[at]) - Math.SQRT1_2) < 1e-12);
  assert.ok(Math.abs(vectors[at] - vectors[2 + at]) < 1e-12);
});

test("components are of those who kept enough, and everyone has scores", () => {
  const units = Float64Array.of(4, 0, 0, 9, 2, 2, 1, 0, 0, 0);
  const roots = rootsOfShares(units, 2, () => true);
  assert.deepEqual(roots.rows, [0, 1, 2, 3]);
  const { scores, explained, isFitted } = componentsOf(roots, 2, 3);
  assert.deepEqual([...isFitted], [1, 1, 1, 0]);
  assert.equal(scores[0][3], scores[0][0]); // alike in what they bought
  assert.ok(Math.abs(explained.reduce((sum, part) => sum + part, 0) - 1) < 1e-12);
});

test("beyond 200 subcategories the smallest are joined", () => {
  const width = 250;
  const units = Float64Array.from({ length: 2 * width }, (_, at) => 1 + (at % width));
  const roots = rootsOfShares(units, width, () => true);
  assert.equal(roots.width, 200);
  const joined = (51 * 52) / 2 / ((250 * 251) / 2); // the 51 smallest
  assert.ok(Math.abs(roots.root[199] ** 2 - joined) < 1e-12);
});

/** Rows around some centres, far apart. */
function blobs(centres, size, seed) {
  const next = random(seed);
  return Float64Array.from(
    centres.flatMap((centre) =>
      Array.from({ length: size }, () => centre.map((value) => value + next() - 0.5)).flat(),
    ),
  );
}

test("k-means finds clusters that are there, numbered by size", () => {
  const centres = [
    [0, 0],
    [10, 0],
    [0, 10],
  ];
  const points = blobs(centres, 40, 3);
  const { labels, inertia } = kmeans(points, 2, 3, { starts: 4, seed: 1 });
  assert.equal(new Set(labels.subarray(0, 40)).size, 1);
  assert.equal(new Set(labels).size, 3);
  let within = 0; // of each row to the mean of its blob
  for (let blob = 0; blob < 3; blob++) {
    const rows = Array.from({ length: 40 }, (_, at) =>
      [0, 1].map((i) => points[(blob * 40 + at) * 2 + i]),
    );
    const mean = [0, 1].map((i) => rows.reduce((sum, row) => sum + row[i], 0) / 40);
    for (const row of rows) within += (row[0] - mean[0]) ** 2 + (row[1] - mean[1]) ** 2;
  }
  assert.ok(Math.abs(inertia - within) < 1e-9);
  assert.ok(silhouette(points, 2, labels, [...labels.keys()]) > 0.8);
  assert.deepEqual([...bySize(Uint8Array.of(2, 2, 0, 1, 1), 3)], [1, 1, 3, 2, 2]);
});

test("too few customers are not clustered", () => {
  const few = clusteringOf(Float64Array.of(3, 1, 1, 3), 2, () => true, {
    components: 2,
    clusters: 2,
    unit: 1,
  });
  assert.match(few.reason, /^Too few customers for clusters: 2 with at least 3 kept units/);
});

test("a customer's story: orders, what came back, gaps, scores by what was known", () => {
  const data = shop();
  const { orders, others } = ordersOf(data, 0);
  assert.deepEqual(
    orders.map(({ day, gross, units, returns }) => [day, gross, units, returns]),
    [
      [0, 1500, 3, [{ day: 3, amount: -400 }]],
      [4, 700, 1, []],
    ],
  );
  assert.deepEqual(others, []);
  assert.equal(usualGap(orders, 4), 4);
  assert.equal(usualGap(orders, 3), null);
  const cuts = { recency: [1], frequency: [1], monetary: [1200] };
  assert.deepEqual(scorePath(data, 0, [2, 3, 4], cuts), [
    { day: 2, r: 1, f: 1, m: 2 }, // 1500 before the return
    { day: 3, r: 1, f: 1, m: 1 },
    { day: 4, r: 2, f: 2, m: 2 },
  ]);
  assert.deepEqual(scorePath(data, 1, [0], cuts), [{ day: 0, r: 0, f: 0, m: 0 }]);
});
