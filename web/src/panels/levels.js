// The seven levels of the RFM grid: what colours it, and a legend that filters.

import { choice, element, setText, swatchOf } from "../dom.js";
import { count, share } from "../kernel/formats.js";
import { ratio } from "../kernel/sums.js";
import { inScheme } from "../vega/colours.js";

/** What the grid's colour is. @param {Dashboard} dashboard */
export function colourChoice({ store, controls }) {
  const options = [
    ["money", "Average spend"],
    ["level", "Seven levels"],
  ];
  const made = choice("Colour", options, store.setup.colour, (value) =>
    store.adjust("colour", value),
  );
  return controls.addChoice(made, () => store.setup.colour);
}

/** The levels with their customers; a click filters. @param {Dashboard} dashboard @param {Figure} figure the grid */
export function addLevels({ store, sums, render }, figure) {
  const { names } = store.data.scoring.levels;
  const buttons = names.map((_, level) =>
    element(
      "button",
      { type: "button", onclick: () => store.toggle("level", [level]) },
      swatchOf(""),
      element("span"),
    ),
  );
  const list = element(
    "ul",
    { class: "legend levels", "aria-label": "Levels", hidden: true },
    ...buttons.map((button) => element("li", {}, button)),
  );
  figure.box.after(list);

  function update() {
    list.hidden = store.setup.colour !== "level";
    if (list.hidden) return;
    const { customers } = sums.byLevel();
    const total = customers.reduce((sum, value, level) => sum + (level ? value : 0), 0);
    const chosen = store.state.level;
    buttons.forEach((button, level) => {
      const size = customers[level + 1];
      /** @type {HTMLElement} */ (button.firstChild).style.background = inScheme(
        store.data.colours.levels[level],
      );
      setText(button.lastChild, `${names[level]}: ${count(size)} (${share(ratio(size, total))})`);
      button.setAttribute("aria-pressed", String(chosen.has(level)));
      button.classList.toggle("faint", chosen.size > 0 && !chosen.has(level));
    });
  }

  render.addPart(update, () => figure.isVisible);
}
