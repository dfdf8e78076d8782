// Figures whose rows came with the page: drawn when they come into sight.

import { find } from "../dom.js";
import { displayed } from "../kernel/formats.js";
import { addMenu } from "../panels/menu.js";
import { addDarkTwins, darkScheme } from "../vega/colours.js";
import { build, mount, mounted } from "../vega/figure.js";

/**
 * @param {Record<string, {spec: any, columns: Column[], rows: Row[]}>} figures by key
 * @param {() => string} hashNow
 */
export function startFigures(figures, hashNow) {
  for (const [key, { spec, columns, rows }] of Object.entries(figures)) {
    const holder = find(`[data-figure="${CSS.escape(key)}"]`);
    if (!holder || mounted.has(key)) continue;
    addDarkTwins(spec.usermeta?.dark);
    const figure = mount(holder, {
      spec: () => spec,
      rows: () => rows,
      table: () => ({ columns: columnsOf(rows), rows }),
      tip: (datum) => tipOf(columns, datum),
      click: toGroup,
    });
    addMenu(figure, hashNow);
    buildInSight(figure);
  }
  darkScheme.addEventListener("change", () => {
    for (const figure of mounted.values())
      if (figure.view && Object.hasOwn(figures, figure.key)) build(figure);
  });
}

/**
 * The columns of rows of plain values, by what they hold.
 * @param {Row[]} rows
 * @returns {Column[]}
 */
export function columnsOf(rows) {
  const [first = {}] = rows;
  return Object.entries(first)
    .filter(([, value]) => typeof value !== "object" || value === null)
    .map(([name, value]) => ({
      name,
      label: name,
      kind: typeof value === "number" ? "real" : "text",
    }));
}

/** @param {Figure} figure */
function buildInSight(figure) {
  const { box } = figure;
  const sight = new IntersectionObserver(
    ([entry]) => {
      if (!entry.isIntersecting) return;
      sight.disconnect();
      build(figure);
      new ResizeObserver(() => {
        if (Math.abs(box.clientWidth - figure.width) > 1) build(figure);
      }).observe(box);
    },
    { rootMargin: "200px" },
  );
  sight.observe(box);
}

/**
 * The columns of the figure's table, which are in display units.
 * @param {Column[]} columns
 * @param {Row} datum
 */
function tipOf(columns, datum) {
  const lines = columns
    .filter(({ name }) => Object.hasOwn(datum, name))
    .map(({ name, label, kind }) => /** @type {TipLine} */ ([label, displayed(datum[name], kind)]));
  return lines.length ? lines : null;
}

/**
 * A mark of a segment or cluster leads to its page, if a table of this page does.
 * @param {Row} datum
 */
function toGroup({ segment, cluster, from_segment }) {
  const name = segment ?? cluster ?? from_segment;
  if (name === undefined || name === null) return;
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll("a[data-group]");
  const link = [...links].find(({ textContent }) => textContent === String(name));
  if (link) location.href = link.href;
}
