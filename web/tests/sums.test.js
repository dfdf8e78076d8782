import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../src/data/lines.js";
import { unitsBy, valuesByUnit } from "../src/kernel/estimates.js";
import { emptyState, respecting } from "../src/kernel/filters.js";
import { emptyMasks, updateMasks } from "../src/kernel/masks.js";
import { buyersBetween, buyersBy, customersBy, sumBy, sumOver } from "../src/kernel/sums.js";
import { filters, pack, packed, shop } from "./shop.js";

/** The shop under some filters. */
function filtered(settings) {
  const data = shop();
  const masks = emptyMasks(data);
  const state = { ...emptyState(data.dimensions), ...settings };
  updateMasks(data, masks, filters, state, filters.names, new Uint8Array(2));
  return { data, masks };
}

const byShop = (source, except) => {
  const { codes, attributedCodes } = source.data.lines;
  const sums = sumBy(source, codes.shop, attributedCodes.shop, 2, respecting(filters, except));
  return Object.fromEntries(Object.entries(sums).map(([name, values]) => [name, [...values]]));
};

test("money counts where it is booked; purchases and credited returns at the purchase's shop", () => {
  const { gross, returns, units, purchases, credited_returns } = byShop(filtered({}), []);
  assert.deepEqual(gross, [1800, 2700]);
  assert.deepEqual(returns, [0, -400]);
  assert.deepEqual(units, [4, 4]);
  assert.deepEqual(purchases, [2, 2]);
  assert.deepEqual(credited_returns, [-400, 0]);
});

test("a view respects every filter but its own", () => {
  const source = filtered({ shop: new Set([0]), from: 0, to: 2 });
  assert.deepEqual(byShop(source, ["shop"]).gross, [1500, 2000]);
  assert.deepEqual(byShop(source, []).gross, [1500, 0]);
  assert.deepEqual(byShop(source, []).credited_returns, [-400, 0]); // of a purchase within the days
});

test("filters of customers leave guests to Unknown", () => {
  assert.deepEqual(byShop(filtered({ age: new Set([2]) }), []).gross, [1500, 700]); // young: Ann
  assert.deepEqual(byShop(filtered({ age: new Set([1]) }), []).gross, [300, 0]); // unknown: the guest
  assert.deepEqual(byShop(filtered({ ranges: { r: [2, null] } }), []).gross, [1500, 700]);
});

test("buyers are distinct customers with a purchase; guests are none", () => {
  const source = filtered({});
  const all = respecting(filters, []);
  const { attributedCodes } = source.data.lines;
  assert.deepEqual([...buyersBy(source, attributedCodes.shop, 2, all)], [1, 2]);
  assert.equal(buyersBetween(source, 0, 0, all), 1);
  assert.equal(buyersBetween(source, 0, 4, all), 2);
  assert.equal(buyersBetween(source, 2, 3, all), 0);
});

test("customers of a selection of lines are its buyers", () => {
  const all = respecting(filters, []);
  const ages = (source) => customersBy(source, source.data.customers.age, 3, all);
  assert.deepEqual([...ages(filtered({})).customers], [1, 0, 1]);
  const { customers, monetary } = ages(filtered({ town: new Set([1]), product: new Set([0]) }));
  assert.deepEqual([...customers], [1, 0, 0]); // Tea in Rome: Bob
  assert.deepEqual([...monetary], [2000, 0, 0]);
});

test("a filter that is switched off leaves no bit", () => {
  const data = shop();
  const masks = emptyMasks(data);
  const none = emptyState(data.dimensions);
  const state = { ...none, shop: new Set([1]), to: 1, product: new Set([1]), age: new Set([0]) };
  updateMasks(data, masks, filters, state, filters.names, new Uint8Array(2));
  assert.ok(masks.booked.some(Boolean) && masks.person.some(Boolean));
  updateMasks(data, masks, filters, none, filters.names, new Uint8Array(2));
  for (const mask of Object.values(masks)) assert.ok(!mask.some(Boolean));
});

test("days outside the data count nothing", () => {
  const source = filtered({});
  const { day, attributedDay } = source.data.lines;
  const byDay = sumBy(source, day, attributedDay, 5, respecting(filters, []));
  assert.equal(sumOver(byDay, -3, 99).gross, 4500);
  assert.equal(sumOver(byDay, 1, 3).returns, -400);
  assert.equal(sumOver(byDay, 5, 9).gross, 0);
});

/** The shop as a sample: Ann is in it for certain, Bob stands for 3 and the guest's purchase for 2. */
function sampled(settings) {
  const source = filtered(settings);
  const { lines, customers } = decode({ ...packed(), lines: { ...packed().lines, ...DRAWN } });
  return { ...source, data: { ...source.data, lines, customers } };
}

const DRAWN = {
  isDrawn: pack([0, 0, 0, 1, 1, 0]),
  weights: { customers: 2, customer: 3, guest: 2 },
};

test("a sample has a number for each customer and each purchase of a guest", () => {
  const source = sampled({});
  const all = respecting(filters, []);
  const values = (what) => [...valuesByUnit(source, what, 0, 4, all).values];
  assert.deepEqual([...source.data.lines.weights], [1, 3, 2]);
  assert.deepEqual(values("net"), [1800, 2000, 300]);
  assert.deepEqual(values("gross"), [2200, 2000, 300]);
  assert.deepEqual(values("purchases"), [2, 1, 1]);
  assert.deepEqual(values("buyers"), [1, 1, 0]);
  assert.equal(valuesByUnit(source, "net", 0, 4, all).seen, 3);
  assert.equal(valuesByUnit(source, "net", 0, 0, all).seen, 1);
  assert.deepEqual([...unitsBy(source, source.data.lines.codes.shop, 2, all)], [2, 2]);
});

test("sums over a sample count each unit for those that it stands for", () => {
  const source = sampled({});
  const all = respecting(filters, []);
  const { codes, attributedCodes } = source.data.lines;
  const sums = sumBy(source, codes.shop, attributedCodes.shop, 2, all, 1.5);
  assert.deepEqual([...sums.gross], [1500 + 300 * 2 * 1.5, 700 + 2000 * 3 * 1.5]);
  assert.deepEqual([...sums.purchases], [1 + 2, 3 + 1]);
  assert.deepEqual([...buyersBy(source, attributedCodes.shop, 2, all)], [1, 1 + 3]);
  const { customers, monetary } = customersBy(source, source.data.customers.age, 3, all);
  assert.deepEqual([...customers], [3, 0, 1]);
  assert.deepEqual([...monetary], [6000, 0, 1800]);
});
