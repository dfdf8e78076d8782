// One pair of components and clusters for some customers: components, K-means, and everyone else to the nearest cluster.

import { componentsOf, LEAST_UNITS, rootsOfShares } from "./components.js";
import { bySize, kmeans, nearestCentres, random, silhouette } from "./kmeans.js";

const SEED = 20;
// Starts of K-means: so many for each row in all, as few rows have more ways to fall apart and cost less.
const STARTS = { least: 14, most: 64, rows: 60_000 };
const SAMPLE = 600; // rows on which the silhouette is taken
const SMALLEST_CLUSTER = 10; // customers wanted for each cluster, as in retail/segments/kmeans.py

/**
 * @param {Float64Array} units customers x subcategories, kept
 * @param {number} subcategories
 * @param {(at: number) => boolean} isScored of a customer
 * @param {{components: number, clusters: number, unit: number}} how unit: smallest units in one
 * @returns {{reason: string} | Clustering}
 */
export function clusteringOf(units, subcategories, isScored, { components, clusters, unit }) {
  const roots = rootsOfShares(units, subcategories, isScored);
  const { scores, explained, isFitted } = componentsOf(roots, components, LEAST_UNITS * unit);
  const fitted = isFitted.reduce((sum, is) => sum + is, 0);
  if (fitted < clusters * SMALLEST_CLUSTER)
    return {
      reason: `Too few customers for clusters: ${fitted} with at least ${LEAST_UNITS} kept units, and ${clusters} clusters need at least ${clusters * SMALLEST_CLUSTER}.`,
    };
  if (scores.length < Math.max(components, 2))
    return {
      reason: `What these customers buy differs in ${scores.length} directions, fewer than ${Math.max(components, 2)} components.`,
    };
  const all = pointsOf(scores, roots.rows.keys());
  const inside = [...roots.rows.keys()].filter((row) => isFitted[row]);
  const points = inside.length === roots.rows.length ? all : pointsOf(scores, inside);
  const starts = Math.min(Math.max(Math.round(STARTS.rows / fitted), STARTS.least), STARTS.most);
  const { centres, inertia } = kmeans(points, components, clusters, { starts, seed: SEED });
  const labels = nearestCentres(all, components, centres);
  if (new Set(labels).size < clusters)
    return { reason: `These customers bought in fewer than ${clusters} different ways.` };
  return {
    rows: roots.rows,
    labels: bySize(labels, clusters),
    scores,
    inertia,
    explained: explained.reduce((sum, part) => sum + part, 0),
    silhouette: silhouette(all, components, labels, sampleOf(inside)),
    isSampled: inside.length > SAMPLE,
    fitted,
  };
}

/** Scores as rows of points. @param {Float64Array[]} scores by component @param {Iterable<number>} rows */
function pointsOf(scores, rows) {
  const chosen = [...rows];
  const width = scores.length;
  const points = new Float64Array(chosen.length * width);
  chosen.forEach((row, at) => {
    for (let i = 0; i < width; i++) points[at * width + i] = scores[i][row];
  });
  return points;
}

/** All rows, or a seeded sample. @param {number[]} rows */
function sampleOf(rows) {
  if (rows.length <= SAMPLE) return rows;
  const next = random(SEED);
  const left = [...rows];
  return Array.from({ length: SAMPLE }, (_, at) => {
    const other = at + Math.floor(next() * (left.length - at));
    [left[at], left[other]] = [left[other], left[at]];
    return left[at];
  });
}
