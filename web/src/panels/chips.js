// What is filtered, as chips that can be cleared, and the live summary.

import { element, find } from "../dom.js";
import { isOn, RANGES, SCORED } from "../kernel/filters.js";
import { count, headline, listed, shown, shownDay } from "../kernel/formats.js";
import { fromHash } from "../state/address.js";
import { pairOf } from "../state/clusters.js";
import { keyFigures } from "../state/keyfigures.js";
import { filterWords, titleOf } from "../state/words.js";
import { announce } from "./announce.js";
import { scoringChips } from "./scoring.js";

// In the place of the chips, so that the first of them moves nothing.
const NOTHING_FILTERED = "No filters";
const QUIET = 250; // milliseconds before the summary is read out, so that a drag is not, step by step

/** @param {Dashboard} dashboard */
export function addChips(dashboard) {
  const { store, render } = dashboard;
  const holder = find("#chips");

  /** @param {string} filter */
  function filterChip(filter) {
    const [words, size] = chipWords(store, filter);
    const title = titleOf(store, filter);
    return chip({ key: filter, title, words, size, clear: () => store.clear(filter) });
  }

  /** @param {{key: string, title: string, words: string, size: string, clear: () => void}} what */
  function chip({ key, title, words, size, clear }) {
    return element(
      "li",
      { class: "chip", "data-filter": key },
      element("span", { class: "chip-name" }, title),
      element("bdi", { class: "chip-words", title: words }, words),
      element("span", { class: "chip-count" }, size),
      element("button", { type: "button", "aria-label": `Clear ${title}`, onclick: clear }, "×"),
    );
  }

  function update() {
    const hadFocus = holder.contains(document.activeElement);
    const chips = [...store.on().map(filterChip), ...scoringChips(dashboard).map(chip)];
    holder.replaceChildren(
      ...(chips.length ? chips : [element("li", { class: "note" }, NOTHING_FILTERED)]),
    );
    if (hadFocus) (find("button", holder) ?? find("#filters summary")).focus();
  }

  render.addPart(update, render.sightOf(holder));
  return { update };
}

/**
 * What a filter is set to, in words, and how many values that is.
 * @param {Store} store
 * @param {string} filter
 */
function chipWords(store, filter) {
  const { state, data } = store;
  if (filter === "time") return timeWords(state, data);
  if (filter === "product")
    return few(
      [...state.product].map((code) => data.labels[code]),
      data.labels.length,
    );
  if (filter === "cluster")
    return few([...state.cluster].sort().map(String), pairOf(store).clusters);
  if (filter === "segment") {
    const cells = [...state.cell].map((cell) => `R${cell >> 4} F${cell & 15}`);
    return few([...[...state.segment].map((code) => data.names.segment[code]), ...cells], null);
  }
  if (filter === "range") return few(rangeWords(state), null);
  if (filter === "within") return few(withinWords(store), null);
  const names = data.names[filter];
  return few(
    [...state[filter]].map((code) => names[code]),
    names.length,
  );
}

/** What was selected by the run's scores, before the selection was scored anew. @param {Store} store */
function withinWords(store) {
  const { state } = fromHash(store.data, store.state.within);
  const inner = { ...store, state };
  return SCORED.filter((name) => isOn(state, name)).map(
    (name) => `${titleOf(store, name)}: ${chipWords(inner, name)[0]}`,
  );
}

/** @param {State} state @param {Data} data @returns {[string, string]} */
function timeWords(state, { first, days }) {
  const [from, to] = [state.from ?? 0, state.to ?? days - 1];
  const [start, end] = [shownDay(first + from), shownDay(first + to)];
  return [from === to ? start : `${start} to ${end}`, `${count(to - from + 1)} days`];
}

/** @param {State} state */
function rangeWords(state) {
  return RANGES.filter(([name]) => state.ranges[name]).map(([name, label, kind]) => {
    const [low, high] = state.ranges[name].map((limit) =>
      limit === null ? null : shown(limit, kind),
    );
    if (low === null) return `${label} up to ${high}`;
    return high === null ? `${label} from ${low}` : `${label} ${low} to ${high}`;
  });
}

/**
 * At most three names, and the count.
 * @param {string[]} words
 * @param {number | null} of
 * @returns {[string, string]}
 */
function few(words, of) {
  const text =
    words.length > 3
      ? `${words.slice(0, 2).join(", ")} and ${words.length - 2} more`
      : listed(words);
  return [text, of ? `${words.length} of ${of}` : String(words.length)];
}

/** What a screen reader says once things are quiet. @param {Dashboard} dashboard */
export function addSummary(dashboard) {
  const { store, sources, sums, render } = dashboard;
  let timer;
  const say = () => {
    const { values } = keyFigures(dashboard);
    const on = filterWords(store);
    const filters = on.length ? `Filtered by ${listed(on)}` : "No filters";
    const { value: size, isAbout } = sums.customersSelected();
    const hasCustomers = store.data.customers.count || sources.groups;
    const customers = hasCustomers ? `, ${isAbout ? "about " : ""}${count(size)} customers` : "";
    const about = (name) =>
      `${values[name].margin === null ? "" : "about "}${count(values[name].value)}`;
    announce(
      `${filters}: net revenue ${headline(values.net.value, "money")}, ${about("purchases")} orders, ${about("buyers")} buyers${customers}.`,
    );
  };
  render.addPart(
    () => {
      clearTimeout(timer);
      timer = setTimeout(say, QUIET);
    },
    () => false,
  );
}
