// Start: the linked dashboard where the page has its lines, plain figures elsewhere.

page.controls = {};
page.pickers = new Map();
page.preview = null;

/** Figures whose rows came with the page. */
function startFigures() {
  for (const [key, { spec, columns: known, rows }] of Object.entries(window.retailReport?.figures ?? {})) {
    const figure = document.querySelector(`[data-figure="${CSS.escape(key)}"]`);
    if (!figure || mounted.has(key)) continue;
    darkTwins = { ...darkTwins, ...spec.usermeta?.dark };
    const names = Object.keys(rows[0] ?? {}).filter(
      (name) => typeof rows[0][name] !== "object" || rows[0][name] === null,
    );
    const columns = names.map((name) => ({
      name,
      label: name,
      kind: typeof rows[0][name] === "number" ? "real" : "text",
    }));
    const it = mount(figure, {
      spec: () => spec,
      rows: () => rows,
      table: () => ({ columns, rows }),
      tip: (datum) => plainTip(known, datum),
    });
    it.click = (datum) => toGroup(datum);
    const drawn = new IntersectionObserver(
      ([entry]) => {
        if (!entry.isIntersecting) return;
        drawn.disconnect();
        build(it);
        new ResizeObserver(() => Math.abs(it.box.clientWidth - it.width) > 1 && build(it)).observe(
          it.box,
        );
      },
      { rootMargin: "200px" },
    );
    drawn.observe(it.box);
  }
}

/** A mark of a segment or cluster leads to its page, if a table of this page does. */
function toGroup(datum) {
  const names = [datum.segment, datum.cluster, datum.from_segment].filter(
    (name) => name !== undefined && name !== null,
  );
  for (const link of document.querySelectorAll("a[data-group]")) {
    if (names.length && link.textContent === String(names[0]))
      return void (location.href = link.href);
  }
}

/** The columns of the figure's table, which are in display units. */
function plainTip(columns, datum) {
  const lines = columns
    .filter(({ name }) => Object.hasOwn(datum, name))
    .map(({ name, label, kind }) => [label, displayed(datum[name], kind)]);
  return lines.length ? lines : null;
}

function startDashboard(packed) {
  Object.assign(measures, {
    money: 10 ** packed.moneyScale,
    moneyScale: packed.moneyScale,
    quantity: 10 ** packed.quantityScale,
    quantityScale: packed.quantityScale,
    currency: packed.currency,
  });
  darkTwins = { ...darkTwins, ...packed.colours.dark };
  page.data = decode(packed);
  page.state = emptyState();
  page.setup = emptySetup();
  page.fails = emptyFails(page.data);
  page.whole = { spans: {} };
  makeSources(packed);
  Object.assign(page.whole, wholeOf(page.data));
  recall();
  refailAll(FILTERS);
  makeFilters();
  makeTiles();
  page.parts.push(
    { isDirty: true, isVisible: sightOf(document.querySelector("#key-figures")), update: updateTiles },
    { isDirty: true, isVisible: sightOf(document.querySelector("#chips")), update: updateChips },
    { isDirty: true, isVisible: () => true, update: () => (updateReset(), updateGrain()) },
    { isDirty: true, isVisible: () => false, update: () => (syncControls(), updateSummary()) },
  );
  [
    trendView,
    calendarView,
    productsView,
    barsView("channels", "channel", "channels"),
    barsView("cities", "city", "cities"),
    mapView(),
    gridView,
  ].forEach(addView);
  for (const it of mounted.values()) it.isVisible = isOnScreen(it.box);
  document.body.classList.add("is-linked");
  startMarket();
  page.hasStarted = true;
  const missing = missingCubes();
  if (missing.length)
    fetchCubes(missing, () => changed({ filters: [...FILTERS, "pair"], history: "none" }));
  else flush();
  showAsked();
  requestAnimationFrame(() => setTimeout(() => performance.mark("retail-first-render"), 0));
  window.addEventListener("popstate", recall);
  window.addEventListener("hashchange", recall);
  darkScheme.addEventListener("change", rebuildAll);
}

/** A copied link shows its figure. */
function showAsked() {
  const figure =
    page.setup.show && document.querySelector(`[data-figure="${CSS.escape(page.setup.show)}"]`);
  if (figure) figure.scrollIntoView({ block: "center" });
  page.setup.show = "";
}

/** Off unless the reader opens it; the address remembers. */
function startMarket() {
  const market = document.querySelector("#market");
  if (!market) return;
  market.open = page.setup.market;
  market.addEventListener(
    "toggle",
    () => market.open !== page.setup.market && adjust("market", market.open),
  );
}

function rebuildAll() {
  for (const it of mounted.values()) {
    if (!it.view) continue;
    if (page.views.has(it.key)) it.mustBuild = true;
    else build(it);
  }
  if (page.data) flush();
}

/** Sums without any filter, and what never changes. */
function wholeOf(data) {
  const start = new Int32Array(data.days);
  const months = [];
  for (let day = 0; day < data.days; day++) {
    const first = startOf(data.first + day, 1);
    if (months.at(-1) !== first) months.push(first);
    start[day] = months.length - 1;
  }
  page.whole.monthOf = start;
  return {
    byDay: summed("day", ["time"]),
    months,
    monthOfCredit: monthsOf(data.lines.creditDay),
  };
}

/** The month of each day, as its place in `page.whole.months`. */
function monthsOf(days) {
  return Int32Array.from(days, (day) => page.whole.monthOf[day]);
}

/** What only the customers table and the cluster views need; its script comes after the first paint. */
function startMembers(packed) {
  const { id, units, scores, labels = {}, drawn = null } = packed;
  page.data.members = {
    id,
    units: units ? unpacked(units) : null,
    scores: scores?.map(unpacked) ?? [],
    labels: Object.fromEntries(
      Object.entries(labels).map(([pair, column]) => [pair, Uint8Array.from(column, Number)]),
    ),
    drawn: drawn ? unpacked(drawn) : null,
  };
  if (page.data.cluster_fits.length)
    [scatterView, ...(units ? [parallelView] : [])].forEach(addView);
  if (page.data.customers.count && document.querySelector("#customers")) makeCustomers();
  if (page.setup.components || page.setup.clusters)
    changed({ filters: ["cluster", "pair"], history: "none" });
  else changed({ filters: page.cubes ? [...FILTERS, "pair"] : [], settings: ["members"], history: "none" });
}

function startLater({ members, sample }) {
  if (sample) startSample(sample);
  else startMembers(members);
}

/** Load a script of the page's own folder; works from disk as over http. */
function loadLater(path, ready, failed = () => {}) {
  const script = element("script", { src: path });
  script.addEventListener("load", ready);
  script.addEventListener("error", failed);
  document.body.append(script);
}

document.addEventListener("DOMContentLoaded", () => {
  const report = window.retailReport ?? {};
  if (report.dashboard && document.querySelector("#filters")) {
    startDashboard(report.dashboard);
    const path = document.querySelector("#filters").dataset.members;
    if (path)
      setTimeout(() => loadLater(path, () => startLater(window.retailReport)), 30);
  }
  startFigures();
  report.linked = {
    page,
    mounted,
    keyFigures,
    sourcesOf,
    customersNow,
    customerRow,
    clear,
    toggle,
    setDays,
    changed,
  };
});
