// One period rules every figure of the page; it is compared with an earlier one, or with none.

import { choice, element, find, setText } from "../dom.js";
import { shownDay } from "../kernel/formats.js";
import { periodsIn } from "../kernel/periods.js";
import { keyFigures } from "../state/keyfigures.js";

const CUSTOM = "days";
/** @type {Record<string, string>} */
const PERIOD_WORDS = {
  month: "Last full month",
  "3months": "Last 3 full months",
  "12months": "Last 12 full months",
  year: "Year to date",
  all: "All days",
  [CUSTOM]: "Days of your choice",
};
const COMPARISONS = [
  ["year", "vs a year before"],
  ["previous", "vs the period before"],
  ["none", "not compared"],
];
const MODES = [
  ["value", "Values"],
  ["change", "Changes"],
];
const NOT_COMPARED = "- : the earlier period is not wholly inside the data";

/** The lists of periods and comparisons, and both periods in words. @param {Dashboard} dashboard */
export function periodChoices(dashboard) {
  const { store, changes, controls, render } = dashboard;
  const { data, state, setup } = store;

  /** @param {string} value */
  function choose(value) {
    if (value !== CUSTOM) return store.setPeriod(value);
    const sheet = /** @type {HTMLDetailsElement} */ (find(".sheet"));
    sheet.open = true;
    find("input[type=date]", sheet).focus();
    period.list.value = current(); // until days are chosen
  }
  const current = () => (store.isOn("time") ? CUSTOM : state.period);
  const names = [...periodsIn(data), CUSTOM].map((name) => [name, PERIOD_WORDS[name]]);
  const period = choice("Days", names, current(), choose);
  const compare = choice("Compared:", COMPARISONS, setup.compare, (value) =>
    store.adjust("compare", value),
  );
  const days = element("span", {});
  const against = element("span", { id: "compared" });
  const words = element("p", { class: "period-words" }, days, " ", against);

  /** @param {number[]} days */
  const span = ([from, to]) =>
    from === to ? shownDay(from) : `${shownDay(from)} to ${shownDay(to)}`;
  /** @param {number[]} days */
  const spans = ([from, to]) => `${shownDay(from)} to ${shownDay(to)}`;
  function update() {
    const { values, periods, range } = keyFigures(dashboard);
    const isCompared = periods && values.net.now !== null;
    setText(days, isCompared ? "" : range[0] <= range[1] ? span(range) : "");
    const isNone = setup.compare === "none";
    setText(
      against,
      isCompared ? `${spans(periods[0])} against ${spans(periods[1])}` : isNone ? "" : NOT_COMPARED,
    );
    words.title = words.textContent;
  }
  const modes = element(
    "div",
    { class: "modes", role: "group", "aria-label": "What views show" },
    ...MODES.map(([mode, text]) => {
      const button = element(
        "button",
        { type: "button", onclick: () => store.adjust("mode", mode) },
        text,
      );
      controls.add(() => {
        const isOn = setup.mode === mode;
        button.setAttribute("aria-pressed", String(isOn));
        button.disabled = mode === "change" && changes.spans() === null && !isOn;
      });
      return button;
    }),
  );
  render.addPart(update, () => true);
  return [
    controls.addChoice(period, current),
    controls.addChoice(compare, () => setup.compare),
    modes,
    words,
  ];
}
