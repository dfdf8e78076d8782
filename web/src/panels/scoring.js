// The switch between the run's scores and those of the selection, and the chips that say that scores are not the run's.

import { element } from "../dom.js";
import { count, listed } from "../kernel/formats.js";
import { MEASURES } from "../kernel/rfm.js";

const ANEW = "Score the selection anew";
const ABOUT =
  "Cut points, segments and clusters of the customers and lines that are selected now, made in this page";

/**
 * A button that is pressed while the selection is scored anew.
 * @param {Dashboard} dashboard
 * @param {string} words on it
 */
export function scoringSwitch({ store, scoring, controls }, words = ANEW) {
  if (!scoring.isPossible) return null;
  const button = element(
    "button",
    {
      type: "button",
      class: "scoring-switch",
      title: ABOUT,
      "aria-label": words === ANEW ? null : `${words}: the selection`,
      onclick: () => (store.setup.scored ? scoring.stop() : scoring.start()),
    },
    words,
  );
  controls.add(() => {
    button.setAttribute("aria-pressed", String(store.setup.scored));
    // Of all customers the run's scores are these.
    button.disabled = !store.setup.scored && !store.on().length;
  });
  return button;
}

/**
 * What is scored otherwise than in the run: name, words, count, and what takes it back.
 * @param {Dashboard} dashboard
 * @returns {{key: string, title: string, words: string, size: string, clear: () => void}[]}
 */
export function scoringChips({ store, scoring }) {
  const { data, setup } = store;
  const moved = MEASURES.filter(([measure]) => setup.cuts[measure]).map(([measure]) => measure);
  return [
    ...(setup.scored
      ? [
          {
            key: "scored",
            title: "Scored on",
            words: "the selection",
            size: `${count(data.rescored?.customers ?? 0)} customers`,
            clear: scoring.stop,
          },
        ]
      : []),
    ...(moved.length
      ? [
          {
            key: "cuts",
            title: "Cut points",
            words: `${listed(moved)} moved`,
            size: "",
            clear: scoring.resetCuts,
          },
        ]
      : []),
  ];
}
