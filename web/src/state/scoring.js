// Whose scores and clusters are shown: those of the run, or those that the page makes itself, of the selection or at
// cut points that a reader moved. What is made here takes the place of the run's columns and tables in `data`.

import { clusteringOf } from "../kernel/clustering.js";
import { span } from "../kernel/cut_words.js";
import { emptyState, respecting, SCORED } from "../kernel/filters.js";
import { settings as units } from "../kernel/formats.js";
import { maskCustomers } from "../kernel/masks.js";
import { bounds, countsOf, isImpossible, MEASURES, score } from "../kernel/rfm.js";
import { GROUPS, keptUnits, measured, selectedLines } from "../kernel/selection.js";
import { fromHash, toHash } from "./address.js";
import { isUsualPair, pairOf } from "./clusters.js";
import { emptySetup } from "./setup.js";

const COLUMNS = ["recency_days", "frequency", "monetary", "r", "f", "m", "segment", "level"];
const UNKNOWN_LEVEL = -1;

/** @param {Store} store */
export function createScoring(store) {
  const { data, setup, state, filters } = store;
  const usual = data.scoring && !data.cubes ? usualOf(data) : null;
  /** What customers did in the selection that is scored; moved cut points leave it as it is. */
  let made = null;
  const segmentCode = (name) => data.names.segment.indexOf(name);

  const scoring = {
    /** Whether lines and customers are here, and can be scored. */
    isPossible: usual !== null,
    hasCuts: () => Object.keys(setup.cuts).length > 0,

    /** The cut points of now, by measure. @returns {Record<string, number[]>} */
    cuts: () => data.rescored?.cuts ?? usual?.cuts ?? {},
    /** The values that are scored, NaN where a customer is not. */
    values: () => data.rescored?.values ?? usual?.values(),
    /** Measures whose cut points stay whoever is scored. */
    fixed: () => Object.keys(data.scoring?.fixed ?? {}),

    /**
     * Score anew where a change asks for it, its filters being masked already; the filters that then mean something else.
     * @param {Change} change
     * @param {Masks} masks
     * @returns {string[]}
     */
    follow({ filters: changed = [], settings = [] }, masks) {
      if (!usual || (!setup.scored && !scoring.hasCuts() && !data.rescored)) return [];
      const isOld =
        settings.some((name) => name === "scored" || name === "cuts") ||
        (setup.scored && changed.some((name) => !SCORED.includes(name)));
      if (!isOld) return [];
      if (settings.length !== 1 || settings[0] !== "cuts" || changed.length) made = null;
      refresh(masks);
      return [...SCORED, "pair"];
    },

    /** Which customers the filter `within` leaves out, by the run's scores. @returns {Uint8Array | null} */
    outside() {
      if (!usual || !state.within) return null;
      return store.cachedForGood(`outside ${state.within} ${Boolean(data.members)}`, () => {
        const { state: inner, setup: pair } = fromHash(data, state.within);
        const labels = data.members?.labels[`${pair.components}x${pair.clusters}`];
        const customers = { ...data.customers, ...usual.columns };
        const mask = new Uint32Array(customers.count + 1);
        const clusters = labels ?? usual.cluster;
        for (const name of SCORED)
          maskCustomers(
            { ...data, customers },
            mask,
            inner,
            name,
            filters.bits.get(name),
            clusters,
          );
        return Uint8Array.from(mask, (bits) => (bits ? 1 : 0));
      });
    },

    /** Score the selection anew; what segments and clusters it was selected by stays, under the run's scores. */
    start() {
      const inner = emptyState(data.dimensions);
      const pair = emptySetup();
      for (const name of [...SCORED, "cell"]) {
        const field = name === "range" ? "ranges" : name;
        [inner[field], state[field]] = [state[field], inner[field]];
      }
      if (inner.cluster.size && !isUsualPair(store)) {
        const { components, clusters } = pairOf(store);
        Object.assign(pair, { components, clusters });
      }
      state.within = toHash(data, inner, pair) || state.within;
      setup.scored = true;
      store.changed({ filters: [...SCORED, "within"], settings: ["scored"] });
    },
    /** Back to the run's scores, and to what was selected by them. */
    stop() {
      const { state: inner } = fromHash(data, state.within);
      for (const name of ["segment", "cell", "level", "cluster", "ranges"])
        state[name] = inner[name];
      state.within = "";
      setup.scored = false;
      store.changed({ filters: [...SCORED, "within"], settings: ["scored"] });
    },
    /** @param {string} measure @param {number[]} cuts @param {Change["history"]} history */
    moveCuts(measure, cuts, history = "push") {
      setup.cuts = { ...setup.cuts, [measure]: cuts };
      store.changed({ settings: ["cuts"], history });
    },
    resetCuts() {
      setup.cuts = {};
      store.changed({ settings: ["cuts"] });
    },
  };

  /** @param {Masks} masks */
  function refresh(masks) {
    Object.assign(data.customers, usual.columns);
    Object.assign(data, usual.tables, { rescored: null });
    delete data.customers.cell;
    if (!setup.scored && !scoring.hasCuts()) return;
    if (setup.scored) made ??= selection(masks);
    const found = setup.scored ? made : { values: usual.values(), group: usual.group };
    const naming = data.scoring;
    const scores = score(found.values, data.bins, { ...naming.fixed, ...setup.cuts });
    const named = data.bins === naming.bins ? scores : score(found.values, naming.bins);
    const rescored = { ...found, cuts: scores.cuts };
    Object.assign(data.customers, columnsOf(rescored, scores, named));
    Object.assign(data, { rescored, ...tablesOf(scores) });
  }

  /** What customers did in the selection, and their clusters. @param {Masks} masks */
  function selection(masks) {
    // A named period is no filter of whom to score; days chosen one by one are.
    const left = store.isOn("time") ? [] : ["time"];
    const base = respecting(filters, [...SCORED, "bought", ...left]);
    const whole = base | filters.bits.get("bought");
    const isIn = selectedLines({ data, masks }, base, null);
    const isSelected = (who) => (masks.person[who] & whole) === 0;
    const asOf = Math.min(state.to ?? data.days - 1, data.days - 1);
    const { group, ...values } = measured(data, isIn, isSelected, asOf);
    const customers = group.reduce((sum, at) => sum + (GROUPS[at] === "scored" ? 1 : 0), 0);
    const clustering = data.cluster_fits.length ? clustersOfSelection(isIn, group) : null;
    return { values, group, asOf, customers, ...clustering };
  }

  /** @param {Uint8Array} isIn @param {Uint8Array} group */
  function clustersOfSelection(isIn, group) {
    const { components, clusters } = pairOf(store);
    const kept = keptUnits(data, isIn);
    const found = clusteringOf(
      kept,
      data.names.subcategory.length,
      (at) => GROUPS[group[at]] === "scored",
      {
        components,
        clusters,
        unit: units.quantity,
      },
    );
    const cluster = new Uint8Array(group.length);
    if ("reason" in found) return { kept, cluster, scores: [], fit: null, reason: found.reason };
    found.rows.forEach((at, row) => {
      cluster[at] = found.labels[row];
    });
    const scores = found.scores.map((column) => {
      const whole = new Float64Array(group.length);
      found.rows.forEach((at, row) => {
        whole[at] = column[row];
      });
      return whole;
    });
    const { silhouette, isSampled, inertia, explained } = found;
    const fit = { silhouette, is_sampled: isSampled, inertia, explained_variance: explained };
    return { kept, cluster, scores, fit, reason: "" };
  }

  /** Columns of customers, in place of the run's. */
  function columnsOf({ values, group }, scores, named) {
    const { map, levels } = data.scoring;
    const segments = new Map(map.map(([r, f, name]) => [r * 16 + f, segmentCode(name)]));
    const quartiles = score(values, levels.bins);
    const columns = {
      r: scores.r,
      f: scores.f,
      m: scores.m,
      segment: Int16Array.from(named.r, (r, at) =>
        r ? segments.get(r * 16 + named.f[at]) : segmentCode(GROUPS[group[at]]),
      ),
      level: Int8Array.from(quartiles.r, (r, at) =>
        r ? levelOf(levels, r + quartiles.f[at] + quartiles.m[at]) : UNKNOWN_LEVEL,
      ),
    };
    if (!setup.scored) return columns;
    const whole = (column) => column.map((value) => (Number.isNaN(value) ? 0 : value));
    return {
      ...columns,
      recency_days: whole(values.recency_days),
      frequency: whole(values.frequency),
      monetary: values.net,
    };
  }

  /** Cut points and grid, in place of the run's. */
  function tablesOf({ r, f, m, cuts }) {
    const { bins } = data;
    const counts = { r: countsOf(r, bins), f: countsOf(f, bins), m: countsOf(m, bins) };
    const rfm_cuts = MEASURES.flatMap(([measure, letter]) =>
      cuts[measure].length
        ? Array.from({ length: bins }, (_, at) => {
            const between = bounds(cuts[measure], at + 1, measure === "recency");
            const rule = span(measure, between);
            return {
              measure,
              score: at + 1,
              rule,
              customers: counts[letter][at + 1],
              is_impossible: isImpossible(between),
            };
          })
        : [],
    );
    const never = (measure, score) =>
      rfm_cuts.some((cut) => cut.measure === measure && cut.score === score && cut.is_impossible);
    const places = new Map();
    const { monetary, segment } = data.customers;
    r.forEach((score, at) => {
      if (!score) return;
      const place = score * 16 + f[at];
      if (!places.has(place)) places.set(place, { customers: 0, money: 0, names: new Set() });
      const cell = places.get(place);
      cell.customers += 1;
      cell.money += monetary[at];
      cell.names.add(data.names.segment[segment[at]]);
    });
    const cells = usual.tables.cells.map((cell) => {
      const there = places.get(cell.r * 16 + cell.f);
      return {
        r: cell.r,
        f: cell.f,
        segment: there ? [...there.names].sort().join(", ") : "",
        is_impossible: never("recency", cell.r) || never("frequency", cell.f),
        mean_monetary: there ? there.money / there.customers : null,
      };
    });
    return { rfm_cuts, cells };
  }

  return scoring;
}

/** The level of a score sum. @param {{names: string[], least: number[]}} levels @param {number} sum */
const levelOf = ({ least }, sum) => least.findIndex((low) => sum >= low);

/** The run's own columns and tables. @param {Data} data */
function usualOf(data) {
  const { customers } = data;
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, customers[name]]));
  const group = Uint8Array.from(customers.group, (code) => GROUPS.indexOf(data.names.group[code]));
  let values = null;
  const valuesOf = () => {
    values ??= Object.fromEntries(
      MEASURES.map(([, , column]) => [
        column,
        Float64Array.from({ length: customers.count }, (_, at) =>
          columns.r[at] ? columns[column][at] : Number.NaN,
        ),
      ]),
    );
    return values;
  };
  return {
    columns,
    cluster: customers.cluster,
    group,
    values: valuesOf,
    get cuts() {
      return { ...score(valuesOf(), data.bins).cuts, ...data.scoring.fixed };
    },
    tables: { cells: data.cells, rfm_cuts: data.rfm_cuts },
  };
}
