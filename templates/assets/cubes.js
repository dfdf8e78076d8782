// What is summed under the filters: the lines where they travel; where they are too many, cubes, whose
// rows are sums by period and names, and a random sample of customers for what sums can't tell.
//
// A cube's row is a line with a weight: it passes filters and is added up by the same code.

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
