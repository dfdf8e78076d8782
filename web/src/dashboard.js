// The dashboard's page: one state; views and panels that show it and change it.

import { decode, decodeMembers } from "./data/lines.js";
import { find, loadScript, setText } from "./dom.js";
import { countIn } from "./kernel/formats.js";
import { startPage } from "./pages/common.js";
import { lookForUpdate } from "./pages/updated.js";
import { addChips, addSummary } from "./panels/chips.js";
import { createControls } from "./panels/controls.js";
import { addCustomers } from "./panels/customers.js";
import { addFilters } from "./panels/filters.js";
import { addTabs } from "./panels/tabs.js";
import { addTiles } from "./panels/tiles.js";
import { createChanges } from "./state/changes.js";
import { customersOf } from "./state/customers.js";
import { createHistory } from "./state/history.js";
import { keyFigures } from "./state/keyfigures.js";
import { createScoring } from "./state/scoring.js";
import { createSources } from "./state/sources.js";
import { createStore } from "./state/store.js";
import { createSums } from "./state/sums.js";
import { grainWords } from "./state/words.js";
import { addDarkTwins, darkScheme } from "./vega/colours.js";
import { mounted } from "./vega/figure.js";
import { forgetTaps } from "./vega/taps.js";
import { barsView, mapView } from "./views/bars.js";
import { calendarView } from "./views/calendar.js";
import { createDayPointer } from "./views/day_pointer.js";
import { gridView } from "./views/grid.js";
import { parallelView } from "./views/parallel.js";
import { productsView } from "./views/products.js";
import { createRenderer } from "./views/renderer.js";
import { scatterView } from "./views/scatter.js";
import { trendView } from "./views/trend.js";

const AFTER_PAINT = 30; // milliseconds until the rest of the data is asked for

document.addEventListener("DOMContentLoaded", () => {
  const packed = window.retailReport?.dashboard;
  const filters = find("#filters");
  const dashboard = packed && filters ? start(packed) : null;
  const path = filters?.dataset.members;
  if (dashboard && path)
    setTimeout(() => loadScript(path, () => addRest(dashboard, window.retailReport)), AFTER_PAINT);
  startPage(dashboard?.history.hashNow);
  if (dashboard) window.retailReport.linked = openToTests(dashboard);
});

/** @param {any} packed what retail/charts/payload.py packed */
function start(packed) {
  countIn(packed);
  addDarkTwins(packed.colours.dark);
  const store = createStore(decode(packed));
  const scoring = createScoring(store);
  const sources = createSources(store, scoring);
  const sums = createSums(store, sources);
  const changes = createChanges({ store, sources, sums });
  const history = createHistory(store);
  const render = createRenderer(store, history);
  const controls = createControls();
  const dashboard = { store, scoring, sources, sums, changes, render, controls, history };
  history.recall();
  sources.updateMasks(store.filters.names);
  sources.updateMasks(
    scoring.follow({ filters: store.filters.names, settings: ["scored"] }, sources.masks),
  );
  store.forget([...store.filters.names, "pair"]);
  const tabs = addPanels(dashboard);
  addViews(dashboard);
  render.lookAtFigures();
  document.body.classList.add("is-linked");
  store.hasStarted = true;
  const missing = sources.missing();
  if (missing.length) fetchCubes(dashboard, missing, {});
  else render.flush();
  showAsked(store, tabs);
  requestAnimationFrame(() => setTimeout(() => performance.mark("retail-first-render"), 0));
  window.addEventListener("popstate", history.recall);
  window.addEventListener("hashchange", history.recall);
  darkScheme.addEventListener("change", render.rebuildAll);
  forgetTaps();
  return dashboard;
}

/** @typedef {Dashboard & {history: ReturnType<typeof createHistory>}} Started */

/** @param {Started} dashboard */
function addPanels(dashboard) {
  const { store, render, controls } = dashboard;
  addFilters(dashboard);
  addTiles(dashboard);
  const chips = addChips(dashboard);
  addGrain(dashboard);
  const tabs = addTabs(store);
  controls.add(tabs.sync);
  tabs.sync();
  render.addPart(controls.sync, () => false);
  addSummary(dashboard);
  store.onChange((change) => follow(dashboard, change, chips.update));
  return tabs;
}

/** At which grain the figures are, where they are sums. @param {Started} dashboard */
function addGrain(dashboard) {
  const line = find("#grain");
  if (!line || !dashboard.sources.cubes) return;
  line.hidden = false;
  dashboard.render.addPart(
    () => setText(line, grainWords(dashboard)),
    () => true,
  );
}

