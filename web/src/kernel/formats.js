// Numbers, money, shares and days as text: the same rules as retail/render/formats.py.

import { DAY_MS, dayNumber, dayText } from "./periods.js";

export const MISSING = "-";

/**
 * How this report writes: `locale` has its signs and patterns, `charts` the same for Vega (Python makes both for
 * the report's locale), the rest is what money and quantities are counted in.
 */
export const settings = {
  locale: /** @type {Locale} */ (undefined),
  charts: /** @type {object} */ (undefined),
  money: 1, // smallest units in one of the currency
  moneyScale: 0,
  quantity: 1,
  quantityScale: 0,
  currency: "",
};

/** @param {{moneyScale: number, quantityScale?: number, currency: string}} units */
export function countIn({ moneyScale, quantityScale = 0, currency }) {
  const [money, quantity] = [10 ** moneyScale, 10 ** quantityScale];
  Object.assign(settings, { money, moneyScale, quantity, quantityScale, currency });
}

/**
 * Digits of a number, ungrouped.
 * @param {Intl.NumberFormatOptions} options
 * @returns {(value: number) => string}
 */
const digitsOf = (options) => {
  const made = new Intl.NumberFormat("en", { useGrouping: false, ...options });
  return (value) => made.format(value);
};
const wholeDigits = digitsOf({ maximumFractionDigits: 0 });
const twoDecimals = digitsOf({ minimumFractionDigits: 2, maximumFractionDigits: 2 });

/**
 * One decimal, a tie to the even one, as Python does: a share reads the same in a table made with the page.
 * @param {number} value
 */
function oneDecimal(value) {
  const quarters = Math.abs(value) * 4; // a tie ends in .25 or .75, exactly
  const isTieToEven = Number.isInteger(quarters) && quarters % 4 === 1;
  return (isTieToEven ? value - Math.sign(value) * 0.05 : value).toFixed(1);
}

/** A plain decimal number as text in the signs of the locale. @param {string} plain "-1234.50" */
export function written(plain) {
  const sign = plain[0] === "-" ? settings.locale.minus : "";
  const [whole, part] = plain.replace(/^-/, "").split(".");
  const [last, others] = settings.locale.sizes;
  const groups = [whole.slice(-last)];
  for (let rest = whole.slice(0, -last); rest; rest = rest.slice(0, -others))
    groups.unshift(rest.slice(-others));
  return sign + groups.join(settings.locale.group) + (part ? settings.locale.decimal + part : "");
}

/**
 * A plain amount as text, with the currency where there is one; letters keep a blank's distance.
 * @param {string} plain
 */
function writtenMoney(plain) {
  const { currency } = settings;
  if (!currency) return written(plain);
  const isBelow = plain[0] === "-";
  const [before, after] = (isBelow ? settings.locale.money_below : settings.locale.money_above).map(
    (text) => text.replace("-", settings.locale.minus).replace("¤", () => currency),
  );
  const isLetter = (text) => /\p{L}/u.test(text ?? "");
  return (
    before +
    (isLetter([...before].at(-1)) ? "\u00a0" : "") +
    written(plain.replace(/^-/, "")) +
    (isLetter([...after][0]) ? "\u00a0" : "") +
    after
  );
}

/** A date by the parts of a pattern. @param {string[]} parts @param {Date} at midnight UTC */
function dated(parts, at) {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const two = (number) => String(number).padStart(2, "0");
  const fields = {
    d: String(day),
    dd: two(day),
    M: String(month + 1),
    MM: two(month + 1),
    L: String(month + 1),
    LL: two(month + 1),
    y: String(year),
    yyyy: String(year).padStart(4, "0"),
    yy: two(year % 100),
  };
  return parts.map((part) => fields[part] ?? settings.locale.names[part]?.[month] ?? part).join("");
}

/**
 * A whole number of units of 10**-decimals, halves away from zero; by the exact value, as Python does.
 * @param {number} value in units of 10**-scale; a fraction of one, for a mean
 * @param {number} scale
 * @param {number} decimals
 */
