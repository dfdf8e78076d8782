// The page of segment migration: who went where between any two month ends. Without scripts the page shows the
// last two; the others come with a script of their own, once a reader chooses.

import { choice, find, loadScript, tableOf } from "../dom.js";
import { countIn, shownMonth } from "../kernel/formats.js";
import { movesBetween, sharesOf } from "../kernel/migration.js";
import { mounted, redraw } from "../vega/figure.js";
import { columnsOf } from "./figures.js";

const FIGURES = ["movement-flow", "movement-matrix"];

export function startMigration() {
  const place = find("#movement-controls");
  const figure = window.retailReport?.figures?.["movement-area"];
  if (!place || !figure) return;
  const months = [...new Set(figure.rows.map((row) => row.month))].sort();
  const options = months.map((month) => [month, shownMonth(month)]);
  const show = () => {
    if (window.retailReport.movement) showMoves(from.list.value, to.list.value);
    else loadScript(place.dataset.movementPath, show);
  };
  const isInOrder = () => from.list.value < to.list.value;
  const from = choice("From the end of", options.slice(0, -1), place.dataset.from, () => {
    if (!isInOrder()) to.list.value = months[months.indexOf(from.list.value) + 1];
    show();
  });
  const to = choice("to the end of", options.slice(1), place.dataset.to, () => {
    if (!isInOrder()) from.list.value = months[months.indexOf(to.list.value) - 1];
    show();
  });
  place.append(from.label, to.label);
}

/** @param {string} from month such as "2014-02" @param {string} to */
function showMoves(from, to) {
  /** @type {PackedMoves} */
  const data = window.retailReport.movement;
  countIn(data);
  const moves = movesBetween(data, from, to);
  const rows = moves.map(({ before, after, ...row }) => row);
  const columns = columnsOf(rows).map((column) => ({
    ...column,
    label: column.name.replaceAll("_", " "),
  }));
  find('[data-movement="from"]').textContent = shownMonth(from);
  find('[data-movement="to"]').textContent = shownMonth(to);
  for (const key of FIGURES) {
    const figure = mounted.get(key);
    if (!figure) continue;
    Object.assign(figure, {
      rows: () => rows,
      exported: () => rows,
      table: () => ({ columns, rows }),
    });
    if (figure.view) redraw(figure);
    const table = tableOf(columns, rows, figure.title);
    find(".figure-table .table-box", figure.element)?.replaceChildren(table);
    find(".figure-table .table-foot", figure.element)?.remove();
  }
  const caption = `From the end of ${shownMonth(from)} to the end of ${shownMonth(to)}`;
  find("#movement-shares .table-box").replaceChildren(
    tableOf(SHARE_COLUMNS, sharesOf(moves), caption),
  );
}

const SHARE_COLUMNS = [
  { name: "direction", label: "Direction", kind: "text" },
  { name: "cause", label: "Cause", kind: "text" },
  { name: "customers", label: "Customers", kind: "count" },
  { name: "share", label: "Share", kind: "share" },
  { name: "before", label: "Net revenue before", kind: "money" },
  { name: "after", label: "Net revenue after", kind: "money" },
  { name: "change", label: "Change", kind: "money" },
];
