// Rows as CSV.

import { plain } from "./formats.js";

// As in retail/render/csv_files.py; blanks before the sign make no difference to some programs.
const FORMULA = /^['\s]*[=+\-@|＝＋－＠]|^[\t\r\n]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Rows as CSV (RFC 4180). A text that a spreadsheet would run as a formula gets a ' before it.
 * @param {Column[]} columns
 * @param {Row[]} rows
 */
export function csvOf(columns, rows) {
  const cell = (value, kind) => {
    const text = plain(value, kind);
    const safe = kind === "text" && FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = rows.map((row) => columns.map((c) => cell(row[c.name], c.kind)).join(","));
  return [columns.map((c) => cell(c.name, "text")).join(","), ...lines, ""].join("\r\n");
}
