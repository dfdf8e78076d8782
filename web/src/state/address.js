// The state in the page's address, by names that survive a rebuild: #segment=Loyal&from=2012-01-01.

import { emptyState, isOn, RANGES, SCORED } from "../kernel/filters.js";
import { plain, settings } from "../kernel/formats.js";
import { dayNumber, dayText, periodsIn } from "../kernel/periods.js";
import { MEASURES } from "../kernel/rfm.js";
import { customerColumns } from "./customers.js";
import { CHOICES, emptySetup, NUMBERS } from "./setup.js";

const encoded = (text) => encodeURIComponent(text).replaceAll("'", "%27");
const ascending = (set) => [...set].sort((a, b) => a - b);

/** Filters whose values are names, in the order of the address. @param {Data} data */
const namedFilters = ({ dimensions }) => [
  ...dimensions.map(({ name }) => name),
  "segment",
  "level",
];

/**
 * @param {Data} data
 * @param {State} state
 * @param {Setup} setup
 * @returns {string} without the "#"; what is as usual is left out
 */
export function toHash(data, state, setup) {
  const words = [];
  const add = (name, values) => values.length && words.push(`${name}=${values.join(",")}`);
  const usual = emptySetup();
  const [opening] = periodsIn(data);
  if (state.period !== "all") add("period", [state.period]);
  if (state.from !== null) add("from", [dayText(data.first + state.from)]);
  if (state.to !== null) add("to", [dayText(data.first + state.to)]);
  add("product", productWords(data, state.product));
  for (const name of namedFilters(data)) {
    add(
      name,
      ascending(state[name]).map((code) => encoded(data.names[name][code])),
    );
  }
  add(
    "cell",
    ascending(state.cell).map((cell) => `R${cell >> 4}F${cell & 15}`),
  );
  add("cluster", ascending(state.cluster));
  for (const [name, , kind] of RANGES) {
    const limits = state.ranges[name];
    if (limits)
      add(name, [limits.map((limit) => (limit === null ? "" : plain(limit, kind))).join("~")]);
  }
  if (state.within) add("within", [encoded(state.within)]);
  if (setup.scored) add("scored", ["selection"]);
  for (const [measure] of MEASURES) {
    const kind = measure === "monetary" ? "money" : "number";
    const cuts = setup.cuts[measure]?.map((cut) => plain(cut, kind));
    if (cuts) add(`${measure}_cuts`, [cuts.join("~")]);
  }
  for (const name of [...Object.keys(CHOICES), ...Object.keys(NUMBERS)]) {
    if (setup[name] !== usual[name]) add(name, [setup[name]]);
  }
  if (setup.zoom) add("zoom", [setup.zoom.map((day) => dayText(data.first + day)).join("~")]);
  add(
    "axes",
    setup.axes.map((code) => productWord(data, code)),
  );
  if (setup.sort !== usual.sort || setup.down !== usual.down)
    add("sort", [`${setup.down ? "-" : ""}${setup.sort}`]);
  if (setup.search) add("search", [encoded(setup.search)]);
  if (setup.customer) add("customer", [encoded(setup.customer)]);
  if (setup.page) add("page", [setup.page + 1]);
  const hash = words.join("&");
  if (hash === `period=${opening}`) return ""; // as the page opens
  return hash || (opening === "all" ? "" : "period=all");
}

const productWord = (data, code) => data.names.subcategory[code].map(encoded).join("/");

/**
 * A whole category by its name alone, else each of its subcategories.
 * @param {Data} data
 * @param {Set<number>} chosen
 */
function productWords(data, chosen) {
  return data.names.category.flatMap((name, category) => {
    const members = data.category.flatMap((of, code) => (of === category ? [code] : []));
    const inside = members.filter((code) => chosen.has(code));
    return inside.length === members.length
      ? [encoded(name)]
      : inside.map((code) => productWord(data, code));
  });
}

