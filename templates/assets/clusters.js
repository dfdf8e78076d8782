// Clusters: which one each customer is in under the chosen pair, the scatter, its legend and verdict.

/** The pair of components and clusters that is shown. */
function pairNow() {
  const { fits, setup } = { fits: page.data.cluster_fits, setup: page.setup };
  const usual = fits.find((fit) => fit.is_chosen) ?? fits[0] ?? { components: 0, clusters: 0 };
  const wanted = {
    components: setup.components || usual.components,
    clusters: setup.clusters || usual.clusters,
  };
  return (
    fits.find((fit) => fit.components === wanted.components && fit.clusters === wanted.clusters) ??
    usual
  );
}

/** The cluster of each customer under the pair, 0 for who is in none. */
function clusterOf(data) {
  const fit = pairNow();
  const labels = data.members?.labels?.[`${fit.components}x${fit.clusters}`];
  return labels ?? data.customers.cluster;
}

/** Customers by cluster under all filters but clusters. */
const byCluster = () =>
  cached("clusters", ["cluster"], () => peopleSums(clusterOf, 16, "cluster"));

/** Positions of the customers that scatter and parallel coordinates draw. */
function drawnMembers() {
  return cached("drawn", FILTERS, () => {
    const cluster = clusterOf(page.data);
    const found = page.data.members.drawn ?? cluster.keys();
    return [...found].filter((at) => cluster[at] > 0);
  });
}

const scoreOf = (component, at) => (page.data.members.scores[component - 1]?.[at] ?? 0) / 1000;
const isFaint = (at) => page.fails.person[at] !== 0;

function scatterRows(withDim) {
  const cluster = clusterOf(page.data);
  const { across, up } = axesOfScatter();
  return drawnMembers().map((at) => ({
    at,
    x: scoreOf(across, at),
    y: scoreOf(up, at),
    cluster: cluster[at],
    ...(withDim ? { dim: isFaint(at) } : {}),
  }));
}

/** The components on the scatter's axes: those asked for, as far as the pair has them. */
function axesOfScatter() {
  const most = componentsKnown(pairNow().components);
  const { across, up } = page.setup;
  return { across: across > most ? 1 : across, up: up > most ? 2 : up };
}

/** How many components of a pair the data has scores for. */
const componentsKnown = (components) =>
  Math.min(Math.max(components, 2), page.data.members?.scores?.length ?? 2);

const isDense = () => scatterView.position() === "dense";

/** The specification with the components of now as titles of the axes. */
function scatterSpec() {
  const spec = page.data.specs.scatter[scatterView.position()];
  if (isDense()) return spec; // its titles are right
  const { across, up } = axesOfScatter();
  const titled = (axis, component) => ({ ...axis, title: `Component ${component}` });
  const { x, y } = spec.encoding;
  return { ...spec, encoding: { ...spec.encoding, x: titled(x, across), y: titled(y, up) } };
}

const scatterView = {
  key: "scatter",
  own: ["cluster"],
  painted: "all",
  switches: ["across", "up", "components"],
  // Where the customers are a sample, all of them are below as a density on the first two components.
  position: () => {
    const { across, up } = axesOfScatter();
    return page.data.specs.scatter.dense && across === 1 && up === 2 ? "dense" : "";
  },
  rows: () => scatterRows(false),
  exported: () =>
    scatterRows(true).map(({ at, ...row }) => ({ customer: page.data.members.id[at], ...row })),
  table: () => {
    const cluster = clusterOf(page.data);
    const { across, up } = axesOfScatter();
    return {
      columns: [
        { name: "id", label: "Customer", kind: "text" },
        { name: "cluster", label: "Cluster", kind: "number" },
        { name: "x", label: `Component ${across}`, kind: "real" },
        { name: "y", label: `Component ${up}`, kind: "real" },
      ],
      rows: drawnMembers()
        .filter((at) => !isFaint(at))
        .map((at) => ({
          id: page.data.members.id[at],
          cluster: cluster[at],
          x: scoreOf(across, at),
          y: scoreOf(up, at),
        })),
    };
  },
  // A cell of the density has no cluster.
  tip: ({ at, cluster }) =>
    cluster && [
      `Cluster ${cluster}`,
      ["Customers of it here", count(byCluster().customers[cluster])],
      ["Customer", page.data.members.id[at]],
      ["Segment", page.data.names.segment[page.data.customers.segment[at]]],
    ],
  hover: (datum) => preview(datum?.cluster ?? null),
  click: ({ cluster }) => cluster && toggle("cluster", [cluster]),
  about: () =>
    `A point a customer${sampleWords()}, on two principal components of the units kept by subcategory${isDense() ? "; the grey below is where all customers are" : ""}. Clustered on all customers, whatever the filters.`,
  attach: attachScatter,
  paint: paintScatter,
};

