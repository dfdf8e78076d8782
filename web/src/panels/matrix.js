// Net revenue by category and channel, or what changed of it: a table that can be sorted, in the card of products.

import { bdi, element, find, setText } from "../dom.js";
import { shareOfChange } from "../kernel/both.js";
import { change, short, shortChange, shown } from "../kernel/formats.js";
import { explain } from "./explain.js";

const MOST_ROWS = 60; // on the page; the download has all
const TOTAL = "All";

/**
 * The two columns that it crosses: categories, or subcategories where there is one category, and the first dimension of
 * lines with several names, channels before others. Null where there is none.
 * @param {Data} data
 */
export function crossing({ names, dimensions }) {
  const across = dimensions
    .filter(({ name, of }) => of === "line" && names[name].length > 1 && names[name].length <= 12)
    .sort((a, b) => Number(b.name === "channel") - Number(a.name === "channel"))[0];
  const by = names.category.length > 1 ? "category" : "subcategory";
  return across && names[by].length > 1 ? { by, across } : null;
}

/** @param {Dashboard} dashboard @param {{by: string, across: Dimension}} crossed */
export function matrixOf(dashboard, { by, across }) {
  const { store, changes } = dashboard;
  const { data } = store;
  const rowNames = by === "category" ? data.names.category : data.labels;
  const columnNames = data.names[across.name];
  const holder = element("div", { class: "matrix", role: "region", tabindex: "0", hidden: true });
  /** The column sorted by (-1: all), and whether the largest is first; null: as the mode has it. */
  let sorted = { column: -1, isDown: /** @type {boolean | null} */ (null) };

  /** A row a name, with its cells and their sum. */
  function rows() {
    const both = changes.by(by, across.name);
    if (!both) return [];
    const width = columnNames.length;
    const found = rowNames.map((name, row) => {
      const cells = columnNames.map((_, column) => ({
        now: both.now[row * width + column],
        before: both.before ? both.before[row * width + column] : null,
      }));
      return { name, row, cells: [...cells, sumOf(cells)] };
    });
    const value = ({ cells }) => amountOf(cells.at(sorted.column));
    const isDown = sorted.isDown ?? !changes.isOn(); // the largest loss first
    return found
      .filter(({ cells }) => cells.some((cell) => cell.now || cell.before))
      .sort((a, b) => (value(a) - value(b)) * (isDown ? -1 : 1) || a.row - b.row);
  }
  const sumOf = (cells) => ({
    now: cells.reduce((sum, cell) => sum + cell.now, 0),
    before: cells.some((cell) => cell.before === null)
      ? null
      : cells.reduce((sum, cell) => sum + cell.before, 0),
  });
  const amountOf = ({ now, before }) => (changes.isOn() ? now - before : now);

  /**
   * What a cell stands for.
   * @param {number | null} row null: all
   * @param {number} column
   * @returns {import("../state/changes.js").Chosen}
   */
  function chosen(row, column) {
    const codes =
      by === "category" ? data.category.flatMap((of, code) => (of === row ? [code] : [])) : [row];
    return {
      ...(row === null ? {} : { subcategory: codes }),
      ...(column < columnNames.length ? { [across.name]: [column] } : {}),
    };
  }

  /** A filter by what a cell stands for. @param {import("../state/changes.js").Chosen} chosen */
  function select({ subcategory, ...named }) {
    const changed = [];
    if (subcategory) store.state.product = new Set(subcategory);
    if (subcategory) changed.push("product");
    for (const [name, codes] of Object.entries(named)) {
      store.state[name] = new Set(codes);
      changed.push(name);
    }
    store.changed({ filters: changed });
  }

  /** @param {string} name @param {number | null} row @param {number} column @param {{now: number, before: number | null}} cell */
  function cellOf(name, row, column, cell) {
    const title = [name, columnNames[column]].filter(Boolean).join(" · ") || "all";
    const isChange = changes.isOn();
    const part = isChange ? shareOfChange(cell.now, cell.before) : null;
    const act = () =>
      isChange
        ? explain(dashboard, {
            chosen: chosen(row, column),
            title,
            select: () => select(chosen(row, column)),
          })
        : select(chosen(row, column));
    const text = isChange ? shortChange(cell.now - cell.before) : short(cell.now, "money");
    const exact = isChange
      ? `${shown(cell.now, "money")} against ${shown(cell.before, "money")}`
      : shown(cell.now, "money");
    const button = element(
      "button",
      {
        type: "button",
        onclick: act,
        title: `${title}: ${exact}`,
        "aria-label": `${title}: ${isChange ? `${shown(cell.now - cell.before, "money")} (${change(part)})` : exact}`,
      },
      element("span", {}, text),
      isChange ? element("small", {}, change(part)) : null,
    );
    const made = element("td", {}, button);
    if (isChange && part !== null) {
      const strength = Math.min(Math.abs(part) / 0.5, 1);
      const side = part < 0 ? "loss" : "gain";
      made.style.background = `color-mix(in lab, var(--${side}) ${Math.round(100 * strength)}%, var(--no-change))`;
    }
    return made;
  }

  function update() {
    const all = rows();
    const heads = [...columnNames, TOTAL];
    const sort = (column) => {
      const isSame = sorted.column === column;
      const isDown = sorted.isDown ?? !changes.isOn();
      sorted = { column, isDown: isSame ? !isDown : isDown };
      update();
      find(`[data-column="${column}"]`, holder).focus();
    };
    const headOf = (text, at) => {
      const column = at < columnNames.length ? at : -1;
      const isDown = sorted.isDown ?? !changes.isOn();
      const order = sorted.column === column ? (isDown ? "descending" : "ascending") : null;
      return element(
        "th",
        { scope: "col", "aria-sort": order },
        element(
          "button",
          { type: "button", "data-column": column, onclick: () => sort(column) },
          bdi(text),
        ),
      );
    };
    const totals = heads.map((_, at) => sumOf(all.map(({ cells }) => cells[at])));
    holder.replaceChildren(
      element(
        "table",
        {},
        element("caption", { class: "out-of-sight" }, captionOf()),
        element("thead", {}, element("tr", {}, element("td", {}), ...heads.map(headOf))),
        element(
          "tbody",
          {},
          ...all
            .slice(0, MOST_ROWS)
            .map(({ name, row, cells }) =>
              element(
                "tr",
                {},
                element("th", { scope: "row" }, bdi(name)),
                ...cells.map((cell, at) => cellOf(name, row, at, cell)),
              ),
            ),
          element(
            "tr",
            { class: "is-sum" },
            element("th", { scope: "row" }, TOTAL),
            ...totals.map((cell, at) => cellOf("", null, at, cell)),
          ),
        ),
      ),
    );
    if (!all.length)
      setText(holder, "What travels with this page can't tell these names together.");
  }
  const captionOf = () =>
    `${changes.isOn() ? "Change of net revenue" : "Net revenue"} by ${by} and ${across.title.toLowerCase()}`;

  function table() {
    const cellColumns = [...columnNames, TOTAL].flatMap((name, at) => [
      { name: `now_${at}`, label: name, kind: "money" },
      { name: `before_${at}`, label: `${name}, before`, kind: "money" },
    ]);
    return {
      columns: [{ name: by, label: by, kind: "text" }, ...cellColumns],
      rows: rows().map(({ name, cells }) => ({
        [by]: name,
        ...Object.fromEntries(
          cells.flatMap(({ now, before }, at) => [
            [`now_${at}`, now],
            [`before_${at}`, before],
          ]),
        ),
      })),
    };
  }
  return { holder, update, table, title: captionOf };
}