/**
 * What an address says; what it can't mean is listed in `unknown`. One that says nothing is of the period
 * that the page opens with; one that says something but no period is of all days.
 * @param {Data} data
 * @param {string} hash
 */
export function fromHash(data, hash) {
  const [state, setup] = [emptyState(data.dimensions), emptySetup()];
  /** @type {string[]} */
  const unknown = [];
  if (/^#?(main)?$/.test(hash)) [state.period] = periodsIn(data);
  for (const word of hash.replace(/^#/, "").split("&")) {
    const at = word.indexOf("=");
    if (at < 1) {
      if (word && word !== "main") unknown.push(word);
      continue;
    }
    const name = word.slice(0, at);
    const reader = readerOf(data, name);
    for (const value of word.slice(at + 1).split(",")) {
      if (!reader?.(data, { state, setup, name }, value))
        unknown.push(`${name} ${decoded(value) ?? value}`);
    }
  }
  if (state.from !== null && state.to !== null && state.from > state.to) {
    unknown.push("from after to");
    [state.from, state.to] = [null, null];
  }
  return { state, setup, unknown };
}

/**
 * Takes one value into state or setup; false when it can't mean anything.
 * @typedef {(data: Data, into: {state: State, setup: Setup, name: string}, value: string) => boolean} Reader
 */

/**
 * What reads a name of the address; undefined for a name that means nothing, `__proto__` and its kind among them.
 * @param {Data} data
 * @param {string} name
 * @returns {Reader | undefined}
 */
function readerOf(data, name) {
  if (READERS.has(name)) return READERS.get(name);
  if (namedFilters(data).includes(name)) return readName;
  if (Object.hasOwn(CHOICES, name)) return readChoice;
  if (Object.hasOwn(NUMBERS, name)) return readNumber;
  return RANGES.some(([range]) => range === name) ? readRange : undefined;
}

/** @param {string} text @returns {string | null} null: not encoded as an address is */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** @type {Map<string, Reader>} */
const READERS = new Map(
  /** @type {[string, Reader][]} */ ([
    ["period", readPeriod],
    ["from", readDay],
    ["to", readDay],
    ["product", readProduct],
    ["axes", readAxis],
    ["zoom", readZoom],
    ["cell", readCell],
    ["cluster", readCluster],
    ["show", readText],
    ["search", readText],
    ["customer", readText],
    ["market", readMarket],
    ["page", readPage],
    ["sort", readSort],
    ["within", readWithin],
    ["scored", readScored],
    ...MEASURES.map(([measure]) => [`${measure}_cuts`, readCuts]),
  ]),
);

/** @type {Reader} */
function readDay(data, { state, name }, value) {
  const day = dayNumber(value);
  if (day === null || day < data.first || day > data.asOf) return false;
  state[name] = day - data.first;
  return true;
}

/** @type {Reader} */
function readPeriod(data, { state }, value) {
  if (!periodsIn(data).includes(value)) return false;
  state.period = value;
  return true;
}

/** @type {Reader} */
function readName(data, { state, name }, value) {
  const code = (data.names[name] ?? []).indexOf(decoded(value));
  if (code >= 0) state[name].add(code);
  return code >= 0;
}

/**
 * The subcategories of "category" or "category/subcategory".
 * @param {Data} data
 * @param {string} value
 */
function productCodes(data, value) {
  const [category, name, ...more] = value.split("/").map(decoded);
  if (more.length) return [];
  return data.names.subcategory.flatMap(([of, called], code) =>
    of === category && (name === undefined || called === name) ? [code] : [],
  );
}

/** @type {Reader} */
function readProduct(data, { state }, value) {
  const codes = productCodes(data, value);
  for (const code of codes) state.product.add(code);
  return codes.length > 0;
}

/** @type {Reader} */
function readAxis(data, { setup }, value) {
  const [code, ...more] = productCodes(data, value);
  if (code === undefined || more.length || setup.axes.includes(code)) return false;
  setup.axes.push(code);
  return true;
}

/** @type {Reader} */
function readZoom(data, { setup }, value) {
  const [from, to] = value.split("~").map(dayNumber);
  if (!from || !to || from > to || from < data.first || to > data.asOf) return false;
  setup.zoom = [from - data.first, to - data.first];
  return true;
}

/** @type {Reader} */
function readCell(data, { state }, value) {
  const [, r, f] = (/^R(\d+)F(\d+)$/.exec(value) ?? []).map(Number);
  if (![r, f].every((score) => score >= 1 && score <= data.bins)) return false;
  state.cell.add(r * 16 + f);
  return true;
}

/** @type {Reader} */
function readCluster(_data, { state }, value) {
  if (!/^[1-8]$/.test(value)) return false;
  state.cluster.add(Number(value));
  return true;
}

/** @type {Reader} */
function readText(_data, { setup, name }, value) {
  setup[name] = decoded(value) ?? "";
  return setup[name] !== "";
}

/** @type {Reader} */
function readMarket(_data, { setup }, value) {
  if (value === "on") setup.tab = "market"; // as links had it before there were tabs
  return value === "on";
}

/** @type {Reader} */
function readPage(_data, { setup }, value) {
  if (!/^[1-9]\d{0,5}$/.test(value)) return false;
  setup.page = Number(value) - 1;
  return true;
}

/** Filters by the run's scores and clusters, as an address in the address. @type {Reader} */
function readWithin(data, { state }, value) {
  const inner = decoded(value) ?? "";
  const { state: found, unknown } = fromHash(data, inner);
  if (!data.scoring || unknown.length || !SCORED.some((name) => isOn(found, name))) return false;
  state.within = inner;
  return true;
}

/** @type {Reader} */
function readScored(data, { setup }, value) {
  setup.scored = value === "selection" && Boolean(data.scoring);
  return setup.scored;
}

/** Cut points, ascending, one fewer than bins. @type {Reader} */
function readCuts(data, { setup, name }, value) {
  const measure = name.replace(/_cuts$/, "");
  const unit = measure === "monetary" ? settings.money : 1;
  const texts = value.split("~");
  if (!data.scoring || texts.length !== data.bins - 1) return false;
  if (!texts.every((text) => /^-?\d+(\.\d+)?$/.test(text))) return false;
  const cuts = texts.map((text) => Math.round(Number(text) * unit));
  if (cuts.some((cut, at) => at && cut < cuts[at - 1])) return false;
  setup.cuts[measure] = cuts;
  return true;
}

/** @type {Reader} */
function readSort(data, { setup }, value) {
  const name = value.replace(/^-/, "");
  if (!customerColumns(data).some((column) => column.name === name)) return false;
  [setup.sort, setup.down] = [name, value.startsWith("-")];
  return true;
}

/** @type {Reader} */
function readChoice(_data, { setup, name }, value) {
  if (!CHOICES[name].includes(value)) return false;
  setup[name] = value;
  return true;
}

/** @type {Reader} */
function readNumber(_data, { setup, name }, value) {
  const [low, high] = NUMBERS[name];
  const number = Number(value);
  if (!/^\d{1,2}$/.test(value) || number < low || number > high) return false;
  setup[name] = number;
  return true;
}

/** @type {Reader} */
function readRange(_data, { state, name }, value) {
  const [, , kind] = RANGES.find(([range]) => range === name);
  const found = /^(-?[\d.]*)~(-?[\d.]*)$/.exec(value);
  const unit = kind === "money" ? settings.money : 1;
  const limits = found
    ?.slice(1)
    .map((text) => (text === "" ? null : Math.round(Number(text) * unit)));
  if (!limits || limits.some(Number.isNaN) || limits.every((limit) => limit === null)) return false;
  state.ranges[name] = /** @type {Limits} */ (limits);
  return true;
}
