// Which source a view's sums come from, see cubes.js: of all cubes the finest that carries all filters
// which the view heeds, and what it groups by. Those that are not here come when they are needed.

const OF_GROUP = { subcategory: "product", channel: "channel", city: "city" };

/** Dimensions that a view needs: those of the filters that it heeds and of what it groups by. */
function needed(by, except) {
  const { state, data } = page;
  const heeds = (filter) => !except.includes(filter) && isOn(state, filter);
  const needs = new Set();
  if (OF_GROUP[by]) needs.add(OF_GROUP[by]);
  if (heeds("product")) needs.add(areWholeCategories(state, data) ? "category" : "product");
  for (const name of ["channel", "city", "gender"]) if (heeds(name)) needs.add(name);
  if (heeds("segment")) {
    if (state.cell.size) needs.add("cell");
    if (state.segment.size) needs.add("segment");
  }
  if (heeds("cluster")) needs.add(isUsualPair() ? "cluster" : "none");
  if (heeds("range")) needs.add("none");
  return needs;
}

function areWholeCategories(state, data) {
  return data.names.category.every((_, group) => {
    const inside = data.category.flatMap((of, code) => (of === group ? [state.product.has(code)] : []));
    return inside.every((isIn) => isIn === inside[0]);
  });
}

const isUsualPair = () => {
  const { components, clusters } = pairNow();
  const usual = page.data.cluster_fits.find((fit) => fit.is_chosen);
  return !usual || (usual.components === components && usual.clusters === clusters);
};

const carriesAll = ({ carries, dimensions }, needs) => {
  const has = carries ?? new Set(dimensions);
  return [...needs].every((name) => has.has(name) || (name === "category" && has.has("product")));
};

/** Days as whole periods of a grain, from the first. */
function widened(grain, [from, to]) {
  if (grain === "day") return [from, to];
  const { from: starts, until } = (page.whole.spans[grain] ??= spansOf(page.data, grain));
  const last = page.data.days - 1;
  return [starts[Math.min(Math.max(from, 0), last)], until[Math.min(Math.max(to, 0), last)]];
}

function isWhole(grain, [from, to]) {
  const [low, high] = widened(grain, [from, to]);
  return low === from && high === to;
}

const daysAsked = () => [page.state.from ?? 0, page.state.to ?? page.data.days - 1];

/** The cube for a view, of some; null when none carries what it needs. */
function bestCube(cubes, by, except) {
  const needs = needed(by, except);
  const able = cubes.filter((cube) => carriesAll(cube, needs));
  const rank = (cube) => PERIODS.indexOf(cube.grain);
  const size = (cube) => cube.count ?? cube.data.lines.count;
  const isFinest = by === "day";
  const isTimed = !except.includes("time") && isOn(page.state, "time");
  const whole = able.filter((cube) => !isTimed || isWhole(cube.grain, daysAsked()));
  const isAway = (cube) => (cube.path && !cube.isHere ? 1 : 0);
  const order =
    isFinest || !whole.length
      ? (a, b) => rank(a) - rank(b) || isAway(a) - isAway(b) || size(a) - size(b)
      : (a, b) => isAway(a) - isAway(b) || size(a) - size(b);
  return [...(isFinest || !whole.length ? able : whole)].sort(order)[0] ?? null;
}

/** The source of a view's sums; the sample where no cube will do, null where there is none. */
function sourceFor(by, except) {
  if (!page.cubes) return page.sources[0];
  return bestCube(page.sources, by, except) ?? page.sample ?? null;
}

const ASKED = [
  ["day", ["time"]],
  ["subcategory", ["product"]],
  ["channel", ["channel"]],
  ["city", ["city"]],
];

/** Cubes that the filters of now need and that are not here. */
function missingCubes() {
  if (!page.cubes) return [];
  const there = page.cubes.filter((cube) => !cube.isLost);
  const wanted = ASKED.map(([by, except]) => bestCube(there, by, except));
  return [...new Set(wanted)].filter((cube) => cube && !cube.isHere && cube.path);
}

/** Load cubes, then go on. The page keeps what it shows meanwhile. */
function fetchCubes(cubes, then) {
  page.waiting = -1; // not quiet
  let left = cubes.length;
  const done = () => --left || then();
  for (const cube of cubes) {
    loadLater(
      cube.path,
      () => {
        if (!cube.isHere) addCube(cube, window.retailReport[`cube-${cube.name}`]);
        delete window.retailReport[`cube-${cube.name}`];
        done();
      },
      () => {
        cube.isLost = true;
        const notice = document.querySelector("#notice");
        notice.hidden = false;
        notice.textContent = `A part of the data could not be loaded (${cube.path}): reload the page.`;
        if (window.retailReport.run) lookForUpdate(window.retailReport.run);
        done();
      },
    );
  }
}
