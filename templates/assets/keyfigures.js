// Key figures of the selection, each with a comparison and a sparkline by month.

/** name, label, kind, value from sums and days. The definitions are those of DESIGN section 2. */
const KEY_FIGURES = [
  ["net", "Net revenue", "money", (sums) => sums.gross + sums.returns],
  ["net_ex_tax", "ex tax", "money", (sums) => sums.gross + sums.returns - sums.tax],
  ["units", "Units", "quantity", (sums) => sums.units],
  ["purchases", "Purchases", "count", (sums) => sums.purchases],
  ["buyers", "Buyers", "count", (sums) => sums.buyers],
  ["average_order", "Average order", "money", (sums) => ratio(sums.gross, sums.purchases)],
  [
    "average_daily_net",
    "Average daily net revenue",
    "money",
    (sums, days) => ratio(sums.gross + sums.returns, days),
  ],
  ["return_rate", "Return rate", "share", (sums) => ratio(-sums.credited, sums.gross)],
];
const ratio = (above, below) => (below > 0 ? above / below || 0 : null); // never -0
const COMPARISONS = [
  ["month", "last full month, a year before"],
  ["previous", "selected days, the days before"],
  ["year", "selected days, a year before"],
];

/** All sums of a span of days (since the first), under all filters but time. */
function sumsOf(from, to) {
  const all = byDay();
  if (!all.source) return null;
  const [first, last] = widened(all.source.grain, [from, to]);
  const sums = sumOver(all, first, last);
  const margins = {}; // half of the 95 % interval of what is estimated
  const estimate = (name) => {
    const { value, margin } = estimated(name, first, last);
    if (margin !== null) margins[name] = margin;
    return value;
  };
  const { value, margin } = buyersIn(first, last);
  sums.buyers = value;
  if (margin) margins.buyers = margin;
  if (page.cubes && !all.source.isSample && Number.isNaN(sums.purchases)) sums.purchases = null;
  if (all.isAbout) estimate("purchases");
  if (all.source.isSample) estimate("net");
  return { ...sums, margins };
}

/** The key figures' values, comparisons (a share or null) and the compared periods. */
function keyFigures() {
  const { data, setup } = page;
  const [from, to] = selectedDays(byDay().source?.grain);
  // Lines after the last purchase (refunds) belong to a selection without an end.
  const total = sumsOf(...daysAsked());
  const days = Math.max(to - from + 1, 0);
  const periods = comparedPeriods(
    setup.compare,
    [data.first + from, data.first + to],
    data.first,
    data.through,
  );
  const { source } = byDay();
  const isTold =
    source &&
    periods?.every(([start, end]) => isWhole(source.grain, [start - data.first, end - data.first]));
  const sides = (isTold ? periods : null)?.map(([start, end]) => ({
    sums: sumsOf(start - data.first, end - data.first),
    days: end - start + 1,
  }));
  const values = {};
  for (const [name, label, kind, valueOf] of KEY_FIGURES) {
    const [now, before] = sides ? sides.map((side) => valueOf(side.sums, side.days)) : [null, null];
    values[name] = {
      label,
      kind,
      value: total && valueOf(total, days),
      margin: total ? marginOf(name, total) : null,
      now,
      before,
      comparison: changeOf(now, before),
      isExact: !sides?.some((side) => marginOf(name, side.sums) !== null),
    };
  }
  return { values, periods, days };
}

/** Half of the interval of a figure that is estimated, as a number or only said (true). */
function marginOf(name, { margins }) {
  if (margins[name] !== undefined) return margins[name];
  const isAbout =
    margins.net !== undefined || (name === "average_order" && margins.purchases !== undefined);
  return isAbout ? true : null;
}

/** Missing where it says nothing: nothing before, or the sign has changed. */
function changeOf(now, before) {
  if (now === null || before === null || before === 0 || now < 0 !== before < 0) return null;
  return (now - before) / before;
}

/** Each figure by month under all filters but time: {name: values}, in the order of the months. */
function monthlyFigures() {
  return cached("months", ["time"], () => {
    const { data } = page;
    const { monthOf, months } = page.whole;
    const sums = byDay();
    const buyers = buyersByMonth();
    const each = months.map((_, at) => ({
      gross: 0,
      returns: 0,
      tax: 0,
      units: 0,
      purchases: 0,
      credited: 0,
      buyers: buyers[at],
      days: 0,
    }));
    for (let day = 0; day < data.days; day++) {
      const month = each[monthOf[day]];
      for (const name of [...MONEY, "purchases", "credited"]) month[name] += sums[name][day];
      if (day <= data.lastDay) month.days += 1;
    }
    return Object.fromEntries(
      KEY_FIGURES.map(([name, , , valueOf]) => [
        name,
        each.map((month) => finite(valueOf(month, month.days))),
      ]),
    );
  });
}

const finite = (value) => (Number.isFinite(value) ? value : null);

// ---- on the page ----

const tiles = new Map();

