// What is summed under the filters: the lines where they travel; where they are too many, cubes, whose
// rows are sums by period and names, and a random sample of customers for what sums can't tell.
//
// A cube's row is a line with a weight: it passes filters and is added up by the same code. For each
// view the finest cube is taken that carries all filters the view heeds, and what it groups by.

const PERIODS = ["day", "week", "month", "quarter", "year"];

/**
 * @typedef {object} Source something to sum
 * @property {object} data lines and customers (in a cube: rows, and groups of customers)
 * @property {object} fails as of `refail`
 * @property {Set<string> | null} carries dimensions; null: all
 * @property {string} grain the shortest period that it tells apart
 * @property {number} scale by which its sums are multiplied; not 1 in a sample
 */

/** Whole numbers from planes of bytes (retail/charts/cubes.py), the lowest bytes first. */
function unplaned({ least, width, data }) {
  const text = atob(data);
  const size = text.length / width;
  const numbers = new Float64Array(size).fill(least);
  for (let plane = 0, unit = 1; plane < width; plane++, unit *= 256) {
    for (let at = 0, from = plane * size; at < size; at++)
      numbers[at] += text.charCodeAt(from + at) * unit;
  }
  return numbers;
}

/** The first day of a cube's period; weeks are cut where a month ends. */
const startIn = (grain, day) =>
  grain === "week" ? Math.max(STARTS.week(day), STARTS.month(day)) : STARTS[grain](day);

/** Of each day of the data, from the first: first and last day of its period, cut to the data. */
function spansOf(data, grain) {
  const from = new Int32Array(data.days);
  const until = new Int32Array(data.days);
  for (let day = 0; day < data.days; day++)
    from[day] = Math.max(startIn(grain, data.first + day) - data.first, 0);
  for (let day = data.days - 1, last = day; day >= 0; day--) {
    if (day + 1 < data.days && from[day + 1] !== from[day]) last = day;
    until[day] = last;
  }
  return { from, until };
}

/** The rows of a cube as lines with weights, and their customers as groups. */
function decodeCube(cube, packed, data) {
  const rows = { count: packed.count };
  const spans = spansOf(data, cube.grain);
  const places = unplaned(packed.day);
  const days = packed.days.map((day) => Math.max(day - data.first, 0));
  rows.day = Int32Array.from(places, (place) => days[place]);
  rows.until = Int32Array.from(rows.day, (day) => spans.until[day]);
  const code = (name) => (packed[name] ? Uint16Array.from(unplaned(packed[name])) : null);
  for (const name of ["channel", "city", "category"]) rows[name] = code(name);
  rows.subcategory = code("product");
  for (const name of ["gross", "returns", "units", "purchases"]) rows[name] = unplaned(packed[name]);
  const rest = unplaned(packed.taxRest);
  rows.tax = rest.map(
    (left, at) => Math.floor((rows.gross[at] + rows.returns[at]) * packed.taxRate + 0.5) + left,
  );
  rows.credited = unplaned(packed.creditedRest).map((left, at) => left + rows.returns[at]);
  Object.assign(rows, { creditDay: rows.day, creditUntil: rows.until, creditChannel: rows.channel });
  const columns = ["gender", "cell", "segment", "cluster"].map((name) => code(name));
  return { ...data, members: null, lines: rows, customers: groupsOf(columns, rows) };
}

/** Each combination of what a cube tells of customers once; `customer` of a row is its place. */
function groupsOf([gender, cell, segment, cluster], rows) {
  const found = new Map();
  const at = (column, row) => (column ? column[row] : 0);
  rows.customer = Int32Array.from({ length: rows.count }, (_, row) => {
    const values = [gender, cell, segment, cluster].map((column) => at(column, row));
    const key = values.reduce((all, value) => all * 512 + value, 0);
    if (!found.has(key)) found.set(key, [found.size, values]);
    return found.get(key)[0];
  });
  return peopleColumns(
    [...found.values()].map(([, values]) => values),
    [gender, cell, segment, cluster],
  );
}

