import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../src/kernel/csv.js";
import { countIn } from "../src/kernel/formats.js";

test("a text that a spreadsheet would run gets a quote before it, a number does not", () => {
  countIn({ moneyScale: 2, currency: "" });
  const columns = [
    { name: "name", kind: "text", label: "" },
    { name: "net", kind: "money", label: "" },
  ];
  const names = ["=1+1", " @SUM(1)", "-2+3", "-2", "+1.5", 'a "b", c', "plain"];
  const rows = names.map((name) => ({ name, net: -150 }));
  assert.deepEqual(csvOf(columns, rows).split("\r\n"), [
    "name,net",
    "'=1+1,-1.50",
    "' @SUM(1),-1.50",
    "'-2+3,-1.50",
    "-2,-1.50",
    "+1.5,-1.50",
    '"a ""b"", c",-1.50',
    "plain,-1.50",
    "",
  ]);
});
