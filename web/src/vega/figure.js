// A chart in its box: Vega-Lite compiled here, drawn on a canvas, redrawn when its rows change.
//
// Under the strict policy expressions are interpreted (`ast`), and nothing may inject a style.

import { element, find } from "../dom.js";
import { settings } from "../kernel/formats.js";
import { recoloured } from "./colours.js";
import { isFirstTap } from "./taps.js";
import { hideTip, showTip } from "./tooltip.js";

/** The figures of the page by key. @type {Map<string, Figure>} */
export const mounted = new Map();

/**
 * Prepare a figure of the page; `build` it when it comes into sight.
 * @param {HTMLElement} holder the <figure>
 * @param {Pick<Figure, "spec" | "rows" | "table"> & Partial<Figure>} how
 * @returns {Figure}
 */
export function mount(holder, how) {
  const key = holder.dataset.figure;
  const box = find(".figure-chart", holder);
  const overlay = element("canvas", { class: "overlay", "aria-hidden": "true" });
  const title = find(".figure-title", holder)?.textContent ?? key;
  const figure = {
    key,
    element: holder,
    box,
    overlay,
    title,
    view: null,
    width: 0,
    height: 0,
    isFit: Boolean(holder.closest(".row-1, .row-2")),
    isDirty: true,
    isVisible: false,
    mustBuild: false,
    mustPaint: false,
    exported: how.rows,
    exportedSpec: null,
    tip: null,
    click: null,
    hover: null,
    after: null,
    ...how,
  };
  mounted.set(key, figure);
  return figure;
}

const labelOf = (title) => `${title}. The table of this figure holds the same numbers.`;

/**
 * Another title: in the heading, above the table, and for a screen reader.
 * @param {Figure} figure
 * @param {string} title
 */
export function nameFigure(figure, title) {
  figure.title = title;
  find(".figure-title", figure.element).textContent = title;
  find(".figure-table > summary", figure.element).textContent = `Table of “${title}”`;
  find(".vega-canvas", figure.box)?.setAttribute("aria-label", labelOf(title));
}

/** What explains a figure, behind its (i). @param {Figure} figure @returns {HTMLElement | null} */
export const infoOf = (figure) => find(".info-words", figure.element);

/** Whether a figure is as wide, and where it fits its box as high, as it was drawn. @param {Figure} figure */
export const hasItsSize = ({ box, width, height, isFit }) =>
  Math.abs(box.clientWidth - width) <= 1 && (!isFit || Math.abs(box.clientHeight - height) <= 1);

/** Where a figure's own controls go. @param {Figure} figure */
export function toolsOf(figure) {
  const caption = find("figcaption", figure.element);
  return (
    find(".figure-tools", caption) ?? caption.appendChild(element("div", { class: "figure-tools" }))
  );
}

/**
 * Vega's runtime for a specification at a width (of the whole box, axes included), and a height if it is given.
 * @param {any} spec
 * @param {number} width
 * @param {number} height 0: that of the specification
 */
export function runtime(spec, width, height = 0) {
  const { vega, vegaLite } = window.retailVega;
  const sized = { ...spec, config: { ...spec.config, locale: settings.charts } };
  if (height) {
    const autosize = { type: "fit", contains: "padding" };
    Object.assign(sized, { width, height, autosize });
  } else if (spec.width === "container")
    Object.assign(sized, { width, autosize: { type: "fit-x", contains: "padding" } });
  const logger = vega.logger(vega.Error);
  return vega.parse(vegaLite.compile(sized, { logger }).spec, {}, { ast: true });
}

/** Draw a figure anew: first time, other switch, other width or colours. @param {Figure} figure */
export async function build(figure) {
  const { vega, expressionInterpreter } = window.retailVega;
  figure.view?.finalize();
  for (const old of figure.box.querySelectorAll("canvas, .vega-canvas")) old.remove();
  figure.width = figure.box.clientWidth;
  figure.height = figure.box.clientHeight;
  const holder = element("div", { class: "vega-canvas" });
  figure.box.prepend(holder);
  const view = new vega.View(
    runtime(recoloured(figure.spec()), figure.width, figure.isFit ? figure.height : 0),
    {
      expr: expressionInterpreter,
      renderer: "canvas",
      container: holder,
      hover: false,
      logLevel: vega.Error,
    },
  );
  // The picture is the canvas alone: what can be focused lies beside it in the box. Vega has a role of its own.
  holder.setAttribute("role", "img");
  holder.setAttribute("aria-label", labelOf(figure.title));
  figure.view = view;
  figure.box.append(figure.overlay);
  figure.isDirty = false;
  // Axes and legend take their room in a second pass, within this same task.
  await view.data("rows", copies(figure.rows())).runAsync();
  if (figure.view !== view) return; // it was built anew while this waited
  if (!figure.isFit) figure.box.style.minHeight = `${holder.offsetHeight}px`;
  watchPointer(figure);
  figure.after?.(figure);
}

/** Vega writes into the rows it is given. @param {Row[]} rows */
export const copies = (rows) => rows.map((row) => ({ ...row }));

/** Give a drawn figure its rows of now. @param {Figure} figure */
export async function redraw(figure) {
  figure.isDirty = false;
  await figure.view.data("rows", copies(figure.rows())).runAsync();
  figure.after?.(figure);
}

/**
 * The plot's top left corner and size within the box, in CSS pixels. The canvas is the box's first
 * child, so nothing is measured: that would lay out the whole page once a view and click.
 * @param {Figure} figure
 */
export function plotOf({ view }) {
  const [left, top] = view.origin();
  const padding = view.padding();
  return {
    left: left + padding.left,
    top: top + padding.top,
    width: view.width(),
    height: view.height(),
  };
}

/** The overlay as a clean drawing surface whose origin is the plot's. @param {Figure} figure */
export function overlayOf(figure) {
  const { overlay } = figure;
  const plot = plotOf(figure);
  const { style } = find(".vega-canvas canvas", figure.box);
  const [width, height] = [Number.parseFloat(style.width), Number.parseFloat(style.height)];
  const ratio = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (overlay.width !== across || overlay.height !== down) {
    overlay.width = across;
    overlay.height = down;
    overlay.style.width = `${width}px`;
    overlay.style.height = `${height}px`;
  }
  const surface = overlay.getContext("2d");
  surface.setTransform(1, 0, 0, 1, 0, 0);
  surface.clearRect(0, 0, overlay.width, overlay.height);
  surface.setTransform(ratio, 0, 0, ratio, plot.left * ratio, plot.top * ratio);
  return { surface, plot };
}

/** Tooltips, and what a figure does when a mark is pointed at or clicked. @param {Figure} figure */
function watchPointer(figure) {
  const { view } = figure;
  view.addEventListener("pointermove", (event, item) => {
    const datum = item?.datum;
    figure.hover?.(datum ?? null);
    const lines = datum && figure.tip ? figure.tip(datum) : null;
    if (lines) showTip(event, lines);
    else hideTip();
  });
  view.addEventListener("pointerout", () => {
    hideTip();
    figure.hover?.(null);
  });
  if (!figure.click) return;
  // A tap has no pointer that moved onto the mark before, from which Vega would know it.
  let tapped = null;
  view.addEventListener("pointerdown", () => {
    tapped = null;
  });
  view.addEventListener("touchstart", (_event, item) => {
    tapped = item;
  });
  view.addEventListener("click", (event, item) => {
    const { datum } = item ?? tapped ?? {};
    tapped = null;
    if (datum && !isFirstTap(figure, event, datum)) figure.click(datum, event);
  });
}