function peopleColumns(values, has) {
  const column = (place) => (has[place] ? Int32Array.from(values, (row) => row[place]) : null);
  const cell = column(1);
  return {
    count: values.length,
    gender: column(0),
    r: cell && cell.map((number) => number >> 4),
    f: cell && cell.map((number) => number & 15),
    segment: has[2] ? Int32Array.from(values, (row) => row[2] - 1) : null,
    cluster: column(3),
  };
}

/** Groups of customers by what can be filtered of them, with their number, buyers and monetary. */
function decodePeople(packed, data) {
  const columns = Object.fromEntries(
    Object.entries(packed).map(([name, column]) => [name, name === "count" ? column : unplaned(column)]),
  );
  const names = ["gender", "cell", "segment", "cluster"];
  const values = Array.from({ length: packed.count }, (_, at) => names.map((name) => columns[name][at]));
  const { customers: weight, buyers, monetary } = columns;
  const groups = { ...peopleColumns(values, names), weight, buyers, monetary };
  return { ...data, members: null, lines: { count: 0 }, customers: groups };
}

const asSource = (data, more) => ({ data, fails: emptyFails(data), scale: 1, grain: "day", ...more });

/** Sources of the page: one of the lines, or one a cube that is here. */
function makeSources(packed) {
  page.cubes = packed.cubes ?? null;
  if (!page.cubes) {
    page.sources = [{ ...asSource(page.data, { carries: null }), fails: page.fails }];
    return;
  }
  page.sources = [];
  if (packed.people)
    page.people = asSource(decodePeople(packed.people, page.data), {
      carries: new Set(["gender", "cell", "segment", "cluster"]),
    });
  for (const cube of page.cubes) if (cube.rows) addCube(cube, cube.rows);
}

function addCube(cube, rows) {
  const { name, grain } = cube;
  const data = decodeCube(cube, rows, page.data);
  cube.rows = null; // decoded
  cube.isHere = true;
  page.sources.push(asSource(data, { name, grain, carries: new Set(cube.dimensions) }));
}

/** Every source whose rows pass filters. */
const allSources = () =>
  [...page.sources, page.people, page.cubes ? page.sample : null].filter(Boolean);

function refailAll(filters) {
  for (const { data, fails } of allSources()) refail(data, page.state, fails, filters);
  // A pair of clusters may come with the sample, which then is the page's own data.
  if (page.cubes && !page.sample) refail(page.data, page.state, page.fails, filters);
}

// ---- which source ----

const OF_GROUP = { subcategory: "product", channel: "channel", city: "city" };

/** Dimensions that a view needs: those of the filters that it heeds and of what it groups by. */
function needed(by, except) {
  const { state, data } = page;
  const heeds = (filter) => !except.includes(filter) && isOn(state, filter);
  const needs = new Set();
  if (OF_GROUP[by]) needs.add(OF_GROUP[by]);
  if (heeds("product")) needs.add(areWholeCategories(state, data) ? "category" : "product");
  for (const name of ["channel", "city", "gender"]) if (heeds(name)) needs.add(name);
  if (heeds("segment")) {
    if (state.cell.size) needs.add("cell");
    if (state.segment.size) needs.add("segment");
  }
  if (heeds("cluster")) needs.add(isUsualPair() ? "cluster" : "none");
  if (heeds("range")) needs.add("none");
  return needs;
}

function areWholeCategories(state, data) {
  return data.names.category.every((_, group) => {
    const inside = data.category.flatMap((of, code) => (of === group ? [state.product.has(code)] : []));
    return inside.every((isIn) => isIn === inside[0]);
  });
}

const isUsualPair = () => {
  const { components, clusters } = pairNow();
  const usual = page.data.cluster_fits.find((fit) => fit.is_chosen);
  return !usual || (usual.components === components && usual.clusters === clusters);
};

