// The address follows the state; back, forward and a copied link bring a state back.

let lastHash = "";
/** What `remember` has not written yet: the browser takes its time, and a click need not wait for it. */
let nextAddress = null;

function writeAddress() {
  if (!nextAddress) return;
  const { isNew, url } = nextAddress;
  nextAddress = null;
  window.history[isNew ? "pushState" : "replaceState"](null, "", url);
}

/** Keep the state as the page's address, a new one ("push") or in place of the last; written after paint. */
function remember(how) {
  const hash = toHash(page.data, page.state, page.setup);
  if (hash === lastHash && how === "push") return;
  const isNew = how === "push" && hash !== lastHash;
  lastHash = hash;
  if (isNew) writeAddress();
  nextAddress = { isNew: isNew || Boolean(nextAddress?.isNew), url: `#${hash}` };
}

/** Take the state from the address; what it can't mean is reported and ignored. */
function recall() {
  const hash = location.hash.slice(1);
  if (hash === lastHash && page.hasStarted) return;
  const { state, setup, unknown } = fromHash(page.data, hash);
  const isOtherPair =
    setup.components !== page.setup.components || setup.clusters !== page.setup.clusters;
  Object.assign(page.state, state);
  Object.assign(page.setup, setup);
  [lastHash, nextAddress] = [hash, null];
  const notice = document.querySelector("#notice");
  notice.hidden = !unknown.length;
  notice.textContent = unknown.length
    ? `The link asks for what is not here, which was ignored: ${listed(unknown)}.`
    : "";
  if (page.hasStarted) {
    syncControls();
    changed({
      filters: isOtherPair ? [...FILTERS, "pair"] : FILTERS,
      settings: Object.keys(setup),
      history: "none",
    });
  }
}
