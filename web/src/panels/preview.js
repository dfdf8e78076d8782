// One cluster shown alone for a moment, in all views that show clusters, with its size at the edge of the window.

import { element, swatchOf } from "../dom.js";
import { count } from "../kernel/formats.js";
import { filterWords } from "../state/words.js";
import { mounted } from "../vega/figure.js";

const badge = element("p", { class: "previewed", hidden: true, "aria-hidden": "true" });
let frame = 0;

/**
 * From the next frame on.
 * @param {Dashboard} dashboard
 * @param {number | null} cluster null: no more
 */
export function preview(dashboard, cluster) {
  const { store } = dashboard;
  if (store.preview === cluster) return;
  store.preview = cluster;
  if (frame) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    show(dashboard, store.preview);
  });
}

/**
 * A click on the way has painted already.
 * @param {Dashboard} dashboard
 * @param {number | null} cluster
 */
function show({ store, sums, render }, cluster) {
  for (const key of ["scatter", "parallel"]) {
    const figure = mounted.get(key);
    if (figure?.view && figure.isVisible && figure.previewed !== cluster)
      render.views.get(key).paint(figure);
  }
  /** @type {NodeListOf<HTMLElement>} */
  const rows = document.querySelectorAll("#customers tbody tr[data-cluster]");
  for (const row of rows)
    row.classList.toggle("lit", cluster !== null && row.dataset.cluster === String(cluster));
  badge.hidden = cluster === null;
  if (cluster === null) return;
  if (!badge.isConnected) document.body.append(badge);
  const size = count(sums.byCluster().customers[cluster]);
  const where = filterWords(store, ["cluster"]).length ? " in the selection" : "";
  badge.replaceChildren(
    swatchOf(`var(--cluster-${cluster})`),
    `Cluster ${cluster}: ${size} customers${where}`,
  );
}
