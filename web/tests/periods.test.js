import assert from "node:assert/strict";
import { test } from "node:test";
import {
  comparedPeriods,
  dayNumber,
  daysOfPeriod,
  dayText,
  periodEnd,
  periodsIn,
  STARTS,
  spansOf,
  yearsLater,
} from "../src/kernel/periods.js";

const day = (text) => dayNumber(text);

test("days are whole numbers from 1970, and only real dates are days", () => {
  assert.equal(day("1970-01-01"), 0);
  assert.equal(dayText(16129), "2014-02-28");
  for (const text of ["2014-02-29", "2014-13-01", "14-02-01", "", "2014-02-01x"])
    assert.equal(day(text), null);
});

test("a period starts on its first day and ends on its last", () => {
  const cases = [
    ["week", "2024-03-06", "2024-03-04", "2024-03-10"],
    ["month", "2024-02-29", "2024-02-01", "2024-02-29"],
    ["quarter", "2024-05-31", "2024-04-01", "2024-06-30"],
    ["year", "2024-12-31", "2024-01-01", "2024-12-31"],
  ];
  for (const [grain, at, first, last] of cases) {
    assert.equal(dayText(STARTS[grain](day(at))), first);
    assert.equal(dayText(periodEnd(grain, day(first))), last);
  }
});

test("29 February is the 28th in other years", () => {
  assert.equal(dayText(yearsLater(day("2024-02-29"), -1)), "2023-02-28");
  assert.equal(dayText(yearsLater(day("2023-02-28"), 1)), "2024-02-28");
});

test("the weeks of a cube are cut where a month ends, and to the data", () => {
  const data = { first: day("2024-01-30"), days: 8 }; // Tuesday, to 6 February
  const { from, until } = spansOf(data, "week");
  assert.deepEqual([...from], [0, 0, 2, 2, 2, 2, 6, 6]);
  assert.deepEqual([...until], [1, 1, 5, 5, 5, 5, 7, 7]);
});

test("a comparison needs an earlier period that lies inside the data", () => {
  const [first, through] = [day("2023-01-01"), day("2024-06-15")];
  const texts = (periods) => periods?.map((period) => period.map(dayText)) ?? null;
  const range = [day("2024-03-01"), day("2024-03-31")];
  assert.deepEqual(texts(comparedPeriods("previous", range, first, through)), [
    ["2024-03-01", "2024-03-31"],
    ["2024-02-01", "2024-02-29"],
  ]);
  assert.deepEqual(texts(comparedPeriods("year", range, first, through)), [
    ["2024-03-01", "2024-03-31"],
    ["2023-03-01", "2023-03-31"],
  ]);
  const days = [day("2024-03-01"), day("2024-05-15")]; // no whole months
  assert.deepEqual(texts(comparedPeriods("previous", days, first, through))[1], [
    "2023-12-16",
    "2024-02-29",
  ]);
  const leap = [day("2024-02-01"), day("2024-02-29")];
  assert.deepEqual(texts(comparedPeriods("year", leap, first, through))[1], [
    "2023-02-01",
    "2023-02-28",
  ]);
  assert.equal(comparedPeriods("none", range, first, through), null);
  const early = [day("2023-01-20"), day("2023-03-31")];
  assert.equal(comparedPeriods("previous", early, first, through), null);
  assert.equal(comparedPeriods("year", early, first, through), null);
});

test("named periods are whole months up to the last full one, where they lie inside the data", () => {
  const data = { first: day("2023-01-15"), through: day("2024-06-15") };
  assert.deepEqual(periodsIn(data), ["month", "3months", "12months", "year", "all"]);
  const texts = (name) =>
    daysOfPeriod(name, data).map((number) =>
      number === null ? null : dayText(data.first + number),
    );
  assert.deepEqual(texts("month"), ["2024-05-01", "2024-05-31"]);
  assert.deepEqual(texts("3months"), ["2024-03-01", "2024-05-31"]);
  assert.deepEqual(texts("12months"), ["2023-06-01", "2024-05-31"]);
  assert.deepEqual(texts("year"), ["2024-01-01", "2024-06-15"]);
  assert.deepEqual(texts("all"), [null, null]);
  assert.deepEqual(periodsIn({ first: day("2024-06-02"), through: day("2024-06-15") }), ["all"]);
});
