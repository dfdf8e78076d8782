// Numbers, money, shares and days as text: the same rules as retail/render/formats.py.

const DAY_MS = 86_400_000;
const MISSING = "-";
// WRITING comes before this file, from retail/writing.py: signs and patterns of the report's locale.
const writing = WRITING.page;

/** Digits of a number: `decimals` of them after the point, or at most so many. */
const digitsOf = (options) => {
  const made = new Intl.NumberFormat("en", { useGrouping: false, ...options });
  return (value) => made.format(value);
};
const wholeDigits = digitsOf({ maximumFractionDigits: 0 });
const twoDecimals = digitsOf({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
// Rounded as Python does, so that a share reads the same in a table made with the page.
const oneDecimal = digitsOf({
  roundingMode: "halfEven",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** A plain decimal number as text in the signs of the locale. @param {string} plain "-1234.50" */
function written(plain) {
  const sign = plain[0] === "-" ? writing.minus : "";
  const [whole, part] = plain.replace(/^-/, "").split(".");
  const [last, others] = writing.sizes;
  const groups = [whole.slice(-last)];
  for (let rest = whole.slice(0, -last); rest; rest = rest.slice(0, -others))
    groups.unshift(rest.slice(-others));
  return sign + groups.join(writing.group) + (part ? writing.decimal + part : "");
}

/** A plain amount as text, with the currency where there is one; letters keep a blank's distance. */
function writtenMoney(plain) {
  const { currency } = measures;
  if (!currency) return written(plain);
  const isBelow = plain[0] === "-";
  const [before, after] = (isBelow ? writing.money_below : writing.money_above).map((text) =>
    text.replace("-", writing.minus).replace("¤", () => currency),
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

/** A date by the parts of a pattern. @param {Date} at midnight UTC */
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
  return parts.map((part) => fields[part] ?? writing.names[part]?.[month] ?? part).join("");
}

/** What one run measures in; `start.js` sets it from the page's data. */
const measures = { money: 1, moneyScale: 0, quantity: 1, quantityScale: 0, currency: "" };

/** @param {number} value in units of 10**-scale @returns {number} in hundredths, halves away from zero */
function hundredths(value, scale) {
  if (scale <= 2) return value * 10 ** (2 - scale);
  const unit = 10 ** (scale - 2);
  const size = Math.floor((2 * Math.abs(value) + unit) / (2 * unit));
  return value < 0 ? -size : size;
}

/** @param {number} value whole number of the smallest unit (or a fraction of one, for a mean) */
function money(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const cents = hundredths(value, measures.moneyScale);
  return writtenMoney((cents < 0 ? "-" : "") + twoDecimals(Math.abs(Math.round(cents)) / 100));
}

function quantity(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const digits = measures.quantityScale;
  return written((value / measures.quantity).toFixed(digits));
}

/** A subcategory's name after its category's; once where both are one name, as retail.frames has it. */
const shelfName = (category, name, mark = " · ") =>
  category === name ? category : `${category}${mark}${name}`;

function count(value) {
  return value === null || !Number.isFinite(value) ? MISSING : written(wholeDigits(value));
}

function share(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const [before, after] = writing.percent;
  return before + written(oneDecimal(100 * value)) + after;
}

/** A change as a share, with its sign. */
function change(value) {
  const text = share(value);
  return value > 0 && text !== MISSING ? `+${text}` : text;
}

function real(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  const digits = size < 1 ? 4 : size < 10 ? 3 : size < 100 ? 2 : size < 1e6 ? 1 : 0;
  return written(String(Number(value.toFixed(digits))));
}

/** A day as a reader sees it. @param {number} day days since 1970-01-01 */
const shownDay = (day) => dated(writing.day, new Date(day * DAY_MS));

/** The day of a moment written as in ISO 8601, and with its time, as a reader sees them. */
const isoDayText = (iso) => shownDay(dayNumber(iso.slice(0, 10)));
const momentText = (iso) => `${isoDayText(iso)}, ${iso.slice(11, 16)}`;

/** A month as a reader sees it. @param {string} month such as "2014-02" */
const shownMonth = (month) =>
  /^\d{4}-\d{2}$/.test(month) ? dated(writing.month, new Date(`${month}-01`)) : month;

/** A day for machines. @param {number} day days since 1970-01-01 @returns {string} "2014-02-28" */
function dayText(day) {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** @param {string} text such as "2014-02-28" @returns {number | null} days since 1970-01-01 */
function dayNumber(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) || dayText(at / DAY_MS) !== text ? null : at / DAY_MS;
}

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

/** A value of a column kind as a reader sees it; money and quantities in smallest units. */
function shown(value, kind) {
  return value === undefined || value === null ? MISSING : (SHOWN[kind] ?? SHOWN.text)(value);
}

/** The same for a value in display units: money and quantities as decimal numbers, days as text. */
function displayed(value, kind) {
  if (value === undefined || value === null) return MISSING;
  if (kind === "money") return written(twoDecimals(value));
  if (kind === "quantity") return real(value);
  if (kind === "day") return shownDay(dayNumber(value));
  return shown(value, kind);
}

/** A value of a column kind for a download: decimal point, no thousands mark. */
function plain(value, kind) {
  if (value === undefined || value === null) return "";
  if (kind === "money") return decimal(value, measures.moneyScale);
  if (kind === "quantity") return decimal(value, measures.quantityScale);
  if (kind === "day") return dayText(value);
  return String(value);
}

function decimal(value, scale) {
  return Number.isInteger(value)
    ? (value / 10 ** scale).toFixed(scale)
    : String(value / 10 ** scale);
}

/** "a", "a and b", "a, b and c". */
function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
