// A chart in its box: Vega-Lite compiled here, drawn on a canvas, redrawn when its rows change.
//
// Under the strict policy expressions are interpreted (`ast`), and nothing may inject a style.

/**
 * @typedef {object} Mounted
 * @property {HTMLElement} element the <figure>
 * @property {HTMLElement} box where the chart is drawn
 * @property {HTMLCanvasElement} overlay above the chart, for what changes more often than the chart
 * @property {object | null} view Vega's view once drawn
 * @property {() => object} spec Vega-Lite, without rows
 * @property {() => object[]} rows what the chart draws
 * @property {() => {columns: object[], rows: object[]}} table what the table view and the CSV hold
 * @property {() => object[]} exported rows for image and source; with what is not selected marked `dim`
 */

/** @type {Map<string, Mounted>} */
const mounted = new Map();

/** Prepare a figure of the page; `draw` it when it comes into sight. */
function mount(element, { spec, rows, table, exported = rows, tip = null }) {
  const key = element.dataset.figure;
  const box = element.querySelector(".figure-chart");
  const overlay = element.ownerDocument.createElement("canvas");
  overlay.className = "overlay";
  overlay.setAttribute("aria-hidden", "true");
  const title = element.querySelector(".figure-title")?.textContent ?? key;
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", `${title}. The table of this figure holds the same numbers.`);
  const it = {
    key,
    element,
    box,
    overlay,
    title,
    spec,
    rows,
    table,
    exported,
    tip,
    view: null,
    width: 0,
    isDirty: true,
    isVisible: false,
  };
  mounted.set(key, it);
  element.querySelector("figcaption").append(menuOf(it));
  return it;
}

/** Vega's runtime for a specification at a width (of the whole box, axes included). */
function runtime(spec, width) {
  const { vega, vegaLite } = window.retailVega;
  const sized = { ...spec, config: { ...spec.config, locale: WRITING.charts } };
  if (spec.width === "container")
    Object.assign(sized, { width, autosize: { type: "fit-x", contains: "padding" } });
  const logger = vega.logger(vega.Error);
  return vega.parse(vegaLite.compile(sized, { logger }).spec, {}, { ast: true });
}

/** Draw a figure anew: first time, other switch, other width or colours. */
async function build(it) {
  const { vega, expressionInterpreter } = window.retailVega;
  it.view?.finalize();
  it.box.querySelectorAll("canvas, .vega-canvas").forEach((old) => old.remove());
  it.width = it.box.clientWidth;
  const holder = element("div", { class: "vega-canvas" });
  it.box.prepend(holder);
  const view = new vega.View(runtime(recoloured(it.spec()), it.width), {
    expr: expressionInterpreter,
    renderer: "canvas",
    container: holder,
    hover: false,
    logLevel: vega.Error,
  });
  it.view = view;
  it.box.append(it.overlay);
  it.isDirty = false;
  // Axes and legend take their room in a second pass, within this same task.
  await view.data("rows", copies(it.rows())).runAsync();
  if (it.view !== view) return; // built anew meanwhile
  it.box.style.minHeight = `${holder.offsetHeight}px`;
  watchPointer(it);
  it.after?.(it);
}

/** Vega writes into the rows it is given. */
const copies = (rows) => rows.map((row) => ({ ...row }));

/** Give a drawn figure its rows of now. */
async function redraw(it) {
  it.isDirty = false;
  await it.view.data("rows", copies(it.rows())).runAsync();
  it.after?.(it);
}

/**
 * The plot's top left corner and size within the box, in CSS pixels. The canvas is the box's first
 * child, so nothing is measured: that would lay out the whole page once a view and click.
 */
function plotOf(it) {
  const [left, top] = it.view.origin();
  const padding = it.view.padding();
  return {
    left: left + padding.left,
    top: top + padding.top,
    width: it.view.width(),
    height: it.view.height(),
  };
}

