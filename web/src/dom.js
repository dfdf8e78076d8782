// Elements. Text from the data only ever becomes a text node or an attribute's value.

import { shown } from "./kernel/formats.js";

/**
 * An element with attributes and children. `on…` attributes are listeners; `null` children are left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} attributes
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
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

/** A text from the data, whatever direction it is written in. @param {string} text */
export function bdi(text) {
  return element("bdi", {}, text);
}

const SVG = "http://www.w3.org/2000/svg";
/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} attributes
 * @param {...Node} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svgElement(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/**
 * A labelled drop-down list.
 * @param {string} text
 * @param {string[][]} options value and text
 * @param {string} value
 * @param {(value: string) => void} onchange
 */
export function choice(text, options, value, onchange) {
  const list = element(
    "select",
    { onchange: () => onchange(list.value) },
    ...options.map(([key, words]) =>
      element("option", { value: key, selected: key === value }, words),
    ),
  );
  list.value = value;
  const label = element("label", { class: "choice" }, element("span", {}, text), list);
  return { label, list };
}

/**
 * The class of a cell of text: a long one is broken and cut, its download has all of it.
 * @param {string} text
 */
export const styleOf = (text) => (text.length > 24 ? "prose" : "word");

/** A table of rows. @param {Column[]} columns @param {Row[]} rows @param {string} caption */
export function tableOf(columns, rows, caption) {
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

/**
 * Hand a file to the reader.
 * @param {string} name
 * @param {Blob | string} content
 * @param {string} [type]
 */
export function download(name, content, type) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * Set an element's text, without a change to the page where it is the same.
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * The first element for a selector.
 * @param {string} selector
 * @param {ParentNode} within
 * @returns {HTMLElement}
 */
export const find = (selector, within = document) => within.querySelector(selector);

/** A spot of colour before a text. @param {string} colour */
export function swatchOf(colour) {
  const swatch = element("span", { class: "swatch" });
  swatch.style.background = colour;
  return swatch;
}

/**
 * Load a script of the page's own folder; works from disk as over http.
 * @param {string} path
 * @param {() => void} ready
 * @param {() => void} failed
 */
export function loadScript(path, ready, failed = () => {}) {
  const script = element("script", { src: path });
  script.addEventListener("load", ready);
  script.addEventListener("error", failed);
  document.body.append(script);
}
