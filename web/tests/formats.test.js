import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { countIn, displayed, plain, settings, shown } from "../src/kernel/formats.js";

// Python's tests read the same file: tests/render/test_formats.py.
const file = new URL("../../tests/render/format_cases.json", import.meta.url);
const { locales, cases } = JSON.parse(readFileSync(file, "utf8"));
const functions = { shown, displayed, plain };

for (const { locale, currency, money_scale, quantity_scale, how, kind, value, text } of cases) {
  test(`${how} ${kind} ${value} of scale ${money_scale} in "${locale}" is ${text}`, () => {
    settings.locale = locales[locale];
    countIn({ moneyScale: money_scale, quantityScale: quantity_scale, currency });
    assert.equal(functions[how](value, kind), text);
  });
}

test("what is missing is a dash on the page and empty in a file", () => {
  for (const kind of ["text", "money", "count", "share", "day"]) {
    assert.equal(shown(null, kind), "-");
    assert.equal(shown(undefined, kind), "-");
    assert.equal(plain(null, kind), "");
  }
  assert.equal(shown(Number.NaN, "money"), "-");
});
