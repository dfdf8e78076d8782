// A finger's first tap shows what a mark holds, the second selects it.

import { hideTip, showTip } from "./tooltip.js";

let shownByTap = "";

/**
 * Whether a tap shows a mark for the first time: it is shown, and to be tapped again.
 * @param {Figure} figure
 * @param {{clientX: number, clientY: number, pointerType?: string}} event
 * @param {Row} datum
 */
export function isFirstTap(figure, event, datum) {
  const lines = event.pointerType === "touch" && figure.tip ? figure.tip(datum) : null;
  if (!lines) return false;
  // Counts may change by a click elsewhere: the heading names the mark.
  const name = `${figure.key} ${JSON.stringify(lines[0])} ${datum.at ?? ""}`;
  showTip(event, lines);
  if (shownByTap === name) return false;
  shownByTap = name;
  return true;
}
/** A tap elsewhere hides what the last one showed. */
export function forgetTaps() {
  document.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest?.(".figure-chart")) return;
    shownByTap = "";
    hideTip();
  });
}
