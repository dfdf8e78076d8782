// K-means on typed arrays: seeded; several starts of greedy k-means++ (Arthur and Vassilvitskii 2007; of some
// candidates the best, as in scikit-learn), and Lloyd's steps until no one changes cluster, without the distances that
// bounds make needless (Hamerly 2010).

const MOST_STEPS = 300;
const FIRST_STEPS = 12; // after which a start is left that is not near the best
const HOPEFUL = 1.02;

/**
 * Random numbers from 0 up to, without, 1 (mulberry32).
 * @param {number} seed
 */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * The best of several starts: each makes some steps, and those near the best so far go on until no one changes cluster.
 * @param {Float64Array} points rows x width
 * @param {number} width
 * @param {number} clusters
 * @param {{starts: number, seed: number}} how
 * @returns {{labels: Uint8Array, centres: Float64Array, inertia: number}}
 */
export function kmeans(points, width, clusters, { starts, seed }) {
  const next = random(seed);
  let best = null;
  for (let start = 0; start < starts; start++) {
    const centres = firstCentres(points, width, clusters, next);
    const begun = lloyd(points, width, centres, FIRST_STEPS);
    if (best && begun.inertia > best.inertia * HOPEFUL) continue;
    const found = lloyd(points, width, begun.centres, MOST_STEPS);
    if (!best || found.inertia < best.inertia) best = found;
  }
  return best;
}

/**
 * @param {Float64Array} points
 * @param {number} at row
 * @param {Float64Array} centres
 * @param {number} centre
 * @param {number} width
 */
function squared(points, at, centres, centre, width) {
  let sum = 0;
  for (let i = at * width, j = centre * width, end = i + width; i < end; i++, j++) {
    const gap = points[i] - centres[j];
    sum += gap * gap;
  }
  return sum;
}

/**
 * Greedy k-means++: each next centre is the candidate, drawn by squared distance, that leaves the least.
 * @param {Float64Array} points
 * @param {number} width
 * @param {number} clusters
 * @param {() => number} next
 */
function firstCentres(points, width, clusters, next) {
  const rows = points.length / width;
  const candidates = 2 + Math.floor(Math.log(clusters));
  const centres = new Float64Array(clusters * width);
  const put = (centre, row) =>
    centres.set(points.subarray(row * width, (row + 1) * width), centre * width);
  put(0, Math.floor(next() * rows));
  let nearest = new Float64Array(rows);
  for (let at = 0; at < rows; at++) nearest[at] = squared(points, at, centres, 0, width);
  for (let centre = 1; centre < clusters; centre++) {
    const total = nearest.reduce((sum, value) => sum + value, 0);
    let [least, chosen, kept] = [Infinity, 0, nearest];
    for (let trial = 0; trial < candidates; trial++) {
      const row = drawn(nearest, next() * total);
      const after = new Float64Array(rows);
      let left = 0;
      for (let at = 0; at < rows; at++) {
        after[at] = Math.min(nearest[at], squared(points, at, points, row, width));
        left += after[at];
      }
      if (left < least) [least, chosen, kept] = [left, row, after];
    }
    put(centre, chosen);
    nearest = kept;
  }
  return centres;
}

/** The row at which the running sum passes a value. @param {Float64Array} weights @param {number} value */
function drawn(weights, value) {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) {
    sum += weights[at];
    if (sum > value) return at;
  }
  return weights.length - 1;
}

/**
 * The centre nearest to each row.
 * @param {Float64Array} points
 * @param {number} width
 * @param {Float64Array} centres
 */
export function nearestCentres(points, width, centres) {
  const [rows, clusters] = [points.length / width, centres.length / width];
  return Uint8Array.from({ length: rows }, (_, at) => {
    let [least, label] = [Infinity, 0];
    for (let centre = 0; centre < clusters; centre++) {
      const gap = squared(points, at, centres, centre, width);
      if (gap < least) [least, label] = [gap, centre];
    }
    return label;
  });
}

/**
 * Lloyd's algorithm from some centres. A centre that loses all its rows stays where it is.
 * @param {Float64Array} points
 * @param {number} width
 * @param {Float64Array} start centres
 * @param {number} steps at most
 */
