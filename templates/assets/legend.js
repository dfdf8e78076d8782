// The legend of the clusters with its counts, the verdict on the pair, and the cluster pointed at.

/** Legend with counts under the other filters, verdict, and the axes that the pair offers. */
function updateClusters(it) {
  const fit = pairNow();
  updateLegend(it, fit.clusters);
  const numbers = [
    `Silhouette ${real(fit.silhouette)}${fit.is_sampled ? " (on a sample)" : ""}`,
    `inertia ${real(fit.inertia)}`,
    `explained variance ${share(fit.explained_variance)}`,
  ];
  setText(
    it.verdict,
    `${fit.components} components, ${fit.clusters} clusters. ${numbers.join(", ")}. ${fit.verdict}`,
  );
  for (const name of ["components", "clusters"]) page.controls[name].value = String(fit[name]);
  syncAxes(fit.components);
}

/** Buttons stay while their number does: a click on one moves neither focus nor pointer. */
function updateLegend(it, size) {
  const { customers, isAbout } = byCluster();
  const total = customers.reduce((sum, value, cluster) => sum + (cluster ? value : 0), 0);
  const { cluster: chosen } = page.state;
  if (it.legend.children.length !== size)
    it.legend.replaceChildren(...Array.from({ length: size }, (_, at) => legendEntry(at + 1)));
  it.legend.querySelectorAll("button").forEach((button, at) => {
    const cluster = at + 1;
    const isFaint = chosen.size > 0 && !chosen.has(cluster);
    const part = share(ratio(customers[cluster], total));
    const text = `Cluster ${cluster}: ${isAbout ? "about " : ""}${count(customers[cluster])} (${part})`;
    button.setAttribute("aria-pressed", String(chosen.has(cluster)));
    button.classList.toggle("faint", isFaint);
    setText(button.lastChild, text);
  });
}

function legendEntry(cluster) {
  const button = element(
    "button",
    {
      type: "button",
      onclick: () => toggle("cluster", [cluster]),
      onpointerenter: () => preview(cluster),
      onpointerleave: () => preview(null),
      onfocus: () => preview(cluster),
      onblur: () => preview(null),
    },
    swatchOf(`var(--cluster-${cluster})`),
    element("span"),
  );
  return element("li", {}, button);
}

// Which cluster is shown alone, and its size: at the edge of the window, wherever it is pointed at.
const previewed = element("p", { class: "previewed", hidden: true, "aria-hidden": "true" });

/** Show one cluster alone for a moment, in all views that show clusters, from the next frame on. */
function preview(cluster) {
  if (page.preview === cluster) return;
  page.preview = cluster;
  page.previewing ||= requestAnimationFrame(showPreview);
}

/** A click on the way has painted already. */
function showPreview() {
  page.previewing = 0;
  const cluster = page.preview;
  for (const key of ["scatter", "parallel"]) {
    const it = mounted.get(key);
    if (it?.view && it.isVisible && it.previewed !== cluster) page.views.get(key).paint(it);
  }
  const rows = document.querySelectorAll("#customers tbody tr[data-cluster]");
  for (const row of rows)
    row.classList.toggle("lit", cluster !== null && row.dataset.cluster === String(cluster));
  previewed.hidden = cluster === null;
  if (cluster === null) return;
  if (!previewed.isConnected) document.body.append(previewed);
  const size = count(byCluster().customers[cluster]);
  previewed.replaceChildren(
    swatchOf(`var(--cluster-${cluster})`),
    `Cluster ${cluster}: ${size} customers${inWords(["cluster"]).length ? " in the selection" : ""}`,
  );
}
