// The calendar: a cell a day, faint outside the selected time.

const CALENDAR_ROWS = 8; // weekdays and a gap, a year

/** Where each day stands: {year, week, weekday}, as retail/charts/calendar.py places it. */
function calendarPlaces() {
  return cached("places", FILTERS.concat("pair"), () => {
    const places = [];
    for (let day = 0; day < page.data.days; day++) {
      const number = page.data.first + day;
      const year = new Date(number * DAY_MS).getUTCFullYear();
      const start = monthStart(year, 0);
      const offset = (((start + 3) % 7) + 7) % 7;
      places.push({
        year,
        week: Math.floor((number - start + offset) / 7),
        weekday: (((number + 3) % 7) + 7) % 7,
      });
    }
    return places;
  });
}

/** Every day with its place and value, in display units. */
function calendarRows() {
  const { heat } = page.setup;
  const sums = byDay();
  if (sums.source?.grain !== "day") return []; // no sums of days under these filters
  return calendarPlaces().map((place, day) => ({
    ...place,
    day,
    [heat]: inUnits(MEASURE_OF[heat](sums, day), heat),
  }));
}

/**
 * Vega draws axes, legend and the least and the greatest day, which set the scale; the cells are
 * painted on the overlay, ten times as fast. Images and source have all of them as marks.
 */
const calendarView = {
  key: "calendar",
  own: ["time"],
  painted: ["time"],
  switches: ["heat"],
  position: () => page.setup.heat,
  rows: () => {
    const rows = calendarRows();
    if (!rows.length) return [];
    const value = (row) => row[page.setup.heat];
    const pick = (isBetter) =>
      rows.reduce((best, row) => (isBetter(value(row), value(best)) ? row : best));
    return [pick((a, b) => a < b), pick((a, b) => a > b)];
  },
  exported: () =>
    calendarRows().map((row) => ({ ...row, day: dayText(page.data.first + row.day) })),
  table: () => {
    const sums = byDay();
    const rows = (sums.source?.grain === "day" ? calendarPlaces() : []).map((_, day) => ({
      day: page.data.first + day,
      ...Object.fromEntries(MEASURES.map(([name]) => [name, MEASURE_OF[name](sums, day)])),
    }));
    return {
      columns: [
        { name: "day", label: "Day", kind: "day" },
        ...MEASURES.map(([name, label]) => ({ name, label, kind: MEASURE_KINDS[name] })),
      ],
      rows,
    };
  },
  title: () => `${MEASURE_WORDS[page.setup.heat].replace(", tax included", "")} day by day`,
  about: () =>
    byDay().source?.grain === "day"
      ? "A cell a day, weeks from Monday; click selects a day, shift and click extends."
      : "Empty: under these filters there are no sums of single days.",
  from: () => sourceWords(byDay(), "day", ["time"]),
  attach: attachCalendar,
  paint: paintCalendar,
};

function attachCalendar(it) {
  const made = choice("Measure", MEASURES, page.setup.heat, (value) => adjust("heat", value));
  page.controls.heat = made.list;
  toolsOf(it).append(made);
  it.marker = element("div", { class: "day-marker", hidden: true });
  it.box.append(it.marker);
  it.box.addEventListener("pointermove", (event) => {
    const day = dayUnder(it, event);
    pointAt(day, "calendar");
    if (day === null) hideTip();
    else showTip(event, calendarTip(day));
  });
  it.box.addEventListener("pointerleave", () => {
    pointAt(null, "calendar");
    hideTip();
  });
  it.box.addEventListener("click", (event) => {
    const day = dayUnder(it, event);
    if (day !== null) selectDay(day, event.shiftKey);
  });
}

/** The day whose cell is under the pointer, else null. */
function dayUnder(it, event) {
  if (!it.view) return null;
  const box = it.box.getBoundingClientRect();
  const plot = plotOf(it);
  const week = Math.floor((event.clientX - box.left - plot.left) / it.view.scale("x").step());
  const row = Math.floor((event.clientY - box.top - plot.top) / it.view.scale("y").step());
  const index = cached(
    "days by place",
    [...FILTERS, "pair"],
    () => new Map(calendarPlaces().map((place, day) => [rowOf(place) * 64 + place.week, day])),
  );
  return week < 0 || week > 53 ? null : (index.get(row * 64 + week) ?? null);
}

const rowOf = ({ year, weekday }) => (year - calendarPlaces()[0].year) * CALENDAR_ROWS + weekday;

function calendarTip(day) {
  const number = page.data.first + day;
  const weekday = writing.days[calendarPlaces()[day].weekday];
  const sums = byDay();
  if (sums.source?.grain !== "day") return [shownDay(number)];
  return [
    `${shownDay(number)}, ${weekday}`,
    ...MEASURES.map(([name, label]) => [
      label,
      shown(MEASURE_OF[name](sums, day), MEASURE_KINDS[name]),
    ]),
  ];
}

function selectDay(day, isMore) {
  const { from, to } = page.state;
  if (isMore && from !== null) setDays(Math.min(from, day), Math.max(to ?? from, day));
  else if (from === day && to === day) clear("time");
  else setDays(day, day);
}

/** Left, top, width and height of a day's cell in the plot. */
function cellOf(it, place) {
  const [across, down] = [it.view.scale("x"), it.view.scale("y")];
  return [across(place.week), down(rowOf(place)), across.bandwidth(), down.bandwidth()];
}

function paintCalendar(it) {
  const { surface } = overlayOf(it);
  const { state, setup } = page;
  const [across, down, colour] = ["x", "y", "color"].map((name) => it.view.scale(name));
  const [width, height, left, top] = [
    across.bandwidth() - 1,
    down.bandwidth() - 1,
    across.step(),
    down.step(),
  ];
  for (const row of calendarRows()) {
    const isOut = row.day < (state.from ?? 0) || row.day > (state.to ?? Infinity);
    surface.globalAlpha = isOut ? 0.28 : 1;
    surface.fillStyle = colour(row[setup.heat]);
    surface.fillRect(row.week * left + 0.5, rowOf(row) * top + 0.5, width, height);
  }
}

/** @param {number | null} day from the first */
function markDay(day) {
  const it = mounted.get("calendar");
  if (!it?.view) return;
  it.marker.hidden = day === null;
  if (day === null) return;
  const plot = plotOf(it);
  const [left, top, width, height] = cellOf(it, calendarPlaces()[day]);
  it.marker.style.left = `${plot.left + left - 2}px`;
  it.marker.style.top = `${plot.top + top - 2}px`;
  it.marker.style.width = `${width + 4}px`;
  it.marker.style.height = `${height + 4}px`;
}
