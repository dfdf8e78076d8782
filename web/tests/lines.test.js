import assert from "node:assert/strict";
import { test } from "node:test";
import { unpacked, unplaned } from "../src/data/packed.js";
import { shop } from "./shop.js";

test("a return is attributed to the day and the shop of its purchase, but to its own town", () => {
  const { lines } = shop();
  assert.deepEqual([...lines.attributedDay], [0, 0, 0, 1, 4, 4]);
  assert.deepEqual([...lines.attributedCodes.shop], [0, 0, 0, 1, 0, 1]);
  assert.deepEqual([...lines.codes.shop], [0, 0, 1, 1, 0, 1]);
  assert.equal(lines.attributedCodes.town, lines.codes.town);
});

test("money is split by its sign, and tax is what the rate says and a rest", () => {
  const { lines, customers } = shop();
  assert.deepEqual([...lines.gross], [1000, 500, 0, 2000, 300, 700]);
  assert.deepEqual([...lines.returns], [0, 0, -400, 0, 0, 0]);
  assert.deepEqual([...lines.tax], [100, 51, -40, 200, 30, 70]);
  assert.deepEqual([...lines.purchase], [1, 1, 1, 2, 3, 4]);
  assert.deepEqual([...customers.monetary], [1800, 2000, 300]); // the last is the guest
});

test("packed columns are numbers again", () => {
  const data = Buffer.from(new Int16Array([-1, 300]).buffer).toString("base64");
  assert.deepEqual([...unpacked({ type: "i16", data })], [-1, 300]);
  // 10 + 0x0102 and 10 + 0x0304, low bytes first
  const planes = Buffer.from([2, 4, 1, 3]).toString("base64");
  assert.deepEqual([...unplaned({ least: 10, width: 2, data: planes })], [268, 782]);
});