/** The overlay as a clean drawing surface whose origin is the plot's. */
function overlayOf(it) {
  const plot = plotOf(it);
  const { style } = it.box.querySelector(".vega-canvas canvas");
  const [width, height] = [Number.parseFloat(style.width), Number.parseFloat(style.height)];
  const ratio = window.devicePixelRatio || 1;
  if (
    it.overlay.width !== Math.round(width * ratio) ||
    it.overlay.height !== Math.round(height * ratio)
  ) {
    it.overlay.width = Math.round(width * ratio);
    it.overlay.height = Math.round(height * ratio);
    it.overlay.style.width = `${width}px`;
    it.overlay.style.height = `${height}px`;
  }
  const surface = it.overlay.getContext("2d");
  surface.setTransform(1, 0, 0, 1, 0, 0);
  surface.clearRect(0, 0, it.overlay.width, it.overlay.height);
  surface.setTransform(ratio, 0, 0, ratio, plot.left * ratio, plot.top * ratio);
  return { surface, plot };
}

// ---- pointing at marks ----

const tooltip = element("div", { class: "tooltip", hidden: true, "aria-hidden": "true" });

function watchPointer(it) {
  it.view.addEventListener("pointermove", (event, item) => {
    const datum = item?.datum;
    it.hover?.(datum ?? null, event);
    const lines = datum && it.tip ? it.tip(datum) : null;
    if (lines) showTip(event, lines);
    else hideTip();
  });
  it.view.addEventListener("pointerout", () => {
    hideTip();
    it.hover?.(null, null);
  });
  if (!it.click) return;
  // A tap has no pointer that moved onto the mark before, from which Vega would know it.
  let touched = null;
  it.view.addEventListener("pointerdown", () => (touched = null));
  it.view.addEventListener("touchstart", (event, item) => (touched = item));
  it.view.addEventListener("click", (event, item) => {
    const { datum } = item ?? touched ?? {};
    touched = null;
    if (datum) it.click(datum, event);
  });
}

/** @param {(string | [string, string])[]} lines a heading or a label with its value */
function showTip(event, lines) {
  tooltip.replaceChildren(
    ...lines.map((line) =>
      typeof line === "string"
        ? element("strong", {}, bdi(line))
        : element("span", {}, element("span", {}, line[0]), element("b", {}, bdi(line[1]))),
    ),
  );
  tooltip.hidden = false;
  if (!tooltip.isConnected) document.body.append(tooltip);
  const room = document.documentElement.clientWidth - tooltip.offsetWidth - 8;
  tooltip.style.left = `${Math.max(4, Math.min(event.clientX + 14, room))}px`;
  const below = event.clientY + 16;
  const isLow = below + tooltip.offsetHeight > window.innerHeight;
  tooltip.style.top = `${isLow ? event.clientY - tooltip.offsetHeight - 10 : below}px`;
}

function hideTip() {
  tooltip.hidden = true;
}

// ---- images ----

/** A view off the page, in light colours, with all that the figure shows and, if asked for, its title. */
function offPage(it, isTitled) {
  const { vega, expressionInterpreter } = window.retailVega;
  const spec = {
    ...(it.exportedSpec ?? it.spec)(),
    background: "#ffffff",
    ...(isTitled ? { title: { text: it.title, anchor: "start", offset: 12 } } : {}),
    padding: 10,
  };
  const view = new vega.View(runtime(spec, Math.max(it.box.clientWidth, 320)), {
    expr: expressionInterpreter,
    renderer: "none",
    logLevel: vega.Error,
  });
  view.data("rows", copies(it.exported())).run();
  return view;
}

/** The figure as SVG text, without waiting: printing can't. */
function svgOf(it, isTitled = true) {
  const { vega } = window.retailVega;
  const view = offPage(it, isTitled);
  const padding = view.padding();
  const [left, top] = view.origin();
  const renderer = new vega.SVGStringRenderer(view.loader());
  renderer.initialize(
    null,
    view._viewWidth + padding.left + padding.right,
    view._viewHeight + padding.top + padding.bottom,
    [left + padding.left, top + padding.top],
  );
  const text = renderer.render(view.scenegraph().root).svg();
  view.finalize();
  return text;
}
