// The treemap of categories and subcategories: areas follow the filters, a click filters products.

import { choice, element, setText } from "../dom.js";
import { change, count, listed, productLabel, share, shown } from "../kernel/formats.js";
import { ratio } from "../kernel/sums.js";
import { fitting, layOut } from "../kernel/treemap.js";
import { explain } from "../panels/explain.js";
import { crossing, matrixOf } from "../panels/matrix.js";
import { sourceWords } from "../state/words.js";
import { mounted, toolsOf } from "../vega/figure.js";
import { CHANGE_COLUMNS, changeLines, changeOf } from "./bars.js";
import { inUnits, MEASURE_KINDS, MEASURE_OF, MEASURE_WORDS, shortWords } from "./measures.js";

const AREAS = ["units", "net"];
const MOST_BELOW = 30; // names of what has no area
const LEAST = 200; // pixels, of a chart that is not on the page yet

/** @param {Dashboard} dashboard @returns {View} */
export function productsView(dashboard) {
  const { store, sums, changes, controls, render } = dashboard;
  const { data, state, setup } = store;
  const { names } = data;
  const isChange = () => changes.isOn() && changes.by("subcategory") !== null;
  const crossed = crossing(data);
  const matrix = crossed && matrixOf(dashboard, crossed);
  const isMatrix = () => matrix !== null && setup.as === "matrix";
  const areaWords = () => shortWords(setup.area).toLowerCase();

  /** One row a subcategory in whole smallest units, with its share of the total and of its category. */
  function products() {
    const byProduct = sums.byProduct();
    const value = (code) => MEASURE_OF[setup.area](byProduct, code);
    const total = names.subcategory.reduce((sum, _, code) => sum + value(code), 0);
    const totals = names.category.map((_, category) =>
      data.category.reduce((sum, of, code) => (of === category ? sum + value(code) : sum), 0),
    );
    const both = changes.by("subcategory");
    return names.subcategory.map(([category, subcategory], code) => ({
      code,
      ...changeOf(both, code),
      category,
      subcategory,
      units: MEASURE_OF.units(byProduct, code),
      net: MEASURE_OF.net(byProduct, code),
      share_of_total: ratio(value(code), total),
      share_of_category: ratio(value(code), totals[data.category[code]]),
      dim: state.product.size > 0 && !state.product.has(code),
    }));
  }

  function rows() {
    const inDisplayUnits = products().map((row) => ({
      ...row,
      net: inUnits(row.net, "net"),
      units: inUnits(row.units, "units"),
      said: isChange() ? change(row.change_share) : "",
    }));
    const { clientWidth: width, clientHeight: height } = mounted.get("products").box;
    return layOut(inDisplayUnits, setup.area, Math.max(width, LEAST), Math.max(height, LEAST));
  }

  /** @param {Row} datum @returns {TipLine[]} */
  function tip(datum) {
    const all = products();
    const isCategory = !datum.subcategory;
    const members = isCategory
      ? all.filter((row) => row.category === datum.category)
      : [all[datum.code]];
    const sum = (name) => members.reduce((total, row) => total + row[name], 0);
    /** @type {TipLine[]} */
    const lines = [
      isCategory ? datum.category : productLabel(datum.category, datum.subcategory),
      ["Units", shown(sum("units"), "quantity")],
      [MEASURE_WORDS.net, shown(sum("net"), "money")],
    ];
    const codes = members.map(({ code }) => code);
    lines.push(...changeLines(changeOf(changes.by("subcategory"), ...codes)));
    if (isCategory) return [...lines, ["Share of total", share(sum("share_of_total"))]];
    const [row] = members;
    return [
      ...lines,
      ["Share of total", share(row.share_of_total)],
      ["Share of category", share(row.share_of_category)],
    ];
  }

  const inCategory = (category) =>
    data.category.flatMap((of, code) => (names.category[of] === category ? [code] : []));

  const below = element("p", { class: "below note" });

  /** What has no area; an unknown sum (NaN) is not listed. */
  function listBelow() {
    const without = products().filter((row) => row[setup.area] <= 0);
    const words = without.slice(0, MOST_BELOW).map((row) => {
      const label = fitting(productLabel(row.category, row.subcategory), 400);
      return `${label} ${shown(row[setup.area], MEASURE_KINDS[setup.area])}`;
    });
    if (without.length > MOST_BELOW)
      words.push(`${count(without.length - MOST_BELOW)} more, which the table has`);
    setText(below, words.length ? `Not above zero, hence without an area: ${listed(words)}.` : "");
  }

  return {
    key: "products",
    own: ["product"],
    switches: ["area", "mode", "compare", "as"],
    position: () => `${setup.area}${isChange() ? " change" : ""}`,
    rows,
    table: () => (isMatrix() ? matrix.table() : areas()),
    tip,
    click,
    title: () => (isMatrix() ? matrix.title() : `Products by ${areaWords()}`),
    from: () =>
      sourceWords(dashboard, { ...sums.byProduct(), isAbout: false }, "subcategory", ["product"]),
    about: () =>
      isMatrix()
        ? "Click a column's name to sort. Click a cell to select it, or, where changes are shown, to see why."
        : isChange()
          ? "Colour is what changed of net revenue, from half lost to half gained. Click to see why."
          : "Click a subcategory or a category's name to select it, again to undo.",
    attach,
    after: listBelow,
  };

  /** @param {Row} datum */
  function click({ category, subcategory, code }) {
    const codes = subcategory ? [code] : inCategory(category);
    const select = () => store.toggle("product", codes);
    if (!isChange()) return select();
    const title = subcategory ? data.labels[code] : category;
    explain(dashboard, { chosen: { subcategory: codes }, title, select });
  }

  /** @param {Figure} figure */
  function attach(figure) {
    const options = AREAS.map((name) => [name, MEASURE_WORDS[name]]);
    const area = choice("Area", options, setup.area, (value) => store.adjust("area", value));
    toolsOf(figure).append(controls.addChoice(area, () => setup.area));
    figure.box.after(below);
    if (!matrix) return;
    const shapes = [
      ["areas", "As areas"],
      ["matrix", `By ${crossed.across.title.toLowerCase()}`],
    ];
    const as = choice("As", shapes, setup.as, (value) => store.adjust("as", value));
    toolsOf(figure).prepend(controls.addChoice(as, () => setup.as));
    below.after(matrix.holder);
    render.addPart(
      () => {
        matrix.holder.hidden = !isMatrix();
        area.label.hidden = isMatrix();
        figure.element.classList.toggle("is-matrix", isMatrix());
        if (isMatrix()) matrix.update();
      },
      () => true,
    );
  }

  /** One row a subcategory. */
  function areas() {
    return {
      columns: [
        { name: "category", label: "Category", kind: "text" },
        { name: "subcategory", label: "Subcategory", kind: "text" },
        { name: "units", label: "Units", kind: "quantity" },
        { name: "net", label: "Net revenue, tax included", kind: "money" },
        {
          name: "share_of_total",
          label: `Share of all ${MEASURE_WORDS[setup.area].toLowerCase()}`,
          kind: "share",
        },
        { name: "share_of_category", label: "Share of its category", kind: "share" },
        ...(changes.by("subcategory")?.before ? CHANGE_COLUMNS : []),
      ],
      rows: products(),
    };
  }
}
