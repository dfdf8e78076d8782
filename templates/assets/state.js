// The one filter state of the page, and which lines and customers fail which filter.
//
// Each filter has a bit. A line (or customer) passes a view that shows all filters but its own when
// none of the other bits is set, so a change of one filter recomputes one bit, and a view is one pass.

const BIT = {
  time: 1,
  product: 2,
  channel: 4,
  city: 8,
  gender: 16,
  segment: 32,
  cluster: 64,
  range: 128,
  bought: 256,
};
const ALL = 511;
const LINE_FILTERS = ["time", "product", "channel", "city"];
const PERSON_FILTERS = ["gender", "segment", "cluster", "range"];
const FILTERS = [...LINE_FILTERS, ...PERSON_FILTERS];
/** Values of a customer that can be filtered by a range of numbers. */
const RANGES = [
  ["recency_days", "Recency in days", "number"],
  ["frequency", "Frequency in orders", "number"],
  ["monetary", "Monetary", "money"],
  ["r", "R score", "number"],
  ["f", "F score", "number"],
  ["m", "M score", "number"],
];

/** What a reader can set. Names of fields are those of the page's address (hash.js). */
function emptyState() {
  return {
    from: null, // days from the first, both inclusive; null: no limit
    to: null,
    product: new Set(), // positions in names.subcategory
    channel: new Set(),
    city: new Set(),
    gender: new Set(),
    cell: new Set(), // r * 16 + f
    segment: new Set(),
    cluster: new Set(),
    ranges: {}, // name -> [low, high], in the unit of the column; null: no limit
  };
}

/** How views are set up; kept when filters are reset. */
function emptySetup() {
  return {
    measure: "net",
    grain: "week",
    compare: "month",
    heat: "net",
    area: "units",
    components: 0, // 0: the configured pair
    clusters: 0,
    across: 1,
    up: 2,
    axes: [], // positions in names.subcategory; empty: by category
    market: false,
    sort: "monetary",
    down: true,
    page: 0,
    search: "",
  };
}

/** Arrays of failed filters; `refail` fills them. */
function emptyFails(data) {
  return {
    own: new Uint16Array(data.lines.count), // by the line's own day and channel
    credit: new Uint16Array(data.lines.count), // by those of its purchase
    person: new Uint16Array(data.customers.count + 1), // the last is the guest
  };
}

function isOn(state, filter) {
  if (filter === "time") return state.from !== null || state.to !== null;
  if (filter === "segment") return state.segment.size > 0 || state.cell.size > 0;
  if (filter === "range") return Object.keys(state.ranges).length > 0;
  return state[filter].size > 0;
}

/** A lookup table from code to 1 where the code is not in the set. */
function outside(set, size) {
  const fails = new Uint8Array(size);
  if (set.size) for (let code = 0; code < size; code++) fails[code] = set.has(code) ? 0 : 1;
  return fails;
}

/** The same for categories, which are in the set when one of their subcategories is. */
function outsideOfCategories(set, data) {
  const fails = new Uint8Array(data.names.category.length).fill(set.size ? 1 : 0);
  for (const code of set) fails[data.category[code]] = 0;
  return fails;
}

/** A cube that has no such column is not asked for what it can't tell (cubes.js). */
function mark(fails, bit, codes, table) {
  if (!codes) return;
  for (let at = 0; at < fails.length; at++) {
    fails[at] = table[codes[at]] ? fails[at] | bit : fails[at] & ~bit;
  }
}

