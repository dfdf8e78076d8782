// The menu of a figure: table view, CSV, PNG, SVG, link, Vega-Lite source.

const openMenus = new Set();

/** @param {object} it a mounted figure */
function menuOf(it) {
  const holder = element("details", { class: "menu" });
  const close = () => {
    holder.open = false;
  };
  const entry = (text, act) =>
    element("li", {}, element("button", { type: "button", onclick: () => (close(), act()) }, text));
  holder.append(
    element(
      "summary",
      { "aria-label": `Menu of ${it.title}`, title: "Table, downloads, link" },
      "⋯",
    ),
    element(
      "ul",
      {},
      entry("Table view", () => showTable(it)),
      entry("CSV", () =>
        download(`${it.key}.csv`, csvOf(...spread(it.table())), "text/csv;charset=utf-8"),
      ),
      entry("PNG", () => savePng(it)),
      entry("SVG", () => download(`${it.key}.svg`, svgOf(it), "image/svg+xml")),
      entry("Copy link", () => copyLink(it)),
      entry("Vega-Lite source", () =>
        download(`${it.key}.vl.json`, sourceOf(it), "application/json"),
      ),
    ),
  );
  holder.addEventListener("toggle", () =>
    holder.open ? openMenus.add(holder) : openMenus.delete(holder),
  );
  holder.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !holder.open) return;
    close();
    holder.querySelector("summary").focus();
  });
  return holder;
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus) if (!menu.contains(event.target)) menu.open = false;
});

const spread = ({ columns, rows }) => [columns, rows];

function showTable(it) {
  const details = it.element.querySelector(".figure-table");
  if (details.dataset.isOld) fillTable(it); // now: a details tells of its opening a task later
  details.open = true;
  details.querySelector("summary").focus();
}

function sourceOf(it) {
  const spec = (it.exportedSpec ?? it.spec)();
  return JSON.stringify(
    {
      ...spec,
      config: { ...spec.config, locale: WRITING.charts },
      data: { name: "rows", values: it.exported() },
    },
    null,
    1,
  );
}

async function savePng(it) {
  const view = offPage(it, true);
  const canvas = await view.toCanvas(2);
  canvas.toBlob((blob) => download(`${it.key}.png`, blob, "image/png"));
  view.finalize();
}

/** A link to this figure with the filters of now. */
function copyLink(it) {
  const [place] = location.href.split("#");
  const state = lastHash;
  const text = `${place}#${[state, `show=${it.key}`].filter(Boolean).join("&")}`;
  if (navigator.clipboard && window.isSecureContext) {
    navigator.clipboard.writeText(text).then(
      () => announce("Link copied."),
      () => offerLink(it, text),
    );
  } else {
    offerLink(it, text);
  }
}

/** Where the clipboard is closed to scripts: the link, selected, to copy by hand. */
function offerLink(it, text) {
  const field = element("input", {
    class: "link-field",
    type: "text",
    readonly: "",
    value: text,
    "aria-label": `Link to ${it.title}`,
  });
  field.addEventListener("blur", () => field.remove());
  it.element.querySelector("figcaption").append(field);
  field.focus();
  field.select();
}
