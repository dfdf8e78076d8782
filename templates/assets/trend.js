// The trend: a measure over time, the unfiltered total behind it, and a brush that filters time.

const MEASURE_WORDS = { net: "Net revenue, tax included", units: "Units", purchases: "Purchases" };
const MEASURE_KINDS = { net: "money", units: "quantity", purchases: "count" };
const MEASURES = Object.entries(MEASURE_WORDS);

/** A measure's value from sums by day, in whole smallest units. */
const MEASURE_OF = {
  net: (sums, at) => sums.gross[at] + sums.returns[at],
  units: (sums, at) => sums.units[at],
  purchases: (sums, at) => sums.purchases[at],
};
const UNIT_OF = { net: "money", units: "quantity", purchases: null };
const inUnits = (value, name) => (UNIT_OF[name] ? value / measures[UNIT_OF[name]] : value);

/** The period asked for, or the shortest that there are sums of. */
function trendGrain() {
  const { grain } = byDay().source ?? {};
  const finest = Math.max(PERIODS.indexOf(page.setup.grain), PERIODS.indexOf(grain ?? "day"));
  return PERIODS[finest];
}

/** One row a period in whole smallest units: day (its first), net, units, purchases and their totals. */
function trendRows() {
  const { data, setup } = page;
  const start = STARTS[trendGrain()];
  const [now, all] = [byDay(), byDayOfAll()];
  const rows = [];
  for (let day = 0; day < data.days; day++) {
    const first = start(data.first + day);
    if (!rows.length || rows.at(-1).day !== first) {
      rows.push({
        day: first,
        net: 0,
        units: 0,
        purchases: 0,
        all_net: 0,
        all_units: 0,
        all_purchases: 0,
      });
    }
    const row = rows.at(-1);
    for (const name in MEASURE_OF) {
      row[name] += MEASURE_OF[name](now, day);
      row[`all_${name}`] += MEASURE_OF[name](all, day);
    }
  }
  return rows;
}

const trendView = {
  key: "trend",
  own: ["time"],
  painted: ["time"],
  switches: ["measure", "grain"],
  position: () => page.setup.measure,
  rows: () => {
    const { measure } = page.setup;
    const isFiltered = inWords(["time"]).length > 0;
    return trendRows().map((row) => ({
      day: dayText(row.day),
      [measure]: inUnits(row[measure], measure),
      [`all_${measure}`]: isFiltered ? inUnits(row[`all_${measure}`], measure) : null,
    }));
  },
  table: () => ({
    columns: [
      { name: "day", label: "From", kind: "day" },
      ...MEASURES.flatMap(([name, label]) => [
        { name, label, kind: MEASURE_KINDS[name] },
        { name: `all_${name}`, label: `${label}, unfiltered`, kind: MEASURE_KINDS[name] },
      ]),
    ],
    rows: trendRows(),
  }),
  title: () =>
    `${MEASURE_WORDS[page.setup.measure].replace(", tax included", "")} ${GRAINS.find(([name]) => name === trendGrain())[1]}`,
  about: () =>
    "Drag over the chart to select days, double click for all; the grey area is the unfiltered total.",
  from: () => sourceWords(byDay(), "day", ["time"]),
  attach: attachTrend,
  paint: paintTrend,
};

function attachTrend(it) {
  const select = (name, label, options) => {
    const made = choice(label, options, page.setup[name], (value) => adjust(name, value));
    page.controls[name] = made.list;
    return made;
  };
  toolsOf(it).append(select("measure", "Measure", MEASURES), select("grain", "Period", GRAINS));
  it.brush = element("div", { class: "brush", hidden: true });
  it.shades = [element("div", { class: "shade" }), element("div", { class: "shade" })];
  it.pointer = element("div", { class: "crosshair", hidden: true });
  it.box.append(...it.shades, it.brush, it.pointer);
  it.box.classList.add("brushable");
  watchBrush(it);
}

/** Where a figure's own controls go. */
function toolsOf(it) {
  const caption = it.element.querySelector("figcaption");
  return (
    caption.querySelector(".figure-tools") ??
    caption.appendChild(element("div", { class: "figure-tools" }))
  );
}

/** Day (from the first, a fraction) at a place in the plot, and the other way round. */
const dayAt = (it, x) => it.view.scale("x").invert(x).getTime() / DAY_MS - page.data.first;
const placeOf = (it, day) => it.view.scale("x")((page.data.first + day) * DAY_MS);

