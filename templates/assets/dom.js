// Elements. Text from the data only ever becomes a text node or an attribute's value.

/**
 * An element with attributes and children. `on…` attributes are listeners; `null` children are left out.
 * @param {string} tag
 * @param {Record<string, unknown>} attributes
 * @param {...(Node | string | null | undefined)} children
 */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A text from the data, whatever direction it is written in. */
function bdi(text) {
  return element("bdi", {}, text);
}

const SVG = "http://www.w3.org/2000/svg";
function svgElement(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** A labelled drop-down list. @param {[string, string][]} options value and text */
function choice(label, options, value, onchange) {
  const list = element(
    "select",
    { onchange: () => onchange(list.value) },
    ...options.map(([key, text]) =>
      element("option", { value: key, selected: key === value }, text),
    ),
  );
  list.value = value;
  return Object.assign(element("label", { class: "choice" }, element("span", {}, label), list), {
    list,
  });
}

/** The class of a cell of text: a long one is broken and cut, its download has all of it. */
const styleOf = (text) => (text.length > 24 ? "prose" : "word");

/** A table of rows. @param {{name: string, label: string, kind: string}[]} columns */
function tableOf(columns, rows, caption) {
  const numeric = (column) => !["text", "day", "month"].includes(column.kind);
  const head = columns.map((c) =>
    element("th", { scope: "col", class: numeric(c) ? "number" : null }, c.label),
  );
  const body = rows.map((row) =>
    element(
      "tr",
      {},
      ...columns.map((column, at) => {
        const text = shown(row[column.name], column.kind);
        if (numeric(column)) return element("td", { class: "number" }, text);
        return at
          ? element("td", { class: styleOf(text) }, bdi(text))
          : element("th", { scope: "row", class: styleOf(text) }, bdi(text));
      }),
    ),
  );
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
}

/** Hand a file to the reader. */
function download(name, content, type) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// As in retail/render/downloads.py; blanks before the sign make no difference to some programs.
const FORMULA = /^['\s]*[=+\-@|＝＋－＠]|^[\t\r\n]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Rows as CSV (RFC 4180). A text that a spreadsheet would run as a formula gets a ' before it. */
function csvOf(columns, rows) {
  const cell = (value, kind) => {
    const text = plain(value, kind);
    const safe = kind === "text" && FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = rows.map((row) => columns.map((c) => cell(row[c.name], c.kind)).join(","));
  return [columns.map((c) => cell(c.name, "text")).join(","), ...lines, ""].join("\r\n");
}