function makeTiles() {
  const holder = document.querySelector("#key-figures");
  holder.replaceChildren();
  const compare = choice("Compared:", COMPARISONS, page.setup.compare, (value) =>
    adjust("compare", value),
  );
  page.controls.compare = compare.list;
  const list = element("dl", { class: "tiles" });
  for (const [name, label, kind] of KEY_FIGURES) {
    if (name === "net_ex_tax" || (name === "units" && !page.data.features.includes("quantity")))
      continue;
    const value = element("span", { class: "tile-value" });
    const hasTwin =
      name === "return_rate" || (name === "net" && page.data.features.includes("tax"));
    const twin = hasTwin ? element("span", { class: "tile-twin" }) : null;
    const margin = element("span", { class: "tile-twin" });
    const compared = element("span", { class: "tile-change" });
    const line = svgElement("polyline", { class: "spark-line", points: "" });
    const band = svgElement("rect", { class: "spark-band", y: 0, height: 24 });
    const open = name === "return_rate" ? [svgElement("path", { class: "spark-open" })] : [];
    const spark = svgElement(
      "svg",
      { class: "spark", viewBox: "0 0 100 24", preserveAspectRatio: "none", "aria-hidden": "true" },
      band,
      ...open,
      line,
    );
    const suffix = kind === "money" ? element("small", {}, " tax included") : null;
    list.append(
      element(
        "div",
        { class: "tile", "data-key": name },
        element("dt", {}, label, suffix),
        element("dd", {}, value, twin, page.cubes ? margin : null, spark, compared),
      ),
    );
    tiles.set(name, { value, twin, margin, compared, line, band, open: open[0] });
  }
  holder.append(
    list,
    element("p", { class: "compared" }, compare, element("span", { id: "compared" })),
  );
}

const setText = (node, text) => node.textContent !== text && (node.textContent = text);

function updateTiles() {
  const { values, periods } = keyFigures();
  const monthly = monthlyFigures();
  for (const [name, tile] of tiles) {
    const { value, kind, comparison } = values[name];
    const { margin } = values[name];
    const isAbout = margin !== null && value !== null;
    setText(tile.value, isAbout ? `about ${shown(value, kind)}` : shown(value, kind));
    tile.value.title =
      isAbout && margin !== true ? `plus or minus ${shown(margin, kind)} (95 %)` : "";
    setText(tile.margin, isAbout && margin !== true ? `± ${shown(margin, kind)}` : "");
    if (tile.twin)
      setText(
        tile.twin,
        name === "net" ? `${shown(values.net_ex_tax.value, "money")} ex tax` : openWords(),
      );
    const isSure = values[name].isExact || comparison === null;
    setText(tile.compared, `${isSure ? "" : "about "}${change(comparison)}`);
    tile.compared.dataset.sign =
      comparison === null || comparison === 0 ? "" : comparison > 0 ? "up" : "down";
    drawSpark(tile, monthly[name]);
  }
  const span = ([from, to]) => `${shownDay(from)} to ${shownDay(to)}`;
  setText(
    document.querySelector("#compared"),
    periods && values.net.now !== null
      ? `${span(periods[0])} against ${span(periods[1])}`
      : "- : the earlier period is not wholly inside the data",
  );
}

/** The first day (from the first) whose purchases may still be returned; null when none may. */
function firstOpenDay() {
  const { tailDays, days } = page.data;
  return tailDays === null ? null : Math.max(days - tailDays, 0);
}

/** How many of the selected days are open: their return rate can only rise. */
function openWords() {
  const first = firstOpenDay();
  const [from, to] = selectedDays();
  const open = first === null ? 0 : to - Math.max(from, first) + 1;
  return open > 0 ? `may rise: ${count(open)} open days` : "";
}

/** Strokes over the months in which returns are still to come. */
function hatchSpark(path) {
  const first = firstOpenDay();
  const { monthOf, months } = page.whole;
  const last = Math.max(months.length - 1, 1);
  const from = first === null ? 100 : Math.min((100 * (monthOf[first] - 0.5)) / last, 94);
  const strokes = [];
  for (let x = Math.max(from, 0); x < 100; x += 3)
    strokes.push(`M${x.toFixed(1)},24L${Math.min(x + 6, 100).toFixed(1)},0`);
  path.setAttribute("d", strokes.join(""));
}

function drawSpark({ line, band, open }, values) {
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...known), Math.max(...known, 0)];
  const scale = high > low ? 20 / (high - low) : 0;
  const step = 100 / Math.max(values.length - 1, 1);
  const points = values.flatMap((value, at) =>
    value === null ? [] : [`${(at * step).toFixed(1)},${(22 - (value - low) * scale).toFixed(1)}`],
  );
  line.setAttribute("points", points.join(" "));
  const [from, to] = selectedDays();
  if (open) hatchSpark(open);
  const isAll = !isOn(page.state, "time");
  const x = (day) => (100 * day) / page.data.days;
  band.setAttribute("x", isAll ? 0 : x(from).toFixed(1));
  band.setAttribute("width", isAll ? 0 : Math.max(x(to + 1) - x(from), 0.5).toFixed(1));
}
