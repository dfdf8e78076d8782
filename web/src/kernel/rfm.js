// Scores by recency, frequency and monetary, as retail/segments/rfm.py gives them: 1 to `bins`, the highest is best,
// for recency too; 1 + the number of cut points strictly below the value (recency: bins minus that number).

/** What is scored: its name among cut points, the letter of its score, the column of customers. */
export const MEASURES = /** @type {const} */ ([
  ["recency", "r", "recency_days"],
  ["frequency", "f", "frequency"],
  ["monetary", "m", "monetary"],
]);

/**
 * The k/bins quantiles of whole numbers by linear interpolation, k = 1 to bins - 1; none without values.
 *
 * Products stay whole, so the whole part of each is exact while values are below 2**48.
 * @param {Iterable<number>} values
 * @param {number} bins
 * @returns {number[]}
 */
export function cutPoints(values, bins) {
  const ordered = Float64Array.from(values).sort();
  if (!ordered.length) return [];
  return Array.from({ length: bins - 1 }, (_, at) => {
    const place = (at + 1) * (ordered.length - 1);
    const [position, rest] = [Math.floor(place / bins), place % bins];
    const low = ordered[position];
    return rest ? low + ((ordered[position + 1] - low) * rest) / bins : low;
  });
}

/**
 * The score of each value; 0 where there is none (NaN).
 * @param {Float64Array} values whole numbers
 * @param {number[]} cuts ascending
 * @param {boolean} isReversed recency: the lowest value is best
 */
export function scoresOf(values, cuts, isReversed) {
  const bins = cuts.length + 1;
  // A whole value is above a cut point exactly when it is above the whole part of it.
  const floors = cuts.map(Math.floor);
  return Uint8Array.from(values, (value) => {
    if (Number.isNaN(value)) return 0;
    let below = 0;
    while (below < floors.length && floors[below] < value) below += 1;
    return isReversed ? bins - below : below + 1;
  });
}

/**
 * Scores of customers, who have NaN where they are not scored.
 * @param {Record<string, Float64Array>} values recency_days, frequency, monetary of each customer
 * @param {number} bins
 * @param {Record<string, number[]>} fixed cut points by measure; a measure without is cut at these customers' quantiles
 * @returns {{r: Uint8Array, f: Uint8Array, m: Uint8Array, cuts: Record<string, number[]>}}
 */
export function score(values, bins, fixed = {}) {
  const found = /** @type {any} */ ({ cuts: {} });
  for (const [measure, letter, column] of MEASURES) {
    const known = values[column].filter((value) => !Number.isNaN(value));
    const cuts = fixed[measure] ?? cutPoints(known, bins);
    found.cuts[measure] = cuts;
    found[letter] = scoresOf(values[column], cuts, measure === "recency");
  }
  return found;
}

/**
 * The cut points between which a score lies: above, up to; null where there is no limit.
 * @param {number[]} cuts
 * @param {number} score
 * @param {boolean} isReversed
 * @returns {[number | null, number | null]}
 */
export function bounds(cuts, score, isReversed) {
  const step = isReversed ? cuts.length + 1 - score : score - 1;
  return [step ? cuts[step - 1] : null, step < cuts.length ? cuts[step] : null];
}

/** Whether no whole value lies above the one cut point and up to the other. @param {[number | null, number | null]} between */
export const isImpossible = ([above, upTo]) =>
  above !== null && upTo !== null && Math.floor(above) >= Math.floor(upTo);

/**
 * How many customers have each score; place 0 is who has none.
 * @param {Uint8Array} scores
 * @param {number} bins
 */
export function countsOf(scores, bins) {
  const counts = new Array(bins + 1).fill(0);
  for (const score of scores) counts[score] += 1;
  return counts;
}
