// Principal components of what customers buy, as retail/segments/unit_matrix.py has them: square roots of shares of
// units by subcategory (their distances are Hellinger's), standardised; of those who kept enough, applied to everyone.

export const LEAST_UNITS = 3; // kept units from which on a customer is part of the fit
export const MOST_COLUMNS = 200; // subcategories; beyond, the smallest are joined
const SMALLEST = 1e-9;

/**
 * Who bought how much of what, as rows of some customers: entries of a row lie together.
 * @typedef {{rows: number[], width: number, starts: Int32Array, column: Int32Array, root: Float64Array, totals: Float64Array}} Roots
 */

/**
 * Roots of shares of the customers who kept something; subcategories of which nothing is left have no column.
 * @param {Float64Array} units customers x subcategories
 * @param {number} width subcategories
 * @param {(at: number) => boolean} isScored
 * @returns {Roots}
 */
export function rootsOfShares(units, width, isScored) {
  const rows = [];
  const totals = [];
  const sizes = new Float64Array(width);
  for (let at = 0; at * width < units.length; at++) {
    let total = 0;
    for (let code = 0; code < width; code++) total += units[at * width + code];
    if (!total || !isScored(at)) continue;
    for (let code = 0; code < width; code++) sizes[code] += units[at * width + code];
    rows.push(at);
    totals.push(total);
  }
  const [columnOf, columns] = columnsOf(sizes);
  const starts = new Int32Array(rows.length + 1);
  const [column, root] = [[], []];
  const joined = new Float64Array(columns);
  rows.forEach((at, row) => {
    for (let code = 0; code < width; code++) {
      const value = units[at * width + code];
      if (value) joined[columnOf[code]] += value;
    }
    for (let place = 0; place < columns; place++) {
      if (!joined[place]) continue;
      column.push(place);
      root.push(Math.sqrt(joined[place] / totals[row]));
      joined[place] = 0;
    }
    starts[row + 1] = column.length;
  });
  return {
    rows,
    width: columns,
    starts,
    column: Int32Array.from(column),
    root: Float64Array.from(root),
    totals: Float64Array.from(totals),
  };
}

/**
 * The column of each subcategory, and how many columns there are.
 * @param {Float64Array} sizes units of each
 * @returns {[Int32Array, number]}
 */
function columnsOf(sizes) {
  const there = [...sizes.keys()].filter((code) => sizes[code] > 0);
  const largest = new Set(
    there.length > MOST_COLUMNS
      ? [...there].sort((a, b) => sizes[b] - sizes[a] || a - b).slice(0, MOST_COLUMNS - 1)
      : there,
  );
  const columnOf = new Int32Array(sizes.length).fill(-1);
  let columns = 0;
  for (const code of there) if (largest.has(code)) columnOf[code] = columns++;
  const others = there.filter((code) => !largest.has(code));
  for (const code of others) columnOf[code] = columns;
  return [columnOf, columns + (others.length ? 1 : 0)];
}

/**
 * The first components; those without variance are left out.
 * @param {Roots} roots
 * @param {number} most
 * @param {number} leastUnits in the unit of the totals
 * @returns {{scores: Float64Array[], explained: number[], isFitted: Uint8Array}} scores: of each component, by row
 */
export function componentsOf(roots, most, leastUnits) {
  const { rows, width, starts, column, root, totals } = roots;
  const isFitted = Uint8Array.from(totals, (total) => (total >= leastUnits ? 1 : 0));
  const fitted = isFitted.reduce((sum, is) => sum + is, 0);
  if (!fitted || !width) return { scores: [], explained: [], isFitted };
  const { mean, spread, correlation } = correlations(roots, isFitted, fitted);
  const { values, vectors } = eigen(correlation, width);
  const order = [...values.keys()].sort((a, b) => values[b] - values[a] || a - b);
  const first = order.slice(0, most).filter((at) => values[at] > SMALLEST);
  const total = values.reduce((sum, value) => sum + value, 0);
  const scores = first.map((at) => {
    const loading = Float64Array.from({ length: width }, (_, j) => vectors[j * width + at]);
    const largest = loading.reduce(
      (best, value, j) => (Math.abs(value) > Math.abs(loading[best]) ? j : best),
      0,
    );
    const sign = Math.sign(loading[largest]);
    const weight = loading.map((value, j) => (spread[j] ? (sign * value) / spread[j] : 0));
    const offset = weight.reduce((sum, value, j) => sum + value * mean[j], 0);
    return Float64Array.from(rows, (_, row) => {
      let score = -offset;
      for (let at = starts[row]; at < starts[row + 1]; at++) score += weight[column[at]] * root[at];
      return score;
    });
  });
  return { scores, explained: first.map((at) => (total > 0 ? values[at] / total : 0)), isFitted };
}

/**
 * Mean and spread of each column over the fitted rows, and the columns' correlations (0 with a constant one).
 * @param {Roots} roots
 * @param {Uint8Array} isFitted
 * @param {number} fitted how many
 */
function correlations({ width, starts, column, root }, isFitted, fitted) {
  const mean = new Float64Array(width);
  const products = new Float64Array(width * width);
  for (let row = 0; row < isFitted.length; row++) {
    if (!isFitted[row]) continue;
    for (let at = starts[row]; at < starts[row + 1]; at++) {
      mean[column[at]] += root[at] / fitted;
      const line = column[at] * width;
      for (let other = at; other < starts[row + 1]; other++)
        products[line + column[other]] += root[at] * root[other];
    }
  }
  const covariance = (i, j) => products[i * width + j] / fitted - mean[i] * mean[j];
  const spread = mean.map((_, i) => {
    const size = Math.sqrt(Math.max(covariance(i, i), 0));
    return size > SMALLEST ? size : 0;
  });
  const correlation = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = i; j < width; j++) {
      const value = spread[i] && spread[j] ? covariance(i, j) / (spread[i] * spread[j]) : 0;
      correlation[i * width + j] = value;
      correlation[j * width + i] = value;
    }
  }
  return { mean, spread, correlation };
}

const MOST_SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations.
 * @param {Float64Array} matrix size x size
 * @param {number} size
 */
export function eigen(matrix, size) {
  const a = Float64Array.from(matrix);
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let off = 0;
    for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) off += a[i * size + j] ** 2;
    if (off < 1e-22) break;
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]), vectors };
}

/**
 * One rotation, after which the element at p, q is 0.
 * @param {Float64Array} a
 * @param {Float64Array} vectors
 * @param {number} size
 * @param {number} p
 * @param {number} q
 */
function rotate(a, vectors, size, p, q) {
  const between = a[p * size + q];
  if (Math.abs(between) < 1e-300) return;
  const theta = (a[q * size + q] - a[p * size + p]) / (2 * between);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q, cosine, sine);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k, cosine, sine);
  for (let k = 0; k < size; k++) turn(vectors, k * size + p, k * size + q, cosine, sine);
}

/**
 * @param {Float64Array} a
 * @param {number} one
 * @param {number} other
 * @param {number} cosine
 * @param {number} sine
 */
function turn(a, one, other, cosine, sine) {
  const [x, y] = [a[one], a[other]];
  a[one] = cosine * x - sine * y;
  a[other] = sine * x + cosine * y;
}
