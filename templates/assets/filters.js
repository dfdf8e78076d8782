// Controls: every filter that a chart sets by mouse has one here, for keyboard and screen reader.

/** The controls by name, to follow a state that came from elsewhere (the address, a click). */
function makeFilters() {
  const holder = document.querySelector("#filters");
  const { data } = page;
  const date = (name, label) => {
    const made = element("input", {
      type: "date",
      min: dayText(data.first),
      max: dayText(data.asOf),
      onchange: () => setDates(),
    });
    page.controls[name] = made;
    return element("label", { class: "choice" }, element("span", {}, label), made);
  };
  const hasPeople = !page.cubes || page.people;
  const pickers = [
    data.names.subcategory.length > 1 ? picker("product", "Products", productOptions()) : null,
    // What the input does not tell is one name, Unknown: nothing to choose from.
    ...[
      ["channel", "Channel"],
      ["city", "City"],
      ["gender", "Gender"],
    ].map(([name, label]) =>
      data.names[name].length > 1 && isCarried(name) ? picker(name, label, namesOf(name)) : null,
    ),
    hasPeople && data.segments.length ? picker("segment", "Segment", segmentOptions()) : null,
    hasPeople && data.segments.length ? picker("cell", "R x F cell", cellOptions()) : null,
    hasPeople && data.cluster_fits.length ? picker("cluster", "Cluster", () => clusterOptions()) : null,
  ];
  holder.replaceChildren(
    element(
      "div",
      { class: "filters-row" },
      date("from", "From"),
      date("to", "To"),
      ...pickers.filter(Boolean),
    ),
    element(
      "div",
      { class: "filters-row" },
      element("button", { type: "button", class: "reset", onclick: () => clear() }, "Reset"),
      element(
        "button",
        { type: "button", class: "help-button", "aria-haspopup": "dialog", onclick: showHelp },
        "Help",
      ),
    ),
  );
}

function setDates() {
  const [from, to] = ["from", "to"].map((name) => dayNumber(page.controls[name].value));
  const { first, days } = page.data;
  const low = from === null ? 0 : from - first;
  const high = to === null ? days - 1 : to - first;
  setDays(Math.min(low, high), Math.max(low, high));
}

/** Whether something can be filtered by a dimension. */
const isCarried = (name) =>
  !page.cubes || page.cubes.some(({ dimensions }) => dimensions.includes(name));

const namesOf = (name) => page.data.names[name].map((text, code) => ({ code, text }));
const segmentOptions = () =>
  [...page.data.segments]
    .sort((a, b) => a.order - b.order)
    .map(({ segment, rule }) => ({
      code: page.data.names.segment.indexOf(segment),
      text: segment,
      note: rule,
    }))
    .filter(({ code }) => code >= 0);
const cellOptions = () =>
  page.data.cells.map(({ r, f, segment }) => ({
    code: r * 16 + f,
    text: `R${r} F${f}`,
    note: segment,
  }));
const clusterOptions = () =>
  Array.from({ length: pairNow().clusters }, (_, at) => ({
    code: at + 1,
    text: `Cluster ${at + 1}`,
  }));

/** Subcategories under the name of their category, which takes all of them. */
function productOptions() {
  return page.data.names.category.flatMap((category, group) => {
    const codes = page.data.category.flatMap((of, code) => (of === group ? [code] : []));
    return [
      { codes, text: category, isGroup: true },
      ...codes.map((code) => ({
        code,
        text: page.data.names.subcategory[code][1],
        isMember: true,
      })),
    ];
  });
}

/**
 * A drop-down of check boxes, one a value.
 * @param {{code?: number, codes?: number[], text: string, note?: string}[] | (() => object[])} options
 */
function picker(name, label, options) {
  const list = element("ul", {});
  const summary = element("summary", {}, label);
  const holder = element(
    "details",
    { class: "picker", "data-filter": name },
    summary,
    element("fieldset", {}, element("legend", {}, label), list),
  );
  const fill = () => {
    const all = typeof options === "function" ? options() : options;
    list.replaceChildren(
      ...all.map((option) => {
        const codes = option.codes ?? [option.code];
        const box = element("input", { type: "checkbox", onchange: () => toggle(name, codes) });
        box.codes = codes;
        const note = option.note ? element("small", {}, option.note) : null;
        return element(
          "li",
          { class: option.isGroup ? "group" : option.isMember ? "member" : null },
          element("label", {}, box, bdi(option.text), note),
        );
      }),
    );
  };
  fill();
  page.pickers.set(name, {
    holder,
    summary,
    label,
    list,
    fill,
    isLive: typeof options === "function",
  });
  holder.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    holder.open = false;
    summary.focus();
  });
  holder.addEventListener("toggle", () =>
    holder.open ? openMenus.add(holder) : openMenus.delete(holder),
  );
  return holder;
}

/** Controls show the state, whoever set it. */
function syncControls() {
  const { state, setup, data, controls } = page;
  controls.from.value = dayText(data.first + (state.from ?? 0));
  controls.to.value = dayText(data.first + (state.to ?? data.days - 1));
  for (const [name, { summary, label, list, fill, isLive }] of page.pickers) {
    const chosen = state[name];
    if (isLive && list.children.length !== clusterOptions().length) fill();
    for (const box of list.querySelectorAll("input")) {
      const inside = box.codes.filter((code) => chosen.has(code)).length;
      box.checked = inside === box.codes.length;
      box.indeterminate = inside > 0 && inside < box.codes.length;
    }
    setText(summary, chosen.size ? `${label} (${chosen.size})` : label);
    summary.classList.toggle("on", chosen.size > 0);
  }
  for (const name of ["measure", "grain", "compare", "heat", "area"])
    if (controls[name]) controls[name].value = setup[name];
  const market = document.querySelector("#market");
  if (market) market.open = setup.market;
  if (controls.search && controls.search.value !== setup.search)
    controls.search.value = setup.search;
  for (const [name, , kind] of RANGES) {
    for (const side of [0, 1]) {
      const limit = state.ranges[name]?.[side] ?? null;
      const text = limit === null ? "" : String(kind === "money" ? limit / measures.money : limit);
      if (
        controls[`${name} ${side}`] &&
        Number(controls[`${name} ${side}`].value || NaN) !== Number(text || NaN)
      )
        controls[`${name} ${side}`].value = text;
    }
  }
}

function showHelp() {
  const help = document.querySelector("#help");
  help.showModal();
}
