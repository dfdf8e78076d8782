// Parallel coordinates: a line a customer over the subcategories, in an order that the reader sets.

// As in retail/charts/parallel.py; `least` is the least step, `levels` how many heights are told apart.
const AXIS = {
  top: 12,
  height: 220,
  step: 42,
  least: 26,
  opacity: 0.35,
  together: 12,
  levels: 109,
};

/** Subcategories in the order of the axes; what the reader has not ordered follows by category. */
function axesNow() {
  const { axes } = page.setup;
  return [...axes, ...page.data.names.subcategory.keys().filter((code) => !axes.includes(code))];
}

const axisStep = (it) =>
  Math.max(AXIS.least, Math.floor(it.width / page.data.names.subcategory.length));
const unitsOf = (at, code) =>
  page.data.members.units[at * page.data.names.subcategory.length + code];
const mostUnits = () =>
  (page.whole.mostUnits ??= page.data.members.units.reduce(
    (most, units) => Math.max(most, units),
    1,
  ));
const heightOf = (units) => AXIS.top + AXIS.height * (1 - units / mostUnits());
const opacityOf = (customers) => 1 - (1 - AXIS.opacity) ** customers;

/**
 * A row for each cluster and number of customers (up to `together`): all stretches between
 * neighbouring axes that so many customers of the cluster share, as opaque as so many lines are.
 */
function parallelRows(members, dim) {
  const step = axisStep(mounted.get("parallel"));
  return [...bundles(members, axesNow())].map(([key, stretches]) => ({
    cluster: Math.floor(key / 16),
    customers: key % 16,
    opacity: dim ? 0.03 : opacityOf(key % 16),
    type: "Feature",
    geometry: {
      type: "MultiLineString",
      coordinates: stretches.map(({ gap, from, to }) => [
        [step * (gap + 0.5), heightOf(from)],
        [step * (gap + 1.5), heightOf(to)],
      ]),
    },
    ...(dim ? { dim } : {}),
  }));
}

/** The specification with the axes in their order; names are drawn only in exports. */
function parallelSpec(withNames) {
  const it = mounted.get("parallel");
  const axes = axesNow();
  const spec = structuredClone(page.data.specs.parallel[""]);
  spec.width = axisStep(it) * axes.length;
  for (const layer of spec.layer) {
    if (layer.data?.values)
      layer.data.values = axes.map((code, i) => ({
        label: page.data.labels[code],
        at: AXIS.step * (i + 0.5),
      }));
  }
  if (withNames) return spec;
  return {
    ...spec,
    height: AXIS.top + AXIS.height + 8,
    layer: spec.layer.filter((layer) => (layer.mark.type ?? layer.mark) !== "text"),
    padding: 0,
  };
}

const parallelView = {
  key: "parallel",
  own: ["cluster"],
  painted: "all",
  switches: ["axes"],
  rows: () => parallelRows(drawnMembers(), false),
  exported: () =>
    isAnyFaint()
      ? [...parallelRows(drawnMembers(), true), ...parallelRows(litMembers(), false)]
      : parallelRows(drawnMembers(), false),
  table: () => {
    const axes = axesNow();
    const cluster = clusterOf(page.data);
    return {
      columns: [
        { name: "id", label: "Customer", kind: "text" },
        { name: "cluster", label: "Cluster", kind: "number" },
        ...axes.map((code) => ({
          name: `units_${code}`,
          label: page.data.labels[code],
          kind: "quantity",
        })),
      ],
      rows: drawnMembers()
        .filter((at) => !isFaint(at))
        .map((at) => ({
          id: page.data.members.id[at],
          cluster: cluster[at],
          ...Object.fromEntries(axes.map((code) => [`units_${code}`, unitsOf(at, code)])),
        })),
    };
  },
  tip: ({ cluster }) =>
    cluster && [
      `Cluster ${cluster}`,
      ["Customers of it here", count(byCluster().customers[cluster])],
    ],
  hover: (datum) => preview(datum?.cluster ?? null),
  click: (datum) => datum.cluster && toggle("cluster", [datum.cluster]),
  about: () =>
    `A line a customer${sampleWords()}, drawn together where they go the same way: units kept of each subcategory, every axis from 0 to ${quantity(mostUnits())}. Clustered on all customers, whatever the filters. Drag a name, or use its arrow keys, to move an axis.`,
  attach: attachParallel,
  after: placeAxes,
  paint: paintParallel,
};

function attachParallel(it) {
  it.exportedSpec = () => parallelSpec(true);
  it.spec = () => parallelSpec(false);
  const button = (text, order) =>
    element("button", { type: "button", onclick: () => setAxes(order()) }, text);
  toolsOf(it).append(
    button("By category", () => []),
    button("Shuffle", () => shuffled(axesNow())),
    button("Reverse", () => axesNow().reverse()),
  );
  it.axes = element("div", { class: "axes", role: "group", "aria-label": "Axes, in order" });
  it.box.append(it.axes);
  it.box.classList.add("wide");
}

function shuffled(codes) {
  const rest = [...codes];
  return codes.map(() => rest.splice(Math.floor(Math.random() * rest.length), 1)[0]);
}