const carriesAll = ({ carries, dimensions }, needs) => {
  const has = carries ?? new Set(dimensions);
  return [...needs].every((name) => has.has(name) || (name === "category" && has.has("product")));
};

/** Days as whole periods of a grain, from the first. */
function widened(grain, [from, to]) {
  if (grain === "day") return [from, to];
  const { from: starts, until } = (page.whole.spans[grain] ??= spansOf(page.data, grain));
  const last = page.data.days - 1;
  return [starts[Math.min(Math.max(from, 0), last)], until[Math.min(Math.max(to, 0), last)]];
}

function isWhole(grain, [from, to]) {
  const [low, high] = widened(grain, [from, to]);
  return low === from && high === to;
}

const daysAsked = () => [page.state.from ?? 0, page.state.to ?? page.data.days - 1];

/** The cube for a view, of some; null when none carries what it needs. */
function bestCube(cubes, by, except) {
  const needs = needed(by, except);
  const able = cubes.filter((cube) => carriesAll(cube, needs));
  const rank = (cube) => PERIODS.indexOf(cube.grain);
  const size = (cube) => cube.count ?? cube.data.lines.count;
  const isFinest = by === "day";
  const isTimed = !except.includes("time") && isOn(page.state, "time");
  const whole = able.filter((cube) => !isTimed || isWhole(cube.grain, daysAsked()));
  const isAway = (cube) => (cube.path && !cube.isHere ? 1 : 0);
  const order =
    isFinest || !whole.length
      ? (a, b) => rank(a) - rank(b) || isAway(a) - isAway(b) || size(a) - size(b)
      : (a, b) => isAway(a) - isAway(b) || size(a) - size(b);
  return [...(isFinest || !whole.length ? able : whole)].sort(order)[0] ?? null;
}

/** The source of a view's sums; the sample where no cube will do, null where there is none. */
function sourceFor(by, except) {
  if (!page.cubes) return page.sources[0];
  return bestCube(page.sources, by, except) ?? page.sample ?? null;
}

// ---- cubes that come when they are needed ----

const ASKED = [
  ["day", ["time"]],
  ["subcategory", ["product"]],
  ["channel", ["channel"]],
  ["city", ["city"]],
];

/** Cubes that the filters of now need and that are not here. */
function missingCubes() {
  if (!page.cubes) return [];
  const there = page.cubes.filter((cube) => !cube.isLost);
  const wanted = ASKED.map(([by, except]) => bestCube(there, by, except));
  return [...new Set(wanted)].filter((cube) => cube && !cube.isHere && cube.path);
}

/** Load cubes, then go on. The page keeps what it shows meanwhile. */
function fetchCubes(cubes, then) {
  page.waiting = -1; // not quiet
  let left = cubes.length;
  const done = () => --left || then();
  for (const cube of cubes) {
    loadLater(
      cube.path,
      () => {
        if (!cube.isHere) addCube(cube, window.retailReport[`cube-${cube.name}`]);
        delete window.retailReport[`cube-${cube.name}`];
        done();
      },
      () => {
        cube.isLost = true;
        const notice = document.querySelector("#notice");
        notice.hidden = false;
        notice.textContent = `A part of the data could not be loaded (${cube.path}): reload the page.`;
        if (window.retailReport.run) lookForUpdate(window.retailReport.run);
        done();
      },
    );
  }
}

// ---- the sample ----

/** The sample came: it takes the place of the lines that did not travel. */
function startSample({ lines, customers, members }) {
  const { data } = page;
  const whole = decode({ ...data, lines, customers });
  Object.assign(data, { lines: whole.lines, customers: whole.customers });
  page.fails = emptyFails(data);
  const { customers: drawn, of } = data.sample;
  page.sample = { ...asSource(data, { carries: null }), fails: page.fails, isSample: true };
  page.sample.scale = drawn ? of / drawn : 1;
  page.whole.monthOfCredit = monthsOf(data.lines.creditDay);
  startMembers(members);
}

