// Parallel coordinates: a line a customer over the subcategories, in an order that the reader sets.

import { element } from "../dom.js";
import { quantity } from "../kernel/formats.js";
import { MOST_TOGETHER, stretchesOf } from "../kernel/stretches.js";
import { preview } from "../panels/preview.js";
import { clusteredWords } from "../state/words.js";
import { mounted, overlayOf, toolsOf } from "../vega/figure.js";
import { axisNames } from "./axis_names.js";
import { membersOf, veil } from "./members.js";

// As in retail/charts/parallel_coordinates.py; `least` is the least step between axes.
const AXIS = { top: 12, height: 220, step: 42, least: 26, opacity: 0.35 };
const DIM = 0.03; // opacity in an image
const opacityOf = (customers) => 1 - (1 - AXIS.opacity) ** Math.min(customers, MOST_TOGETHER);

/** @param {Dashboard} dashboard @returns {View} */
export function parallelView(dashboard) {
  const { store } = dashboard;
  const { data, setup } = store;
  const members = membersOf(dashboard);
  const size = data.names.subcategory.length;
  /** Units kept, of the selection where it is scored anew. */
  const unitsNow = () => data.rescored?.kept ?? data.members.units;
  const mostUnits = () =>
    store.cached("most units", store.filters.names, () => {
      let most = 1;
      for (const units of unitsNow()) most = Math.max(most, units);
      return most;
    });
  const heightOf = (units) => AXIS.top + AXIS.height * (1 - units / mostUnits());
  const stepOf = ({ width }) => Math.max(AXIS.least, Math.floor(width / size));

  /** Subcategories in the order of the axes; what the reader has not ordered follows by category. */
  function axesNow() {
    const rest = [...data.names.subcategory.keys()].filter((code) => !setup.axes.includes(code));
    return [...setup.axes, ...rest];
  }
  /** @param {number[]} order */
  function setAxes(order) {
    store.adjust("axes", order.every((code, at) => code === at) ? [] : order);
  }

  const groupsOf = (places) =>
    stretchesOf(places, members.clusters(), unitsNow(), axesNow(), mostUnits());

  /**
   * A row for each cluster and number of customers: all stretches between neighbouring axes that so
   * many customers of the cluster share, as opaque as so many lines are.
   * @param {number[]} places
   * @param {boolean} isDim
   */
  function rows(places, isDim = false) {
    const step = stepOf(mounted.get("parallel"));
    return groupsOf(places).map(({ cluster, customers, stretches }) => ({
      cluster,
      customers,
      opacity: isDim ? DIM : opacityOf(customers),
      type: "Feature",
      geometry: {
        type: "MultiLineString",
        coordinates: stretches.map(({ gap, from, to }) => [
          [step * (gap + 0.5), heightOf(from)],
          [step * (gap + 1.5), heightOf(to)],
        ]),
      },
      ...(isDim ? { dim: true } : {}),
    }));
  }

  /** The specification with the axes in their order and their names, for exports. */
  function exportedSpec() {
    const axes = axesNow();
    const spec = structuredClone(data.specs.parallel[""]);
    spec.width = stepOf(mounted.get("parallel")) * axes.length;
    for (const layer of spec.layer) {
      if (layer.data?.values)
        layer.data.values = axes.map((code, i) => ({
          label: data.labels[code],
          at: AXIS.step * (i + 0.5),
        }));
    }
    return spec;
  }

  /** On the page the names are buttons. */
  function spec() {
    const named = exportedSpec();
    return {
      ...named,
      height: AXIS.top + AXIS.height + 8,
      layer: named.layer.filter((layer) => (layer.mark.type ?? layer.mark) !== "text"),
      padding: 0,
    };
  }

  function table() {
    const axes = axesNow();
    const clusters = members.clusters();
    const unitsOf = (at) => axes.map((code) => [`units_${code}`, unitsNow()[at * size + code]]);
    return {
      columns: [
        { name: "id", label: "Customer", kind: "text" },
        { name: "cluster", label: "Cluster", kind: "number" },
        ...axes.map((code) => ({
          name: `units_${code}`,
          label: data.labels[code],
          kind: "quantity",
        })),
      ],
      rows: members.selected().map((at) => ({
        id: data.members.id[at],
        cluster: clusters[at],
        ...Object.fromEntries(unitsOf(at)),
      })),
    };
  }

  /** The lit customers above a veil. @param {Figure} figure */
  function paint(figure) {
    const { surface, plot } = overlayOf(figure);
    figure.previewed = store.preview;
    if (!members.isAnyFaint() || !data.members) return;
    [surface.fillStyle, surface.globalAlpha] = veil();
    surface.fillRect(0, 0, plot.width, AXIS.top + AXIS.height + 4);
    const step = stepOf(figure);
    surface.lineWidth = 0.8;
    for (const { cluster, customers, stretches } of groupsOf(members.lit())) {
      surface.globalAlpha = opacityOf(customers);
      surface.strokeStyle = members.colourOf(cluster);
      surface.beginPath();
      for (const { gap, from, to } of stretches) {
        surface.moveTo(step * (gap + 0.5), heightOf(from));
        surface.lineTo(step * (gap + 1.5), heightOf(to));
      }
      surface.stroke();
    }
  }

  const names = axisNames(data, axesNow, setAxes);

  /** @param {Figure} figure */
  function attach(figure) {
    const button = (text, order) =>
      element("button", { type: "button", onclick: () => setAxes(order()) }, text);
    toolsOf(figure).append(
      button("By category", () => []),
      button("Shuffle", () => shuffled(axesNow())),
      button("Reverse", () => axesNow().reverse()),
    );
    figure.box.append(names.holder);
    figure.box.classList.add("wide");
  }

  return {
    key: "parallel",
    own: ["cluster"],
    painted: "all",
    switches: ["axes"],
    spec,
    exportedSpec,
    rows: () => rows(members.drawn()),
    exported: () =>
      members.isAnyFaint()
        ? [...rows(members.drawn(), true), ...rows(members.lit())]
        : rows(members.drawn()),
    table,
    tip: ({ cluster }) => cluster && members.tipOf(cluster),
    hover: (datum) => preview(dashboard, datum?.cluster ?? null),
    click: ({ cluster }) => {
      if (cluster) store.toggle("cluster", [cluster]);
    },
    about: () =>
      `Each line is a customer${members.sampleWords()}, drawn together where they go the same way: units kept of each subcategory, every axis from 0 to ${quantity(mostUnits())}. ${clusteredWords(dashboard)} Drag a name, or use its arrow keys, to move an axis.`,
    attach,
    after: (figure) => names.place(stepOf(figure)),
    paint,
  };
}

/** @param {number[]} codes */
function shuffled(codes) {
  const rest = [...codes];
  return codes.map(() => rest.splice(Math.floor(Math.random() * rest.length), 1)[0]);
}
