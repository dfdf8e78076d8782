// The filters' controls: every filter that a chart sets by mouse has one here, for keyboard and screen reader.

import { bdi, element, find, setText } from "../dom.js";
import { count } from "../kernel/formats.js";
import { dayNumber, dayText } from "../kernel/periods.js";
import { fromHash, toHash } from "../state/address.js";
import { clusterNames, pairOf } from "../state/clusters.js";
import { watchDropdown } from "./dropdown.js";
import { periodChoices } from "./period.js";
import { scoringSwitch } from "./scoring.js";

/**
 * @typedef {{codes: number[], text: string, note?: string, class?: string}} Option a check box: what it chooses
 */

/** @param {Dashboard} dashboard */
export function addFilters(dashboard) {
  const { store, sources } = dashboard;
  const { data } = store;
  const hasSegments = (!sources.cubes || sources.groups) && data.segments.length > 0;
  const hasClusters = (!sources.cubes || sources.groups) && data.cluster_fits.length > 0;
  // What the input does not state is one name, Unknown: nothing to choose from.
  const named = store.filters.dimensions.filter(
    ({ name }) => data.names[name].length > 1 && sources.canFilter(name),
  );
  const pickers = [
    data.names.subcategory.length > 1 && picker("product", "Products", productOptions(data)),
    ...named.map(({ name, title }) => picker(name, title, nameOptions(data, name))),
    hasSegments && picker("segment", "Segment", segmentOptions(data)),
    hasSegments && picker("cell", "R x F cell", cellOptions(data)),
    dashboard.scoring.isPossible && picker("level", "Level", nameOptions(data, "level")),
    hasClusters && picker("cluster", "Cluster", () => clusterOptions(store)),
  ].filter(Boolean);
  const { state: first, setup: usualSetup } = fromHash(data, "");
  const usual = toHash(data, first, usualSetup);
  const reset = element(
    "button",
    { type: "button", class: "reset", onclick: () => store.clear() },
    "Reset filters",
  );
  const resetAll = element(
    "button",
    {
      type: "button",
      class: "reset-all",
      title: "Filters, period and settings as when the page was first opened",
      onclick: store.resetAll,
    },
    "Reset all",
  );
  const help = element(
    "button",
    {
      type: "button",
      class: "help-button",
      "aria-haspopup": "dialog",
      "aria-label": "Help",
      onclick: showHelp,
    },
    "?",
  );
  const sheet = element(
    "details",
    { class: "sheet" },
    element("summary", {}, "+ Filter"),
    element(
      "div",
      { class: "sheet-body" },
      element("div", { class: "sheet-days" }, ...dateFields(dashboard)),
      ...pickers,
    ),
  );
  watchDropdown(sheet);
  const chips = element("ul", { class: "chips", id: "chips", "aria-label": "Active filters" });
  find("#filters").replaceChildren(
    ...periodChoices(dashboard),
    ...[
      sheet,
      chips,
      size(dashboard),
      scoringSwitch(dashboard, "Score anew"),
      reset,
      resetAll,
      help,
    ].filter(Boolean),
  );
  dashboard.render.addPart(
    () => {
      reset.disabled = !store.on().length;
      resetAll.disabled = toHash(data, store.state, store.setup) === usual;
    },
    () => true,
  );

  /**
   * A drop-down of check boxes.
   * @param {string} name of the filter
   * @param {string} label
   * @param {Option[] | (() => Option[])} options
   */
  function picker(name, label, options) {
    const list = element("ul", {});
    const summary = element("summary", {}, label);
    const holder = element(
      "details",
      { class: "picker", "data-filter": name },
      summary,
      element("fieldset", {}, element("legend", {}, label), list),
    );
    const optionsNow = typeof options === "function" ? options : () => options;
    /** @type {{box: HTMLInputElement, codes: number[]}[]} */
    let boxes = [];
    let notes = "";
    const notesOf = () =>
      optionsNow()
        .map(({ note = "" }) => note)
        .join("\n");
    const fill = () => {
      [boxes, notes] = [[], notesOf()];
      list.replaceChildren(
        ...optionsNow().map(({ codes, text, note, class: kind }) => {
          const onchange = () => store.toggle(name, codes);
          const box = element("input", { type: "checkbox", onchange });
          boxes.push({ box, codes });
          const small = note ? element("small", {}, bdi(note)) : null;
          return element("li", { class: kind }, element("label", {}, box, bdi(text), small));
        }),
      );
    };
    fill();
    dashboard.controls.add(() => {
      const chosen = store.state[name];
      if (boxes.length !== optionsNow().length || notes !== notesOf()) fill();
      for (const { box, codes } of boxes) {
        const inside = codes.filter((code) => chosen.has(code)).length;
        box.checked = inside === codes.length;
        box.indeterminate = inside > 0 && inside < codes.length;
      }
      setText(summary, chosen.size ? `${label} (${chosen.size})` : label);
      summary.classList.toggle("on", chosen.size > 0);
    });
    watchDropdown(holder);
    return holder;
  }
}

