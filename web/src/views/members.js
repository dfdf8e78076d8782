// The customers that the scatter and the parallel coordinates draw.

import { count } from "../kernel/formats.js";
import { clusterNames, clustersOf } from "../state/clusters.js";
import { inScheme, token } from "../vega/colours.js";

const VEIL = 0.88; // its opacity over what is not selected

/** @param {Dashboard} dashboard */
export function membersOf(dashboard) {
  const { store, sources, sums } = dashboard;
  const { data } = store;

  const members = {
    clusters: () => clustersOf(store, data),
    /** Places of the customers that are drawn. @returns {number[]} */
    drawn: () =>
      store.cached("drawn", store.filters.names, () => {
        const clusters = members.clusters();
        return [...(data.members.drawn ?? clusters.keys())].filter((at) => clusters[at] > 0);
      }),
    /** Whether a customer fails a filter. @param {number} at */
    isFaint: (at) => sources.masks.person[at] !== 0,
    isAnyFaint: () => store.preview !== null || store.on().length > 0,
    selected: () => members.drawn().filter((at) => !members.isFaint(at)),
    /** The customers that an overlay paints in colour: the selection, or the cluster pointed at. */
    lit() {
      if (store.preview === null) return members.selected();
      const clusters = members.clusters();
      return members.drawn().filter((at) => clusters[at] === store.preview);
    },
    /** @param {number} cluster */
    colourOf: (cluster) => {
      const { clusters } = data.colours;
      return inScheme(clusters[(cluster - 1) % clusters.length]);
    },
    /** What both views say of a cluster. @param {number} cluster @returns {TipLine[]} */
    tipOf: (cluster) => [
      `Cluster ${cluster}`,
      ["Buys more", clusterNames(store)[cluster - 1] ?? ""],
      ["Customers of it here", count(sums.byCluster().customers[cluster])],
    ],
    /** That not all customers are drawn. */
    sampleWords() {
      if (sources.cubes) return ` of ${count(members.drawn().length)}, a random sample`;
      const { drawn } = data.members ?? {};
      return drawn ? ` (a random sample of ${count(drawn.length)}, drawn once)` : "";
    },
  };
  return members;
}

/** The colour and the opacity that cover what is not selected. @returns {[string, number]} */
export const veil = () => [token("surface") || token("paper"), VEIL];
