// What views ask for: sums by a column, distinct buyers, customers, under all filters but some.

import { estimate, FEWEST, factorOf, unitsBy, valuesByUnit } from "../kernel/estimates.js";
import { BOUGHT, respecting } from "../kernel/filters.js";
import { periodEnd } from "../kernel/periods.js";
import { buyersBetween, buyersBy, customersBy, round, sumBy, unknownSums } from "../kernel/sums.js";
import { clustersOf, isUsualPair } from "./clusters.js";
import { filterOf } from "./sources.js";

const CELLS = 256; // of scores: r * 16 + f
const MOST_CLUSTERS = 16;

/** @param {Store} store @param {Sources} sources */
export function createSums(store, sources) {
  const { data, filters } = store;
  const respected = (except) => respecting(filters, except);
  const names = data.names.subcategory;

  /**
   * Of a source: the group of each line by its own place and by its purchase's, and how many there are.
   * @param {string} by
   * @param {Data} of
   * @returns {[Numbers, Numbers, number]}
   */
  function groupsBy(by, { lines }) {
    if (by === "day") return [lines.day, lines.attributedDay, data.days];
    if (by === "subcategory") return [lines.subcategory, lines.subcategory, names.length];
    return [lines.codes[by], lines.attributedCodes[by], data.names[by].length];
  }

  /**
   * A cube counts a purchase at one of its lines, which is right where all of them are alike.
   * @param {string} by
   * @param {string[]} except
   */
  function arePurchasesExact(by, except) {
    const on = filters.ofLines.filter((name) => name !== "time" && !except.includes(name));
    const needed = [...on.filter(store.isOn), filterOf(by)];
    return needed.every((name) => !data.mixed.includes(name));
  }

  /**
   * Sums by a column under all filters but its own, and where they come from.
   * @param {string} by "day", "subcategory", or a dimension of lines
   * @returns {Sums & Sourced}
   */
  function summed(by) {
    const except = [filterOf(by)];
    const source = sources.best(by, except);
    const bits = respected(except);
    if (!source) return { ...unknownSums(groupsBy(by, data)[2]), source, isAbout: false };
    const [booked, attributed, size] = groupsBy(by, source.data);
    const wider = source.isSample ? besides(except) : null;
    const factor = wider ? factorOf(source.data.lines.weights, wider) : 1;
    const sums = sumBy(source, booked, attributed, size, bits, factor);
    const isExact = !sources.cubes || arePurchasesExact(by, except);
    const about = isExact || source.isSample ? null : sources.sampleFor(except);
    if (source.isSample) {
      round(sums);
      leaveOutFew(sums, source, by, booked, bits);
    } else if (about) {
      const [own, purchases] = groupsBy(by, about.data);
      sums.purchases = sumBy(about, own, purchases, size, bits).purchases;
      round(sums, ["purchases"]);
      leaveOutFew({ purchases: sums.purchases }, about, by, own, bits);
    } else if (!isExact) sums.purchases.fill(Number.NaN);
    return { ...sums, source, isAbout: Boolean(about || source.isSample) };
  }

  /**
   * What is known exactly of a wider selection: gross revenue of each unit of the sample, and of everyone.
   * @param {string[]} except
   * @returns {Beside | null}
   */
  function besides(except) {
    const wider = sources.widerThan(except);
    if (!wider) return null;
    const { values } = valuesByUnit(sources.sample, "gross", 0, data.days, wider.respected);
    return { values, total: wider.total };
  }

  /**
   * Sums of groups of which the sample has too few are unknown; of days they are so when all are too few.
   * @param {Record<string, any>} sums
   * @param {Source} source
   * @param {string} by
   * @param {ArrayLike<number>} groups of each line
   * @param {number} bits
   */
  function leaveOutFew(sums, source, by, groups, bits) {
    const isByDay = by === "day";
    const some = isByDay ? new Uint8Array(groups.length) : groups;
    const size = isByDay ? 1 : Object.values(sums)[0].length;
    unitsBy(source, some, size, bits).forEach((units, at) => {
      if (units >= FEWEST) return;
      for (const values of Object.values(sums)) {
        if (isByDay) values.fill(Number.NaN);
        else values[at] = Number.NaN;
      }
    });
  }

  /**
   * Sums by a dimension of lines under all filters but its own, with distinct buyers.
   * @param {string} by
   */
  function summedByName(by) {
    const sums = summed(by);
    const source = sources.cubes ? sources.sampleFor([by]) : sources.list[0];
    const size = data.names[by].length;
    if (!source) sums.buyers.fill(Number.NaN);
    else {
      const [booked, attributed] = groupsBy(by, source.data);
      sums.buyers = buyersBy(source, attributed, size, respected([by]));
      if (sources.cubes) {
        round(sums, ["buyers"]);
        leaveOutFew({ buyers: sums.buyers }, source, by, booked, respected([by]));
      }
    }
    sums.isAbout ||= Boolean(sources.sample);
    const exact = sources.cubes && data.exact[by];
    if (exact && !store.isTimed() && !store.on([by]).length) {
      exact[0].forEach((code, at) => {
        [sums.purchases[code], sums.buyers[code]] = [exact[1][at], exact[2][at]];
      });
      if (exact[0].length === size) sums.isAbout = false;
    }
    return sums;
  }

  /**
   * Buyers of a period that were counted when the site was built; null for another span of days.
   * @param {number} from
   * @param {number} to
   */
  function countedBuyers(from, to) {
    const { exact, first } = data;
    for (const grain of ["week", "month", "quarter", "year"]) {
      const place = (exact[grain]?.[0] ?? []).indexOf(first + from);
      if (place >= 0 && periodEnd(grain, first + from) === first + to)
        return exact[grain][1][place];
    }
    return null;
  }

  function buyersOfGroups() {
    const { data: groups, masks } = sources.groups;
    const bits = respected(["time", "bought"]);
    let buyers = 0;
    for (let at = 0; at < groups.customers.count; at++)
      if (!(masks.person[at] & bits)) buyers += groups.customers.buyers[at];
    return buyers;
  }

  /**
   * Customers by a code of theirs under all filters but one.
   * @param {(data: Data) => ArrayLike<number>} codesOf
   * @param {number} size how many codes
   * @param {string | null} except
   * @returns {{customers: Float64Array, monetary: Float64Array} & Sourced}
   */
  function customers(codesOf, size, except) {
    const areLinesFiltered = filters.ofLines.some(store.isOn);
    const isOtherPair = except === "cluster" && !isUsualPair(store);
    const areGroups =
      !areLinesFiltered && !isOtherPair && sources.areGroupsEnough([except, "time"]);
    const cubed = areGroups ? sources.groups : sources.sampleFor([except]);
    const source = sources.cubes ? cubed : sources.list[0];
    if (!source)
      return { customers: new Float64Array(size), monetary: new Float64Array(size), source: null };
    const bits = respected([except]);
    const isGroups = source === sources.groups;
    const sums = customersBy(source, codesOf(source.data), size, isGroups ? bits & ~BOUGHT : bits);
    if (source.isSample) round(sums, ["customers", "monetary"]);
    return { ...sums, source, isAbout: Boolean(source.isSample) };
  }

  const sums = {
    customers,
    /** By day, whatever the filters: none is on yet. */
    unfiltered: summed("day"),
    /** By day, all filters but time. */
    byDay: () => store.cached("day", ["time"], () => summed("day")),
    /** By subcategory, all filters but products. */
    byProduct: () => store.cached("products", ["product"], () => summed("subcategory")),
    /** By a dimension of lines, all filters but its own. @param {string} by */
    byName: (by) => store.cached(`by ${by}`, [by], () => summedByName(by)),
    /** Customers by cluster, all filters but clusters. */
    byCluster: () =>
      store.cached("clusters", ["cluster"], () =>
        customers((of) => clustersOf(store, of), MOST_CLUSTERS, "cluster"),
      ),
    /** Customers by cell of scores (r * 16 + f), all filters but segments. */
    byCell: () => store.cached("cells", ["segment"], () => customers(cellsOf, CELLS, "segment")),
    /** Customers by level, from 1, all filters but levels; 0: not scored. */
    byLevel: () =>
      store.cached("levels", ["level"], () =>
        customers(({ customers: all }) => all.level.map((level) => level + 1), CELLS, "level"),
      ),
    /** Customers by cell of scores and level (cell * 16 + level from 1), all filters but segments. */
    byCellAndLevel: () =>
      store.cached("levels of cells", ["segment"], () => {
        const codes = (of) => {
          const cells = cellsOf(of);
          return Uint16Array.from(cells, (cell, at) => cell * 16 + of.customers.level[at] + 1);
        };
        return customers(codes, CELLS * 16, "segment");
      }),
    /** How many customers pass all filters; null where no source carries the filters. */
    customersSelected() {
      const {
        customers: all,
        isAbout,
        source,
      } = customers((of) => new Uint8Array(of.customers.count), 1, null);
      return { value: source ? all[0] : null, isAbout };
    },

    /** The selected days, from the first, as whole periods of a grain, clipped to first..through. */
    selectedDays(grain = "day") {
      const [from, to] = store.days();
      const [low, high] = sources.widened(grain, [from ?? 0, to ?? data.lastDay]);
      return [Math.max(low, 0), Math.min(high, data.lastDay)];
    },

    /** Distinct buyers in days (from the first, both inclusive); margin 0 when they were counted. */
    buyersIn(from, to) {
      if (!sources.cubes)
        return {
          value: buyersBetween(sources.list[0], from, to, respected(["time"])),
          margin: 0,
        };
      const isFiltered = store.on(["time"]).length > 0;
      const isAll = from <= 0 && to >= Math.min(data.lastDay, data.days - 1);
      if (isAll && !isFiltered && data.exact.all !== null)
        return { value: data.exact.all, margin: 0 };
      if (isAll && sources.areGroupsEnough(["time"])) return { value: buyersOfGroups(), margin: 0 };
      const counted = isFiltered ? null : countedBuyers(from, to);
      return counted === null ? sums.estimated("buyers", from, to) : { value: counted, margin: 0 };
    },
    /**
     * Buyers of each step of some days under all filters but time; null where they are not known.
     * @param {Int32Array} stepOf of each day, -1: in none
     * @param {number} size how many steps
     * @param {boolean} isByMonth
     * @param {number[]} days first and last
     */
    buyersInSteps(stepOf, size, isByMonth, [from]) {
      const { starts, monthOf } = store.months;
      if (sources.cubes && isByMonth && !store.on(["time"]).length) {
        const [months = [], buyers = []] = data.exact.month ?? [];
        const shown = starts.slice(monthOf[from], monthOf[from] + size);
        return shown.map((month) => buyers[months.indexOf(month)] ?? null);
      }
      const source = sources.cubes ? sources.sampleFor(["time"]) : sources.list[0];
      if (!source) return Array.from({ length: size }, () => null);
      const { attributedDay } = source.data.lines;
      // What is in no step is counted apart, and left out.
      const steps = Int32Array.from(attributedDay, (day) => (stepOf[day] < 0 ? size : stepOf[day]));
      const buyers = buyersBy(source, steps, size + 1, respected(["time"])).slice(0, size);
      return [...buyers];
    },
    /** A sum over customers, estimated from the sample with half its 95 % interval; null for want of customers. */
    estimated(what, from, to) {
      const sample = sources.sampleFor(["time"]);
      if (!sample) return { value: null, margin: null };
      const { values, seen } = valuesByUnit(sample, what, from, to, respected(["time"]));
      if (seen < FEWEST) return { value: null, margin: null };
      const beside = what === "net" ? besides(["time"]) : null;
      const { value, margin } = estimate(values, sample.data.lines.weights, beside);
      return { value: Math.round(value), margin: Math.ceil(margin) };
    },
  };
  return sums;
}

/** @param {Data} data @returns {ArrayLike<number>} the cell of each customer, or group of them */
function cellsOf({ customers }) {
  customers.cell ??= Uint8Array.from(
    customers.r ?? [],
    (score, at) => score * 16 + customers.f[at],
  );
  return customers.cell;
}
