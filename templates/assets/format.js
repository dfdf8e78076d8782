// Numbers, money, shares and days as text: the same rules as retail/render/formats.py.

const DAY_MS = 86_400_000;
const MISSING = "-";
const locale = document.documentElement.lang || "en";
const wholeNumber = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const twoDecimals = new Intl.NumberFormat(locale, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
// Rounded as Python does, so that a share reads the same in a table made with the page.
const inPercent = new Intl.NumberFormat(locale, {
  roundingMode: "halfEven",
  style: "unit",
  unit: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

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
  return (
    (cents < 0 ? "-" : "") +
    measures.currency +
    twoDecimals.format(Math.abs(Math.round(cents)) / 100)
  );
}

function quantity(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const digits = measures.quantityScale;
  return (value / measures.quantity).toLocaleString(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function count(value) {
  return value === null || !Number.isFinite(value) ? MISSING : wholeNumber.format(value);
}

function share(value) {
  return value === null || !Number.isFinite(value) ? MISSING : inPercent.format(100 * value);
}

/** A change as a share, with its sign. */
function change(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  return (value > 0 ? "+" : "") + inPercent.format(100 * value);
}

function real(value) {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  const digits = size < 1 ? 4 : size < 10 ? 3 : size < 100 ? 2 : size < 1e6 ? 1 : 0;
  return value.toLocaleString(locale, { maximumFractionDigits: digits });
}

/** @param {number} day days since 1970-01-01 @returns {string} such as "2014-02-28" */
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
  day: (value) => (value === null ? MISSING : dayText(value)),
  month: (value) => String(value ?? MISSING),
};

/** A value of a column kind as a reader sees it; money and quantities in smallest units. */
function shown(value, kind) {
  return value === undefined || value === null ? MISSING : (SHOWN[kind] ?? SHOWN.text)(value);
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