const sampleShare = () => page.data.sample.customers / Math.max(page.data.sample.of, 1);

/**
 * A sum over customers, estimated from the sample with half its 95 % interval.
 * @param {"net" | "purchases" | "buyers"} what
 */
function estimated(what, from, to) {
  if (!page.sample) return { value: null, margin: null };
  const { data, fails, scale } = page.sample;
  const each = sumsOfUnits(data, fails, what, from, to, heeding("time"));
  const size = Math.max(each.length, 1);
  const total = each.reduce((sum, value) => sum + value, 0);
  const squares = each.reduce((sum, value) => sum + value * value, 0);
  const rest = Math.max(squares - (total * total) / size, 0);
  // One more customer than were seen: where few are in the selection the interval is wide.
  const unit = what === "net" ? Math.max(squares / size, 1) : 1;
  const margin = 1.96 * scale * Math.sqrt((1 - sampleShare()) * rest + unit);
  return { value: Math.round(total * scale), margin: Math.ceil(margin) };
}

/** One number for each customer of the sample, and for each purchase of a guest in it. */
function sumsOfUnits({ lines, customers }, fails, what, from, to, heed) {
  const each = new Float64Array(customers.count);
  const guests = new Map();
  let last = 0;
  for (let at = 0; at < lines.count; at++) {
    const who = lines.customer[at];
    const isGuest = who === customers.count;
    const person = fails.person[who] & ~BIT.bought;
    const [day, failed] =
      what === "net" ? [lines.day[at], fails.own[at]] : [lines.creditDay[at], fails.credit[at]];
    if (day < from || day > to || ((failed | person) & heed) !== 0) continue;
    let value = what === "net" ? lines.amount[at] : 0;
    if (what !== "net" && lines.amount[at] > 0 && lines.purchase[at] !== last) {
      last = lines.purchase[at];
      value = 1;
    }
    if (!isGuest) each[who] = what === "buyers" ? Math.max(each[who], value) : each[who] + value;
    else if (what !== "buyers")
      guests.set(lines.purchase[at], (guests.get(lines.purchase[at]) ?? 0) + value);
  }
  return [...each, ...guests.values()];
}

// ---- sums of a view ----

const PLACES = {
  day: ({ lines, days }) => [lines.day, lines.creditDay, days],
  subcategory: ({ lines, names }) => [lines.subcategory, lines.subcategory, names.subcategory.length],
  channel: ({ lines, names }) => [lines.channel, lines.creditChannel, names.channel.length],
  city: ({ lines, names }) => [lines.city, lines.city, names.city.length],
};

/**
 * Sums by a column under all filters but some, and where they come from: {..., source, isAbout}.
 * @param {"day" | "subcategory" | "channel" | "city"} by
 */
function summed(by, except) {
  const source = sourceFor(by, except);
  const heed = heeding(...except);
  if (!source) return { ...unknownSums(PLACES[by](page.data)[2]), source, isAbout: false };
  const sums = sumBy(source.data, source.fails, ...PLACES[by](source.data), heed);
  const about = !page.cubes || source.isSample || arePurchasesExact(by, except) ? null : page.sample;
  if (source.isSample) rescale(sums, source.scale, Object.keys(sums));
  else if (about) {
    sums.purchases = sumBy(about.data, about.fails, ...PLACES[by](about.data), heed).purchases;
    rescale(sums, about.scale, ["purchases"]);
  } else if (page.cubes && !arePurchasesExact(by, except)) sums.purchases.fill(Number.NaN);
  return { ...sums, source, isAbout: Boolean(about || source.isSample) };
}

/** Sums that nothing here can tell: no numbers, and shown as missing. */
function unknownSums(size) {
  const sums = emptySums(size);
  for (const values of Object.values(sums)) values.fill(Number.NaN);
  return sums;
}

