// A customer's story: orders and returns over time, scores at each month's end, the usual gap between orders.

import { element, svgElement, tableOf } from "../dom.js";
import { count, money, shownDay } from "../kernel/formats.js";
import { keptBy, ordersOf, scorePath, usualGap } from "../kernel/story.js";

const [WIDTH, HEIGHT, MIDDLE, BOTTOM] = [720, 132, 62, 120]; // of the picture; the line of orders; the line of score 0
const LARGEST = 11; // radius of the largest order

/** @param {Dashboard} dashboard @param {number} who place of the customer */
export function storyOf({ store, scoring }, who) {
  const { data, months } = store;
  const { orders, others } = ordersOf(data, who);
  const last = data.days - 1;
  const ends = [...months.starts.slice(1).map((start) => start - 1 - data.first), last];
  const path = scorePath(data, who, ends, scoring.cuts());
  return element(
    "div",
    { class: "story" },
    element("p", {}, words(data, orders, others)),
    picture(data, orders, others, path),
    element(
      "p",
      { class: "note" },
      "Circles are orders, by gross revenue; strokes below the line are returns, on their own day. The steps are R, F and M at each month's end, by the cut points of now and what was known then.",
    ),
    tableOf(
      [
        { name: "day", label: "Order", kind: "day" },
        { name: "gross", label: "Gross revenue", kind: "money" },
        { name: "returned", label: "Returned", kind: "money" },
        { name: "units", label: "Units", kind: "quantity" },
      ],
      orders.map(({ day, gross, units, returns }) => ({
        day: data.first + day,
        gross,
        units,
        returned: returns.reduce((sum, { amount }) => sum + amount, 0),
      })),
      "Orders",
    ),
  );
}

/** @param {Data} data @param {any[]} orders @param {any[]} others */
function words({ first, days }, orders, others) {
  const kept = keptBy(orders, days - 1);
  const gap = usualGap(orders, days - 1);
  const plural = (size, one, many) => `${count(size)} ${size === 1 ? one : many}`;
  const parts = [
    `${plural(orders.length, "order", "orders")}${kept.length < orders.length ? `, ${count(kept.length)} kept` : ""}.`,
  ];
  if (others.length)
    parts.push(
      `${plural(others.length, "return", "returns")} without an order: ${money(others.reduce((sum, { amount }) => sum + amount, 0))}.`,
    );
  if (!kept.length) return parts.join(" ");
  const since = days - 1 - kept.at(-1).day;
  parts.push(
    `Last kept order ${shownDay(first + kept.at(-1).day)}, ${plural(since, "day", "days")} before the end of the data.`,
  );
  if (gap === null) parts.push("One day with orders only, so there is no usual gap.");
  else {
    const over = since - gap;
    parts.push(
      `Usual gap between orders (median): ${plural(Math.round(gap), "day", "days")}${over > 0 ? `; ${plural(Math.round(over), "day", "days")} beyond it now` : ""}.`,
    );
  }
  return parts.join(" ");
}

/** @param {Data} data @param {any[]} orders @param {any[]} others @param {any[]} path */
function picture({ first, days, bins }, orders, others, path) {
  const x = (day) => ((day + 0.5) / days) * WIDTH;
  const most = Math.max(...orders.map(({ gross }) => gross), 1);
  const titled = (node, text) => {
    node.append(svgElement("title", {}));
    node.lastChild.textContent = text;
    return node;
  };
  const step = 46 / bins;
  const line = (letter) =>
    path
      .filter((at) => at[letter])
      .map((at, place) => {
        const y = BOTTOM - at[letter] * step;
        return place
          ? `H${x(at.day).toFixed(1)}V${y.toFixed(1)}`
          : `M${x(at.day).toFixed(1)},${y.toFixed(1)}`;
      })
      .join("");
  const backs = [...orders.flatMap(({ returns }) => returns), ...others];
  const largest = Math.max(...backs.map(({ amount }) => -amount), most);
  const label = `Orders and returns from ${shownDay(first)} to ${shownDay(first + days - 1)}; the table has the orders.`;
  return svgElement(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "story-picture", role: "img", "aria-label": label },
    svgElement("path", { class: "story-axis", d: `M0,${MIDDLE - 28}H${WIDTH}` }),
    ...orders.map(({ day, gross }) =>
      titled(
        svgElement("circle", {
          class: "story-order",
          cx: x(day).toFixed(1),
          cy: MIDDLE - 28,
          r: Math.max(2, LARGEST * Math.sqrt(gross / most)).toFixed(1),
        }),
        `${shownDay(first + day)}: ${money(gross)}`,
      ),
    ),
    ...backs.map(({ day, amount }) =>
      titled(
        svgElement("path", {
          class: "story-return",
          d: `M${x(day).toFixed(1)},${MIDDLE - 28}v${Math.max(4, (24 * -amount) / largest).toFixed(1)}`,
        }),
        `${shownDay(first + day)}: returned ${money(amount)}`,
      ),
    ),
    ...["r", "f", "m"].map((letter) =>
      svgElement("path", { class: `story-path story-${letter}`, d: line(letter) }),
    ),
    ...["r", "f", "m"].map((letter, at) => {
      const text = svgElement("text", {
        class: `story-label story-${letter}`,
        x: 4 + 14 * at,
        y: HEIGHT - 2,
      });
      text.textContent = letter.toUpperCase();
      return text;
    }),
  );
}
