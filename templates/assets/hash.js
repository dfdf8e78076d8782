// The state in the page's address, by names that survive a rebuild: #channel=e-Shop&from=2012-01-01.

const part = (text) => encodeURIComponent(text).replaceAll("'", "%27");
/** Settings and what they may be; a default is left out of the address. */
const SETTINGS = {
  measure: ["net", "units", "purchases"],
  grain: ["day", "week", "month", "quarter", "year"],
  compare: ["month", "previous", "year"],
  heat: ["net", "units", "purchases"],
  area: ["units", "net"],
};
const PAIR = { components: [2, 12], clusters: [2, 8], across: [1, 12], up: [1, 12] };

/** @returns {string} without the "#" */
function toHash(data, state, setup) {
  const words = [];
  const add = (name, values) => values.length && words.push(`${name}=${values.join(",")}`);
  if (state.from !== null) add("from", [dayText(data.first + state.from)]);
  if (state.to !== null) add("to", [dayText(data.first + state.to)]);
  add("product", productWords(data, state.product));
  for (const name of ["channel", "city", "gender", "segment"]) {
    add(
      name,
      [...state[name]].sort((a, b) => a - b).map((code) => part(data.names[name][code])),
    );
  }
  add(
    "cell",
    [...state.cell].sort((a, b) => a - b).map((cell) => `R${cell >> 4}F${cell & 15}`),
  );
  add(
    "cluster",
    [...state.cluster].sort((a, b) => a - b),
  );
  for (const [name, , kind] of RANGES) {
    if (state.ranges[name])
      add(name, [state.ranges[name].map((v) => (v === null ? "" : plain(v, kind))).join("~")]);
  }
  const usual = emptySetup();
  for (const name of [...Object.keys(SETTINGS), ...Object.keys(PAIR)]) {
    if (setup[name] !== usual[name]) add(name, [setup[name]]);
  }
  add(
    "axes",
    setup.axes.map((code) => productWord(data, code)),
  );
  if (setup.market) add("market", ["on"]);
  if (setup.sort !== usual.sort || setup.down !== usual.down)
    add("sort", [`${setup.down ? "-" : ""}${setup.sort}`]);
  if (setup.search) add("search", [part(setup.search)]);
  if (setup.page) add("page", [setup.page + 1]);
  return words.join("&");
}

const productWord = (data, code) => data.names.subcategory[code].map(part).join("/");

/** A whole category by its name alone, else each of its subcategories. */
function productWords(data, chosen) {
  return data.names.category.flatMap((name, group) => {
    const members = data.category.flatMap((of, code) => (of === group ? [code] : []));
    const inside = members.filter((code) => chosen.has(code));
    return inside.length === members.length
      ? [part(name)]
      : inside.map((code) => productWord(data, code));
  });
}

/** @returns {{state, setup, unknown: string[]}} what the address says; what it can't mean is listed */
function fromHash(data, hash) {
  const [state, setup, unknown] = [emptyState(), emptySetup(), []];
  for (const word of hash.replace(/^#/, "").split("&")) {
    const at = word.indexOf("=");
    if (at < 1) {
      if (word && word !== "main") unknown.push(word);
      continue;
    }
    const name = word.slice(0, at);
    const reader = readerOf(name);
    for (const value of word.slice(at + 1).split(",")) {
      if (!reader || !reader(data, { state, setup, name }, value))
        unknown.push(`${name} ${decoded(value) ?? value}`);
    }
  }
  if (state.from !== null && state.to !== null && state.from > state.to) {
    unknown.push("from after to");
    [state.from, state.to] = [null, null];
  }
  return { state, setup, unknown };
}

/** What reads a name of the address; null for one that means nothing, `__proto__` and its kind among them. */
function readerOf(name) {
  if (Object.hasOwn(READERS, name)) return READERS[name];
  if (Object.hasOwn(SETTINGS, name) || Object.hasOwn(PAIR, name)) return readSetting;
  return RANGES.some(([range]) => range === name) ? readRange : null;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

const READERS = {
  from: readDay,
  to: readDay,
  product: (data, { state }, value) => {
    const codes = productCodes(data, value);
    codes.forEach((code) => state.product.add(code));
    return codes.length > 0;
  },
  axes: (data, { setup }, value) => {
    const [code, ...more] = productCodes(data, value);
    if (code === undefined || more.length || setup.axes.includes(code)) return false;
    return setup.axes.push(code) > 0;
  },
  channel: readName,
  city: readName,
  gender: readName,
  segment: readName,
  cell: (data, { state }, value) => {
    const found = /^R(\d+)F(\d+)$/.exec(value);
    if (!found || ![found[1], found[2]].every((score) => score >= 1 && score <= data.bins))
      return false;
    return state.cell.add(found[1] * 16 + Number(found[2])).size > 0;
  },
  cluster: (data, { state }, value) =>
    /^[1-8]$/.test(value) && state.cluster.add(Number(value)).size > 0,
  show: (data, { setup }, value) => (setup.show = decoded(value) ?? "") !== "",
  market: (data, { setup }, value) => (setup.market = value === "on"),
  search: (data, { setup }, value) => (setup.search = decoded(value) ?? "") !== "",
  page: (data, { setup }, value) => /^[1-9]\d{0,5}$/.test(value) && (setup.page = value - 1) >= 0,
  sort: (data, { setup }, value) => {
    const name = value.replace(/^-/, "");
    if (!CUSTOMER_COLUMNS.some((column) => column.name === name)) return false;
    [setup.sort, setup.down] = [name, value.startsWith("-")];
    return true;
  },
};

function readDay(data, { state, name }, value) {
  const day = dayNumber(value);
  if (day === null || day < data.first || day > data.asOf) return false;
  state[name] = day - data.first;
  return true;
}

function readName(data, { state, name }, value) {
  const code = (data.names[name] ?? []).indexOf(decoded(value));
  if (code >= 0) state[name].add(code);
  return code >= 0;
}

function productCodes(data, value) {
  const [group, name, ...more] = value.split("/").map(decoded);
  if (more.length) return [];
  return data.names.subcategory.flatMap(([of, called], code) =>
    of === group && (name === undefined || called === name) ? [code] : [],
  );
}

function readSetting(data, { setup, name }, value) {
  if (Object.hasOwn(SETTINGS, name)) {
    if (!SETTINGS[name].includes(value)) return false;
    setup[name] = value;
    return true;
  }
  const [low, high] = PAIR[name];
  if (!/^\d{1,2}$/.test(value) || value < low || value > high) return false;
  setup[name] = Number(value);
  return true;
}

function readRange(data, { state, name }, value) {
  const [, , kind] = RANGES.find(([range]) => range === name);
  const found = /^(-?[\d.]*)~(-?[\d.]*)$/.exec(value);
  const unit = kind === "money" ? measures.money : 1;
  const limits =
    found &&
    [found[1], found[2]].map((text) => (text === "" ? null : Math.round(Number(text) * unit)));
  if (!limits || limits.some(Number.isNaN) || limits.every((limit) => limit === null)) return false;
  state.ranges[name] = limits;
  return true;
}