function rounded(value, scale, decimals) {
  const size = Math.abs(value);
  const unit = 10 ** Math.abs(scale - decimals);
  const units =
    scale > decimals
      ? Math.floor((2 * size + unit) / (2 * unit))
      : Math.round(Number(size.toFixed(decimals - scale)) * unit);
  return value < 0 && units ? -units : units;
}

/** @param {number} value whole number of the smallest unit (or a fraction of one, for a mean) */
export function money(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const cents = rounded(value, settings.moneyScale, 2);
  return writtenMoney((cents < 0 ? "-" : "") + twoDecimals(Math.abs(cents) / 100));
}

/** @param {number} value */
export function quantity(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  return written(decimal(value, settings.quantityScale));
}

/**
 * A subcategory's name after its category's; once where both are one name, as retail.frames has it.
 * @param {string} category
 * @param {string} name
 */
export const productLabel = (category, name, between = " · ") =>
  category === name ? category : `${category}${between}${name}`;

/** @param {number | null} value */
export function count(value) {
  return value === null || !Number.isFinite(value) ? MISSING : written(wholeDigits(value));
}

/** A share in percent. @param {number | null} value */
export function share(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const [before, after] = settings.locale.percent;
  return before + written(oneDecimal(100 * value)) + after;
}

/** A change as a share, with its sign. @param {number | null} value */
export function change(value) {
  const text = share(value);
  return value > 0 && text !== MISSING ? `+${text}` : text;
}

/** A number without a unit, to about four significant digits. @param {number | null} value */
export function real(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  const digits = size < 1 ? 4 : size < 10 ? 3 : size < 100 ? 2 : size < 1e6 ? 1 : 0;
  return written(String(Number(value.toFixed(digits))));
}

/** A day as a reader sees it. @param {number} day days since 1970-01-01 */
export const shownDay = (day) => dated(settings.locale.day, new Date(day * DAY_MS));

/** The day of a moment written as in ISO 8601, as a reader sees it. @param {string} iso */
export const isoDayText = (iso) => shownDay(dayNumber(iso.slice(0, 10)));
/** The same with its time. @param {string} iso */
export const momentText = (iso) => `${isoDayText(iso)}, ${iso.slice(11, 16)}`;

/** A month as a reader sees it. @param {string} month such as "2014-02" */
export const shownMonth = (month) =>
  /^\d{4}-\d{2}$/.test(month) ? dated(settings.locale.month, new Date(`${month}-01`)) : month;

const SHOWN = {
  text: (value) => String(value ?? MISSING),
  count,
  money,
  quantity,
  share,
  real,
  number: (value) => (value === null ? MISSING : String(value)),
  day: shownDay,
  month: shownMonth,
};

/**
 * A value of a column kind as a reader sees it; money and quantities in smallest units.
 * @param {any} value
 * @param {string} kind
 */
export function shown(value, kind) {
  return value === undefined || value === null ? MISSING : (SHOWN[kind] ?? SHOWN.text)(value);
}

/**
 * The same for a value in display units: money and quantities as decimal numbers, days as text.
 * @param {any} value
 * @param {string} kind
 */
export function displayed(value, kind) {
  if (value === undefined || value === null) return MISSING;
  if (kind === "money") return written(twoDecimals(value));
  if (kind === "quantity") return real(value);
  if (kind === "day") return shownDay(dayNumber(value));
  return shown(value, kind);
}

/**
 * A value of a column kind for a download: decimal point, no thousands separator.
 * @param {any} value
 * @param {string} kind
 */
export function plain(value, kind) {
  if (value === undefined || value === null) return "";
  if (kind === "money") return decimal(value, settings.moneyScale);
  if (kind === "quantity") return decimal(value, settings.quantityScale);
  if (kind === "day") return dayText(value);
  return String(value);
}

/**
 * A sum with the decimals that the input has; a mean, which isn't whole, with two more.
 * @param {number} value
 * @param {number} scale
 */
function decimal(value, scale) {
  const places = Number.isInteger(value) ? scale : scale + 2;
  return (rounded(value, scale, places) / 10 ** places).toFixed(places);
}

/** "a", "a and b", "a, b and c". @param {string[]} words */
export function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
