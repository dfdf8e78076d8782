// The customers page: all customers, searched, sorted and paged. Rows lie in files of some thousand
// (retail/render/customer_files.py); a page of the usual order reads one of them. A search or another order
// reads them one by one and keeps the best rows, so nothing grows with the number of customers.

import { bdi, element, find, loadScript, setText, styleOf, svgElement } from "../dom.js";
import { count, countIn, shown } from "../kernel/formats.js";

const PAGE_ROWS = 50;
const MOST_ROWS = 1_000; // of a search or another order
const MOST_FILES = 12; // kept
const TYPING = 150; // milliseconds
const FILES_A_LOOK = 25; // read before what was found so far is shown

/**
 * @typedef {{folder: string, files: number, fileRows: number, rows: number, columns: Column[], links: Record<string, string>}} About
 */

export function startCustomers() {
  const holder = find("#people");
  if (!holder?.dataset.people) return;
  const about = JSON.parse(holder.dataset.people);
  countIn(about);
  addTable(holder, about);
}

/** @param {HTMLElement} holder @param {About} about */
function addTable(holder, about) {
  const fileAt = createFiles(about);
  const searched = about.columns.flatMap(({ kind }, at) => (kind === "text" ? [at] : []));
  let text = "";
  let order = { column: null, isDown: true }; // null: by net revenue, as the files are
  let page = 0;
  let asked = 0; // counts questions: an answer to an older one is dropped
  let found = null; // rows of a search or another order; null: read from the files as they are
  let total = about.rows;
  let typing;

  const status = element("p", { class: "customer-count", role: "status" });
  const pager = element("nav", { class: "pager", "aria-label": "Pages of the table" });
  const search = element("input", {
    type: "search",
    autocomplete: "off",
    oninput: () => {
      text = search.value.trim().toLocaleLowerCase();
      page = 0;
      clearTimeout(typing);
      typing = setTimeout(ask, TYPING);
    },
  });
  holder.before(
    element(
      "div",
      { class: "customers-tools" },
      status,
      element("label", { class: "choice" }, element("span", {}, "Search"), search),
    ),
  );
  find(".table", holder).after(pager);
  find(".table-foot span", holder).textContent = ""; // of the rows that came with the page
  const heads = [...holder.querySelectorAll("thead th")];
  heads.forEach((head, at) => {
    const onclick = () => sortBy(at);
    head.replaceChildren(element("button", { type: "button", onclick }, head.textContent));
  });
  find("table", holder).classList.add("customers");
  document.body.classList.add("is-linked");

  /** @param {number} column */
  function sortBy(column) {
    const isText = about.columns[column].kind === "text";
    order = { column, isDown: order.column === column ? !order.isDown : !isText };
    page = 0;
    ask();
  }

  /** Find the rows and show the page; one file at a time, so that a keystroke in between counts. */
  async function ask() {
    asked += 1;
    const question = asked;
    found = text || order.column !== null ? [] : null;
    total = found ? 0 : about.rows;
    for (let at = 0; found && at < about.files; at++) {
      const rows = await fileAt(at);
      if (question !== asked) return;
      const more = rows.filter(isFound);
      total += more.length;
      found = best([...found, ...more], order);
      if (at % FILES_A_LOOK === 0) await show(question, false);
    }
    await show(question, true);
  }

  const isFound = (row) =>
    !text ||
    searched.some((at) =>
      String(row[at] ?? "")
        .toLocaleLowerCase()
        .includes(text),
    );

  /** The rows of the page; null when another question came in between. @param {number} question */
  async function rowsNow(question) {
    const start = page * PAGE_ROWS;
    if (found) return found.slice(start, start + PAGE_ROWS);
    const first = Math.floor(start / about.fileRows);
    const end = (first + 1) * about.fileRows;
    const rows = await fileAt(first);
    const more = start + PAGE_ROWS > end && first + 1 < about.files ? await fileAt(first + 1) : [];
    if (question !== asked) return null;
    return [...rows, ...more].slice(start - first * about.fileRows).slice(0, PAGE_ROWS);
  }

  /** @param {number} question @param {boolean} isDone */
  async function show(question, isDone) {
    const rows = await rowsNow(question);
    if (!rows) return;
    find("tbody", holder).replaceChildren(...rows.map((row) => rowOf(about, row)));
    heads.forEach((head, at) => {
      if (at === order.column)
        head.setAttribute("aria-sort", order.isDown ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    const listed = found ? found.length : total;
    const cut = listed < total ? `, the first ${count(listed)} are listed` : "";
    setText(
      status,
      isDone
        ? `${count(total)} of ${count(about.rows)} customers${cut}`
        : `${count(total)} found so far…`,
    );
    holder.dataset.settled = String(isDone);
    showPager(Math.max(1, Math.ceil(listed / PAGE_ROWS)));
  }

  /** @param {number} pages */
  function showPager(pages) {
    const go = (to, word) => {
      const onclick = () => {
        page = to;
        show(asked, true);
      };
      const disabled = to < 0 || to >= pages;
      return element("button", { type: "button", disabled, onclick }, word);
    };
    pager.replaceChildren(
      go(0, "First"),
      go(page - 1, "Previous"),
      element("span", {}, `Page ${count(page + 1)} of ${count(pages)}`),
      go(page + 1, "Next"),
      go(pages - 1, "Last"),
    );
  }

  ask();
}

/** The files that were read last, and how to read another. @param {About} about */
function createFiles({ folder }) {
  /** @type {Map<number, any[][]>} */
  const files = new Map();
  window.retailReport ??= {};
  // Each file calls this.
  window.retailReport.people = (at, columns) => files.set(at, rowsOf(columns));
  /** @param {number} at @returns {Promise<any[][]>} */
  return (at) =>
    new Promise((resolve) => {
      if (files.has(at)) return resolve(files.get(at));
      loadScript(`${folder}/${at}.js`, () => {
        const rows = files.get(at);
        for (const old of files.keys()) if (files.size > MOST_FILES) files.delete(old);
        resolve(rows);
      });
    });
}

/**
 * Rows as arrays in the order of the columns.
 * @param {{names?: string[], values: any[]}[]} columns
 */
function rowsOf(columns) {
  const values = columns.map(({ names, values }) =>
    names ? values.map((at) => (at === null ? null : names[at])) : values,
  );
  return values[0].map((_, row) => values.map((column) => column[row]));
}

/**
 * The first rows in an order; those without a value come last.
 * @param {any[][]} rows
 * @param {{column: number | null, isDown: boolean}} order
 */
function best(rows, { column, isDown }) {
  if (column !== null) {
    rows.sort((a, b) => {
      const [one, other] = [a[column], b[column]];
      if (one === other) return 0;
      if (one === null || other === null) return one === null ? 1 : -1;
      return (one < other ? -1 : 1) * (isDown ? -1 : 1);
    });
  }
  return rows.slice(0, MOST_ROWS);
}

/** @param {About} about @param {any[]} row */
function rowOf({ columns, links }, row) {
  const cells = columns.map(({ name, kind }, at) => {
    const text = shown(row[at], kind);
    const link = `${name} ${row[at]}`;
    const file = Object.hasOwn(links, link) ? links[link] : null;
    const content = file ? element("a", { href: file, "data-group": name }, bdi(text)) : bdi(text);
    if (!at) return element("th", { scope: "row", class: styleOf(text) }, content);
    const cell = element("td", { class: kind === "text" ? styleOf(text) : "number" }, content);
    if (name === "cluster" && row[at] !== null) cell.prepend(clusterDot(row[at]));
    return cell;
  });
  return element("tr", {}, ...cells);
}

/** The colour of a cluster, as in tables that come with the page. @param {number} cluster */
function clusterDot(cluster) {
  const circle = svgElement("circle", { cx: 5, cy: 5, r: 5 });
  const attributes = {
    class: `swatch cluster-${cluster}`,
    viewBox: "0 0 10 10",
    "aria-hidden": true,
  };
  return svgElement("svg", attributes, circle);
}
