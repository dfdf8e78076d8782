// The treemap of categories and subcategories: areas follow the filters, a click filters products.

const AREA_WORDS = { units: "Units", net: "Net revenue, tax included" };
const BAND = 20; // pixels for a category's name, and a letter's width: as in retail/charts/treemap.py
const LETTER = 6.3;
const MOST_BELOW = 30; // names of what has no area

/** As much of a name as fits into a width, nothing in a sliver. */
function fitting(name, width) {
  const room = Math.floor((width - 10) / LETTER);
  const letters = [...name];
  if (letters.length <= room) return name;
  return room > 3 ? `${letters.slice(0, room - 1).join("")}…` : "";
}

/** Sums by subcategory under all filters but products. */
const byProduct = () =>
  cached("products", ["product"], () => summed("subcategory", ["product"]));

/** One row a subcategory in whole smallest units, with its share of the total and of its category. */
function productRows() {
  const { data, setup, state } = page;
  const sums = byProduct();
  const value = (code) => MEASURE_OF[setup.area](sums, code);
  const total = data.names.subcategory.reduce((sum, _, code) => sum + value(code), 0);
  const totals = data.names.category.map((_, group) =>
    data.category.reduce((sum, of, code) => (of === group ? sum + value(code) : sum), 0),
  );
  return data.names.subcategory.map(([category, subcategory], code) => ({
    code,
    category,
    subcategory,
    units: sums.units[code],
    net: sums.gross[code] + sums.returns[code],
    share_of_total: ratio(value(code), total),
    share_of_category: ratio(value(code), totals[data.category[code]]),
    dim: state.product.size > 0 && !state.product.has(code),
  }));
}

/** The rows with places from 0 to 1, and a row for each category's name. */
function placedProducts(width, height) {
  const { area } = page.setup;
  const rows = productRows().map((row) => ({
    ...row,
    net: inUnits(row.net, "net"),
    units: inUnits(row.units, "units"),
  }));
  const drawn = rows
    .filter((row) => row[area] > 0)
    .sort((a, b) => b[area] - a[area] || a.code - b.code);
  const groups = new Map();
  for (const row of drawn) groups.set(row.category, [...(groups.get(row.category) ?? []), row]);
  const sum = (members) => members.reduce((total, row) => total + row[area], 0);
  const ordered = [...groups].sort((a, b) => sum(b[1]) - sum(a[1]) || (a[0] < b[0] ? -1 : 1));
  const outer = squarify(
    ordered.map(([, members]) => sum(members)),
    0,
    0,
    width,
    height,
  );
  const place = (row, [x, y, dx, dy]) =>
    Object.assign(row, {
      x: x / width,
      y: y / height,
      x2: (x + dx) / width,
      y2: (y + dy) / height,
      name: fitting(row.subcategory || row.category, dx),
    });
  const bands = ordered.flatMap(([category, members], at) => {
    const [x, y, dx, dy] = outer[at];
    // The only subcategory of a category may have its name, which then stands there once.
    const isAlone = members.length === 1 && members[0].subcategory === category;
    const band = isAlone ? 0 : Math.min(BAND, dy / 2);
    squarify(
      members.map((row) => row[area]),
      x,
      y + band,
      dx,
      dy - band,
    ).forEach((box, i) => place(members[i], box));
    if (isAlone) return [];
    const name = { category, subcategory: "", dim: members.every((row) => row.dim) };
    return [place(name, [x, y, dx, band])];
  });
  return [...rows, ...bands];
}

const productsView = {
  key: "products",
  own: ["product"],
  switches: ["area"],
  position: () => page.setup.area,
  rows: () => {
    const it = mounted.get("products");
    return placedProducts(Math.max(it.box.clientWidth, 200), 320);
  },
  table: () => ({
    columns: [
      { name: "category", label: "Category", kind: "text" },
      { name: "subcategory", label: "Subcategory", kind: "text" },
      { name: "units", label: "Units", kind: "quantity" },
      { name: "net", label: "Net revenue, tax included", kind: "money" },
      {
        name: "share_of_total",
        label: `Share of all ${AREA_WORDS[page.setup.area].toLowerCase()}`,
        kind: "share",
      },
      { name: "share_of_category", label: "Share of its category", kind: "share" },
    ],
    rows: productRows(),
  }),
  tip: (datum) => {
    const rows = productRows();
    if (!datum.subcategory) {
      const members = rows.filter((row) => row.category === datum.category);
      const sum = (name) => members.reduce((total, row) => total + row[name], 0);
      return [
        datum.category,
        ["Units", shown(sum("units"), "quantity")],
        [AREA_WORDS.net, shown(sum("net"), "money")],
        ["Share of total", share(sum("share_of_total"))],
      ];
    }
    const row = rows[datum.code];
    return [
      shelfName(row.category, row.subcategory),
      ["Units", shown(row.units, "quantity")],
      [AREA_WORDS.net, shown(row.net, "money")],
      ["Share of total", share(row.share_of_total)],
      ["Share of category", share(row.share_of_category)],
    ];
  },
  click: (datum) =>
    toggle(
      "product",
      datum.subcategory
        ? [datum.code]
        : page.data.category.flatMap((of, code) =>
            page.data.names.category[of] === datum.category ? [code] : [],
          ),
    ),
  title: () =>
    `Products by ${AREA_WORDS[page.setup.area].replace(", tax included", "").toLowerCase()}`,
  from: () => sourceWords({ ...byProduct(), isAbout: false }, "subcategory", ["product"]),
  about: () => "Click a subcategory or a category's name to select it, again to undo.",
  attach: (it) => {
    const made = choice("Area", Object.entries(AREA_WORDS), page.setup.area, (value) =>
      adjust("area", value),
    );
    page.controls.area = made.list;
    toolsOf(it).append(made);
    it.below = element("p", { class: "below note" });
    it.box.after(it.below);
  },
  after: (it) => {
    const kind = page.setup.area === "net" ? "money" : "quantity";
    // What can't be told (NaN) is neither.
    const without = productRows().filter((row) => row[page.setup.area] <= 0);
    const words = without
      .slice(0, MOST_BELOW)
      .map(
        (row) =>
          `${fitting(shelfName(row.category, row.subcategory), 400)} ${shown(row[page.setup.area], kind)}`,
      );
    if (without.length > MOST_BELOW)
      words.push(`${count(without.length - MOST_BELOW)} more, which the table has`);
    setText(
      it.below,
      words.length ? `Not above zero, hence without an area: ${listed(words)}.` : "",
    );
  },
};
