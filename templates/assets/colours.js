// Specs are written in the light colours; in dark mode each is replaced by its twin (retail/charts/theme.py).

const darkScheme = window.matchMedia("(prefers-color-scheme: dark)");
const printing = window.matchMedia("print");
/** @type {Record<string, string>} light colour to dark; set from the page's data */
let darkTwins = {};

/** @param {string} colour @returns {string} the colour for the scheme that the reader prefers */
function inScheme(colour) {
  const isDark = darkScheme.matches && !printing.matches;
  // Names in a specification come by here too, and one may be "constructor".
  return isDark && Object.hasOwn(darkTwins, colour) ? darkTwins[colour] : colour;
}

/** A copy of a specification in the colours of the scheme. */
function recoloured(value) {
  if (typeof value === "string") return inScheme(value);
  if (Array.isArray(value)) return value.map(recoloured);
  if (value && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, recoloured(inner)]),
    );
  }
  return value;
}

/** The value of one of the stylesheet's colours, such as `paper`. */
function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
