// The pair of components and clusters that is shown, and which cluster each customer is in under it.

/** The pair that is shown, with what the page found where it made the clusters. @param {Store} store @returns {Fit} */
export function fitOf(store) {
  const { rescored } = store.data;
  if (!rescored?.cluster) return pairOf(store);
  const verdict = rescored.reason || "Made of the selection: not tested against chance.";
  const unknown = { silhouette: null, inertia: null, explained_variance: null, is_sampled: false };
  return { ...pairOf(store), ...(rescored.fit ?? unknown), verdict };
}

/** @param {Store} store @returns {Fit} */
export function pairOf({ data: { cluster_fits: fits }, setup }) {
  const usual =
    fits.find((fit) => fit.is_chosen) ??
    fits[0] ??
    /** @type {Fit} */ ({ components: 0, clusters: 0 });
  const components = setup.components || usual.components;
  const clusters = setup.clusters || usual.clusters;
  return fits.find((fit) => fit.components === components && fit.clusters === clusters) ?? usual;
}

/** Whether the pair is the configured one. @param {Store} store */
export function isUsualPair(store) {
  const { components, clusters } = pairOf(store);
  const usual = store.data.cluster_fits.find((fit) => fit.is_chosen);
  return !usual || (usual.components === components && usual.clusters === clusters);
}

/**
 * The cluster of each customer under the pair, 0 for who is in none.
 * @param {Store} store
 * @param {Data} data of a source
 */
export function clustersOf(store, data) {
  if (data.rescored?.cluster) return data.rescored.cluster;
  const { components, clusters } = pairOf(store);
  return data.members?.labels[`${components}x${clusters}`] ?? data.customers.cluster;
}

/** A customer's score of a component, from 1. @param {Data} data @param {number} component @param {number} at */
export function componentScore({ rescored, members }, component, at) {
  if (rescored?.scores) return rescored.scores[component - 1]?.[at] ?? 0;
  return (members.scores[component - 1]?.[at] ?? 0) / 1000;
}

/**
 * What the clusters of the pair buy more of than all, by number less 1; none before they are loaded,
 * or where the page made the clusters.
 * @param {Store} store
 * @returns {string[]}
 */
export function clusterNames(store) {
  if (store.data.rescored?.cluster) return [];
  const { components, clusters } = pairOf(store);
  const loaded = store.data.members?.names[`${components}x${clusters}`];
  return loaded ?? (isUsualPair(store) ? store.data.clusterNames : []);
}

/** How many components of the pair the data has scores for. @param {Store} store */
export const componentsKnown = (store) =>
  Math.min(Math.max(pairOf(store).components, 2), store.data.members?.scores.length ?? 2);

/**
 * The components on the scatter's axes: those asked for, as far as the pair has them.
 * @param {Store} store
 */
export function axesOf(store) {
  const most = componentsKnown(store);
  const { across, up } = store.setup;
  return { across: across > most ? 1 : across, up: up > most ? 2 : up };
}

/**
 * Another pair: everyone's cluster changes, and a cluster filter would mean other people.
 * @param {Store} store
 * @param {"components" | "clusters"} name
 * @param {number} value
 */
export function choosePair(store, name, value) {
  const now = pairOf(store);
  store.setup.components = name === "components" ? value : now.components;
  store.setup.clusters = name === "clusters" ? value : now.clusters;
  store.state.cluster = new Set();
  store.changed({ filters: ["cluster", "pair"], settings: ["components", "clusters"] });
}