/** The brush is HTML above the chart: moving it redraws nothing else of the trend. */
function paintTrend(it) {
  const plot = plotOf(it);
  const { state, data } = page;
  const isAll = !isOn(state, "time");
  const limit = (x) => Math.min(Math.max(x, 0), plot.width);
  const left = limit(placeOf(it, state.from ?? 0));
  const right = limit(placeOf(it, (state.to ?? data.days - 1) + 1));
  const put = (node, from, to) => {
    node.hidden = isAll || to - from < 0.5;
    node.style.left = `${plot.left + from}px`;
    node.style.width = `${to - from}px`;
    node.style.top = `${plot.top}px`;
    node.style.height = `${plot.height}px`;
  };
  put(it.brush, left, Math.max(right, left + 2));
  put(it.shades[0], 0, left);
  put(it.shades[1], right, plot.width);
}

function watchBrush(it) {
  let drag = null;
  const xOf = (event) => event.clientX - it.box.getBoundingClientRect().left - plotOf(it).left;
  const dayOf = (x) => Math.floor(dayAt(it, x));
  it.box.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !it.view) return;
    const x = xOf(event);
    const [left, right] = [
      it.brush.offsetLeft - plotOf(it).left,
      it.brush.offsetLeft + it.brush.offsetWidth - plotOf(it).left,
    ];
    const edge = it.brush.hidden
      ? null
      : Math.abs(x - left) < 7
        ? "left"
        : Math.abs(x - right) < 7
          ? "right"
          : x > left && x < right
            ? "move"
            : null;
    drag = {
      x,
      edge,
      from: page.state.from ?? 0,
      to: page.state.to ?? page.data.days - 1,
      hasMoved: false,
    };
    it.box.setPointerCapture(event.pointerId);
  });
  it.box.addEventListener("pointermove", (event) => {
    if (!it.view) return;
    const x = xOf(event);
    if (!drag) return pointAt(dayOf(x), "trend", event);
    if (!drag.hasMoved && Math.abs(x - drag.x) < 3) return;
    drag.hasMoved = true;
    const [from, to] = dragged(drag, dayAt(it, x), dayAt(it, drag.x));
    if (from !== page.state.from || to !== page.state.to) setDays(from, to, "replace");
  });
  const finish = () => {
    if (drag?.hasMoved) remember("push");
    drag = null;
  };
  it.box.addEventListener("pointerup", finish);
  it.box.addEventListener("pointercancel", finish);
  it.box.addEventListener("pointerleave", () => pointAt(null, "trend"));
  it.box.addEventListener("dblclick", () => isOn(page.state, "time") && clear("time"));
}

/** The days that a drag has come to. */
function dragged({ edge, from, to }, here, start) {
  const limit = (day) => Math.min(Math.max(Math.floor(day), 0), page.data.days - 1);
  if (edge === "left") return [Math.min(limit(here), to), to];
  if (edge === "right") return [from, Math.max(limit(here), from)];
  if (edge === "move") {
    const shift = Math.min(Math.max(Math.round(here - start), -from), page.data.days - 1 - to);
    return [from + shift, to + shift];
  }
  return [limit(Math.min(here, start)), limit(Math.max(here, start))];
}

// ---- one day, pointed at in the trend or in the calendar ----

/** @param {number | null} day from the first @param {"trend" | "calendar"} source */
function pointAt(day, source, event = null) {
  const isInside = day !== null && day >= 0 && day < page.data.days;
  const trend = mounted.get("trend");
  if (trend?.view) {
    trend.pointer.hidden = !isInside;
    if (isInside) {
      const plot = plotOf(trend);
      trend.pointer.style.left = `${plot.left + placeOf(trend, day + 0.5)}px`;
      trend.pointer.style.top = `${plot.top}px`;
      trend.pointer.style.height = `${plot.height}px`;
    }
  }
  markDay(isInside ? day : null);
  if (source !== "trend") return;
  if (isInside && event) showTip(event, trendTip(day));
  else hideTip();
}

/** The exact value of the period that a day lies in, and of the day. */
function trendTip(day) {
  const { measure } = page.setup;
  const grain = trendGrain();
  const kind = MEASURE_KINDS[measure];
  const first = STARTS[grain](page.data.first + day);
  const row = trendRowsNow().get(first);
  const lines = [shownDay(page.data.first + day)];
  if (grain !== "day") lines.push([`${grain} from ${shownDay(first)}`, shown(row[measure], kind)]);
  if (byDay().source?.grain === "day") lines.push(["this day", shown(MEASURE_OF[measure](byDay(), day), kind)]);
  if (inWords(["time"]).length) lines.push(["unfiltered", shown(row[`all_${measure}`], kind)]);
  return lines;
}

const trendRowsNow = () =>
  cached(
    `trend ${trendGrain()}`,
    ["time"],
    () => new Map(trendRows().map((row) => [row.day, row])),
  );
