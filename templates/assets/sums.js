// What views ask for: sums by a column, distinct buyers, customers, under all filters but some.

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
