// A page left open across a nightly exchange says that it was updated: run.js is read again when the
// reader comes back to it, and now and then, and names another run. A classic script of the page's own
// folder, so it works from disk as over http and asks no other host.

const LOOK = { every: 15 * 60_000, atMost: 60_000 }; // milliseconds

document.addEventListener("DOMContentLoaded", () => {
  const run = window.retailReport?.run;
  if (!run?.run_id) return;
  let last = Date.now();
  const look = () => {
    if (document.hidden || Date.now() - last < LOOK.atMost) return;
    last = Date.now();
    lookForUpdate(run);
  };
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK.every);
});

/** Read run.js again and tell when it names another run than the page's own. */
function lookForUpdate(own) {
  const script = document.createElement("script");
  const done = () => {
    const now = window.retailReport.run;
    window.retailReport.run = own; // what the page shows is still of its own run
    script.remove();
    if (now.run_id && now.run_id !== own.run_id) tellUpdate(now);
  };
  script.addEventListener("load", done);
  script.addEventListener("error", () => script.remove());
  script.src = `run.js?${Date.now()}`; // past the browser's cache
  document.body.append(script);
}

function tellUpdate(now) {
  const main = document.getElementById("main");
  if (!main || document.getElementById("updated")) return;
  const banner = document.createElement("p");
  banner.className = "verdict";
  banner.id = "updated";
  banner.setAttribute("role", "status");
  banner.textContent = `A newer run replaced these pages (${momentText(now.started)} UTC). What is shown here is of the run before. `;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Reload";
  button.addEventListener("click", () => location.reload());
  banner.append(button);
  main.prepend(banner);
}
