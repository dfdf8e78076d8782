// Specs are written in the light colours; in dark mode each is replaced by its twin (retail/charts/theme.py).

export const darkScheme = window.matchMedia("(prefers-color-scheme: dark)");
const printing = window.matchMedia("print");
/** Light colour to dark. @type {Map<string, string>} */
const darkTwins = new Map();

/** @param {Record<string, string> | undefined} twins light colour to dark */
export function addDarkTwins(twins) {
  for (const [light, dark] of Object.entries(twins ?? {})) darkTwins.set(light, dark);
}

/** @param {string} colour @returns {string} the colour for the scheme that the reader prefers */
export function inScheme(colour) {
  return darkScheme.matches && !printing.matches ? (darkTwins.get(colour) ?? colour) : colour;
}

/** A copy of a specification in the colours of the scheme. @param {any} value @returns {any} */
export function recoloured(value) {
  if (typeof value === "string") return inScheme(value);
  if (Array.isArray(value)) return value.map(recoloured);
  if (value && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, recoloured(inner)]),
    );
  }
  return value;
}

/** The value of one of the stylesheet's colours, such as `paper`. @param {string} name */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
