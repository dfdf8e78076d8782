// Who must be redrawn: what is in sight now, the rest after paint.

import { find } from "../dom.js";
import { addMenu } from "../panels/menu.js";
import { filteredBy, filterWords } from "../state/words.js";
import { build, hasItsSize, mount, mounted, nameFigure, redraw } from "../vega/figure.js";
import { watchKeys } from "../vega/marks.js";
import { renewTable, watchTable } from "../vega/tables.js";

const AFTER_PAINT = 60; // milliseconds

/**
 * @param {Store} store
 * @param {{write: () => void, hashNow: () => string}} address written after paint
 */
export function createRenderer(store, address) {
  const render = {
    /** @type {Map<string, View>} */
    views: new Map(),
    /** @type {Part[]} */
    parts: [],
    waiting: /** @type {any} */ (0), // timer of the redraws after paint; -1: held
    drawing: 0, // figures that Vega is at

    /** Put a view into its figure, if the page has one. @param {View} view */
    addView(view) {
      const holder = find(`[data-figure="${view.key}"]`);
      if (!holder || !store.data.specs[view.key]) return;
      render.views.set(view.key, view);
      const figure = mount(holder, {
        spec: view.spec ?? (() => store.data.specs[view.key][view.position?.() ?? ""]),
        exportedSpec: view.exportedSpec ?? null,
        rows: view.rows,
        table: view.table,
        exported: view.exported ?? view.rows,
        tip: view.tip,
        click: view.click,
        marks: view.marks ?? null,
        press: view.press ?? null,
        hover: view.hover,
        after: view.after,
      });
      addMenu(figure, address.hashNow);
      watchTable(figure);
      view.attach?.(figure);
      watchKeys(figure);
      inSight.observe(figure.box);
      widths.observe(figure.box);
    },
    /** @param {() => void} update @param {() => boolean} isVisible @returns {Part} */
    addPart(update, isVisible) {
      const part = { isDirty: true, isVisible, update };
      render.parts.push(part);
      return part;
    },

    /** Note what a change makes old. @param {Change} change */
    invalidate({ filters = [], settings = [] }) {
      for (const view of render.views.values()) {
        const figure = mounted.get(view.key);
        if (!figure) continue;
        if (view.switches?.some((name) => settings.includes(name))) figure.mustBuild = true;
        if (view.shape && figure.view && figure.shape !== view.shape()) figure.mustBuild = true;
        const painted = view.painted === "all" ? store.filters.names : (view.painted ?? []);
        const isDirty = filters.some((name) => !painted.includes(name));
        figure.isDirty ||= isDirty || figure.mustBuild;
        figure.mustPaint ||= filters.length > 0 && Boolean(view.paint);
      }
      for (const part of render.parts) part.isDirty = true;
    },
    /** Redraw what is in sight now, the rest after paint. */
    flush() {
      for (const part of render.parts) if (part.isDirty && part.isVisible()) refresh(part);
      for (const figure of mounted.values()) if (figure.isVisible) bringUpToDate(figure);
      clearTimeout(render.waiting);
      render.waiting = setTimeout(catchUp, AFTER_PAINT);
    },
    /** Redraw nothing more until the next flush. */
    hold() {
      clearTimeout(render.waiting);
      render.waiting = -1;
    },
    /** Draw every view in other colours. */
    rebuildAll() {
      for (const figure of mounted.values()) figure.mustBuild = render.views.has(figure.key);
      render.flush();
    },
    /** Whether a part of the page can be seen; one that comes into sight is brought up to date. */
    sightOf(node) {
      let isSeen = isOnScreen(node);
      new IntersectionObserver(([entry]) => {
        isSeen = entry.isIntersecting;
        if (isSeen && !render.waiting) render.waiting = setTimeout(catchUp, 0);
      }).observe(node);
      return () => isSeen;
    },
    lookAtFigures() {
      for (const figure of mounted.values()) figure.isVisible = isOnScreen(figure.box);
    },
  };

  /** @param {Part} part */
  function refresh(part) {
    part.isDirty = false;
    part.update();
  }

  /** @param {Figure} figure */
  async function bringUpToDate(figure) {
    const view = render.views.get(figure.key);
    if (!view || !isLaidOut(figure)) return;
    if (!(figure.mustBuild || figure.isDirty || figure.mustPaint)) return;
    const mustBuild = figure.mustBuild || !figure.view;
    figure.mustBuild = false;
    figure.mustPaint = false;
    render.drawing += 1;
    try {
      if (mustBuild) figure.shape = view.shape?.();
      if (mustBuild) await build(figure);
      else if (figure.isDirty) await redraw(figure);
    } finally {
      render.drawing -= 1;
    }
    view.paint?.(figure);
    describe(figure, view);
  }

  /** One redraw a task, so that a click in between does not wait. */
  function catchUp() {
    address.write();
    const part = render.parts.find(({ isDirty }) => isDirty);
    if (part) refresh(part);
    else {
      const next = [...mounted.values()].find(
        (figure) =>
          render.views.has(figure.key) &&
          isLaidOut(figure) &&
          (figure.isDirty || figure.mustBuild || figure.mustPaint),
      );
      if (!next) return settled();
      bringUpToDate(next);
    }
    render.waiting = setTimeout(catchUp, 0);
  }

  /** Nothing is left to redraw. */
  function settled() {
    render.waiting = 0;
    const { dataset } = document.documentElement;
    dataset.settled = String(Number(dataset.settled ?? 0) + 1);
  }

  /**
   * The one line under a figure's title, the title, and the table.
   * @param {Figure} figure
   * @param {View} view
   */
  function describe(figure, view) {
    const about = find(".figure-about", figure.element);
    const filtered = filteredBy(filterWords(store, view.own));
    const text = [view.about(), view.from?.() ?? "", filtered].filter(Boolean).join(" ");
    if (about.textContent !== text) about.textContent = text;
    const title = view.title?.();
    if (title && find(".figure-title", figure.element).textContent !== title)
      nameFigure(figure, title);
    renewTable(figure);
  }

  const figureAt = (node) => mounted.get(node.closest("[data-figure]").dataset.figure);

  const inSight = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const figure = figureAt(entry.target);
      figure.isVisible = entry.isIntersecting;
      if (figure.isVisible) bringUpToDate(figure);
    }
  });

  const widths = new ResizeObserver((entries) => {
    for (const entry of entries) {
      const figure = figureAt(entry.target);
      if (!figure.view || !isLaidOut(figure) || hasItsSize(figure)) continue;
      figure.mustBuild = true;
      if (figure.isVisible) bringUpToDate(figure);
      else render.waiting ||= setTimeout(catchUp, AFTER_PAINT);
    }
  });

  return render;
}

/** A figure in a tab that is not shown has no size to be drawn in. @param {Figure} figure */
const isLaidOut = ({ box }) => box.clientWidth > 0;

/** @param {Element} node */
function isOnScreen(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}