/** @param {Started} dashboard */
function addViews(dashboard) {
  const { data, filters } = dashboard.store;
  const { render } = dashboard;
  const pointer = createDayPointer(data.days);
  render.addView(trendView(dashboard, pointer));
  render.addView(calendarView(dashboard, pointer));
  render.addView(productsView(dashboard));
  for (const dimension of filters.lineDimensions) {
    if (dimension.figure) render.addView(barsView(dashboard, dimension));
    if (Object.hasOwn(data.cities[0] ?? {}, dimension.name))
      render.addView(mapView(dashboard, dimension));
  }
  render.addView(gridView(dashboard));
}

/**
 * What follows a change of the state: masks, sums, what is drawn, and the address.
 * @param {Started} dashboard
 * @param {Change} change
 * @param {() => void} updateChips
 */
function follow(dashboard, change, updateChips) {
  const { store, scoring, sources, render, controls, history } = dashboard;
  const { settings = [], history: how = "push" } = change;
  sources.updateMasks(change.filters ?? []);
  const filters = [...(change.filters ?? []), ...scoring.follow(change, sources.masks)];
  if (filters.length) {
    sources.updateMasks(filters);
    store.forget(filters);
    const missing = sources.missing();
    if (missing.length) {
      if (how !== "none") history.remember(how);
      updateChips();
      controls.sync();
      return fetchCubes(dashboard, missing, { settings });
    }
  }
  if (filters.length || settings.length) {
    if (how === "none") controls.sync();
    render.invalidate({ ...change, filters });
    render.flush();
  }
  if (how !== "none") history.remember(how);
}

/**
 * Load cubes, then redraw. The page keeps what it shows until then.
 * @param {Started} dashboard
 * @param {Cube[]} cubes
 * @param {Change} change that waits for them
 */
function fetchCubes({ store, sources, render }, cubes, change) {
  render.hold();
  let left = cubes.length;
  const done = () => {
    left -= 1;
    if (!left)
      store.changed({ ...change, filters: [...store.filters.names, "pair"], history: "none" });
  };
  for (const cube of cubes) {
    const name = `cube-${cube.name}`;
    const ready = () => {
      if (!cube.isLoaded) sources.addCube(cube, window.retailReport[name]);
      delete window.retailReport[name];
      done();
    };
    const failed = () => {
      cube.isLost = true;
      const notice = find("#notice");
      notice.hidden = false;
      notice.textContent = `A part of the data could not be loaded (${cube.path}): reload the page.`;
      if (window.retailReport.run) lookForUpdate(window.retailReport.run);
      done();
    };
    loadScript(cube.path, ready, failed);
  }
}

/**
 * What comes after the first paint: customers one by one, or a sample of them.
 * @param {Started} dashboard
 * @param {any} report
 */
function addRest(dashboard, { members, sample }) {
  const { store, sources, render } = dashboard;
  const { data, filters, setup } = store;
  if (sample) {
    const { lines, customers } = decode({ ...data, ...sample });
    Object.assign(data, { lines, customers });
    sources.addSample();
  }
  data.members = decodeMembers(sample ? sample.members : members);
  if (data.cluster_fits.length) {
    render.addView(scatterView(dashboard));
    if (data.members.units) render.addView(parallelView(dashboard));
  }
  if (data.customers.count && find("#customers")) addCustomers(dashboard);
  if (setup.components || setup.clusters)
    store.changed({ filters: ["cluster", "within", "pair"], history: "none" });
  else
    store.changed({
      filters: sources.cubes ? [...filters.names, "pair"] : [],
      settings: ["members"],
      history: "none",
    });
}

/**
 * A copied link shows its figure.
 * @param {Store} store
 * @param {{show: (node: Element) => void}} tabs
 */
function showAsked({ setup }, tabs) {
  const figure = setup.show && find(`[data-figure="${CSS.escape(setup.show)}"]`);
  if (figure) {
    tabs.show(figure);
    figure.scrollIntoView({ block: "center" });
  }
  setup.show = "";
}

/** @param {Started} dashboard */
function openToTests(dashboard) {
  const { store, scoring, sources, sums, render } = dashboard;
  const { selected, rowOf } = customersOf(dashboard);
  const byFigure = {
    trend: sums.byDay,
    calendar: sums.byDay,
    products: sums.byProduct,
    "rfm-grid": sums.byCell,
  };
  for (const { name, figure } of store.filters.lineDimensions)
    byFigure[figure] = () => sums.byName(name);
  /** Where the figures of a view come from. @param {string} key */
  const sourcesOf = (key) => {
    const { source, isAbout } = byFigure[key]();
    const { grain = null, name = "", isSample = false } = source ?? {};
    return { source: { grain, name, isSample }, isAbout: Boolean(isAbout) };
  };
  return {
    store,
    scoring,
    sources,
    render,
    mounted,
    sourcesOf,
    keyFigures: () => keyFigures(dashboard),
    why: dashboard.changes.why,
    hashNow: dashboard.history.hashNow,
    customersNow: selected,
    customerRow: rowOf,
  };
}
