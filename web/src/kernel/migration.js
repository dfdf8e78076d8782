// Segment migration between two month ends, from the packed table of all pairs (retail/render/migration_script.py).

const DIRECTIONS = ["stayed", "up", "came back", "new", "down", "lapsed", "returned all"];

/**
 * The rows between two month ends, as the figures have them, money in smallest units as well.
 * @param {PackedMoves} data
 * @param {string} from month such as "2014-02"
 * @param {string} to
 */
export function movesBetween(data, from, to) {
  const [first, second] = [data.months.indexOf(from), data.months.indexOf(to)];
  let start = 0;
  for (const [a, b, size] of data.pairs) {
    if (a === first && b === second)
      return Array.from({ length: size }, (_, at) => moveAt(data, start + at)).sort(byPlace);
    start += size;
  }
  return [];
}

/** @param {PackedMoves} data @param {number} at */
function moveAt(data, at) {
  const unit = 10 ** data.moneyScale;
  return {
    from_segment: data.states[data.from_segment[at]],
    to_segment: data.states[data.to_segment[at]],
    direction: data.directions[data.direction[at]],
    cause: data.causes[data.cause[at]],
    customers: data.customers[at],
    monetary_before: data.before[at] / unit,
    monetary_after: data.after[at] / unit,
    from_order: data.from_segment[at] + 1,
    to_order: data.to_segment[at] + 1,
    before: data.before[at],
    after: data.after[at],
  };
}

const byPlace = (a, b) =>
  a.from_order - b.from_order || a.to_order - b.to_order || (a.cause < b.cause ? -1 : 1);

/**
 * By direction and cause: the same sums as retail/segments/migration.py.
 * @param {ReturnType<typeof movesBetween>} moves
 */
export function sharesOf(moves) {
  const sums = new Map();
  let everyone = 0;
  for (const { direction, cause, customers, before, after } of moves) {
    const key = `${direction}|${cause}`;
    const sum = sums.get(key) ?? { direction, cause, customers: 0, before: 0, after: 0 };
    sum.customers += customers;
    sum.before += before;
    sum.after += after;
    everyone += customers;
    sums.set(key, sum);
  }
  const place = ({ direction }) => DIRECTIONS.indexOf(direction);
  return [...sums.values()]
    .map((sum) => ({ ...sum, share: sum.customers / everyone, change: sum.after - sum.before }))
    .sort((a, b) => place(a) - place(b) || (a.cause < b.cause ? -1 : 1));
}
