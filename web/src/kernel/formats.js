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
 * `value` x 10**shift as a plain decimal number: the one rule of rounding, as retail/schema/rounding.py has it. Halves
 * go away from zero, and a float stands for the shortest decimal number that names it.
 * @param {number} value
 * @param {number} decimals
 * @param {number} shift
 */
export function rounded(value, decimals, shift = 0) {
  const [mantissa, exponent = "0"] = String(Math.abs(value)).split("e");
  const [whole, part = ""] = mantissa.split(".");
  // The value is these digits x 10**-places; of a tie, the first digit that falls away is a 5.
  const digits = whole + part;
  const excess = part.length - Number(exponent) - shift - decimals;
  const kept = excess > 0 ? digits.slice(0, -excess) : digits + "0".repeat(-excess);
  const isUp = excess > 0 && digits.length >= excess && digits.at(-excess) >= "5";
  const units = String(BigInt(kept || "0") + (isUp ? 1n : 0n)).padStart(decimals + 1, "0");
  const sign = value < 0 && /[1-9]/.test(units) ? "-" : "";
  const point = units.length - decimals;
  return sign + units.slice(0, point) + (decimals ? `.${units.slice(point)}` : "");
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
 * @param {string} unit after the digits, such as "k"
 */
function writtenMoney(plain, unit = "") {
  const { currency } = settings;
  if (!currency) return written(plain) + unit;
  const isBelow = plain[0] === "-";
  const [before, after] = (isBelow ? settings.locale.money_below : settings.locale.money_above).map(
    (text) => text.replace("-", settings.locale.minus).replace("¤", () => currency),
  );
  const isLetter = (text) => /\p{L}/u.test(text ?? "");
  return (
    before +
    (isLetter([...before].at(-1)) ? "\u00a0" : "") +
    written(plain.replace(/^-/, "")) +
    unit +
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

/** @param {number} value whole number of the smallest unit (or a fraction of one, for a mean) */
export function money(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  return writtenMoney(rounded(value, 2, -settings.moneyScale));
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
  return value === null || !Number.isFinite(value) ? MISSING : written(rounded(value, 0));
}

/** A share in percent. @param {number | null} value */
export function share(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const [before, after] = settings.locale.percent;
  return before + written(rounded(value, 1, 2)) + after;
}

/** A change as a share, with its sign. @param {number | null} value */
export function change(value) {
  const text = share(value);
  return value > 0 && text !== MISSING ? `+${text}` : text;
}

/** The difference of two shares in percentage points, with its sign. @param {number | null} value */
export function points(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  return `${value > 0 ? "+" : ""}${written(rounded(value, 1, 2))} points`;
}

/** A number without a unit, to about four significant digits; whole where it is. @param {number | null} value */
export function real(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  if (Number.isInteger(value)) return written(rounded(value, 0));
  return written(rounded(value, size < 10 ? 3 : size < 100 ? 2 : size < 1e6 ? 1 : 0));
}

const FULL_BELOW = 1000; // of the currency: from here on an amount in large letters has no cents

/**
 * A figure in large letters: money from 1,000 on without cents.
 * @param {number | null} value
 * @param {string} kind
 */
export function headline(value, kind) {
  const isMoney = kind === "money" || kind === "mean";
  if (!isMoney || value === null || Math.abs(value) < FULL_BELOW * settings.money)
    return shown(value, kind);
  return writtenMoney(rounded(value, 0, -settings.moneyScale));
}

/** @type {[number, string][]} */
const SHORT = [
  [1e9, "B"],
  [1e6, "M"],
  [1e4, "k"],
];

/**
 * A figure in few letters, three digits of a large one: "$55.2k".
 * @param {number | null} value
 * @param {string} kind
 */
export function short(value, kind) {
  const isMoney = kind === "money" || kind === "mean";
  if (value === null || !(isMoney || kind === "count" || kind === "quantity"))
    return shown(value, kind);
  const size = value / (isMoney ? settings.money : kind === "quantity" ? settings.quantity : 1);
  const [unit, letter] = SHORT.find(([least]) => Math.abs(size) >= least) ?? [1, ""];
  if (!letter) return headline(value, kind);
  const part = size / (unit === 1e4 ? 1e3 : unit);
  const text = rounded(part, Math.abs(part) < 9.995 ? 2 : Math.abs(part) < 99.95 ? 1 : 0);
  return isMoney ? writtenMoney(text, letter) : written(text) + letter;
}

/** A change of money in few letters, with its sign. @param {number} value */
export const shortChange = (value) => `${value > 0 ? "+" : ""}${short(value, "money")}`;

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
  mean: money,
  quantity,
  share,
  real,
  exact: real,
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
  if (kind === "money" || kind === "mean") return written(rounded(value, 2));
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
  if (kind === "mean") return rounded(value, settings.moneyScale + 2, -settings.moneyScale);
  if (kind === "quantity") return decimal(value, settings.quantityScale);
  if (kind === "day") return dayText(value);
  return String(value);
}

/**
 * A sum with the decimals that the input has; a mean, which isn't whole, with two more.
 * @param {number} value
 * @param {number} scale
 */
const decimal = (value, scale) =>
  rounded(value, Number.isInteger(value) ? scale : scale + 2, -scale);

/** "a", "a and b", "a, b and c". @param {string[]} words */
export function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
