// The customers page: all customers, searched, sorted and paged. Rows lie in files of some thousand
// (retail/render/people.py); a page of the usual order reads one of them. A search or another order
// reads them one by one and keeps the best MOST rows, so nothing grows with the number of customers.

const PEOPLE = { rows: 50, most: 1_000, kept: 12 };

document.addEventListener("DOMContentLoaded", () => {
  const holder = document.querySelector("#people");
  if (holder?.dataset.people) startPeople(holder, JSON.parse(holder.dataset.people));
});

/** What the reader asked for, and what is known of the answer. */
function startPeople(holder, about) {
  const { moneyScale, currency } = about;
  Object.assign(measures, { money: 10 ** moneyScale, moneyScale, currency });
  const it = {
    about,
    holder,
    table: holder.querySelector("table"),
    text: "",
    sort: null, // column; null: by net revenue, as the files are
    down: true,
    page: 0,
    asked: 0, // counts questions: an answer to an older one is dropped
    found: null, // rows of a search or another order; null: read from the files as they are
    total: about.rows,
    files: new Map(),
  };
  window.retailReport ??= {};
  window.retailReport.people = (at, columns) => it.files.set(at, rowsOf(columns));
  makePeople(it);
  askPeople(it);
}

/** Rows as arrays in the order of the columns. */
function rowsOf(columns) {
  const values = columns.map(({ names, values }) =>
    names ? values.map((at) => (at === null ? null : names[at])) : values,
  );
  return values[0].map((_, row) => values.map((column) => column[row]));
}

function fileOf(it, at) {
  if (it.files.has(at)) return Promise.resolve(it.files.get(at));
  return new Promise((resolve) => {
    loadLater(`${it.about.folder}/${at}.js`, () => {
      const rows = it.files.get(at);
      for (const old of it.files.keys()) if (it.files.size > PEOPLE.kept) it.files.delete(old);
      resolve(rows);
    });
  });
}

function makePeople(it) {
  const search = element("input", {
    type: "search",
    autocomplete: "off",
    oninput: () => {
      it.text = search.value.trim().toLocaleLowerCase();
      it.page = 0;
      clearTimeout(it.typing);
      it.typing = setTimeout(() => askPeople(it), 150);
    },
  });
  it.said = element("p", { class: "customer-count", role: "status" });
  it.pager = element("nav", { class: "pager", "aria-label": "Pages of the table" });
  it.holder.before(
    element(
      "div",
      { class: "customers-tools" },
      it.said,
      element("label", { class: "choice" }, element("span", {}, "Search"), search),
    ),
  );
  it.holder.querySelector(".table").after(it.pager);
  it.holder.querySelector(".table-foot span").textContent = ""; // of the rows that came with the page
  it.heads = [...it.table.querySelectorAll("thead th")];
  it.table.classList.add("customers");
  it.heads.forEach((head, at) => {
    const sort = () => {
      const isText = it.about.columns[at].kind === "text";
      it.down = it.sort === at ? !it.down : !isText;
      it.sort = at;
      it.page = 0;
      askPeople(it);
    };
    head.replaceChildren(element("button", { type: "button", onclick: sort }, head.textContent));
  });
  document.body.classList.add("is-linked");
}

/** Find the rows and show the page; one file at a time, so that a keystroke in between counts. */
async function askPeople(it) {
  const question = ++it.asked;
  it.found = it.text || it.sort !== null ? [] : null;
  it.total = it.found ? 0 : it.about.rows;
  if (!it.found) return showPeople(it, question, true);
  const searched = it.about.columns.flatMap(({ kind }, at) => (kind === "text" ? [at] : []));
  const isFound = (row) =>
    !it.text || searched.some((at) => String(row[at] ?? "").toLocaleLowerCase().includes(it.text));
  for (let at = 0; at < it.about.files; at++) {
    const rows = await fileOf(it, at);
    if (question !== it.asked) return;
    const more = rows.filter(isFound);
    it.total += more.length;
    it.found = bestOf(it, [...it.found, ...more]);
    if (at % 25 === 0) await showPeople(it, question, false);
  }
  await showPeople(it, question, true);
}

/** The first MOST rows in the order asked for; those without a value come last. */
function bestOf(it, rows) {
  if (it.sort !== null) {
    const { sort, down } = it;
    rows.sort((a, b) => {
      const [one, other] = [a[sort], b[sort]];
      if (one === other) return 0;
      if (one === null || other === null) return one === null ? 1 : -1;
      return (one < other ? -1 : 1) * (down ? -1 : 1);
    });
  }
  return rows.slice(0, PEOPLE.most);
}

async function showPeople(it, question, isDone) {
  const start = it.page * PEOPLE.rows;
  let rows = it.found?.slice(start, start + PEOPLE.rows);
  if (!rows) {
    const { fileRows, files } = it.about;
    const first = Math.floor(start / fileRows);
    const parts = await fileOf(it, first);
    const next =
      start + PEOPLE.rows > (first + 1) * fileRows && first + 1 < files
        ? await fileOf(it, first + 1)
        : [];
    if (question !== it.asked) return;
    rows = [...parts, ...next].slice(start - first * fileRows).slice(0, PEOPLE.rows);
  }
  it.table.querySelector("tbody").replaceChildren(...rows.map((row) => personLine(it, row)));
  it.heads.forEach((head, at) => {
    if (at === it.sort) head.setAttribute("aria-sort", it.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
  const shownRows = it.found ? it.found.length : it.total;
  const cut = shownRows < it.total ? `, the first ${count(shownRows)} are listed` : "";
  setText(
    it.said,
    isDone
      ? `${count(it.total)} of ${count(it.about.rows)} customers${cut}`
      : `${count(it.total)} found so far…`,
  );
  it.holder.dataset.settled = String(isDone);
  turnPeople(it, Math.max(1, Math.ceil(shownRows / PEOPLE.rows)));
}

function turnPeople(it, pages) {
  const go = (to, text) =>
    element(
      "button",
      {
        type: "button",
        disabled: to < 0 || to >= pages,
        onclick: () => {
          it.page = to;
          showPeople(it, it.asked, true);
        },
      },
      text,
    );
  it.pager.replaceChildren(
    go(0, "First"),
    go(it.page - 1, "Previous"),
    element("span", {}, `Page ${count(it.page + 1)} of ${count(pages)}`),
    go(it.page + 1, "Next"),
    go(pages - 1, "Last"),
  );
}

function personLine(it, row) {
  const cells = it.about.columns.map(({ name, kind }, at) => {
    const text = shown(row[at], kind);
    const link = `${name} ${row[at]}`;
    const file = Object.hasOwn(it.about.links, link) ? it.about.links[link] : null;
    const said = file ? element("a", { href: file, "data-group": name }, bdi(text)) : bdi(text);
    if (!at) return element("th", { scope: "row", class: styleOf(text) }, said);
    const cell = element("td", { class: kind === "text" ? styleOf(text) : "number" }, said);
    if (name === "cluster" && row[at] !== null) cell.prepend(clusterDot(row[at]));
    return cell;
  });
  return element("tr", {}, ...cells);
}

/** The colour of a cluster, as in tables that come with the page. */
function clusterDot(cluster) {
  const circle = svgElement("circle", { cx: 5, cy: 5, r: 5 });
  const attributes = { class: `swatch cluster-${cluster}`, viewBox: "0 0 10 10", "aria-hidden": true };
  return svgElement("svg", attributes, circle);
}
