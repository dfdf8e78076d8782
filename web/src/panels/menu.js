// The menu of a figure: table view, CSV, PNG, SVG, link, Vega-Lite source.

import { download, element, find } from "../dom.js";
import { csvOf } from "../kernel/csv.js";
import { settings } from "../kernel/formats.js";
import { exportedSpec, offPage, svgOf } from "../vega/images.js";
import { openTable } from "../vega/tables.js";
import { announce } from "./announce.js";
import { watchDropdown } from "./dropdown.js";

/**
 * @param {Figure} figure
 * @param {() => string} hashNow the part of the page's address after "#", for links
 */
export function addMenu(figure, hashNow) {
  const { key } = figure;
  const holder = element("details", { class: "menu" });
  const entry = (text, act) => {
    const onclick = () => {
      holder.open = false;
      act();
    };
    return element("li", {}, element("button", { type: "button", onclick }, text));
  };
  const label = `Menu of ${figure.title}`;
  holder.append(
    element("summary", { "aria-label": label, title: "Table, downloads, link" }, "⋯"),
    element(
      "ul",
      {},
      entry("Table view", () => openTable(figure)),
      entry("CSV", () => saveCsv(figure)),
      entry("PNG", () => savePng(figure)),
      entry("SVG", () => download(`${key}.svg`, svgOf(figure), "image/svg+xml")),
      entry("Copy link", () => copyLink(figure, hashNow())),
      entry("Vega-Lite source", () =>
        download(`${key}.vl.json`, vegaLiteOf(figure), "application/json"),
      ),
    ),
  );
  watchDropdown(holder);
  find("figcaption", figure.element).append(holder);
}

/** @param {Figure} figure */
function saveCsv(figure) {
  const { columns, rows } = figure.table();
  download(`${figure.key}.csv`, csvOf(columns, rows), "text/csv;charset=utf-8");
}

/** @param {Figure} figure */
function vegaLiteOf(figure) {
  const spec = exportedSpec(figure);
  const config = { ...spec.config, locale: settings.charts };
  return JSON.stringify(
    { ...spec, config, data: { name: "rows", values: figure.exported() } },
    null,
    1,
  );
}

/** @param {Figure} figure */
async function savePng(figure) {
  const view = offPage(figure, true);
  const canvas = await view.toCanvas(2);
  canvas.toBlob((blob) => download(`${figure.key}.png`, blob, "image/png"));
  view.finalize();
}

/** A link to this figure with the filters of now. @param {Figure} figure @param {string} hash */
function copyLink(figure, hash) {
  const [place] = location.href.split("#");
  const text = `${place}#${[hash, `show=${figure.key}`].filter(Boolean).join("&")}`;
  if (navigator.clipboard && window.isSecureContext) {
    navigator.clipboard.writeText(text).then(
      () => announce("Link copied."),
      () => offerLink(figure, text),
    );
  } else {
    offerLink(figure, text);
  }
}

/**
 * Where the clipboard is closed to scripts: the link, selected, to copy by hand.
 * @param {Figure} figure
 * @param {string} text
 */
function offerLink(figure, text) {
  const label = `Link to ${figure.title}`;
  const field = element("input", {
    class: "link-field",
    type: "text",
    readonly: "",
    value: text,
    "aria-label": label,
  });
  field.addEventListener("blur", () => field.remove());
  find("figcaption", figure.element).append(field);
  field.focus();
  field.select();
}