function rescale(sums, scale, names) {
  for (const name of names) sums[name] = sums[name].map((value) => Math.round(value * scale));
}

/** A cube counts a purchase at one of its lines, which is right where all of them are alike. */
function arePurchasesExact(by, except) {
  const on = ["product", "channel", "city"].filter(
    (name) => !except.includes(name) && isOn(page.state, name),
  );
  return [...on, OF_GROUP[by] ?? "time"].every((name) => !page.data.mixed.includes(name));
}

/** Sums by name of a column under all filters but its own, with distinct buyers. */
function summedByName(by) {
  const sums = summed(by, [by]);
  const { data, fails, scale } = (page.cubes ? page.sample : page.sources[0]) ?? {};
  const size = page.data.names[by].length;
  if (!data) sums.buyers.fill(Number.NaN);
  else {
    sums.buyers = buyersBy(data, fails, PLACES[by](data)[1], size, heeding(by));
    if (page.cubes) rescale(sums, scale, ["buyers"]);
  }
  sums.isAbout ||= Boolean(page.sample);
  const exact = page.cubes && page.data.exact[by];
  if (exact && !FILTERS.some((name) => name !== by && isOn(page.state, name))) {
    exact[0].forEach((code, at) => {
      [sums.purchases[code], sums.buyers[code]] = [exact[1][at], exact[2][at]];
    });
    if (exact[0].length === size) sums.isAbout = false;
  }
  return sums;
}

/** Distinct buyers in days (from the first, both inclusive): {value, margin}; margin 0 when counted. */
function buyersIn(from, to) {
  if (!page.cubes)
    return { value: buyersBetween(page.data, page.fails, from, to, heeding("time")), margin: 0 };
  const { exact, days, lastDay, first } = page.data;
  const on = FILTERS.filter((name) => name !== "time" && isOn(page.state, name));
  const isAll = from <= 0 && to >= Math.min(lastDay, days - 1);
  if (isAll && !on.length && exact.all !== null) return { value: exact.all, margin: 0 };
  if (isAll && page.people && carriesAll(page.people, needed("day", ["time"]))) {
    const { data, fails } = page.people;
    const heed = heeding("time") & ~BIT.bought;
    let value = 0;
    for (let at = 0; at < data.customers.count; at++)
      if (!(fails.person[at] & heed)) value += data.customers.buyers[at];
    return { value, margin: 0 };
  }
  if (!on.length) {
    for (const grain of ["week", "month", "quarter", "year"]) {
      const place = (exact[grain]?.[0] ?? []).indexOf(first + from);
      const end = place >= 0 ? periodEnd(grain, first + from) : 0;
      if (place >= 0 && end === first + to) return { value: exact[grain][1][place], margin: 0 };
    }
  }
  return page.sample ? estimated("buyers", from, to) : { value: null, margin: null };
}

/** The last day of a period (since 1970) that begins on a day. */
function periodEnd(grain, day) {
  if (grain === "week") return day + 6;
  const date = new Date(day * DAY_MS);
  const months = { month: 1, quarter: 3, year: 12 }[grain];
  return monthStart(date.getUTCFullYear(), date.getUTCMonth() + months) - 1;
}

/** Buyers of each month under all filters but time; null where they are not known. */
function buyersByMonth() {
  const { months, monthOfCredit } = page.whole;
  const { data, fails } = page.cubes ? (page.sample ?? page) : page;
  if (page.cubes && !FILTERS.some((name) => name !== "time" && isOn(page.state, name))) {
    const [starts = [], buyers = []] = page.data.exact.month ?? [];
    return months.map((month) => buyers[starts.indexOf(month)] ?? null);
  }
  if (page.cubes && !page.sample) return months.map(() => null);
  const found = buyersBy(data, fails, monthOfCredit, months.length, heeding("time"));
  return [...found].map((value) => (page.cubes ? value * page.sample.scale : value));
}

