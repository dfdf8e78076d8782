// What names the run (run.js of the site) into the places that pages keep for it: [data-run] takes a value,
// [data-run-line] is shown once there are values, [data-run-table] lists the input files or the checks against
// the last run, and [data-run-failed] is shown when some of these did not hold.

import { bdi, element, find } from "../dom.js";
import { count, shownDay } from "../kernel/formats.js";
import { DAY_MS } from "../kernel/periods.js";

/** @param {string} selector @returns {HTMLElement[]} */
const all = (selector) =>
  [...document.querySelectorAll(selector)].map((node) => /** @type {HTMLElement} */ (node));

/** @param {Run} run */
export function nameRun(run) {
  for (const place of all("[data-run]")) {
    const value = run[place.dataset.run];
    place.textContent = place.dataset.run === "started" ? startedText(value) : String(value);
  }
  for (const line of all("[data-run-line]")) line.hidden = false;
  for (const table of all("[data-run-table]")) {
    /** @type {NodeListOf<HTMLElement>} */
    const heads = table.querySelectorAll("th[data-column]");
    const rows = run[table.dataset.runTable] ?? [];
    find("tbody", table).replaceChildren(...rows.map((row) => rowOf([...heads], row)));
    table.hidden = rows.length === 0;
  }
  const failed = (run.checks ?? []).filter(
    ({ verdict, severity }) => verdict !== "pass" && severity !== "info",
  );
  for (const banner of all("[data-run-failed]")) {
    const checks = failed.length === 1 ? "1 check" : `${failed.length} checks`;
    find("strong", banner).textContent = `${checks} against the last run did not hold.`;
    banner.hidden = failed.length === 0;
  }
}

/** @param {string} iso @returns {string} the moment in the reader's own time zone */
function startedText(iso) {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  const local = Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate());
  const two = (number) => String(number).padStart(2, "0");
  return `${shownDay(local / DAY_MS)}, ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/** @param {HTMLElement[]} heads @param {Row} row */
function rowOf(heads, row) {
  const cells = heads.map((head) => {
    const { column } = head.dataset;
    const value = row[column];
    const isNumber = typeof value === "number";
    const kind = column === "verdict" ? `word verdict-${value}` : head.className;
    return element(
      "td",
      { class: kind || (isNumber ? "number" : "word") },
      isNumber ? count(value) : bdi(String(value)),
    );
  });
  return element("tr", {}, ...cells);
}
