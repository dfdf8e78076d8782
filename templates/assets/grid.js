// The R x F grid: customers by recency and frequency score, coloured by their mean monetary.

/** Customers and their monetary by cell under all filters but segments; position r * 16 + f. */
const byCell = () =>
  cached("cells", ["segment"], () =>
    peopleSums(
      ({ customers }) =>
        (customers.cell ??= Uint8Array.from(
          customers.r ?? [],
          (score, at) => score * 16 + customers.f[at],
        )),
      256,
      "segment",
    ),
  );

function cellRows() {
  const { data, state } = page;
  const { customers, monetary } = byCell();
  return data.cells.map(({ r, f, segment, is_impossible }) => {
    const at = r * 16 + f;
    const isNamed =
      !state.segment.size ||
      segment.split(", ").some((name) => state.segment.has(data.names.segment.indexOf(name)));
    const isIn = (!state.cell.size || state.cell.has(at)) && isNamed;
    return {
      r,
      f,
      segment,
      is_impossible,
      customers: customers[at],
      monetary: monetary[at],
      mean_monetary: ratio(monetary[at], customers[at]),
      dim: isOn(state, "segment") && !isIn,
    };
  });
}

const gridView = {
  key: "rfm-grid",
  own: ["segment"],
  rows: () =>
    cellRows().map((row) => ({
      ...row,
      mean_monetary: row.customers ? row.monetary / row.customers / measures.money : null,
    })),
  table: () => ({
    columns: [
      { name: "r", label: "R score", kind: "number" },
      { name: "f", label: "F score", kind: "number" },
      { name: "segment", label: "Segment", kind: "text" },
      { name: "customers", label: "Customers", kind: "count" },
      { name: "monetary", label: "Monetary", kind: "money" },
      { name: "mean_monetary", label: "Mean monetary", kind: "money" },
    ],
    rows: cellRows().map((row) => ({
      ...row,
      mean_monetary: row.customers ? row.monetary / row.customers : null,
    })),
  }),
  tip: ({ r, f }) => {
    const row = cellRows().find((cell) => cell.r === r && cell.f === f);
    return [
      `R ${r}, F ${f}${row.segment ? `: ${row.segment}` : ""}`,
      ["Customers", count(row.customers)],
      ["Mean monetary", money(row.customers ? row.monetary / row.customers : null)],
      ["Recency", ruleOf("recency", r)],
      ["Frequency", ruleOf("frequency", f)],
    ];
  },
  click: ({ r, f }) => toggle("cell", [r * 16 + f]),
  about: () =>
    "Customers in each pair of scores; colour is their mean monetary. Scored on all customers, whatever the filters. Click cells to select.",
  from: () => sourceWords(byCell(), "cell", ["segment"]),
  attach: (it) => it.box.after(cutPoints()),
};

const ruleOf = (measure, score) =>
  page.data.rfm_cuts.find((cut) => cut.measure === measure && cut.score === score)?.rule ?? MISSING;

/** The days and orders of each score. */
function cutPoints() {
  const list = (measure, title) => {
    const cuts = page.data.rfm_cuts
      .filter((cut) => cut.measure === measure)
      .sort((a, b) => b.score - a.score);
    return element(
      "div",
      {},
      element("dt", {}, title),
      ...cuts.map((cut) => element("dd", {}, `${cut.score}: ${cut.rule}`)),
    );
  };
  return element(
    "dl",
    { class: "cut-points" },
    list("recency", "Recency score"),
    list("frequency", "Frequency score"),
  );
}
