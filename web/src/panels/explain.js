// Why net revenue changed: the bridge between the two periods, for the selection or for a name in it, in a dialog.

import { bdi, download, element, find } from "../dom.js";
import { csvOf } from "../kernel/csv.js";
import { count, MISSING, real, settings, shown } from "../kernel/formats.js";
import { sentenceOf, signed, spanWords } from "../state/change_words.js";
import { filterWords } from "../state/words.js";

/**
 * @param {Dashboard} dashboard
 * @param {{chosen?: import("../state/changes.js").Chosen, title?: string, select?: () => void}} what names, how they
 *   are called together, and what filters by them
 */
export function explain(dashboard, { chosen = {}, title = "", select } = {}) {
  const { store, changes } = dashboard;
  const why = changes.why(chosen);
  const dialog = dialogOf();
  const on = filterWords(store, Object.keys(chosen));
  const heading = element(
    "h2",
    { id: "explain-title" },
    "Why net revenue changed",
    title ? ": " : "",
    bdi(title),
  );
  const close = element("button", { type: "button", onclick: () => dialog.close() }, "Close");
  if (!why) {
    const text = changes.spans()
      ? "The lines do not travel with this page, so what they hold can't be told apart here; see Changes for the last full month."
      : "Nothing is compared: choose an earlier period that lies inside the data.";
    dialog.replaceChildren(
      heading,
      element("p", {}, text),
      element("p", { class: "dialog-foot" }, close),
    );
    return dialog.showModal();
  }
  const rows = rowsOf(why);
  const save = () =>
    download("bridge.csv", csvOf(COLUMNS, rows.map(plainRow)), "text/csv;charset=utf-8");
  const pick = () => {
    dialog.close();
    select();
  };
  dialog.replaceChildren(
    heading,
    element("p", { class: "explain-sentence" }, sentenceOf(why)),
    element(
      "p",
      { class: "note" },
      `${spanWords(why.spans[0])} against ${spanWords(why.spans[1])}, tax included${on.length ? `; filtered by ${on.join(", ")}` : ""}.`,
    ),
    tableOf(rows),
    element(
      "p",
      { class: "note" },
      "Each factor has its Shapley share of the change in gross revenue of known customers: its effect, averaged over every order in which the factors could have changed. The steps add up to the last cent.",
    ),
    element(
      "p",
      { class: "dialog-foot" },
      select
        ? element("button", { type: "button", onclick: pick }, "Filter by ", bdi(title))
        : null,
      element("button", { type: "button", onclick: save }, "Download as CSV"),
      close,
    ),
  );
  dialog.showModal();
}

const COLUMNS = [
  { name: "step", label: "Step", kind: "text" },
  { name: "before", label: "Before", kind: "text" },
  { name: "now", label: "Now", kind: "text" },
  { name: "amount", label: "Effect on net revenue", kind: "money" },
];

function dialogOf() {
  const there = /** @type {HTMLDialogElement} */ (find("#explain"));
  if (there) return there;
  const made = element("dialog", {
    class: "help explain",
    id: "explain",
    "aria-labelledby": "explain-title",
  });
  document.body.append(made);
  return made;
}

/** A value of a factor. @param {number | null} value @param {string} unit */
function valueText(value, unit) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  if (unit === "count") return count(value);
  if (unit === "per quantity") return real(value / settings.quantity);
  if (unit === "price") return shown(value * settings.quantity, "mean");
  return shown(value, unit);
}

/** The earlier sum, the steps, and the later sum, with where each begins and ends. */
function rowsOf({ now, before, steps }) {
  let at = before;
  const middle = steps.map(({ step, unit, before: old, now: late, amount }) => {
    const start = at;
    at += amount;
    return {
      step,
      before: valueText(old, unit),
      now: valueText(late, unit),
      amount,
      start,
      end: at,
    };
  });
  const sum = (step, amount) => ({
    step,
    before: "",
    now: "",
    amount,
    start: 0,
    end: amount,
    isSum: true,
  });
  return [sum("Net revenue before", before), ...middle, sum("Net revenue now", now)];
}

const plainRow = ({ step, before, now, amount }) => ({ step, before, now, amount });

/** @param {Row[]} rows */
function tableOf(rows) {
  // The axis begins near the smallest sum, or the steps could not be seen.
  const ends = rows.flatMap(({ start, end, isSum }) => (isSum ? [end] : [start, end]));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const least = low > 0 ? Math.max(0, low - (high - low) * 0.6) : low;
  const size = high - least || 1;
  const percent = (value) => (100 * (Math.max(value, least) - least)) / size;
  return element(
    "table",
    { class: "bridge" },
    element(
      "caption",
      { class: "out-of-sight" },
      "Steps from the earlier to the later net revenue",
    ),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...["Step", "Before", "Now", "Effect", ""].map((text, at) =>
          element("th", { scope: "col", class: at ? "number" : null }, text),
        ),
      ),
    ),
    element(
      "tbody",
      {},
      ...rows.map((row) => {
        const [from, to] = [row.start, row.end].map(percent).sort((a, b) => a - b);
        const kind = row.isSum ? "is-sum" : row.amount < 0 ? "is-loss" : "is-gain";
        const bar = element("span", { class: `bridge-bar ${kind}` });
        bar.style.left = `${from}%`;
        bar.style.width = `${Math.max(to - from, 0.5)}%`;
        return element(
          "tr",
          { class: row.isSum ? "is-sum" : null },
          element("th", { scope: "row" }, row.step),
          element("td", { class: "number" }, row.before),
          element("td", { class: "number" }, row.now),
          element(
            "td",
            { class: "number" },
            row.isSum ? shown(row.amount, "money") : signed(row.amount),
          ),
          element("td", { class: "bridge-rail" }, bar),
        );
      }),
    ),
  );
}
