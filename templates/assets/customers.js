// The customers table: who is selected, sorted, searched, paged, and as a download.

const PAGE_ROWS = 25;
const CUSTOMER_COLUMNS = [
  { name: "id", label: "Customer", kind: "text" },
  { name: "age_band", label: "Age", kind: "text" },
  { name: "gender", label: "Gender", kind: "text" },
  { name: "city", label: "City", kind: "text" },
  { name: "cluster", label: "Cluster", kind: "number" },
  { name: "recency_days", label: "Recency (days)", kind: "number" },
  { name: "frequency", label: "Frequency", kind: "number" },
  { name: "monetary", label: "Monetary", kind: "money" },
  { name: "r", label: "R", kind: "number" },
  { name: "f", label: "F", kind: "number" },
  { name: "m", label: "M", kind: "number" },
  { name: "segment", label: "Segment", kind: "text" },
  { name: "cell_mean", label: "Cell's mean monetary", kind: "money" },
];

/** One cell of the table; null where a customer is not scored, or not clustered. */
function customerValue(at, name) {
  const { customers, names, members } = page.data;
  if (name === "id") return members?.id[at] ?? "";
  if (name === "cluster") return clusterOf(page.data)[at] || null;
  if (names[name]) return names[name][customers[name][at]];
  if (!customers.r[at]) return null;
  return name === "cell_mean"
    ? cellMeans()[customers.r[at] * 16 + customers.f[at]]
    : customers[name][at];
}

/** Mean monetary of each cell over all scored customers, as the static grid has it. */
const cellMeans = () =>
  cached("cell means", [...FILTERS, "pair"], () =>
    Object.fromEntries(page.data.cells.map((cell) => [cell.r * 16 + cell.f, cell.mean_monetary])),
  );

/** All customers in the order of a column; those without a value last; ties in their own order. */
function customerOrder() {
  const { sort, down } = page.setup;
  return cached(
    `order ${sort} ${down}`,
    sort === "cluster" ? FILTERS : [...FILTERS, "pair"],
    () => {
      const { count: size } = page.data.customers;
      const values = Array.from({ length: size }, (_, at) => customerValue(at, sort));
      const compare = (a, b) => {
        const [one, other] = [values[a], values[b]];
        if (one === other) return a - b;
        if (one === null || other === null) return one === null ? 1 : -1;
        return (one < other ? -1 : 1) * (down ? -1 : 1);
      };
      return Array.from({ length: size }, (_, at) => at).sort(compare);
    },
  );
}

/** Positions of the customers in the table: all filters and the search, in order. */
function customersNow() {
  const { person } = page.fails;
  const words = page.setup.search.trim().toLocaleLowerCase();
  const searched = ["id", "age_band", "gender", "city", "segment"];
  const isFound = (at) =>
    !words ||
    searched.some((name) => String(customerValue(at, name)).toLocaleLowerCase().includes(words));
  return customerOrder().filter((at) => person[at] === 0 && isFound(at));
}

const customerRow = (at) =>
  Object.fromEntries(CUSTOMER_COLUMNS.map(({ name }) => [name, customerValue(at, name)]));

const customersPart = {
  isDirty: true,
  isSeen: false,
  isVisible: () => customersPart.isSeen,
  update: updateCustomers,
};

function makeCustomers() {
  const holder = document.querySelector("#customers");
  const search = element("input", {
    type: "search",
    value: page.setup.search,
    autocomplete: "off",
    oninput: () => searchFor(search.value),
  });
  page.controls.search = search;
  const head = element("tr", {}, ...CUSTOMER_COLUMNS.map(customerHead));
  holder.replaceChildren(
    element(
      "div",
      { class: "customers-tools" },
      element("p", { id: "customer-count", class: "customer-count" }),
      element("label", { class: "choice" }, element("span", {}, "Search"), search),
      element(
        "button",
        { type: "button", onclick: downloadCustomers },
        "Download the selection (CSV)",
      ),
    ),
    rangeControls(),
    element("p", { class: "note", id: "customer-method" }),
    element(
      "div",
      { class: "table-box", role: "region", tabindex: "0", "aria-label": "Selected customers" },
      element(
        "table",
        { class: "customers" },
        element("caption", {}, "Selected customers"),
        element("thead", {}, head),
        element("tbody", {}),
      ),
    ),
    element("nav", { class: "pager", "aria-label": "Pages of the table" }),
  );
  page.parts.push(customersPart);
  new IntersectionObserver(([entry]) => {
    customersPart.isSeen = entry.isIntersecting;
    if (customersPart.isSeen && customersPart.isDirty) refresh(customersPart);
  }).observe(holder);
}

function customerHead({ name, label, kind }) {
  const sort = () => {
    const isSame = page.setup.sort === name;
    page.setup.down = isSame ? !page.setup.down : kind !== "text";
    page.setup.sort = name;
    page.setup.page = 0;
    changed({ settings: ["sort"] });
  };
  return element(
    "th",
    { scope: "col", "data-sort": name, class: kind === "text" ? null : "number" },
    element("button", { type: "button", onclick: sort }, label),
  );
}

