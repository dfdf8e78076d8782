// What every page has: figures, printing, and what names the run.

import { settings } from "../kernel/formats.js";
import { closeDropdowns } from "../panels/dropdown.js";
import { watchPrinting } from "../vega/print.js";
import { startFigures } from "./figures.js";
import { showFreshness } from "./freshness.js";
import { nameRun } from "./run.js";
import { showHistory } from "./sparklines.js";
import { watchForUpdates } from "./updated.js";

// The locale comes before this script, in the same file (retail/render/assets.py).
Object.assign(settings, window.retailReport?.locale);

/**
 * @param {() => string} hashNow the part of the page's address after "#", for links to its figures
 */
export function startPage(hashNow = () => "") {
  const { run } = window.retailReport ?? {};
  showFreshness(run);
  closeDropdowns();
  startFigures(window.retailReport?.figures ?? {}, hashNow);
  watchPrinting();
  if (!run) return;
  nameRun(run);
  showHistory(run.history ?? []);
  if (run.run_id) watchForUpdates(run);
}
