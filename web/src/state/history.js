// The address follows the state; back, forward and a copied link bring a state back.

import { find } from "../dom.js";
import { listed } from "../kernel/formats.js";
import { fromHash, toHash } from "./address.js";

/** @param {Store} store */
export function createHistory(store) {
  let lastHash = "";
  /** What is not written yet: the browser takes its time, and a click need not wait for it. */
  let next = /** @type {{isNew: boolean, url: string} | null} */ (null);

  const history = {
    hashNow: () => lastHash,
    /** Write the address that `remember` kept. */
    write() {
      if (!next) return;
      const { isNew, url } = next;
      next = null;
      window.history[isNew ? "pushState" : "replaceState"](null, "", url);
    },
    /** Keep the state as the page's address, a new one ("push") or in place of the last; written after paint. */
    remember(how) {
      const hash = toHash(store.data, store.state, store.setup);
      if (hash === lastHash && how === "push") return;
      const isNew = how === "push" && hash !== lastHash;
      lastHash = hash;
      if (isNew) history.write();
      next = { isNew: isNew || Boolean(next?.isNew), url: `#${hash}` };
    },
    /** Take the state from the address; what it can't mean is reported and ignored. */
    recall() {
      const hash = location.hash.slice(1);
      if (store.hasStarted && (hash === lastHash || hash === "main")) return; // "main": skipped to the content
      const { state, setup, unknown } = fromHash(store.data, hash);
      const isOtherPair =
        setup.components !== store.setup.components || setup.clusters !== store.setup.clusters;
      Object.assign(store.state, state);
      Object.assign(store.setup, setup);
      [lastHash, next] = [hash, null];
      report(unknown);
      if (!store.hasStarted) return;
      const { names } = store.filters;
      store.changed({
        filters: isOtherPair ? [...names, "pair"] : names,
        settings: Object.keys(setup),
        history: "none",
      });
    },
  };
  return history;
}

/** @param {string[]} unknown what an address asks for that is not here */
function report(unknown) {
  const notice = find("#notice");
  notice.hidden = !unknown.length;
  notice.textContent = unknown.length
    ? `The link asks for what is not here, which was ignored: ${listed(unknown)}.`
    : "";
}
