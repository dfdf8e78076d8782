// Which source a view's sums come from: the lines where they travel; else, of all cubes, the finest that carries
// all filters which the view respects and what it groups by; else the sample. Cubes that did not come with the
// page are loaded when they are needed.

import { customerColumns, decodeCube, decodeGroups } from "../data/cubes.js";
import { isOn } from "../kernel/filters.js";
import { emptyMasks, updateMasks } from "../kernel/masks.js";
import { GRAINS, spansOf } from "../kernel/periods.js";
import { sumBy } from "../kernel/sums.js";
import { clustersOf, isUsualPair } from "./clusters.js";

/** @param {Data} data @param {Partial<Source>} more @returns {Source} */
const sourceOf = (data, more) => ({
  data,
  masks: emptyMasks(data),
  carries: null,
  grain: "day",
  ...more,
});

/**
 * What the filter of a column is called: a subcategory is filtered as a product.
 * @param {string} by
 */
export const filterOf = (by) => ({ day: "time", subcategory: "product" })[by] ?? by;

/** @param {Store} store @param {{outside: () => Uint8Array | null}} scoring */
export function createSources(store, scoring) {
  const { data, filters } = store;
  const lineColumns = ["day", "subcategory", ...filters.lineDimensions.map(({ name }) => name)];

  const sources = {
    cubes: data.cubes ?? null, // null: the lines are here
    /** The lines, or the cubes that are loaded. @type {Source[]} */
    list: [],
    /** Groups of customers. @type {Source | null} */
    groups: null,
    /** Of customers, where there are cubes. @type {Source | null} */
    sample: null,
    /** Of the page's own lines and customers; of the sample's, once it is here. */
    masks: emptyMasks(data),

    /** @param {Cube} cube @param {any} rows */
    addCube(cube, rows) {
      const { name, grain, dimensions } = cube;
      cube.rows = null; // decoded
      cube.isLoaded = true;
      const carries = new Set(dimensions);
      sources.list.push(sourceOf(decodeCube(cube, rows, data), { name, grain, carries }));
    },
    /** The sample came: it takes the place of the lines that did not travel. */
    addSample() {
      sources.sample = sourceOf(data, { isSample: true });
      sources.masks = sources.sample.masks;
    },
    /** The sample, where it can tell the filters: the clusters of other pairs may not be known of all. */
    sampleFor(except) {
      const isKnown = isUsualPair(store) || !data.sample?.unlabelled;
      return isKnown || except.includes("cluster") || !store.isOn("cluster")
        ? sources.sample
        : null;
    },
    /**
     * The filters that a cube here carries of those that a view respects, time apart: of the cubes the one
     * with the smallest sum. In the end, all lines.
     * @param {string[]} except
     * @returns {{source: Source, respected: number, total: number} | null}
     */
    widerThan(except) {
      const on = filters.names.filter(
        (name) => name !== "time" && !except.includes(name) && isOn(store.state, name),
      );
      let [best, least] = [null, Infinity];
      for (const source of sources.list) {
        const { lines } = source.data;
        const carried = on.filter((name) => {
          const others = filters.names.filter((other) => other !== name);
          return carries(source.carries, needed("day", others));
        });
        const respected = carried.reduce((bits, name) => bits | filters.bits.get(name), 0);
        const none = new Uint8Array(lines.count);
        const total = sumBy(source, none, none, 1, respected).gross[0];
        if (total < least) [best, least] = [{ source, respected, total }, total];
      }
      return best;
    },

    /** @param {string[]} named filters that changed; other names are ignored */
    updateMasks(named) {
      const changed = named.filter((name) => filters.names.includes(name));
      if (!changed.length) return;
      const own = sources.cubes && !sources.sample ? { data, masks: sources.masks } : null;
      const outside = changed.includes("within") ? scoring.outside() : null;
      for (const source of [...sources.list, sources.groups, sources.sample, own]) {
        if (!source) continue;
        const clusters = clustersOf(store, source.data);
        updateMasks(source.data, source.masks, filters, store.state, changed, clusters, outside);
      }
    },

    /**
     * The source of a view's sums; null where none carries the filters.
     * @param {string} by
     * @param {string[]} except
     */
    best(by, except) {
      if (!sources.cubes) return sources.list[0];
      return finest(sources.list, by, except) ?? sources.sampleFor(except);
    },
    /**
     * A source of sums by some columns in two spans of days, which are whole periods of it; null without one.
     * @param {string[]} columns
     * @param {string[]} except
     * @param {number[][]} spans
     */
    bestOfBoth(columns, except, spans) {
      if (!sources.cubes) return sources.list[0];
      const needs = needed("day", except);
      for (const by of columns) needs.add(by === "subcategory" ? "product" : by);
      const able = sources.list.filter(
        (source) =>
          carries(source.carries, needs) &&
          spans.every((span) => sources.isWhole(source.grain, span)),
      );
      return able.sort((a, b) => a.data.lines.count - b.data.lines.count)[0] ?? null;
    },
    /** Whether the groups of customers carry all filters but some. @param {string[]} except */
    areGroupsEnough: (except) =>
      sources.groups !== null && carries(sources.groups.carries, needed("day", except)),

    /** Cubes that the filters of now need and that are not here. */
    missing() {
      const there = (sources.cubes ?? []).filter((cube) => !cube.isLost);
      const wanted = lineColumns.map((by) => finest(there, by, [filterOf(by)]));
      return [...new Set(wanted)].filter((cube) => cube && !cube.isLoaded && cube.path);
    },
    /** Whether something can be filtered by a dimension. @param {string} name */
    canFilter: (name) =>
      !sources.cubes || sources.cubes.some(({ dimensions }) => dimensions.includes(name)),

    /**
     * Days as whole periods of a grain, from the first.
     * @param {string} grain
     * @param {number[]} days
     */
    widened(grain, [from, to]) {
      if (grain === "day") return [from, to];
      const spans = store.cachedForGood(`spans of ${grain}`, () => spansOf(data, grain));
      const inside = (day) => Math.min(Math.max(day, 0), data.days - 1);
      return [spans.from[inside(from)], spans.until[inside(to)]];
    },
    /** @param {string} grain @param {number[]} days */
    isWhole(grain, [from, to]) {
      const [low, high] = sources.widened(grain, [from, to]);
      return low === from && high === to;
    },
    daysAsked() {
      const [from, to] = store.days();
      return [from ?? 0, to ?? data.days - 1];
    },
  };

  /**
   * Dimensions that a view needs: those of the filters that it respects and of what it groups by.
   * @param {string} by
   * @param {string[]} except
   */
  function needed(by, except) {
    const { state } = store;
    const respects = (filter) => !except.includes(filter) && isOn(state, filter);
    const needs = new Set();
    if (by !== "day") needs.add(filterOf(by));
    if (respects("product")) needs.add(areWholeCategories(store) ? "category" : "product");
    for (const { name } of filters.dimensions) if (respects(name)) needs.add(name);
    if (respects("segment")) {
      if (state.cell.size) needs.add("cell");
      if (state.segment.size) needs.add("segment");
    }
    if (respects("cluster")) needs.add(isUsualPair(store) ? "cluster" : "none");
    if (respects("range") || respects("level")) needs.add("none");
    return needs;
  }

  /**
   * The cube for a view, of some; null when none carries what it needs.
   * @template {Source | Cube} T
   * @param {T[]} cubes
   * @param {string} by
   * @param {string[]} except
   */
  function finest(cubes, by, except) {
    const needs = needed(by, except);
    const able = cubes.filter((cube) => carries(dimensionsOf(cube), needs));
    const rank = (cube) => GRAINS.indexOf(cube.grain);
    const size = (cube) => cube.count ?? cube.data.lines.count;
    const isTimed = !except.includes("time") && store.isTimed();
    const whole = able.filter(
      (cube) => !isTimed || sources.isWhole(cube.grain, sources.daysAsked()),
    );
    const isAway = (cube) => (cube.path && !cube.isLoaded ? 1 : 0);
    const mustBeFine = by === "day" || !whole.length;
    const order = (a, b) =>
      (mustBeFine ? rank(a) - rank(b) : 0) || isAway(a) - isAway(b) || size(a) - size(b);
    return [...(mustBeFine ? able : whole)].sort(order)[0] ?? null;
  }

  if (!sources.cubes) sources.list.push(sourceOf(data, { masks: sources.masks }));
  if (data.people)
    sources.groups = sourceOf(decodeGroups(/** @type {any} */ (data.people), data), {
      carries: new Set(customerColumns(data.dimensions)),
    });
  for (const cube of sources.cubes ?? []) if (cube.rows) sources.addCube(cube, cube.rows);
  return sources;
}

/** @param {any} cube @returns {Set<string>} */
const dimensionsOf = (cube) => cube.carries ?? new Set(cube.dimensions);

/** A product has its category. @param {Set<string>} has @param {Set<string>} needs */
const carries = (has, needs) =>
  [...needs].every((name) => has.has(name) || (name === "category" && has.has("product")));

/** Whether the products selected are whole categories. @param {Store} store */
function areWholeCategories({ state, data }) {
  return data.names.category.every((_, category) => {
    const inside = data.category.flatMap((of, code) =>
      of === category ? [state.product.has(code)] : [],
    );
    return inside.every((isIn) => isIn === inside[0]);
  });
}