function setAxes(order) {
  adjust("axes", order.every((code, at) => code === at) ? [] : order);
}

/** The names of the axes: buttons below their axis, in the colour of their category. */
function placeAxes(it) {
  const step = axisStep(it);
  const hadFocus = it.axes.contains(document.activeElement)
    ? document.activeElement.dataset.code
    : null;
  it.axes.style.width = `${step * page.data.names.subcategory.length}px`;
  it.axes.replaceChildren(...axesNow().map((code, at) => axisName(it, code, at, step)));
  if (hadFocus !== null) it.axes.querySelector(`[data-code="${hadFocus}"]`)?.focus();
}

function axisName(it, code, at, step) {
  const [category, name] = page.data.names.subcategory[code];
  const colour = inScheme(page.data.colours.categories[category]);
  const label = element(
    "button",
    {
      type: "button",
      class: "axis",
      "data-code": code,
      "aria-label": `${shelfName(category, name, ", ")}: axis ${at + 1}. Arrow keys move it.`,
    },
    bdi(name),
  );
  label.style.left = `${step * at}px`;
  label.style.width = `${step}px`;
  label.style.borderTopColor = colour;
  label.addEventListener("pointermove", (event) => {
    showTip(event, [`${category} · ${name}`]);
    tooltip.firstChild.style.background = colour; // its letters would be too pale
  });
  label.addEventListener("pointerleave", hideTip);
  label.addEventListener("keydown", (event) => {
    const shift = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!shift) return;
    event.preventDefault();
    moveAxis(at, at + shift);
  });
  watchAxisDrag(it, label, at, step);
  return label;
}

function watchAxisDrag(it, label, at, step) {
  label.addEventListener("pointerdown", (event) => {
    label.setPointerCapture(event.pointerId);
    const start = event.clientX;
    const move = (to) => {
      label.style.left = `${step * at + to.clientX - start}px`;
      label.classList.add("dragged");
    };
    const drop = (to) => {
      label.removeEventListener("pointermove", move);
      label.classList.remove("dragged");
      const target = at + Math.round((to.clientX - start) / step);
      if (target === at) label.style.left = `${step * at}px`;
      else moveAxis(at, target);
    };
    label.addEventListener("pointermove", move);
    label.addEventListener("pointerup", drop, { once: true });
    label.addEventListener("pointercancel", drop, { once: true });
  });
}

function moveAxis(from, to) {
  const order = axesNow();
  const target = Math.min(Math.max(to, 0), order.length - 1);
  order.splice(target, 0, ...order.splice(from, 1));
  setAxes(order);
}

/** The lit customers above a veil. */
function paintParallel(it) {
  const { surface, plot } = overlayOf(it);
  it.previewed = page.preview;
  if (!isAnyFaint() || !page.data.members) return;
  veil(surface, 0, 0, plot.width, AXIS.top + AXIS.height + 4);
  const step = axisStep(it);
  surface.lineWidth = 0.8;
  for (const [key, stretches] of bundles(litMembers(), axesNow())) {
    surface.globalAlpha = opacityOf(key % 16);
    surface.strokeStyle = clusterColour(Math.floor(key / 16));
    surface.beginPath();
    for (const { gap, from, to } of stretches) {
      surface.moveTo(step * (gap + 0.5), heightOf(from));
      surface.lineTo(step * (gap + 1.5), heightOf(to));
    }
    surface.stroke();
  }
}

/**
 * Customers who go the same way between two axes share a stretch: a few hundred strokes instead of
 * a hundred thousand. @returns {Map<number, {gap, from, to}[]>} by cluster * 16 + customers (at
 * most `together`), in order of the key
 */
function bundles(members, axes) {
  const { units } = page.data.members;
  const cluster = clusterOf(page.data);
  const size = axes.length;
  const levels = Math.min(mostUnits(), AXIS.levels) + 1;
  const levelOf =
    mostUnits() < levels
      ? (value) => value
      : (value) => Math.round((value * (levels - 1)) / mostUnits());
  const perGap = levels * levels;
  const perCluster = perGap * (size - 1);
  const counts = new Uint16Array(perCluster * 9);
  for (const at of members) {
    let before = levelOf(units[at * size + axes[0]]);
    const start = cluster[at] * perCluster;
    for (let gap = 0; gap + 1 < size; gap++) {
      const after = levelOf(units[at * size + axes[gap + 1]]);
      counts[start + gap * perGap + before * levels + after] += 1;
      before = after;
    }
  }
  const found = new Map();
  const unitsAt = (level) => (level * mostUnits()) / (levels - 1);
  for (let slot = 0; slot < counts.length; slot++) {
    if (!counts[slot]) continue;
    const rest = slot % perCluster;
    const key = Math.floor(slot / perCluster) * 16 + Math.min(counts[slot], AXIS.together);
    if (!found.has(key)) found.set(key, []);
    found
      .get(key)
      .push({
        gap: Math.floor(rest / perGap),
        from: unitsAt(Math.floor((rest % perGap) / levels)),
        to: unitsAt(rest % levels),
      });
  }
  return new Map([...found].sort((a, b) => a[0] - b[0]));
}