function searchFor(text) {
  page.setup.search = text;
  page.setup.page = 0;
  changed({ settings: ["search"], history: "replace" });
}

/** Number range filters; they filter every view, as all filters do. */
function rangeControls() {
  const fields = RANGES.map(([name, label, kind]) => {
    const input = (side, word) => {
      const made = element("input", {
        type: "number",
        step: kind === "money" ? "any" : "1",
        "aria-label": `${label}, ${word}`,
        placeholder: word,
        onchange: () => setRange(name, side, made.value, kind),
      });
      page.controls[`${name} ${side}`] = made;
      return made;
    };
    return element(
      "fieldset",
      { class: "range" },
      element("legend", {}, label),
      input(0, "from"),
      input(1, "to"),
    );
  });
  return element(
    "details",
    { class: "ranges" },
    element("summary", {}, "Ranges of recency, frequency and monetary"),
    element("div", {}, ...fields),
  );
}

function setRange(name, side, text, kind) {
  const limits = page.state.ranges[name] ?? [null, null];
  limits[side] =
    text === "" || !Number.isFinite(Number(text))
      ? null
      : Math.round(Number(text) * (kind === "money" ? measures.money : 1));
  if (limits.every((limit) => limit === null)) delete page.state.ranges[name];
  else page.state.ranges[name] = limits;
  page.setup.page = 0;
  changed({ filters: ["range"] });
}

function updateCustomers() {
  const found = customersNow();
  const pages = Math.max(1, Math.ceil(found.length / PAGE_ROWS));
  page.setup.page = Math.min(page.setup.page, pages - 1);
  const rows = found.slice(page.setup.page * PAGE_ROWS, (page.setup.page + 1) * PAGE_ROWS);
  setText(
    document.querySelector("#customer-count"),
    `${count(found.length)} of ${count(page.data.customers.count)} ${page.cubes ? "sampled " : ""}customers`,
  );
  setText(document.querySelector("#customer-method"), methodWords());
  document.querySelector("#customers tbody").replaceChildren(...rows.map(customerLine));
  for (const head of document.querySelectorAll("#customers th[data-sort]")) {
    if (head.dataset.sort === page.setup.sort)
      head.setAttribute("aria-sort", page.setup.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
  const go = (to, text) =>
    element(
      "button",
      { type: "button", disabled: to < 0 || to >= pages, onclick: () => turnTo(to) },
      text,
    );
  document
    .querySelector("#customers .pager")
    .replaceChildren(
      go(page.setup.page - 1, "Previous"),
      element("span", {}, `Page ${count(page.setup.page + 1)} of ${count(pages)}`),
      go(page.setup.page + 1, "Next"),
    );
}

function turnTo(to) {
  page.setup.page = to;
  changed({ settings: ["page"], history: "replace" });
}

/** By what the selection was made: scores, clusters, or lines. */
function methodWords() {
  const on = inWords();
  const fit = page.data.cluster_fits.length ? pairNow() : null;
  const by = on.length ? `Selected by ${listed(on)}.` : "All customers.";
  const clusters = fit
    ? ` and clustered (${fit.components} components, ${fit.clusters} clusters)`
    : "";
  const bought = LINE_FILTERS.some((name) => isOn(page.state, name))
    ? " Whoever bought in the selection is listed."
    : "";
  const drawn = page.cubes
    ? ` Of a random sample of ${count(page.data.sample.customers)} of ${count(page.data.sample.of)} customers with a line.`
    : "";
  return `${by}${bought}${drawn} Scored${clusters} on all customers, whatever the filters.`;
}

function customerLine(at) {
  const cluster = customerValue(at, "cluster");
  const cells = CUSTOMER_COLUMNS.map(({ name, kind }) => {
    const text = shown(customerValue(at, name), kind);
    if (name === "id") return element("th", { scope: "row", class: styleOf(text) }, bdi(text));
    const cell = element(
      "td",
      { class: kind === "text" ? styleOf(text) : "number" },
      kind === "text" ? bdi(text) : text,
    );
    if (name === "cluster" && cluster) cell.prepend(swatchOf(`var(--cluster-${cluster})`));
    if (name === "cell_mean" && text !== MISSING)
      cell.prepend(swatchOf(moneyColour(customerValue(at, name))));
    return cell;
  });
  return element(
    "tr",
    {
      "data-cluster": cluster,
      onpointerenter: () => preview(cluster),
      onpointerleave: () => preview(null),
    },
    ...cells,
  );
}

function swatchOf(colour) {
  const made = element("span", { class: "swatch" });
  made.style.background = colour;
  return made;
}

/** The step of the money ramp that a cell's mean falls into. */
function moneyColour(value) {
  const means = Object.values(cellMeans()).filter((mean) => mean !== null);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const { ramp } = page.data.colours;
  const at = high > low ? Math.round(((value - low) / (high - low)) * (ramp.length - 1)) : 0;
  return inScheme(ramp[at]);
}

function downloadCustomers() {
  const columns = CUSTOMER_COLUMNS.map((column) => column);
  download(
    "customers-selected.csv",
    csvOf(columns, customersNow().map(customerRow)),
    "text/csv;charset=utf-8",
  );
}
