// The dashboard's heart: one state, what it makes of the lines, and who must be redrawn.

const page = {
  data: null,
  state: null,
  setup: null,
  fails: null,
  sources: [], // what is summed, see cubes.js
  cubes: null, // null: the lines are here
  people: null, // groups of customers
  sample: null, // of customers, where there are cubes
  /** @type {Map<string, {except: string[], value: unknown}>} */
  cache: new Map(),
  /** @type {Map<string, View>} */
  views: new Map(),
  /** Parts of the page that are no charts: {filters?, isVisible(), update()}. */
  parts: [],
  waiting: 0, // timer of the redraws after paint
  drawing: 0, // figures that Vega is at
};

/**
 * @typedef {object} View a chart that filters and is filtered
 * @property {string} key of its figure
 * @property {string[]} own filters that it sets, and shows the values of without heeding them
 * @property {string[]} [switches] names of settings that change its specification
 * @property {string[] | "all"} [painted] filters whose change only needs the overlay
 * @property {(mounted: Mounted) => void} [paint] draws the overlay
 */

/** A value that stays until a filter changes which is not among `except`. */
function cached(name, except, make) {
  const kept = page.cache.get(name);
  if (kept) return kept.value;
  const value = make();
  page.cache.set(name, { except, value });
  return value;
}

function forget(changed) {
  for (const [name, { except }] of page.cache) {
    if (changed.some((filter) => !except.includes(filter))) page.cache.delete(name);
  }
}

const byDay = () => cached("day", ["time"], () => summed("day", ["time"]));
const byDayOfAll = () => page.whole.byDay;

/** The selected days, from the first, as whole periods of a grain, clipped to first..through. */
function selectedDays(grain = "day") {
  const { state, data } = page;
  const [from, to] = widened(grain, [state.from ?? 0, state.to ?? data.lastDay]);
  return [Math.max(from, 0), Math.min(to, data.lastDay)];
}

/** Which filters are on, in words, without those that a view does not heed. */
function inWords(except = []) {
  const on = FILTERS.filter((filter) => !except.includes(filter) && isOn(page.state, filter));
  return on.map((filter) => FILTER_WORDS[filter]);
}
const FILTER_WORDS = {
  time: "time",
  product: "products",
  channel: "channels",
  city: "cities",
  gender: "gender",
  segment: "segments",
  cluster: "clusters",
  range: "values of customers",
};

/**
 * Something changed: filters by name (`pair` when clusters were swapped) and settings by name.
 * @param {{filters?: string[], settings?: string[], history?: "push" | "replace" | "none"}} what
 */
function changed({ filters = [], settings = [], history = "push" }) {
  const own = filters.filter((name) => FILTERS.includes(name));
  if (filters.length) {
    refailAll(own);
    forget(filters);
    const missing = missingCubes();
    if (missing.length) {
      clearTimeout(page.waiting);
      if (history !== "none") remember(history);
      updateChips();
      syncControls();
      fetchCubes(missing, () =>
        changed({ filters: [...FILTERS, "pair"], settings, history: "none" }),
      );
      return;
    }
  }
  for (const view of page.views.values()) {
    const it = mounted.get(view.key);
    if (!it) continue;
    if ((view.switches ?? []).some((name) => settings.includes(name))) it.mustBuild = true;
    const painted = view.painted === "all" ? FILTERS : (view.painted ?? []);
    const isDirty = filters.some((name) => !painted.includes(name));
    it.isDirty ||= isDirty || it.mustBuild;
    it.mustPaint ||= filters.length > 0 && Boolean(view.paint);
  }
  for (const part of page.parts) part.isDirty = true;
  flush();
  if (history !== "none") remember(history);
}

/** Redraw what is in sight now, the rest after paint. */
function flush() {
  for (const part of page.parts) if (part.isDirty && part.isVisible()) refresh(part);
  for (const it of mounted.values()) if (it.isVisible) bringUpToDate(it);
  clearTimeout(page.waiting);
  page.waiting = setTimeout(catchUp, 60);
}

function refresh(part) {
  part.isDirty = false;
  part.update();
}

async function bringUpToDate(it) {
  if (!page.views.has(it.key) || !(it.mustBuild || it.isDirty || it.mustPaint)) return;
  const mustBuild = it.mustBuild || !it.view;
  it.mustBuild = it.mustPaint = false;
  page.drawing += 1;
  try {
    if (mustBuild) await build(it);
    else if (it.isDirty) await redraw(it);
  } finally {
    page.drawing -= 1;
  }
  page.views.get(it.key).paint?.(it);
  tellAbout(it);
}

/** One redraw a task, so that a click in between does not wait. */
function catchUp() {
  writeAddress();
  const late = page.parts.find((part) => part.isDirty);
  if (late) refresh(late);
  else {
    const next = [...mounted.values()].find(
      (it) => page.views.has(it.key) && (it.isDirty || it.mustBuild || it.mustPaint),
    );
    if (!next) return settled();
    bringUpToDate(next);
  }
  page.waiting = setTimeout(catchUp, 0);
}