/** How many customers are selected; a click goes to them. @param {Dashboard} dashboard */
function size({ store, sources, sums, render }) {
  const has = store.data.customers.count || sources.groups;
  const holder = element("p", { class: "selected-size", hidden: !has });
  render.addPart(
    () => {
      const { value, isAbout } = sums.customersSelected();
      setText(holder, `${isAbout ? "about " : ""}${count(value)} customers`);
    },
    () => true,
  );
  return holder;
}

/** Fields for the first and the last day. @param {Dashboard} dashboard */
function dateFields({ store, controls }) {
  const { data } = store;
  const onchange = () => {
    const [low, high] = [from, to].map((field) => dayNumber(field.value));
    const start = low === null ? 0 : low - data.first;
    const end = high === null ? data.days - 1 : high - data.first;
    store.setDays(Math.min(start, end), Math.max(start, end));
  };
  const limits = { type: "date", min: dayText(data.first), max: dayText(data.asOf), onchange };
  const [from, to] = [element("input", limits), element("input", limits)];
  controls.add(() => {
    const [first, last] = store.days();
    from.value = dayText(data.first + (first ?? 0));
    to.value = dayText(data.first + (last ?? data.days - 1));
  });
  const labelled = (text, field) =>
    element("label", { class: "choice" }, element("span", {}, text), field);
  return [labelled("From", from), labelled("To", to)];
}

/** @param {Data} data @param {string} name @returns {Option[]} */
const nameOptions = ({ names }, name) => names[name].map((text, code) => ({ codes: [code], text }));

/** @param {Data} data @returns {Option[]} */
const segmentOptions = ({ segments, names }) =>
  [...segments]
    .sort((a, b) => a.order - b.order)
    .map(({ segment, rule }) => ({
      codes: [names.segment.indexOf(segment)],
      text: segment,
      note: rule,
    }))
    .filter(({ codes: [code] }) => code >= 0);

/** @param {Data} data @returns {Option[]} */
const cellOptions = ({ cells }) =>
  cells.map(({ r, f, segment }) => ({ codes: [r * 16 + f], text: `R${r} F${f}`, note: segment }));

/** @param {Store} store @returns {Option[]} */
const clusterOptions = (store) =>
  Array.from({ length: pairOf(store).clusters }, (_, at) => ({
    codes: [at + 1],
    text: `Cluster ${at + 1}`,
    note: clusterNames(store)[at],
  }));

/**
 * Subcategories under the name of their category, which takes all of them.
 * @param {Data} data
 * @returns {Option[]}
 */
function productOptions({ names, category }) {
  return names.category.flatMap((text, group) => {
    const codes = category.flatMap((of, code) => (of === group ? [code] : []));
    return [
      { codes, text, class: "group" },
      ...codes.map((code) => ({
        codes: [code],
        text: names.subcategory[code][1],
        class: "member",
      })),
    ];
  });
}

function showHelp() {
  /** @type {HTMLDialogElement} */
  const help = document.querySelector("dialog#help");
  help.showModal();
  help.scrollTop = 0; // the focus is on the button at its end
}
