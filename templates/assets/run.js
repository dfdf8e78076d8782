// What names the run (run.js of the site) into the places that pages keep for it: [data-run] takes a
// value, [data-run-line] is shown once there are values, [data-run-table] lists the input files or the
// checks against the last run, and [data-run-failed] is shown when some of these did not hold.

document.addEventListener("DOMContentLoaded", () => {
  const run = window.retailReport?.run;
  if (!run) return;
  for (const place of document.querySelectorAll("[data-run]")) {
    const value = run[place.dataset.run];
    place.textContent = place.dataset.run === "started" ? startedText(value) : String(value);
  }
  document.querySelectorAll("[data-run-line]").forEach((line) => (line.hidden = false));
  for (const table of document.querySelectorAll("[data-run-table]")) {
    const heads = [...table.querySelectorAll("th[data-column]")];
    const rows = run[table.dataset.runTable] ?? [];
    table.querySelector("tbody").replaceChildren(...rows.map((row) => runRow(heads, row)));
    table.hidden = rows.length === 0;
  }
  const failed = (run.checks ?? []).filter(
    ({ verdict, severity }) => verdict !== "pass" && severity !== "info",
  );
  for (const banner of document.querySelectorAll("[data-run-failed]")) {
    const checks = failed.length === 1 ? "1 check" : `${failed.length} checks`;
    banner.querySelector("strong").textContent = `${checks} against the last run did not hold.`;
    banner.hidden = failed.length === 0;
  }
});

/** @param {string} iso @returns {string} the moment in the reader's own time zone */
function startedText(iso) {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  const local = Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate());
  return `${shownDay(local / DAY_MS)}, ${String(moment.getHours()).padStart(2, "0")}:${String(moment.getMinutes()).padStart(2, "0")}`;
}

function runRow(heads, row) {
  const cells = heads.map((head) => {
    const value = row[head.dataset.column];
    const isNumber = typeof value === "number";
    const kind = head.dataset.column === "verdict" ? `word verdict-${value}` : head.className;
    return element(
      "td",
      { class: kind || (isNumber ? "number" : "word") },
      isNumber ? count(value) : bdi(String(value)),
    );
  });
  return element("tr", {}, ...cells);
}
