// The scatter: customers by two components of what they buy, in the colours of their clusters.

import { choice, element } from "../dom.js";
import { watchDropdown } from "../panels/dropdown.js";
import { addLegend } from "../panels/legend.js";
import { preview } from "../panels/preview.js";
import { scoringSwitch } from "../panels/scoring.js";
import { axesOf, choosePair, componentScore, componentsKnown, pairOf } from "../state/clusters.js";
import { clusteredWords } from "../state/words.js";
import { paintDots } from "../vega/dots.js";
import { overlayOf, toolsOf } from "../vega/figure.js";
import { membersOf, veil } from "./members.js";

const DENSE = "dense";

/** @param {Dashboard} dashboard @returns {View} */
export function scatterView(dashboard) {
  const { store, controls } = dashboard;
  const { data } = store;
  const members = membersOf(dashboard);
  const specs = data.specs.scatter;
  const scoreOf = (component, at) => componentScore(data, component, at);

  /** Where the customers are a sample, all of them are below as a density on the first two components. */
  function position() {
    const { across, up } = axesOf(store);
    return specs[DENSE] && across === 1 && up === 2 ? DENSE : "";
  }

  /** The specification with the components of now as titles of the axes. */
  function spec() {
    if (position() === DENSE) return specs[DENSE]; // its titles are right
    const { across, up } = axesOf(store);
    const titled = (axis, component) => ({ ...axis, title: `Component ${component}` });
    const { encoding } = specs[""];
    const axes = { x: titled(encoding.x, across), y: titled(encoding.y, up) };
    return { ...specs[""], encoding: { ...encoding, ...axes } };
  }

  /** @param {number[]} places of customers */
  function points(places) {
    const clusters = members.clusters();
    const { across, up } = axesOf(store);
    return places.map((at) => ({
      at,
      x: scoreOf(across, at),
      y: scoreOf(up, at),
      cluster: clusters[at],
    }));
  }

  function table() {
    const { across, up } = axesOf(store);
    return {
      columns: [
        { name: "id", label: "Customer", kind: "text" },
        { name: "cluster", label: "Cluster", kind: "number" },
        { name: "x", label: `Component ${across}`, kind: "real" },
        { name: "y", label: `Component ${up}`, kind: "real" },
      ],
      rows: points(members.selected()).map((row) => ({ id: data.members.id[row.at], ...row })),
    };
  }

  /**
   * Everyone is drawn once; what is not selected is veiled, the selection drawn again above.
   * @param {Figure} figure
   */
  function paint(figure) {
    const { surface, plot } = overlayOf(figure);
    figure.previewed = store.preview;
    if (!members.isAnyFaint() || !data.members) return;
    const [x, y] = ["x", "y"].map((name) => straight(figure.view.scale(name)));
    const byCluster = new Map();
    for (const point of points(members.lit())) {
      if (!byCluster.has(point.cluster)) byCluster.set(point.cluster, []);
      byCluster.get(point.cluster).push(x(point.x), y(point.y));
    }
    const dots = new Map([...byCluster].map(([at, places]) => [members.colourOf(at), places]));
    paintDots(surface, plot, veil(), dots);
  }

  /** Lists of components, clusters and axes, and the legend. @param {Figure} figure */
  function attach(figure) {
    const list = (label, values, current, act) => {
      const options = values.map((value) => [String(value), String(value)]);
      const made = choice(label, options, String(current()), (value) => act(Number(value)));
      return controls.addChoice(made, () => String(current()));
    };
    const pairValues = (name) =>
      [...new Set(data.cluster_fits.map((fit) => fit[name]))].sort((a, b) => a - b);
    const ofPair = (name, label) =>
      list(
        label,
        pairValues(name),
        () => pairOf(store)[name],
        (value) => choosePair(store, name, value),
      );
    const settings = element(
      "details",
      { class: "settings" },
      element("summary", { title: "Components, clusters, axes" }, "Settings"),
      element(
        "div",
        {},
        ofPair("components", "Components"),
        ofPair("clusters", "Clusters"),
        axisChoice("across", "X axis"),
        axisChoice("up", "Y axis"),
        scoringSwitch(dashboard),
      ),
    );
    watchDropdown(settings);
    toolsOf(figure).append(settings);
    addLegend(dashboard, figure);
  }

  /**
   * The components that the data has scores for.
   * @param {"across" | "up"} name
   * @param {string} label
   */
  function axisChoice(name, label) {
    const made = choice(label, [], "", (value) => store.adjust(name, Number(value)));
    const { list } = made;
    const fill = () => {
      const known = componentsKnown(store);
      if (list.options.length === known) return;
      const options = Array.from({ length: known }, (_, at) =>
        element("option", { value: String(at + 1) }, `component ${at + 1}`),
      );
      list.replaceChildren(...options);
    };
    fill();
    list.value = String(axesOf(store)[name]);
    controls.add(() => {
      fill();
      list.value = String(axesOf(store)[name]);
    });
    return made.label;
  }

  return {
    key: "scatter",
    own: ["cluster"],
    painted: "all",
    switches: ["across", "up", "components"],
    spec,
    rows: () => points(members.drawn()),
    exported: () =>
      points(members.drawn()).map(({ at, ...row }) => ({
        customer: data.members.id[at],
        ...row,
        dim: members.isFaint(at),
      })),
    table,
    // A cell of the density has no cluster.
    tip: ({ at, cluster }) =>
      cluster && [
        ...members.tipOf(cluster),
        ["Customer", data.members.id[at]],
        ["Segment", data.names.segment[data.customers.segment[at]]],
      ],
    hover: (datum) => preview(dashboard, datum?.cluster ?? null),
    click: ({ cluster }) => {
      if (cluster) store.toggle("cluster", [cluster]);
    },
    about: () =>
      `Each point is a customer${members.sampleWords()}, on two principal components of the shares of kept units by subcategory${position() === DENSE ? "; the grey below is where all customers are" : ""}. ${clusteredWords(dashboard)}`,
    attach,
    paint,
  };
}

/** A linear scale as a plain function. @param {any} scale */
function straight(scale) {
  const start = scale(0);
  const slope = scale(1) - start;
  return (value) => start + slope * value;
}
