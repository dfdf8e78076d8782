import assert from "node:assert/strict";
import { test } from "node:test";
import { figureOf } from "../src/kernel/metrics.js";

const averageOrder = { over: { gross: 1 }, under: { purchases: 1 } };
const returnRate = { over: { credited_returns: -1 }, under: { gross: 1 } };
const exTax = { over: { gross: 1, returns: 1, tax: -1 }, under: null };

test("a figure adds sums up with their signs, and divides by others", () => {
  const sums = { gross: 250, returns: -50, credited_returns: -20, tax: 30, purchases: 100 };
  assert.equal(figureOf(averageOrder, sums), 2.5);
  assert.equal(figureOf(returnRate, sums), 0.08);
  assert.equal(figureOf(exTax, sums), 170);
});

test("there is no figure of an unknown sum, nor without anything to divide by", () => {
  assert.equal(figureOf(averageOrder, { gross: 250, purchases: 0 }), null);
  assert.equal(figureOf(averageOrder, { gross: 250, purchases: null }), null);
  assert.equal(figureOf({ over: { buyers: 1 }, under: null }, { buyers: null }), null);
  assert.ok(Object.is(figureOf(returnRate, { credited_returns: -0, gross: 5 }), 0));
});