function lloyd(points, width, start, steps) {
  const rows = points.length / width;
  const centres = Float64Array.from(start);
  const labels = new Uint8Array(rows);
  const own = new Float64Array(rows); // at least the distance to the own centre
  const other = new Float64Array(rows); // at most that to the nearest other
  for (let at = 0; at < rows; at++) assign(points, width, centres, at, labels, own, other);
  for (let step = 0; step < steps; step++) {
    const moves = moved(points, width, centres, labels);
    const farthest = Math.max(...moves);
    if (!farthest) break;
    const half = halfGaps(centres, width);
    for (let at = 0; at < rows; at++) {
      own[at] += moves[labels[at]];
      other[at] -= farthest;
      const safe = Math.max(half[labels[at]], other[at]);
      if (own[at] <= safe) continue;
      own[at] = Math.sqrt(squared(points, at, centres, labels[at], width));
      if (own[at] > safe) assign(points, width, centres, at, labels, own, other);
    }
  }
  let inertia = 0;
  for (let at = 0; at < rows; at++) inertia += squared(points, at, centres, labels[at], width);
  return { labels, centres, inertia };
}

/**
 * Put a row to the nearest centre, and note its distance and that of the next.
 * @param {Float64Array} points
 * @param {number} width
 * @param {Float64Array} centres
 * @param {number} at row
 * @param {Uint8Array} labels
 * @param {Float64Array} own
 * @param {Float64Array} other
 */
function assign(points, width, centres, at, labels, own, other) {
  const clusters = centres.length / width;
  let least = Infinity;
  let second = Infinity;
  let label = 0;
  for (let centre = 0; centre < clusters; centre++) {
    const gap = squared(points, at, centres, centre, width);
    if (gap < least) {
      second = least;
      least = gap;
      label = centre;
    } else if (gap < second) second = gap;
  }
  labels[at] = label;
  own[at] = Math.sqrt(least);
  other[at] = Math.sqrt(second);
}

/**
 * Move each centre to the mean of its rows; how far each moved.
 * @param {Float64Array} points
 * @param {number} width
 * @param {Float64Array} centres
 * @param {Uint8Array} labels
 */
function moved(points, width, centres, labels) {
  const clusters = centres.length / width;
  const sizes = new Float64Array(clusters);
  const sums = new Float64Array(centres.length);
  for (let at = 0, from = 0; at < labels.length; at++) {
    sizes[labels[at]] += 1;
    for (let i = labels[at] * width, end = i + width; i < end; i++, from++) sums[i] += points[from];
  }
  return Array.from(sizes, (size, centre) => {
    if (!size) return 0;
    let move = 0;
    for (let i = centre * width, end = i + width; i < end; i++) {
      const mean = sums[i] / size;
      move += (mean - centres[i]) ** 2;
      centres[i] = mean;
    }
    return Math.sqrt(move);
  });
}

/** Half the distance from each centre to the nearest other. @param {Float64Array} centres @param {number} width */
function halfGaps(centres, width) {
  const clusters = centres.length / width;
  return Array.from({ length: clusters }, (_, one) => {
    let least = Infinity;
    for (let two = 0; two < clusters; two++)
      if (two !== one) least = Math.min(least, squared(centres, one, centres, two, width));
    return Math.sqrt(least) / 2;
  });
}

/**
 * Clusters numbered from 1 by size, the largest first, equal ones by their first row.
 * @param {Uint8Array} labels from 0
 * @param {number} clusters
 */
export function bySize(labels, clusters) {
  const sizes = new Array(clusters).fill(0);
  const seen = new Array(clusters).fill(labels.length);
  labels.forEach((label, at) => {
    sizes[label] += 1;
    seen[label] = Math.min(seen[label], at);
  });
  const order = [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a] || seen[a] - seen[b]);
  return labels.map((label) => order.indexOf(label) + 1);
}

/**
 * Mean silhouette (Rousseeuw 1987) within some rows.
 * @param {Float64Array} points
 * @param {number} width
 * @param {Uint8Array} labels
 * @param {number[]} rows
 */
export function silhouette(points, width, labels, rows) {
  const most = rows.reduce((high, row) => Math.max(high, labels[row]), 0) + 1;
  const sizes = new Float64Array(most);
  for (const row of rows) sizes[labels[row]] += 1;
  let total = 0;
  for (const row of rows) {
    const own = labels[row];
    if (sizes[own] < 2) continue;
    const sums = new Float64Array(most);
    for (const other of rows)
      sums[labels[other]] += Math.sqrt(squared(points, row, points, other, width));
    let nearest = Infinity;
    for (let label = 0; label < most; label++)
      if (label !== own && sizes[label]) nearest = Math.min(nearest, sums[label] / sizes[label]);
    const within = sums[own] / (sizes[own] - 1);
    const larger = Math.max(within, nearest);
    if (larger > 0 && Number.isFinite(nearest)) total += (nearest - within) / larger;
  }
  return rows.length ? total / rows.length : 0;
}
