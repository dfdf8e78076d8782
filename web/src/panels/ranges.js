// Number range filters; they filter every view, as all filters do.

import { element } from "../dom.js";
import { RANGES } from "../kernel/filters.js";
import { settings } from "../kernel/formats.js";

/** @param {Dashboard} dashboard */
export function rangeFields({ store, controls }) {
  const { state, setup } = store;
  const unitOf = (kind) => (kind === "money" ? settings.money : 1);

  /**
   * Set one limit of a range.
   * @param {string} name
   * @param {number} side
   * @param {string} text
   * @param {string} kind
   */
  function set(name, side, text, kind) {
    const limits = state.ranges[name] ?? [null, null];
    limits[side] =
      text === "" || !Number.isFinite(Number(text))
        ? null
        : Math.round(Number(text) * unitOf(kind));
    if (limits.every((limit) => limit === null)) delete state.ranges[name];
    else state.ranges[name] = limits;
    setup.page = 0;
    store.changed({ filters: ["range"] });
  }

  /**
   * A field for one limit of a range.
   * @param {[string, string, string]} range
   * @param {number} side
   * @param {string} word
   */
  function field([name, label, kind], side, word) {
    const input = element("input", {
      type: "number",
      step: kind === "money" ? "any" : "1",
      "aria-label": `${label}, ${word}`,
      placeholder: word,
      onchange: () => set(name, side, input.value, kind),
    });
    controls.add(() => {
      const limit = state.ranges[name]?.[side] ?? null;
      const text = limit === null ? "" : String(limit / unitOf(kind));
      // The same number in other digits stays as it was typed.
      if (Number(input.value || Number.NaN) !== Number(text || Number.NaN)) input.value = text;
    });
    return input;
  }

  const fields = RANGES.map((range) =>
    element(
      "fieldset",
      { class: "range" },
      element("legend", {}, range[1]),
      field(range, 0, "from"),
      field(range, 1, "to"),
    ),
  );
  return element(
    "details",
    { class: "ranges" },
    element("summary", {}, "Ranges of recency, frequency and spend"),
    element("div", {}, ...fields),
  );
}
