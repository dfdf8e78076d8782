// What the footer says of the inputs, and a banner when the site is older than it should be, reckoned by the reader's own clock: a page that
// nobody builds any more can't know it otherwise.

/**
 * What to say of a run's age; an empty text while the run is fresh, or when the clocks disagree.
 * @param {{started?: string, checked?: string, stale_after_hours?: number}} run checked: when a run last found
 *   that the pages still hold
 * @param {Date} now
 */
function stalenessOf(run, now) {
  const checked = run.checked ?? run.started;
  const hours = (now - new Date(checked)) / 3_600_000;
  if (!run.stale_after_hours || !(hours > run.stale_after_hours)) return "";
  const age = hours < 72 ? `${Math.floor(hours)} hours` : `${Math.floor(hours / 24)} days`;
  const made = `made on ${isoDayText(run.started)}`;
  return checked === run.started
    ? `These pages are ${age} old: they were ${made}, and no newer run has replaced them. Figures may be out of date.`
    : `The last run is ${age} old: these pages, ${made}, held on ${isoDayText(checked)}, and no run has looked since. Figures may be out of date.`;
}

const NAMED_INPUTS = 6; // of which the footer shows the hash

/** The inputs by name and the first digits of their SHA-256, for the footer of every page. */
function inputsText(inputs) {
  const named = inputs
    .slice(0, NAMED_INPUTS)
    .map(({ file, sha256 }) => `${file} ${sha256.slice(0, 8)}`);
  const more = inputs.length - named.length;
  return named.length ? `, from ${named.join(", ")}${more ? ` and ${more} more` : ""}` : "";
}

document.addEventListener("DOMContentLoaded", () => {
  const run = window.retailReport?.run;
  for (const place of document.querySelectorAll("[data-run-inputs]")) {
    place.textContent = inputsText(run?.inputs ?? []);
  }
  const main = document.getElementById("main");
  if (!run || !main) return;
  const text = stalenessOf(run, new Date());
  if (!text) return;
  const banner = document.createElement("p");
  banner.className = "verdict is-warn";
  banner.id = "stale";
  banner.setAttribute("role", "status");
  banner.textContent = text;
  main.prepend(banner);
});
