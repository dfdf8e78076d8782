// What the footer says of the inputs, and a banner when the site is older than it should be, reckoned by the
// reader's own clock: a page that nobody builds any more can't know it otherwise.

import { element, find } from "../dom.js";
import { isoDayText } from "../kernel/formats.js";

const NAMED_INPUTS = 6; // of which the footer shows the hash

/** @param {Run | undefined} run */
export function showFreshness(run) {
  for (const place of document.querySelectorAll("[data-run-inputs]"))
    place.textContent = inputsText(run?.inputs ?? []);
  const main = find("#main");
  const text = run && main ? stalenessOf(run, new Date()) : "";
  if (text)
    main.prepend(element("p", { class: "verdict is-warn", id: "stale", role: "status" }, text));
}

/**
 * What to say of a run's age; an empty text while the run is fresh, or when the clocks disagree.
 * @param {Run} run checked: when a run last found that the pages still hold
 * @param {Date} now
 */
export function stalenessOf(run, now) {
  const checked = run.checked ?? run.started;
  const hours = (now.getTime() - new Date(checked).getTime()) / 3_600_000;
  if (!run.stale_after_hours || !(hours > run.stale_after_hours)) return "";
  const age = hours < 72 ? `${Math.floor(hours)} hours` : `${Math.floor(hours / 24)} days`;
  const made = `made on ${isoDayText(run.started)}`;
  return checked === run.started
    ? `These pages are ${age} old: they were ${made}, and no newer run has replaced them. Figures may be out of date.`
    : `The last run is ${age} old: these pages, ${made}, held on ${isoDayText(checked)}, and no run has looked since. Figures may be out of date.`;
}

/**
 * The inputs by name and the first digits of their SHA-256.
 * @param {{file: string, sha256: string}[]} inputs
 */
function inputsText(inputs) {
  const named = inputs
    .slice(0, NAMED_INPUTS)
    .map(({ file, sha256 }) => `${file} ${sha256.slice(0, 8)}`);
  const more = inputs.length - named.length;
  return named.length ? `, from ${named.join(", ")}${more ? ` and ${more} more` : ""}` : "";
}
