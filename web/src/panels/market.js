// Market context is off unless the reader opens it; the address remembers.

/** @param {Dashboard} dashboard */
export function addMarket({ store, controls }) {
  /** @type {HTMLDetailsElement} */
  const market = document.querySelector("details#market");
  if (!market) return;
  const sync = () => {
    market.open = store.setup.market;
  };
  sync();
  controls.add(sync);
  market.addEventListener("toggle", () => {
    if (market.open !== store.setup.market) store.adjust("market", market.open);
  });
}
