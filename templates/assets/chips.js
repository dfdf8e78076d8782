// What is filtered, as chips that can be cleared, and the live summary.

/** What a filter is set to, in words, and how many values that is. */
function chipWords(filter) {
  const { state, data } = page;
  if (filter === "time") {
    const [from, to] = [state.from ?? 0, state.to ?? data.days - 1];
    return [
      from === to
        ? shownDay(data.first + from)
        : `${shownDay(data.first + from)} to ${shownDay(data.first + to)}`,
      `${count(to - from + 1)} days`,
    ];
  }
  if (filter === "product")
    return few(
      [...state.product].map((code) => data.labels[code]),
      data.labels.length,
    );
  if (filter === "cluster") return few([...state.cluster].sort().map(String), pairNow().clusters);
  if (filter === "segment") {
    const cells = [...state.cell].map((cell) => `R${cell >> 4} F${cell & 15}`);
    return few([...[...state.segment].map((code) => data.names.segment[code]), ...cells], null);
  }
  if (filter === "range") {
    return few(
      RANGES.filter(([name]) => state.ranges[name]).map(([name, label, kind]) => {
        const [low, high] = state.ranges[name].map((limit) =>
          limit === null ? null : shown(limit, kind),
        );
        return low === null
          ? `${label} up to ${high}`
          : high === null
            ? `${label} from ${low}`
            : `${label} ${low} to ${high}`;
      }),
      null,
    );
  }
  return few(
    [...state[filter]].map((code) => data.names[filter][code]),
    data.names[filter].length,
  );
}

/** At most three names, and the count. */
function few(words, of) {
  const text =
    words.length > 3
      ? `${words.slice(0, 2).join(", ")} and ${words.length - 2} more`
      : listed(words);
  return [text, of ? `${words.length} of ${of}` : String(words.length)];
}

const CHIP_NAMES = {
  time: "Time",
  product: "Products",
  channel: "Channel",
  city: "City",
  gender: "Gender",
  segment: "Segments",
  cluster: "Cluster",
  range: "Values",
};

// In the place of the chips, so that the first of them moves nothing.
const NOTHING_FILTERED = "Nothing is filtered: choose above, or click a mark in a chart.";

function updateChips() {
  const holder = document.querySelector("#chips");
  const hadFocus = holder.contains(document.activeElement);
  const chips = FILTERS.filter((filter) => isOn(page.state, filter)).map((filter) => {
    const [words, size] = chipWords(filter);
    return element(
      "li",
      { class: "chip", "data-filter": filter },
      element("span", { class: "chip-name" }, CHIP_NAMES[filter]),
      element("bdi", { class: "chip-words", title: words }, words),
      element("span", { class: "chip-count" }, size),
      element(
        "button",
        {
          type: "button",
          "aria-label": `Clear ${CHIP_NAMES[filter]}`,
          onclick: () => clear(filter),
        },
        "Clear",
      ),
    );
  });
  holder.replaceChildren(
    ...(chips.length ? chips : [element("li", { class: "note" }, NOTHING_FILTERED)]),
  );
  if (hadFocus)
    (holder.querySelector("button") ?? document.querySelector("#filters summary")).focus();
}

function updateReset() {
  document.querySelector(".reset").disabled = !FILTERS.some((filter) => isOn(page.state, filter));
}

let summaryTimer = 0;

/** Said once things are quiet, so that a drag is not read out step by step. */
function updateSummary() {
  clearTimeout(summaryTimer);
  summaryTimer = setTimeout(() => {
    const { values } = keyFigures();
    const on = inWords();
    const filters = on.length ? `Filtered by ${listed(on)}` : "No filters";
    const { value: size, isAbout } = customersSelected();
    const hasPeople = page.data.customers.count || page.people;
    const people = hasPeople ? `, ${isAbout ? "about " : ""}${count(size)} customers` : "";
    const about = (name) =>
      `${values[name].margin === null ? "" : "about "}${count(values[name].value)}`;
    announce(
      `${filters}: net revenue ${money(values.net.value)}, ${about("purchases")} purchases, ${about("buyers")} buyers${people}.`,
    );
  }, 250);
}

function announce(text) {
  const summary = document.querySelector("#summary");
  if (summary) setText(summary, text);
}