/** Recompute the bits of the filters named, then who bought something under the filters of lines. */
function refail(data, state, fails, filters) {
  const { lines } = data;
  for (const filter of filters) {
    if (filter === "time") {
      markTime(fails.own, lines.day, lines.until, state);
      markTime(fails.credit, lines.creditDay, lines.creditUntil, state);
    } else if (filter === "product") {
      const codes = lines.subcategory ?? lines.category;
      const table = lines.subcategory
        ? outside(state.product, data.names.subcategory.length)
        : outsideOfCategories(state.product, data);
      mark(fails.own, BIT.product, codes, table);
      mark(fails.credit, BIT.product, codes, table);
    } else if (filter === "channel") {
      const table = outside(state.channel, data.names.channel.length);
      mark(fails.own, BIT.channel, lines.channel, table);
      mark(fails.credit, BIT.channel, lines.creditChannel, table);
    } else if (filter === "city") {
      const table = outside(state.city, data.names.city.length);
      mark(fails.own, BIT.city, lines.city, table);
      mark(fails.credit, BIT.city, lines.city, table);
    } else {
      markPeople(data, state, fails.person, filter);
    }
  }
  if (lines.amount && filters.some((filter) => LINE_FILTERS.includes(filter)))
    markBuyers(data, state, fails);
}

/** Days, or the first and last days of periods, of which a part that is selected counts whole. */
function markTime(fails, days, until, state) {
  if (!days) return;
  const low = state.from ?? -Infinity;
  const high = state.to ?? Infinity;
  for (let at = 0; at < fails.length; at++) {
    fails[at] = until[at] < low || days[at] > high ? fails[at] | BIT.time : fails[at] & ~BIT.time;
  }
}

const OF_PERSON = { gender: "gender", segment: "segment", cluster: "cluster", range: "frequency" };

function markPeople(data, state, fails, filter) {
  const { customers, names } = data;
  const guest = customers.count;
  const bit = BIT[filter];
  const set = (at, isOut) => (fails[at] = isOut ? fails[at] | bit : fails[at] & ~bit);
  if (customers.count && !customers[OF_PERSON[filter]]) return; // of a cube without it
  if (filter === "gender") {
    const table = outside(state.gender, names.gender.length);
    for (let at = 0; at < guest; at++) set(at, table[customers.gender[at]]);
    set(guest, state.gender.size && !state.gender.has(names.gender.indexOf("Unknown")));
  } else if (filter === "segment") {
    for (let at = 0; at < guest; at++) set(at, !inSegments(customers, state, at));
    set(guest, isOn(state, "segment"));
  } else if (filter === "cluster") {
    const cluster = clusterOf(data);
    for (let at = 0; at < guest; at++)
      set(at, state.cluster.size && !state.cluster.has(cluster[at]));
    set(guest, state.cluster.size);
  } else {
    const limits = Object.entries(state.ranges);
    for (let at = 0; at < guest; at++) set(at, limits.length && !inRanges(customers, limits, at));
    set(guest, limits.length);
  }
}

function inSegments(customers, state, at) {
  if (state.cell.size && customers.r && !state.cell.has(customers.r[at] * 16 + customers.f[at])) return false;
  return !state.segment.size || state.segment.has(customers.segment[at]);
}

/** Only scored customers have the values that ranges ask for. */
function inRanges(customers, limits, at) {
  if (!customers.r[at]) return false;
  return limits.every(([name, [low, high]]) => {
    const value = customers[name][at];
    return (low === null || value >= low) && (high === null || value <= high);
  });
}

/**
 * A customer is in the selection of lines when one of their purchases is. Without a filter on
 * lines everyone is, who never bought included.
 */
function markBuyers(data, state, fails) {
  const { lines } = data;
  const isAny = LINE_FILTERS.some((filter) => isOn(state, filter));
  const { person, credit } = fails;
  for (let at = 0; at < person.length; at++)
    person[at] = isAny ? person[at] | BIT.bought : person[at] & ~BIT.bought;
  if (!isAny) return;
  for (let at = 0; at < lines.count; at++) {
    if (credit[at] === 0 && lines.amount[at] > 0) person[lines.customer[at]] &= ~BIT.bought;
  }
}

/** The bits that a view heeds which shows all filters but those named. */
function heeding(...except) {
  return except.reduce((bits, filter) => bits & ~BIT[filter], ALL);
}
