// What changed from the earlier period to the later one: by name, by two names, and why.

import { netOfBoth } from "../kernel/both.js";
import { bridgeOf, netOf, sidesOf } from "../kernel/bridge.js";
import { respecting } from "../kernel/filters.js";
import { comparedPeriods } from "../kernel/periods.js";

/** @typedef {Record<string, number[]>} Chosen by column (subcategory, or a dimension of lines): the codes to take */

/** @param {Pick<Dashboard, "store" | "sources" | "sums">} dashboard */
export function createChanges({ store, sources, sums }) {
  const { data, filters } = store;
  const sizeOf = (by) => data.names[by].length;

  const changes = {
    /** Both periods, later and earlier, in days from the first; null where nothing is compared. */
    spans() {
      const [from, to] = sums.selectedDays();
      const range = [data.first + from, data.first + to];
      const periods = comparedPeriods(store.setup.compare, range, data.first, data.through);
      return periods?.map((period) => period.map((day) => day - data.first)) ?? null;
    },
    /** Whether the page shows changes. */
    isOn: () => store.setup.mode === "change" && changes.spans() !== null,

    /**
     * Net revenue of both periods by a column under all filters but its own; null where no source can tell.
     * @param {string} by "category", "subcategory" or a dimension of lines
     * @param {string | null} across another column: groups are those of `by` times those of this one
     * @returns {{now: Float64Array, before: Float64Array | null} | null} before: null where nothing is compared
     */
    by(by, across = null) {
      const own = [by, across]
        .map((name) => (PRODUCTS.has(name) ? "product" : name))
        .filter(Boolean);
      const key = `changes ${by} ${across} ${store.setup.compare} ${store.days()}`;
      return store.cached(key, own, () => {
        const spans = changes.spans() ?? [sums.selectedDays()];
        const source = sources.bestOfBoth([by, across].filter(Boolean), [...own, "time"], spans);
        if (!source) return null;
        const first = codesOf(source.data, by);
        const second = across ? codesOf(source.data, across) : null;
        const groups = second
          ? Int32Array.from(first, (code, at) => code * sizeOf(across) + second[at])
          : first;
        const size = sizeOf(by) * (across ? sizeOf(across) : 1);
        const bits = respecting(filters, [...own, "time", "bought"]);
        const [now, before] = netOfBoth(source, groups, size, spans, bits);
        return { now, before: before ?? null };
      });
    },

    /**
     * Why net revenue of the selection, or of some names in it, changed. Null where nothing is compared, or the lines
     * are not here.
     * @param {Chosen} chosen
     */
    why(chosen = {}) {
      const spans = changes.spans();
      const source = sources.cubes ? null : sources.list[0];
      if (!spans || !source) return null;
      const own = Object.keys(chosen).map((by) => (PRODUCTS.has(by) ? "product" : by));
      const { lines } = source.data;
      const where = Object.entries(chosen).map(([by, codes]) => {
        const isIn = new Uint8Array(sizeOf(by));
        for (const code of codes) isIn[code] = 1;
        const booked = by === "subcategory" ? lines.subcategory : lines.codes[by];
        const attributed = by === "subcategory" ? lines.subcategory : lines.attributedCodes[by];
        return { booked, attributed, isIn };
      });
      const bits = respecting(filters, [...own, "time", "bought"]);
      const sides = sidesOf(source, spans, bits, where);
      const hasUnits = data.features.includes("quantity");
      return {
        spans: spans.map((span) => span.map((day) => day + data.first)),
        now: netOf(sides[0]),
        before: netOf(sides[1]),
        steps: bridgeOf(sides, hasUnits),
        sides,
      };
    },
  };

  /** @param {Data} of @param {string} by @returns {ArrayLike<number>} */
  function codesOf(of, by) {
    const { lines } = of;
    if (by === "category")
      return lines.category ?? Int32Array.from(lines.subcategory, (code) => data.category[code]);
    return by === "subcategory" ? lines.subcategory : lines.codes[by];
  }

  return changes;
}

const PRODUCTS = new Set(["category", "subcategory"]);
