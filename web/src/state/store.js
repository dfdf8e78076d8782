// The one state of the dashboard, and what a reader can do to it. Whoever must follow a change listens.

import { emptyState, filtersOf, isOn } from "../kernel/filters.js";
import { daysOf, daysOfPeriod, startOf } from "../kernel/periods.js";
import { fromHash } from "./address.js";
import { emptySetup } from "./setup.js";

/** @param {Data} data */
export function createStore(data) {
  const filters = filtersOf(data.dimensions);
  /** @type {((change: Change) => void)[]} */
  const listeners = [];
  /**
   * Sums that stay until a filter changes which is not among `except`.
   * @type {Map<string, {except: string[], value: any}>}
   */
  const cache = new Map();

  const store = {
    data,
    filters,
    state: emptyState(data.dimensions),
    setup: emptySetup(),
    months: monthsOf(data),
    /** The cluster shown alone for a moment. @type {number | null} */
    preview: null,
    hasStarted: false,

    isOn: (filter) => isOn(store.state, filter),
    /** Filters that are on, without some. @param {string[]} except */
    on: (except = []) => filters.names.filter((name) => !except.includes(name) && store.isOn(name)),

    /** First and last day that figures are of, from the first; null: no limit. @returns {Limits} */
    days: () => daysOf(store.state, data),
    /** The days that the trend shows: zoomed into, of the named period, or all. @returns {[number, number]} */
    span() {
      const [from, to] = store.setup.zoom ?? daysOfPeriod(store.state.period, data);
      return [from ?? 0, to ?? data.days - 1];
    },
    /** Whether figures are of some days only. */
    isTimed: () => store.days().some((day) => day !== null),

    /** @param {(change: Change) => void} listener */
    onChange: (listener) => void listeners.push(listener),
    /** @param {Change} change */
    changed: (change) => {
      for (const listener of listeners) listener(change);
    },

    /**
     * @template T
     * @param {string} name
     * @param {string[]} except
     * @param {() => T} make
     * @returns {T}
     */
    cached(name, except, make) {
      const kept = cache.get(name);
      if (kept) return kept.value;
      const value = make();
      cache.set(name, { except, value });
      return value;
    },
    /**
     * A value that no filter changes.
     * @template T
     * @param {string} name
     * @param {() => T} make
     * @returns {T}
     */
    cachedForGood: (name, make) => store.cached(name, [...filters.names, "pair"], make),
    forget(changed) {
      for (const [name, { except }] of cache)
        if (changed.some((filter) => !except.includes(filter))) cache.delete(name);
    },

    /** Click again to undo: puts codes into a filter, or takes them out when all are in. */
    toggle(name, codes) {
      const set = store.state[name];
      const areAllIn = codes.every((code) => set.has(code));
      for (const code of codes) areAllIn ? set.delete(code) : set.add(code);
      store.changed({ filters: [name === "cell" ? "segment" : name] });
    },
    /** @param {number | null} from @param {number | null} to @param {Change["history"]} history */
    setDays(from, to, history = "push") {
      const last = data.days - 1;
      const { state } = store;
      state.from = from === null || from <= 0 ? null : Math.min(from, last);
      state.to = to === null || to >= last ? null : Math.max(to, 0);
      // Days outside the named period, or all of them, leave it.
      const [low, high] = daysOfPeriod(state.period, data);
      const isWithin = (state.from ?? 0) >= (low ?? 0) && (state.to ?? last) <= (high ?? last);
      const isLeft = state.period !== "all" && (!isWithin || !isOn(state, "time"));
      if (isLeft) state.period = "all";
      store.changed({ filters: ["time"], settings: isLeft ? ["zoom"] : [], history });
    },
    /** A named period, in place of days chosen one by one. @param {string} period */
    setPeriod(period) {
      Object.assign(store.state, { period, from: null, to: null });
      store.setup.zoom = null;
      store.changed({ filters: ["time"], settings: ["zoom"] });
    },
    /** Switch a filter off; without a name, all of them. @param {string | null} filter */
    clear(filter = null) {
      const names = filter ? [filter] : store.on();
      const empty = emptyState(data.dimensions);
      for (const name of names) {
        const fields = { time: ["from", "to"], segment: ["segment", "cell"], range: ["ranges"] };
        for (const field of fields[name] ?? [name]) store.state[field] = empty[field];
      }
      if (names.length) store.changed({ filters: names });
    },
    /** Filters, period and settings as when the page was first opened. */
    resetAll() {
      const { state, setup } = fromHash(data, "");
      Object.assign(store.state, state);
      Object.assign(store.setup, setup);
      store.changed({ filters: [...filters.names, "pair"], settings: Object.keys(setup) });
    },
    /** Change a setting of the views. */
    adjust(name, value) {
      store.setup[name] = value;
      store.changed({ settings: [name] });
    },
  };
  return store;
}

/**
 * The months of the data (their first days), and of each day the place of its month among them.
 * @param {Data} data
 */
function monthsOf({ first, days }) {
  const monthOf = new Int32Array(days);
  const starts = [];
  for (let day = 0; day < days; day++) {
    const start = startOf(first + day, 1);
    if (starts.at(-1) !== start) starts.push(start);
    monthOf[day] = starts.length - 1;
  }
  return { starts, monthOf };
}
