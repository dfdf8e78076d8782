// Thousands of dots on an overlay: written pixel by pixel, five times as fast as stamping them one by one.

const DOT = { radius: 2.11, opacity: 0.75, parts: 4 }; // `parts`: places within a pixel that differ
/** @type {Map<number, object>} by pixels per CSS pixel */
const dotShapes = new Map();

/**
 * How much of each pixel a dot covers, for each part of a pixel that its centre may be off by.
 * @param {number} ratio
 */
function dotShape(ratio) {
  const kept = dotShapes.get(ratio);
  if (kept) return kept;
  const radius = DOT.radius * ratio;
  const reach = Math.ceil(radius + 0.5);
  const side = 2 * reach + 1;
  const cover = new Float32Array(DOT.parts * DOT.parts * side * side);
  let slot = 0;
  for (let down = 0; down < DOT.parts; down++) {
    for (let across = 0; across < DOT.parts; across++) {
      const [left, top] = [across, down].map((part) => (part + 0.5) / DOT.parts - 0.5);
      for (let y = -reach; y <= reach; y++) {
        for (let x = -reach; x <= reach; x++) {
          const edge = radius + 0.5 - Math.hypot(x - left, y - top);
          cover[slot++] = DOT.opacity * Math.min(Math.max(edge, 0), 1);
        }
      }
    }
  }
  const shape = { reach, side, cover };
  dotShapes.set(ratio, shape);
  return shape;
}

/**
 * Red, green and blue of a colour, 0 to 255.
 * @param {CanvasRenderingContext2D} surface
 * @param {string} colour
 */
function coloursOf(surface, colour) {
  surface.fillStyle = colour; // reads any colour back as #rrggbb
  return [1, 3, 5].map((at) => Number.parseInt(String(surface.fillStyle).slice(at, at + 2), 16));
}

/**
 * The overlay's plot as a veil of one colour with dots upon it.
 * @param {CanvasRenderingContext2D} surface of `overlayOf`, whose origin is the plot's
 * @param {{width: number, height: number}} plot in CSS pixels
 * @param {[string, number]} veil its colour and opacity
 * @param {Map<string, number[]>} dots x and y by turns, in CSS pixels from the plot's corner, by colour
 */
export function paintDots(surface, plot, veil, dots) {
  const { a: ratio, e: left, f: top } = surface.getTransform();
  const [width, height] = [Math.round(plot.width * ratio), Math.round(plot.height * ratio)];
  const image = new ImageData(width, height);
  const [red, green, blue] = coloursOf(surface, veil[0]);
  const ground = new Uint8ClampedArray([red, green, blue, Math.round(255 * veil[1])]);
  new Uint32Array(image.data.buffer).fill(new Uint32Array(ground.buffer)[0]);
  for (const [colour, places] of dots) blendDots(image, coloursOf(surface, colour), places, ratio);
  surface.putImageData(image, Math.round(left), Math.round(top));
}

/**
 * @param {ImageData} image
 * @param {number[]} colour red, green and blue
 * @param {number[]} places
 * @param {number} ratio
 */
function blendDots({ data, width, height }, [red, green, blue], places, ratio) {
  const { reach, side, cover } = dotShape(ratio);
  for (let at = 0; at < places.length; at += 2) {
    const [x, y] = [places[at] * ratio, places[at + 1] * ratio];
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const part = (value, whole) => Math.floor((value - whole) * DOT.parts);
    let slot = (part(y, row) * DOT.parts + part(x, column)) * side * side;
    for (let down = row - reach; down <= row + reach; down++) {
      for (let across = column - reach; across <= column + reach; across++) {
        const share = cover[slot++];
        if (!share || across < 0 || down < 0 || across >= width || down >= height) continue;
        const pixel = 4 * (down * width + across);
        const below = (data[pixel + 3] / 255) * (1 - share);
        const opacity = share + below;
        data[pixel] = (red * share + data[pixel] * below) / opacity;
        data[pixel + 1] = (green * share + data[pixel + 1] * below) / opacity;
        data[pixel + 2] = (blue * share + data[pixel + 2] * below) / opacity;
        data[pixel + 3] = 255 * opacity;
      }
    }
  }
}