/** Customers by a code of theirs under all filters but one: {customers, monetary, source, isAbout}. */
function peopleSums(codesOf, size, except) {
  const isLines = !page.cubes;
  const areLinesFiltered = LINE_FILTERS.some((name) => isOn(page.state, name));
  const isKnown =
    page.people && !areLinesFiltered && carriesAll(page.people, needed("day", [except, "time"]));
  const isOtherPair = except === "cluster" && page.cubes && !isUsualPair();
  const source = isLines ? page.sources[0] : isKnown && !isOtherPair ? page.people : page.sample;
  if (!source)
    return { customers: new Float64Array(size), monetary: new Float64Array(size), source: null };
  const { data, fails, scale } = source;
  const heed = source === page.people ? heeding(except) & ~BIT.bought : heeding(except);
  const found = peopleBy(data, fails, codesOf(data), size, heed);
  if (scale !== 1) rescale(found, scale, ["customers", "monetary"]);
  return { ...found, source, isAbout: scale !== 1 };
}

/** How many customers pass all filters: {value, isAbout}. */
function customersSelected() {
  const { customers, isAbout, source } = peopleSums(
    ({ customers: { count: size } }) => new Uint8Array(size),
    1,
    null,
  );
  return { value: source ? customers[0] : null, isAbout };
}

// ---- in words ----

/** What a view's sums are, where they are not of the lines themselves. */
function sourceWords(sums, by, except) {
  if (!page.cubes || !sums) return "";
  const { source, isAbout } = sums;
  if (!source)
    return page.data.sample
      ? "Being loaded."
      : "What travels with this page can't tell these filters together.";
  if (source.isSample) return `About: ${sampleText()}.`;
  const words = [];
  const isTimed = !except.includes("time") && isOn(page.state, "time");
  if (isTimed && !isWhole(source.grain, daysAsked())) {
    const [from, to] = widened(source.grain, daysAsked()).map((day) => page.data.first + day);
    words.push(`By whole ${source.grain}s: ${shownDay(from)} to ${shownDay(to)}.`);
  } else if (by === "day" && source.grain !== "day")
    words.push(`By ${source.grain} at the finest under these filters.`);
  if (isAbout && source !== page.people) words.push(`Purchases and buyers are about: ${sampleText()}.`);
  return words.join(" ");
}

const sampleText = () =>
  `estimated from a random sample of ${count(page.data.sample.customers)} of ${count(page.data.sample.of)} customers (${share(sampleShare())})`;

/** One line on the page: at which grain the figures are, and what is estimated. */
function updateGrain() {
  const line = document.querySelector("#grain");
  if (!line || !page.cubes) return;
  const { source } = byDay();
  const exact = source
    ? source.isSample
      ? `Under these filters all figures are ${sampleText()}, and marked “about”.`
      : `Sums are exact, by ${source.grain}${source.grain === "week" ? " (cut where a month ends)" : ""} under these filters.`
    : "What travels with this page can't tell these filters together: leave one out.";
  const isAbout = source && !source.isSample && page.data.sample;
  const counts = isAbout ? ` Where buyers and purchases don't add up they are “about”, ${sampleText()}.` : "";
  const least = Math.min(...page.cubes.map((cube) => cube.shown));
  const open = page.data.sample
    ? ""
    : ` No group of fewer than 5 customers is shown by name: such sums are together “Not shown”, at most ${share(1 - least)} of gross revenue.`;
  line.hidden = false;
  setText(line, exact + counts + open);
}

/** Where the figures of a view come from, for tests. */
function sourcesOf(key) {
  const made = { trend: byDay, calendar: byDay, products: byProduct, "rfm-grid": byCell };
  const sums = (made[key] ?? (() => page.cache.get(key)?.value))();
  const { grain = null, name = "", isSample = false } = sums?.source ?? {};
  return { source: { grain, name, isSample }, isAbout: Boolean(sums?.isAbout) };
}
