// The customers table: who is selected, sorted, searched, paged, and as a download.

import { bdi, download, element, find, setText, styleOf, swatchOf } from "../dom.js";
import { csvOf } from "../kernel/csv.js";
import { count, listed, MISSING, shown } from "../kernel/formats.js";
import { pairOf } from "../state/clusters.js";
import { customersOf } from "../state/customers.js";
import { filterWords } from "../state/words.js";
import { inScheme } from "../vega/colours.js";
import { preview } from "./preview.js";
import { rangeFields } from "./ranges.js";
import { storyOf } from "./story.js";

const PAGE_ROWS = 25;

/** @param {Dashboard} dashboard */
export function addCustomers(dashboard) {
  const { store, sources, render, controls } = dashboard;
  const { data, setup } = store;
  const customers = customersOf(dashboard);
  const hasStories = dashboard.scoring.isPossible; // the lines are here

  const size = element("p", { id: "customer-count", class: "customer-count" });
  const method = element("p", { class: "note", id: "customer-method" });
  const heads = customers.columns.map(headOf);
  const body = element("tbody", {});
  const pager = element("nav", { class: "pager", "aria-label": "Pages of the table" });
  const holder = find("#customers");
  holder.replaceChildren(
    element(
      "div",
      { class: "customers-tools" },
      size,
      element("label", { class: "choice" }, element("span", {}, "Search"), searchField()),
      element("button", { type: "button", onclick: save }, "Download the selection (CSV)"),
    ),
    rangeFields(dashboard),
    method,
    element(
      "div",
      { class: "table-box", role: "region", tabindex: "0", "aria-label": "Selected customers" },
      element(
        "table",
        { class: "customers" },
        element("caption", {}, "Selected customers"),
        element("thead", {}, element("tr", {}, ...heads)),
        body,
      ),
    ),
    pager,
  );

  function searchField() {
    const field = element("input", {
      type: "search",
      value: setup.search,
      autocomplete: "off",
      oninput: () => {
        setup.search = field.value;
        setup.page = 0;
        store.changed({ settings: ["search"], history: "replace" });
      },
    });
    controls.add(() => {
      if (field.value !== setup.search) field.value = setup.search;
    });
    return field;
  }

  /** @param {Column} column */
  function headOf({ name, label, kind }) {
    const sort = () => {
      setup.down = setup.sort === name ? !setup.down : kind !== "text";
      setup.sort = name;
      setup.page = 0;
      store.changed({ settings: ["sort"] });
    };
    return element(
      "th",
      { scope: "col", "data-sort": name, class: kind === "text" ? null : "number" },
      element("button", { type: "button", onclick: sort }, label),
    );
  }

  function update() {
    const selected = customers.selected();
    const pages = Math.max(1, Math.ceil(selected.length / PAGE_ROWS));
    setup.page = Math.min(setup.page, pages - 1);
    const start = setup.page * PAGE_ROWS;
    const sampled = sources.cubes ? "sampled " : "";
    setText(
      size,
      `${count(selected.length)} of ${count(data.customers.count)} ${sampled}customers`,
    );
    setText(method, methodWords(dashboard));
    const focused = /** @type {HTMLElement} */ (document.activeElement)?.dataset.customer;
    body.replaceChildren(...selected.slice(start, start + PAGE_ROWS).flatMap(rowsOf));
    if (focused) find(`[data-customer="${CSS.escape(focused)}"]`, body)?.focus();
    for (const head of heads) {
      if (head.dataset.sort === setup.sort)
        head.setAttribute("aria-sort", setup.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    pager.replaceChildren(
      turn(setup.page - 1, pages, "Previous"),
      element("span", {}, `Page ${count(setup.page + 1)} of ${count(pages)}`),
      turn(setup.page + 1, pages, "Next"),
    );
  }

  /** A button to another page. @param {number} to @param {number} pages @param {string} text */
  function turn(to, pages, text) {
    const onclick = () => {
      setup.page = to;
      store.changed({ settings: ["page"], history: "replace" });
    };
    return element("button", { type: "button", disabled: to < 0 || to >= pages, onclick }, text);
  }

  /** A customer's row, and their story below it where it is open. @param {number} at place of a customer */
  function rowsOf(at) {
    if (!hasStories || setup.customer !== data.members.id[at]) return [rowOf(at)];
    const cell = element("td", { colSpan: customers.columns.length }, storyOf(dashboard, at));
    return [rowOf(at), element("tr", { class: "story-row" }, cell)];
  }

  /** The customer's id; a button where a story can be opened. @param {string} id */
  function idOf(id) {
    if (!hasStories) return bdi(id);
    const isOpen = setup.customer === id;
    const onclick = () => store.adjust("customer", isOpen ? "" : id);
    return element(
      "button",
      {
        type: "button",
        class: "story-button",
        "data-customer": id,
        "aria-expanded": String(isOpen),
        title: "Orders, returns and scores over time",
        onclick,
      },
      bdi(id),
    );
  }

  /** @param {number} at place of a customer */
  function rowOf(at) {
    const cluster = customers.value(at, "cluster");
    return element(
      "tr",
      {
        "data-cluster": cluster,
        onpointerenter: () => preview(dashboard, cluster),
        onpointerleave: () => preview(dashboard, null),
      },
      ...customers.columns.map((column) => cellOf(at, column)),
    );
  }

  /** @param {number} at @param {Column} column */
  function cellOf(at, { name, kind }) {
    const value = customers.value(at, name);
    const text = shown(value, kind);
    if (name === "id") return element("th", { scope: "row", class: styleOf(text) }, idOf(text));
    const cell = element(
      "td",
      { class: kind === "text" ? styleOf(text) : "number" },
      kind === "text" ? bdi(text) : text,
    );
    if (name === "cluster" && value) cell.prepend(swatchOf(`var(--cluster-${value})`));
    if (name === "cell_mean" && text !== MISSING) cell.prepend(swatchOf(moneyColour(data, value)));
    return cell;
  }

  function save() {
    const rows = customers.selected().map(customers.rowOf);
    download("customers-selected.csv", csvOf(customers.columns, rows), "text/csv;charset=utf-8");
  }

  render.addPart(update, render.sightOf(holder));
}

/**
 * The step of the money ramp that a cell's mean falls into.
 * @param {Data} data
 * @param {number} value
 */
function moneyColour({ cells, colours: { ramp } }, value) {
  const means = cells.map((cell) => cell.mean_monetary).filter((mean) => mean !== null);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const at = high > low ? Math.round(((value - low) / (high - low)) * (ramp.length - 1)) : 0;
  return inScheme(ramp[at]);
}

/** By what the selection was made: scores, clusters, or lines. @param {Dashboard} dashboard */
function methodWords({ store, sources }) {
  const { data, filters } = store;
  const on = filterWords(store);
  const by = on.length ? `Selected by ${listed(on)}.` : "All customers.";
  const { components, clusters } = pairOf(store);
  const clustered = data.cluster_fits.length
    ? ` and clustered (${components} components, ${clusters} clusters)`
    : "";
  const bought = filters.ofLines.some(store.isOn)
    ? " Whoever bought in the selection is listed."
    : "";
  const drawn = sources.cubes
    ? ` Of a random sample of ${count(data.sample.customers)} of ${count(data.sample.of)} customers with a line.`
    : "";
  const whom = store.setup.scored
    ? "anew on the selection"
    : "on all customers, whatever the filters";
  return `${by}${bought}${drawn} Scored${clustered} ${whom}.`;
}
