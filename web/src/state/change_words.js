// What changed, in words.

import { shareOfChange } from "../kernel/both.js";
import { change, MISSING, shortChange, shown, shownDay } from "../kernel/formats.js";

/** Amount and per cent: "-12.3k (-8.8 %)". @param {number} now @param {number} before */
export function amountAndShare(now, before) {
  const part = change(shareOfChange(now, before));
  return `${shortChange(now - before)}${part === MISSING ? "" : ` (${part})`}`;
}

/** @type {Record<string, [string, string]>} of a step: what more and what less of it is called */
const MORE_AND_LESS = {
  Buyers: ["more buyers", "fewer buyers"],
  "Orders per buyer": ["more orders per buyer", "fewer orders per buyer"],
  "Units per order": ["more units per order", "fewer units per order"],
  "Revenue per unit": ["more revenue per unit", "less revenue per unit"],
  "Order value": ["larger orders", "smaller orders"],
  "Gross revenue of customers": [
    "more gross revenue of customers",
    "less gross revenue of customers",
  ],
  Guests: ["more sold to guests", "less sold to guests"],
  Returns: ["fewer returns", "more returns"],
};

/**
 * The change in one sentence, its largest reasons first.
 * @param {{now: number, before: number, steps: import("../kernel/bridge.js").Step[]}} why
 */
export function sentenceOf({ now, before, steps }) {
  const total = now - before;
  if (!total && steps.every(({ amount }) => !amount)) return "Net revenue did not change.";
  const sized = steps
    .filter(({ amount }) => amount !== 0)
    .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  const wordsOf = ({ step, amount }) => MORE_AND_LESS[step][amount > 0 ? 0 : 1];
  const partOf = ({ amount }) => (total ? ` (${shown(Math.abs(amount / total), "share")})` : "");
  const isWith = ({ amount }) => amount > 0 === total > 0;
  const said = (steps_) =>
    steps_.map((step) => `${signed(step.amount)}${partOf(step)} from ${wordsOf(step)}`).join(", ");
  const [along, against] = [sized.filter(isWith), sized.filter((step) => !isWith(step))];
  const head = `Net revenue ${total > 0 ? "rose" : total < 0 ? "fell" : "stayed the same"}: ${signed(total)} (${change(shareOfChange(now, before))}).`;
  const first = along.length ? ` Of this, ${said(along)}.` : "";
  const rest = against.length ? ` Against it: ${said(against)}.` : "";
  return head + first + rest;
}

/** An amount with its sign. @param {number} amount */
export const signed = (amount) => `${amount > 0 ? "+" : ""}${shown(amount, "money")}`;

/** @param {number[]} days */
export const spanWords = ([from, to]) => `${shownDay(from)} to ${shownDay(to)}`;
