// The R x F grid: customers by recency and frequency score, coloured by their mean monetary.

import { element } from "../dom.js";
import { count, MISSING, money, settings } from "../kernel/formats.js";
import { cutFields } from "../panels/cut_points.js";
import { watchDropdown } from "../panels/dropdown.js";
import { addLevels, colourChoice } from "../panels/levels.js";
import { scoringSwitch } from "../panels/scoring.js";
import { scoredWords, sourceWords } from "../state/words.js";
import { infoOf, toolsOf } from "../vega/figure.js";
import { cutHandles } from "./cut_handles.js";

/** @param {Dashboard} dashboard @returns {View} */
export function gridView(dashboard) {
  const { store, sums } = dashboard;
  const { data, state, setup } = store;

  const isByLevel = () => setup.colour === "level" && dashboard.scoring.isPossible;
  const levels = data.scoring?.levels.names ?? [];

  /** Customers of each level in a cell, the best first. @param {number} cell @returns {[string, number][]} */
  function levelsIn(cell) {
    const { customers } = sums.byCellAndLevel();
    return levels.map((name, at) => [name, customers[cell * 16 + at + 1]]);
  }
  /** The level that most of a cell's customers have. @param {number} cell */
  function mostOf(cell) {
    const [name, size] = levelsIn(cell).reduce((best, one) => (one[1] > best[1] ? one : best));
    return size ? name : null;
  }

  /** One row a cell, money in smallest units. */
  function cells() {
    const { customers, monetary } = sums.byCell();
    const isNamed = (segment) =>
      !state.segment.size ||
      segment.split(", ").some((name) => state.segment.has(data.names.segment.indexOf(name)));
    return data.cells.map(({ r, f, segment, is_impossible }) => {
      const at = r * 16 + f;
      const isIn = (!state.cell.size || state.cell.has(at)) && isNamed(segment);
      return {
        r,
        f,
        segment,
        is_impossible,
        customers: customers[at],
        monetary: monetary[at],
        mean_monetary: customers[at] ? monetary[at] / customers[at] : null,
        ...(isByLevel() ? { level: mostOf(at) } : {}),
        dim: store.isOn("segment") && !isIn,
      };
    });
  }

  const handles = cutHandles(dashboard);
  const ruleOf = (measure, score) =>
    data.rfm_cuts.find((cut) => cut.measure === measure && cut.score === score)?.rule ?? MISSING;

  return {
    key: "rfm-grid",
    own: ["segment"],
    switches: ["colour"],
    position: () => (isByLevel() ? "level" : ""),
    rows: () =>
      cells().map((row) => ({
        ...row,
        mean_monetary: row.mean_monetary === null ? null : row.mean_monetary / settings.money,
      })),
    table: () => ({
      columns: [
        { name: "r", label: "R score", kind: "number" },
        { name: "f", label: "F score", kind: "number" },
        { name: "segment", label: "Segment", kind: "text" },
        { name: "customers", label: "Customers", kind: "count" },
        { name: "monetary", label: "Customer spend", kind: "money" },
        { name: "mean_monetary", label: "Average spend", kind: "money" },
        ...(isByLevel() ? [{ name: "level", label: "Most frequent level", kind: "text" }] : []),
      ],
      rows: cells(),
    }),
    tip: ({ r, f }) => {
      const row = cells().find((cell) => cell.r === r && cell.f === f);
      if (!row) return null; // of the legend
      return [
        `R ${r}, F ${f}${row.segment ? `: ${row.segment}` : ""}`,
        ["Customers", count(row.customers)],
        ["Average spend", money(row.mean_monetary)],
        ["Recency", ruleOf("recency", r)],
        ["Frequency", ruleOf("frequency", f)],
        ...(isByLevel()
          ? levelsIn(r * 16 + f)
              .filter(([, size]) => size > 0)
              .map(([name, size]) => /** @type {TipLine} */ ([name, count(size)]))
          : []),
      ];
    },
    click: ({ r, f }) => store.toggle("cell", [r * 16 + f]),
    about: () =>
      `Customers in each pair of scores; colour is ${isByLevel() ? "the level that most of them have (score sum of R, F and M in quarters)" : "their average spend"}. ${scoredWords(dashboard)} Click cells to select.${dashboard.scoring.isPossible ? " Drag a line between rows or columns to move a cut point." : ""}`,
    from: () => sourceWords(dashboard, sums.byCell(), "cell", ["segment"]),
    attach: (figure) => {
      if (dashboard.scoring.isPossible) {
        const settings = element(
          "details",
          { class: "settings" },
          element("summary", { title: "Scoring and cut points" }, "Settings"),
          element(
            "div",
            {},
            scoringSwitch(dashboard),
            colourChoice(dashboard),
            cutFields(dashboard),
          ),
        );
        watchDropdown(settings);
        toolsOf(figure).append(settings);
        figure.box.append(handles.holder);
        addLevels(dashboard, figure);
      }
      infoOf(figure).append(cutPoints(dashboard));
    },
    after: (figure) => {
      if (dashboard.scoring.isPossible) handles.place(figure);
    },
  };
}

/** The days, orders and money of each score. @param {Dashboard} dashboard */
function cutPoints({ store: { data }, controls }) {
  const holder = element("dl", { class: "cut-points" });
  const list = (measure, title) => {
    const cuts = data.rfm_cuts.filter((cut) => cut.measure === measure);
    return element(
      "div",
      {},
      element("dt", {}, title),
      ...cuts
        .sort((a, b) => b.score - a.score)
        .map((cut) => element("dd", {}, `${cut.score}: ${cut.rule}`)),
    );
  };
  let shown = null;
  controls.add(() => {
    if (shown === data.rfm_cuts) return;
    shown = data.rfm_cuts;
    holder.replaceChildren(
      list("recency", "Recency score"),
      list("frequency", "Frequency score"),
      list("monetary", "Spend score (M)"),
    );
  });
  return holder;
}
