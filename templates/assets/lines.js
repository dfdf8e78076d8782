// The page's data decoded: columns of lines and of customers as typed arrays.

const ARRAYS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f64: Float64Array,
};

/** @param {{type: string, data: string}} packed */
function unpacked({ type, data }) {
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return new ARRAYS[type](bytes.buffer);
}

function unpackedAll(columns) {
  const found = {};
  for (const [name, column] of Object.entries(columns)) {
    found[name] =
      column && column.type && typeof column.data === "string" ? unpacked(column) : column;
  }
  return found;
}

/**
 * Lines in the order of their purchases. Days count from `first`.
 *
 * Each line has two places: its own (day, channel), where its money counts, and the one it is
 * credited to (creditDay, creditChannel): the day and channel of its purchase, where purchases,
 * buyers and returns of the return rate count. A return without a purchase counts at its own.
 */
function decodeLines(packed, names) {
  const lines = unpackedAll(packed);
  const size = lines.count;
  const creditDay = new Int32Array(size);
  const creditChannel = new Uint16Array(size);
  const purchase = new Uint32Array(size);
  const channels = Math.max(names.channel.length, 1);
  for (let at = 0, number = 0; at < size; at++) {
    number += lines.purchaseStep[at];
    purchase[at] = number;
    creditDay[at] = lines.day[at] - lines.lag[at];
    creditChannel[at] = (lines.channel[at] + lines.channelShift[at]) % channels;
  }
  const tax = new Float64Array(size);
  for (let at = 0; at < size; at++)
    tax[at] = Math.floor(lines.amount[at] * lines.taxRate + 0.5) + lines.taxRest[at];
  const gross = Float64Array.from(lines.amount, (amount) => Math.max(amount, 0));
  const returns = Float64Array.from(lines.amount, (amount) => Math.min(amount, 0));
  return {
    ...lines,
    gross,
    returns,
    tax,
    units: lines.quantity,
    credited: returns, // at the place they are credited to
    until: lines.day,
    creditDay,
    creditUntil: creditDay,
    creditChannel,
    purchase,
  };
}

// Until the sample (sample.js) comes there are none.
const NOTHING = { type: "u8", data: "" };
const NO_LINES = { count: 0, taxRate: 0 };
for (const name of ["day", "purchaseStep", "lag", "subcategory", "channel", "channelShift"])
  NO_LINES[name] = NOTHING;
for (const name of ["city", "customer", "quantity", "amount", "taxRest"]) NO_LINES[name] = NOTHING;

/** The whole of the page's data: what `retail/charts/payload.py` packed. */
function decode(packed) {
  if (!packed.lines) packed = { ...packed, lines: NO_LINES, customers: null };
  const { names } = packed;
  const category = names.subcategory.map(([name]) => names.category.indexOf(name));
  const customers = packed.customers ? unpackedAll(packed.customers) : { count: 0 };
  const lines = decodeLines(packed.lines, names);
  customers.monetary = new Float64Array(customers.count + 1);
  for (let at = 0; at < lines.count; at++)
    customers.monetary[lines.customer[at]] += lines.amount[at];
  return {
    ...packed,
    names,
    category, // of each subcategory
    labels: names.subcategory.map(([group, name]) => shelfName(group, name)),
    lines,
    customers,
    days: packed.asOf - packed.first + 1,
    lastDay: packed.through - packed.first, // of purchases, counted from `first`
    bins: packed.cells.reduce((most, { r }) => Math.max(most, r), 1),
    members: null, // of clusters; see clusters.js
  };
}
