// The movement page: who went where between any two month ends. Without scripts the page shows the
// last two; the others come with a script of their own, once a reader chooses.

const DIRECTION_ORDER = ["stayed", "up", "came back", "new", "down", "lapsed", "returned all"];

document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector("#movement-controls");
  const figure = window.retailReport?.figures?.["movement-area"];
  if (!place || !figure) return;
  const months = [...new Set(figure.rows.map((row) => row.month))].sort();
  const options = months.map((month) => [month, shownMonth(month)]);
  const chosen = () => [from.list.value, to.list.value];
  const show = () => loadMoves(place.dataset.movementPath, () => showMoves(...chosen()));
  const from = choice("From the end of", options.slice(0, -1), place.dataset.from, () => {
    if (from.list.value >= to.list.value)
      to.list.value = months[months.indexOf(from.list.value) + 1];
    show();
  });
  const to = choice("to the end of", options.slice(1), place.dataset.to, () => {
    if (from.list.value >= to.list.value)
      from.list.value = months[months.indexOf(to.list.value) - 1];
    show();
  });
  place.append(from, to);
});

function loadMoves(path, ready) {
  if (window.retailReport.movement) ready();
  else loadLater(path, ready);
}

/** The rows between two month ends, as the figures have them. */
function movesBetween(data, from, to) {
  const [first, second] = [data.months.indexOf(from), data.months.indexOf(to)];
  let start = 0;
  for (const [a, b, size] of data.pairs) {
    if (a === first && b === second)
      return Array.from({ length: size }, (_, at) => moveAt(data, start + at)).sort(byPlace);
    start += size;
  }
  return [];
}

function moveAt(data, at) {
  const unit = 10 ** data.moneyScale;
  return {
    from_segment: data.states[data.from_segment[at]],
    to_segment: data.states[data.to_segment[at]],
    direction: data.directions[data.direction[at]],
    cause: data.causes[data.cause[at]],
    customers: data.customers[at],
    monetary_before: data.before[at] / unit,
    monetary_after: data.after[at] / unit,
    from_order: data.from_segment[at] + 1,
    to_order: data.to_segment[at] + 1,
    before: data.before[at],
    after: data.after[at],
  };
}

const byPlace = (a, b) =>
  a.from_order - b.from_order || a.to_order - b.to_order || (a.cause < b.cause ? -1 : 1);

function showMoves(from, to) {
  const data = window.retailReport.movement;
  Object.assign(measures, {
    money: 10 ** data.moneyScale,
    moneyScale: data.moneyScale,
    currency: data.currency,
  });
  const moves = movesBetween(data, from, to);
  const rows = moves.map(({ before, after, ...row }) => row);
  for (const [name, month] of [
    ["from", from],
    ["to", to],
  ])
    document.querySelector(`[data-movement="${name}"]`).textContent = shownMonth(month);
  const columns = Object.keys(rows[0] ?? {}).map((name) => ({
    name,
    label: name.replaceAll("_", " "),
    kind: typeof rows[0][name] === "number" ? "real" : "text",
  }));
  for (const key of ["movement-flow", "movement-matrix"]) {
    const it = mounted.get(key);
    if (!it) continue;
    it.rows = () => rows;
    it.exported = () => rows;
    it.table = () => ({ columns, rows });
    if (it.view) redraw(it);
    it.element
      .querySelector(".figure-table .table-box")
      ?.replaceChildren(tableOf(columns, rows, it.title));
    it.element.querySelector(".figure-table .table-foot")?.remove();
  }
  document
    .querySelector("#movement-shares .table-box")
    .replaceChildren(
      tableOf(SHARE_COLUMNS, sharesOf(moves), `From the end of ${shownMonth(from)} to the end of ${shownMonth(to)}`),
    );
}

const SHARE_COLUMNS = [
  ["direction", "Direction", "text"],
  ["cause", "Cause", "text"],
  ["customers", "Customers", "count"],
  ["share", "Share", "share"],
  ["before", "Net revenue before", "money"],
  ["after", "Net revenue after", "money"],
  ["change", "Change", "money"],
].map(([name, label, kind]) => ({ name, label, kind }));

/** By direction and cause: the same sums as retail/segments/shares.py. */
function sharesOf(moves) {
  const sums = new Map();
  let everyone = 0;
  for (const { direction, cause, customers, before, after } of moves) {
    const key = `${direction}|${cause}`;
    const sum = sums.get(key) ?? { direction, cause, customers: 0, before: 0, after: 0 };
    sum.customers += customers;
    sum.before += before;
    sum.after += after;
    everyone += customers;
    sums.set(key, sum);
  }
  return [...sums.values()]
    .map((sum) => ({ ...sum, share: sum.customers / everyone, change: sum.after - sum.before }))
    .sort(
      (a, b) =>
        DIRECTION_ORDER.indexOf(a.direction) - DIRECTION_ORDER.indexOf(b.direction) ||
        (a.cause < b.cause ? -1 : 1),
    );
}
