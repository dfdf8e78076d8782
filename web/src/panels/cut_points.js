// The cut points as fields, for keyboard and touch; and as text for retail.toml.

import { element } from "../dom.js";
import { tomlOf, withCut } from "../kernel/cut_moves.js";
import { plain, settings } from "../kernel/formats.js";
import { MEASURES } from "../kernel/rfm.js";
import { announce } from "./announce.js";

const TITLES = {
  recency: "Recency, days up to",
  frequency: "Frequency, orders up to",
  monetary: "Customer spend, up to",
};

/** @param {Dashboard} dashboard @returns {HTMLElement | null} */
export function cutFields(dashboard) {
  const { store, scoring } = dashboard;
  const { data } = store;
  if (!scoring.isPossible) return null;
  const reset = element(
    "button",
    { type: "button", onclick: scoring.resetCuts },
    "Reset cut points",
  );
  const text = element("textarea", {
    class: "cuts-toml",
    readonly: "",
    rows: 4,
    hidden: true,
    "aria-label": "Cut points for retail.toml",
  });
  const copy = element(
    "button",
    { type: "button", onclick: () => offer(text, tomlNow(dashboard)) },
    "Copy as retail.toml",
  );
  const names =
    data.bins === data.scoring.bins
      ? ""
      : `Names of segments come from scores in ${data.scoring.bins} bins, whose cut points stay.`;
  dashboard.controls.add(() => {
    reset.disabled = !scoring.hasCuts();
    if (!text.hidden) text.value = tomlNow(dashboard);
  });
  return element(
    "fieldset",
    { class: "cut-fields" },
    element("legend", {}, "Cut points"),
    ...MEASURES.map(([measure]) => row(measure)),
    names ? element("p", { class: "note" }, names) : null,
    element("div", { class: "cut-buttons" }, reset, copy),
    text,
  );

  /** One field for each cut point of a measure. @param {string} measure */
  function row(measure) {
    const kind = measure === "monetary" ? "money" : "number";
    const unit = kind === "money" ? settings.money : 1;
    const fields = Array.from({ length: data.bins - 1 }, (_, at) => {
      const [low, high] =
        measure === "recency" ? [data.bins - at, data.bins - at - 1] : [at + 1, at + 2];
      const field = element("input", {
        type: "number",
        step: kind === "money" ? "any" : "1",
        "aria-label": `${TITLES[measure]}: between scores ${low} and ${high}`,
        onchange: () => {
          const value = Number(field.value) * unit;
          const cuts = scoring.cuts()[measure];
          if (field.value !== "" && Number.isFinite(value))
            scoring.moveCuts(measure, withCut(cuts, at, Math.round(value)));
          show();
        },
      });
      const show = () => {
        const cut = scoring.cuts()[measure]?.[at];
        field.value = cut === undefined ? "" : plain(Math.floor(cut), kind);
        field.disabled = cut === undefined;
      };
      dashboard.controls.add(show);
      return field;
    });
    return element("div", { class: "cut-row" }, element("span", {}, TITLES[measure]), ...fields);
  }
}

/**
 * The cut points that give the scores of now: those moved; of a selection all, as the run's would be others.
 * @param {Dashboard} dashboard
 */
function tomlNow({ store: { data, setup }, scoring }) {
  const cuts = scoring.cuts();
  const isAll = setup.scored || !scoring.hasCuts();
  const chosen = MEASURES.filter(([measure]) => isAll || setup.cuts[measure]);
  return tomlOf(Object.fromEntries(chosen.map(([measure]) => [measure, cuts[measure]])), data.bins);
}

/** Show the text, selected, and copy it where the clipboard is open. @param {HTMLTextAreaElement} field @param {string} text */
function offer(field, text) {
  field.value = text;
  field.hidden = false;
  field.focus();
  field.select();
  if (navigator.clipboard && window.isSecureContext)
    navigator.clipboard.writeText(text).then(
      () => announce("Copied."),
      () => {},
    );
}
