// The table below a figure, filled when it is opened.

import { element, find, tableOf } from "../dom.js";
import { count } from "../kernel/formats.js";

const MOST_ROWS = 200; // on the page; the CSV holds all

/** @param {Figure} figure @returns {HTMLDetailsElement} */
export const detailsOf = (figure) => figure.element.querySelector("details.figure-table");

/**
 * The numbers changed: an open table shows them now, a closed one once it is opened.
 * @param {Figure} figure
 */
export function renewTable(figure) {
  const details = detailsOf(figure);
  if (details.open) fillTable(figure);
  else details.dataset.isOld = "yes";
}

/** Fill a table that is opened and old. @param {Figure} figure */
export function watchTable(figure) {
  const details = detailsOf(figure);
  details.addEventListener("toggle", () => {
    if (details.open && details.dataset.isOld) fillTable(figure);
  });
}

/** @param {Figure} figure */
export function openTable(figure) {
  const details = detailsOf(figure);
  if (details.dataset.isOld) fillTable(figure); // now: a details reports its opening a task later
  details.open = true;
  find("summary", details).focus();
}

/** @param {Figure} figure */
function fillTable(figure) {
  const { columns, rows } = figure.table();
  const details = detailsOf(figure);
  const box = find(".table-box", figure.element) ?? details;
  find("table", box)?.remove();
  box.append(tableOf(columns, rows.slice(0, MOST_ROWS), figure.title));
  let foot = find(".table-foot", details);
  if (!foot) {
    foot = element("p", { class: "table-foot" });
    box.after(foot);
  }
  foot.textContent =
    rows.length > MOST_ROWS
      ? `${count(MOST_ROWS)} of ${count(rows.length)} rows shown; the CSV holds all.`
      : "";
  delete details.dataset.isOld;
}
