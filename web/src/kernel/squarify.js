// Squarified rectangles (Bruls, Huizing and van Wijk 2000): areas in proportion, as square as can be.

/**
 * @param {number[]} sizes above zero, from the largest on
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @returns {number[][]} x, y, width and height of each
 */
export function squarify(sizes, x, y, width, height) {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const areas = sizes.map((size) => (size * width * height) / total);
  const boxes = [];
  let at = 0;
  while (at < areas.length) {
    const side = Math.min(width, height);
    let end = at + 1;
    while (
      end < areas.length &&
      worst(areas.slice(at, end + 1), side) <= worst(areas.slice(at, end), side)
    )
      end += 1;
    const row = areas.slice(at, end);
    const depth = row.reduce((sum, area) => sum + area, 0) / (side || 1);
    let along = 0;
    for (const area of row) {
      const length = area / (depth || 1);
      boxes.push(width >= height ? [x, y + along, depth, length] : [x + along, y, length, depth]);
      along += length;
    }
    if (width >= height) [x, width] = [x + depth, width - depth];
    else [y, height] = [y + depth, height - depth];
    at = end;
  }
  return boxes;
}

/**
 * The largest ratio of sides in a row of rectangles along `side`.
 * @param {number[]} row
 * @param {number} side
 */
function worst(row, side) {
  const sum = row.reduce((total, area) => total + area, 0);
  const [largest, smallest] = [Math.max(...row), Math.min(...row)];
  return Math.max((side * side * largest) / (sum * sum), (sum * sum) / (side * side * smallest));
}
