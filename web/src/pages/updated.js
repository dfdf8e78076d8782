// A page left open while the site is exchanged says that it was updated: run.js is read again when the reader
// comes back to it, and now and then, and names another run. It is a classic script of the page's own folder,
// so this works from disk as over http and asks no other host.

import { element, find } from "../dom.js";
import { momentText } from "../kernel/formats.js";

const EVERY = 15 * 60_000; // milliseconds
const AT_MOST_EVERY = 60_000;

/** @param {Run} run the page's own */
export function watchForUpdates(run) {
  let last = Date.now();
  const look = () => {
    if (document.hidden || Date.now() - last < AT_MOST_EVERY) return;
    last = Date.now();
    lookForUpdate(run);
  };
  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY);
}

/** Read run.js again, and say so when it names another run than the page's own. @param {Run} own */
export function lookForUpdate(own) {
  const script = document.createElement("script");
  script.addEventListener("load", () => {
    const { run } = window.retailReport;
    window.retailReport.run = own; // what the page shows is still of its own run
    script.remove();
    if (run.run_id && run.run_id !== own.run_id) showUpdate(run);
  });
  script.addEventListener("error", () => script.remove());
  script.src = `run.js?${Date.now()}`; // past the browser's cache
  document.body.append(script);
}

/** @param {Run} run the newer one */
function showUpdate(run) {
  const main = find("#main");
  if (!main || find("#updated")) return;
  const text = `A newer run replaced these pages (${momentText(run.started)} UTC). What is shown here is of the run before. `;
  const reload = element("button", { type: "button", onclick: () => location.reload() }, "Reload");
  main.prepend(element("p", { class: "verdict", id: "updated", role: "status" }, text, reload));
}