const sampleWords = () =>
  page.cubes
    ? ` of ${count(drawnMembers().length)}, a random sample`
    : page.data.members?.drawn
    ? ` (a random sample of ${count(page.data.members.drawn.length)}, drawn once)`
    : "";

function attachScatter(it) {
  it.spec = scatterSpec;
  const { cluster_fits: fits } = page.data;
  const number = (name, label, values) => {
    const made = choice(
      label,
      values.map((value) => [String(value), String(value)]),
      String(pairNow()[name] ?? page.setup[name]),
      (value) => choosePair(name, Number(value)),
    );
    page.controls[name] = made.list;
    return made;
  };
  const values = (name) => [...new Set(fits.map((fit) => fit[name]))].sort((a, b) => a - b);
  toolsOf(it).append(
    number("components", "Components", values("components")),
    number("clusters", "Clusters", values("clusters")),
  );
  for (const [name, label] of [
    ["across", "Across"],
    ["up", "Up"],
  ]) {
    const made = choice(
      label,
      [
        ["1", "component 1"],
        ["2", "component 2"],
      ],
      String(page.setup[name]),
      (value) => adjust(name, Number(value)),
    );
    page.controls[name] = made.list;
    toolsOf(it).append(made);
  }
  it.legend = element("ul", { class: "legend", "aria-label": "Clusters" });
  it.verdict = element("p", { class: "verdict note" });
  it.box.after(it.legend, it.verdict);
  page.parts.push({
    isDirty: true,
    isVisible: () => it.isVisible,
    update: () => updateClusters(it),
  });
}

/** Another pair: everyone's cluster changes, and a cluster filter would mean other people. */
function choosePair(name, value) {
  const now = pairNow();
  page.setup.components = name === "components" ? value : now.components;
  page.setup.clusters = name === "clusters" ? value : now.clusters;
  page.state.cluster = new Set();
  changed({ filters: ["cluster", "pair"], settings: ["components", "clusters"] });
}

/** The scatter's axes are the components that the data has scores for. */
function syncAxes(components) {
  const known = componentsKnown(components);
  const axes = axesOfScatter();
  for (const name of ["across", "up"]) {
    const list = page.controls[name];
    if (list.options.length !== known) {
      list.replaceChildren(
        ...Array.from({ length: known }, (_, at) =>
          element("option", { value: String(at + 1) }, `component ${at + 1}`),
        ),
      );
    }
    list.value = String(axes[name]);
  }
}

const clusterColour = (cluster) =>
  inScheme(page.data.colours.clusters[(cluster - 1) % page.data.colours.clusters.length]);

/** The customers that an overlay paints in colour: the selection, or the cluster pointed at. */
function litMembers() {
  const cluster = clusterOf(page.data);
  const isLit = page.preview ? (at) => cluster[at] === page.preview : (at) => !isFaint(at);
  return drawnMembers().filter(isLit);
}
const isAnyFaint = () => page.preview || FILTERS.some((filter) => isOn(page.state, filter));

/** Everyone is drawn once; what is not selected is veiled, the selection drawn again above. */
function paintScatter(it) {
  const { surface, plot } = overlayOf(it);
  it.previewed = page.preview;
  if (!isAnyFaint() || !page.data.members) return;
  const [x, y] = ["x", "y"].map((name) => straight(it.view.scale(name)));
  const cluster = clusterOf(page.data);
  const { across, up } = axesOfScatter();
  const places = new Map();
  for (const at of litMembers()) {
    const number = cluster[at];
    if (!places.has(number)) places.set(number, []);
    places.get(number).push(x(scoreOf(across, at)), y(scoreOf(up, at)));
  }
  const dots = new Map([...places].map(([number, all]) => [clusterColour(number), all]));
  paintDots(surface, plot, [veilColour(), VEIL], dots);
}

/** A linear scale as a plain function. */
function straight(scale) {
  const start = scale(0);
  const slope = scale(1) - start;
  return (value) => start + slope * value;
}

const VEIL = 0.88; // its opacity over what is not selected
const veilColour = () => token("surface") || token("paper");

function veil(surface, left, top, width, height) {
  surface.globalAlpha = VEIL;
  surface.fillStyle = veilColour();
  surface.fillRect(left, top, width, height);
}
