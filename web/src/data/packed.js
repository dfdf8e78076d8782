// Columns of whole numbers as they travel, back to arrays.

const ARRAYS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f64: Float64Array,
};

/**
 * Numbers from the bytes of an array (retail/charts/payload.py).
 * @param {Packed} packed
 * @returns {Numbers}
 */
export function unpacked({ type, data }) {
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return new ARRAYS[type](bytes.buffer);
}

/** The same for every packed column; what is not packed stays. @param {object} columns */
export function unpackedAll(columns) {
  const isPacked = (column) => column?.type && typeof column.data === "string";
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      isPacked(column) ? unpacked(column) : column,
    ]),
  );
}

/**
 * Whole numbers from planes of bytes (retail/charts/cubes.py), the lowest bytes first.
 * @param {{least: number, width: number, data: string}} planes
 */
export function unplaned({ least, width, data }) {
  const text = atob(data);
  const size = text.length / width;
  const numbers = new Float64Array(size).fill(least);
  for (let plane = 0, unit = 1; plane < width; plane++, unit *= 256) {
    for (let at = 0, from = plane * size; at < size; at++)
      numbers[at] += text.charCodeAt(from + at) * unit;
  }
  return numbers;
}
