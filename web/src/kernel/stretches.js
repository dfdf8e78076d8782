// Parallel coordinates: customers who go the same way between two neighbouring axes share a stretch, so a few
// hundred strokes are drawn instead of a hundred thousand.

const MOST_LEVELS = 109; // heights of an axis that differ
export const MOST_TOGETHER = 12; // customers of a stretch; more look the same

/**
 * @param {Iterable<number>} members places of customers
 * @param {ArrayLike<number>} clusters of all customers
 * @param {ArrayLike<number>} units of all customers, row by row, a column for each axis
 * @param {number[]} axes columns in the order in which they are drawn
 * @param {number} most the largest of `units`
 * @returns {{cluster: number, customers: number, stretches: Stretch[]}[]} by cluster and number of customers
 */
export function stretchesOf(members, clusters, units, axes, most) {
  const levels = Math.min(most, MOST_LEVELS) + 1;
  const counts = countStretches(members, clusters, units, axes, most, levels);
  const perGap = levels * levels;
  const perCluster = perGap * (axes.length - 1);
  const unitsAt = (level) => (level * most) / (levels - 1);
  const found = new Map();
  for (let slot = 0; slot < counts.length; slot++) {
    if (!counts[slot]) continue;
    const rest = slot % perCluster;
    const cluster = Math.floor(slot / perCluster);
    const customers = Math.min(counts[slot], MOST_TOGETHER);
    const key = cluster * 16 + customers;
    if (!found.has(key)) found.set(key, { cluster, customers, stretches: [] });
    found.get(key).stretches.push({
      gap: Math.floor(rest / perGap),
      from: unitsAt(Math.floor((rest % perGap) / levels)),
      to: unitsAt(rest % levels),
    });
  }
  return [...found].sort((a, b) => a[0] - b[0]).map(([, group]) => group);
}

/**
 * Customers by cluster, gap between axes, and level on either side.
 * @param {Iterable<number>} members
 * @param {ArrayLike<number>} clusters
 * @param {ArrayLike<number>} units
 * @param {number[]} axes
 * @param {number} most
 * @param {number} levels
 */
function countStretches(members, clusters, units, axes, most, levels) {
  const size = axes.length;
  const levelOf =
    most < levels ? (value) => value : (value) => Math.round((value * (levels - 1)) / most);
  const perGap = levels * levels;
  const perCluster = perGap * (size - 1);
  const counts = new Uint16Array(perCluster * 9);
  for (const at of members) {
    let before = levelOf(units[at * size + axes[0]]);
    const start = clusters[at] * perCluster;
    for (let gap = 0; gap + 1 < size; gap++) {
      const after = levelOf(units[at * size + axes[gap + 1]]);
      counts[start + gap * perGap + before * levels + after] += 1;
      before = after;
    }
  }
  return counts;
}