/** Nothing is left to redraw. */
function settled() {
  page.waiting = 0;
  document.documentElement.dataset.settled = String(
    Number(document.documentElement.dataset.settled ?? 0) + 1,
  );
}

/** The one line under a figure's title, and the open table. */
function tellAbout(it) {
  const view = page.views.get(it.key);
  const about = it.element.querySelector(".figure-about");
  const words = inWords(view.own);
  const text = [view.about(), view.from?.() ?? "", words.length ? `Filtered by ${listed(words)}.` : ""]
    .filter(Boolean)
    .join(" ");
  if (about.textContent !== text) about.textContent = text;
  const title = view.title?.();
  const heading = it.element.querySelector(".figure-title");
  if (title && heading.textContent !== title) nameFigure(it, title);
  const details = it.element.querySelector(".figure-table");
  if (details.open) fillTable(it);
  else details.dataset.isOld = "yes";
}

function nameFigure(it, title) {
  it.element.querySelector(".figure-title").textContent = it.title = title;
  it.element.querySelector(".figure-table > summary").textContent = `Table of “${title}”`;
  it.box.setAttribute("aria-label", `${title}. The table of this figure holds the same numbers.`);
}

const TABLE_ROWS = 200; // of a figure's table on the page; the CSV holds all

function fillTable(it) {
  const { columns, rows } = it.table();
  const box = it.element.querySelector(".table-box") ?? it.element.querySelector(".figure-table");
  const made = tableOf(columns, rows.slice(0, TABLE_ROWS), it.title);
  box.querySelector("table")?.remove();
  box.append(made);
  let foot = it.element.querySelector(".figure-table .table-foot");
  if (!foot) box.after((foot = element("p", { class: "table-foot" })));
  foot.textContent =
    rows.length > TABLE_ROWS
      ? `${count(TABLE_ROWS)} of ${count(rows.length)} rows shown; the CSV holds all.`
      : "";
  delete it.element.querySelector(".figure-table").dataset.isOld;
}

/** Put a view into its figure, if the page has one. */
function addView(view) {
  const figure = document.querySelector(`[data-figure="${view.key}"]`);
  if (!figure || !page.data.specs[view.key]) return;
  page.views.set(view.key, view);
  const it = mount(figure, {
    spec: () => page.data.specs[view.key][view.position?.() ?? ""],
    rows: view.rows,
    table: view.table,
    exported: view.exported ?? view.rows,
    tip: view.tip,
  });
  Object.assign(it, { click: view.click, hover: view.hover, after: view.after });
  figure.querySelector(".figure-table").addEventListener("toggle", (event) => {
    if (event.target.open && event.target.dataset.isOld) fillTable(it);
  });
  view.attach?.(it);
  inSight.observe(it.box);
  widths.observe(it.box);
}

const inSight = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const it = mounted.get(entry.target.closest("[data-figure]").dataset.figure);
    it.isVisible = entry.isIntersecting;
    if (it.isVisible) bringUpToDate(it);
  }
});

/** Whether a part of the page can be seen; a part that comes into sight is brought up to date. */
function sightOf(node) {
  let isSeen = isOnScreen(node);
  new IntersectionObserver(([entry]) => {
    isSeen = entry.isIntersecting;
    if (isSeen && !page.waiting) page.waiting = setTimeout(catchUp, 0);
  }).observe(node);
  return () => isSeen;
}

function isOnScreen(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}

const widths = new ResizeObserver((entries) => {
  for (const entry of entries) {
    const it = mounted.get(entry.target.closest("[data-figure]").dataset.figure);
    if (it.view && Math.abs(it.box.clientWidth - it.width) > 1) {
      it.mustBuild = true;
      if (it.isVisible) bringUpToDate(it);
      else page.waiting ||= setTimeout(catchUp, 60);
    }
  }
});

// ---- acting on filters ----

/** Click again to undo: puts codes into a set filter, or takes them out when all are in. */
function toggle(name, codes) {
  const set = page.state[name];
  const areAllIn = codes.every((code) => set.has(code));
  codes.forEach((code) => (areAllIn ? set.delete(code) : set.add(code)));
  changed({ filters: [name === "cell" ? "segment" : name] });
}

function setDays(from, to, history = "push") {
  const { state, data } = page;
  const last = data.days - 1;
  state.from = from === null || from <= 0 ? null : Math.min(from, last);
  state.to = to === null || to >= last ? null : Math.max(to, 0);
  changed({ filters: ["time"], history });
}

/** Switch a filter off; without a name, all of them. */
function clear(filter = null) {
  const empty = emptyState();
  const names = filter ? [filter] : FILTERS.filter((name) => isOn(page.state, name));
  for (const name of names) {
    if (name === "time") [page.state.from, page.state.to] = [null, null];
    else if (name === "segment") [page.state.segment, page.state.cell] = [new Set(), new Set()];
    else if (name === "range") page.state.ranges = {};
    else page.state[name] = empty[name];
  }
  if (names.length) changed({ filters: names });
}

/** Change a setting of the views. */
function adjust(name, value) {
  page.setup[name] = value;
  changed({ settings: [name] });
}
