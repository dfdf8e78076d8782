// The legend of the clusters with its counts, and the verdict on the pair.

import { bdi, element, setText, swatchOf } from "../dom.js";
import { count, real, share } from "../kernel/formats.js";
import { ratio } from "../kernel/sums.js";
import { clusterNames, fitOf } from "../state/clusters.js";
import { infoOf } from "../vega/figure.js";
import { preview } from "./preview.js";

/** @param {Dashboard} dashboard @param {Figure} figure the scatter */
export function addLegend(dashboard, figure) {
  const { store, sums, render } = dashboard;
  const list = element("ul", { class: "legend", "aria-label": "Clusters" });
  const verdict = element("p", { class: "verdict note" });
  figure.box.after(list);
  infoOf(figure).append(verdict);

  function update() {
    const fit = fitOf(store);
    updateList(fit.clusters);
    const numbers = [
      `Silhouette ${real(fit.silhouette)}${fit.is_sampled ? " (on a sample)" : ""}`,
      `inertia ${real(fit.inertia)}`,
      `explained variance ${share(fit.explained_variance)}`,
    ];
    setText(
      verdict,
      `${fit.components} components, ${fit.clusters} clusters. ${numbers.join(", ")}. ${fit.verdict}`,
    );
  }

  /**
   * Buttons stay while their number does: a click on one moves neither focus nor pointer.
   * @param {number} size
   */
  function updateList(size) {
    const { customers, isAbout } = sums.byCluster();
    const total = customers.reduce((sum, value, cluster) => sum + (cluster ? value : 0), 0);
    const chosen = store.state.cluster;
    const names = clusterNames(store);
    if (list.children.length !== size)
      list.replaceChildren(...Array.from({ length: size }, (_, at) => entry(at + 1)));
    list.querySelectorAll("button").forEach((button, at) => {
      const cluster = at + 1;
      const part = share(ratio(customers[cluster], total));
      const text = `Cluster ${cluster}: ${isAbout ? "about " : ""}${count(customers[cluster])} (${part})`;
      button.setAttribute("aria-pressed", String(chosen.has(cluster)));
      button.classList.toggle("faint", chosen.size > 0 && !chosen.has(cluster));
      setText(button.querySelector("span:last-of-type"), text);
      setText(button.lastChild, names[at] ?? "");
      button.title = names[at] ?? "";
    });
  }

  /** @param {number} cluster */
  function entry(cluster) {
    const [show, hide] = [() => preview(dashboard, cluster), () => preview(dashboard, null)];
    const button = element(
      "button",
      {
        type: "button",
        onclick: () => store.toggle("cluster", [cluster]),
        onpointerenter: show,
        onpointerleave: hide,
        onfocus: show,
        onblur: hide,
      },
      swatchOf(`var(--cluster-${cluster})`),
      element("span"),
      bdi(""),
    );
    return element("li", {}, button);
  }

  render.addPart(update, () => figure.isVisible);
}
