import assert from "node:assert/strict";
import { test } from "node:test";
import { countIn } from "../src/kernel/formats.js";
import { fromHash, toHash } from "../src/state/address.js";
import { shop } from "./shop.js";

countIn({ moneyScale: 2, currency: "" });
const data = shop();

test("an address says the state, and the state says it again", () => {
  const hash =
    "from=1970-04-12&to=1970-04-14&product=Home/Tea&shop=West&town=Oslo,Rome&age=Unknown&segment=Loyal" +
    "&cell=R2F1&cluster=1,3&monetary=10.00~&heat=units&tab=market&components=5&across=3&axes=Home/Mugs" +
    "&sort=-frequency&search=a%27b&page=2";
  const { state, setup, unknown } = fromHash(data, hash);
  assert.deepEqual(unknown, []);
  assert.deepEqual([state.from, state.to], [1, 3]);
  assert.deepEqual([...state.town], [0, 1]);
  assert.deepEqual([...state.cell], [33]);
  assert.deepEqual(state.ranges, { monetary: [1000, null] });
  assert.deepEqual([setup.across, setup.axes, setup.search, setup.page], [3, [1], "a'b", 1]);
  assert.equal(toHash(data, state, setup), hash);
});

test("a link from before there were tabs opens the tab", () => {
  const { setup, unknown } = fromHash(data, "market=on");
  assert.deepEqual([setup.tab, unknown], ["market", []]);
  assert.deepEqual(fromHash(data, "market=off").unknown, ["market off"]);
});

test("a whole category goes by its name", () => {
  const { state, setup } = fromHash(data, "product=Home");
  assert.deepEqual([...state.product], [0, 1]);
  assert.equal(toHash(data, state, setup), "product=Home");
});

test("what means nothing is listed, names that every object has among them", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "manager"];
  for (const name of names) assert.deepEqual(fromHash(data, `${name}=1`).unknown, [`${name} 1`]);
  const wrong = [
    "shop=North",
    "product=Home/Tea/Green",
    "from=1969-01-01",
    "cell=R9F1",
    "measure=constructor",
    "across=99",
    "sort=__proto__",
    "page=0",
    "monetary=~",
  ];
  for (const word of wrong)
    assert.deepEqual(fromHash(data, word).unknown, [word.replace("=", " ")], word);
  assert.deepEqual(fromHash(data, "from=1970-04-14&to=1970-04-12").unknown, ["from after to"]);
  assert.deepEqual(fromHash(data, "main").unknown, []);
});
