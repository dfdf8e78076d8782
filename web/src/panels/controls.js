// Controls show the state, whoever set it: the address, a click in a chart, another control.

export function createControls() {
  /** @type {(() => void)[]} */
  const syncs = [];
  return {
    /** @param {() => void} sync brings a control up to the state */
    add: (sync) => void syncs.push(sync),
    /**
     * @param {{label: HTMLElement, list: HTMLSelectElement}} choice of dom.js
     * @param {() => string} current the state's value
     */
    addChoice({ label, list }, current) {
      syncs.push(() => {
        list.value = current();
      });
      return label;
    },
    sync() {
      for (const sync of syncs) sync();
    },
  };
}
