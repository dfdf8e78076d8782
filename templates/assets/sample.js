// The random sample of customers that travels beside cubes, and what is estimated from it.

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
