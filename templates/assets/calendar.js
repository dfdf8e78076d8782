// The calendar: a cell a day. Days outside the selected time are veiled by the overlay.

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
      places.push({ year, week: Math.floor((number - start + offset) / 7), weekday: (((number + 3) % 7) + 7) % 7 });
    }
    return places;
  });
}

const calendarView = {
  key: "calendar",
  own: ["time"],
  painted: ["time"],
  switches: ["heat"],
  position: () => page.setup.heat,
  rows: () => {
    const { heat } = page.setup;
    const sums = byDay();
    return calendarPlaces().map((place, day) => ({ ...place, day, [heat]: inUnits(MEASURE_OF[heat](sums, day), heat) }));
  },
  exported: () => calendarView.rows().map((row) => ({ ...row, day: dayText(page.data.first + row.day) })),
  table: () => {
    const sums = byDay();
    const rows = calendarPlaces().map((_, day) => ({ day: page.data.first + day, ...Object.fromEntries(MEASURES.map(([name]) => [name, MEASURE_OF[name](sums, day)])) }));
    return {
      columns: [{ name: "day", label: "Day", kind: "day" }, ...MEASURES.map(([name, label]) => ({ name, label, kind: MEASURE_KINDS[name] }))],
      rows,
    };
  },
  tip: (datum) => {
    const date = new Date((page.data.first + datum.day) * DAY_MS);
    const weekday = date.toLocaleDateString(locale, { weekday: "long", timeZone: "UTC" });
    const sums = byDay();
    return [`${dayText(page.data.first + datum.day)}, ${weekday}`, ...MEASURES.map(([name, label]) => [label, shown(MEASURE_OF[name](sums, datum.day), MEASURE_KINDS[name])])];
  },
  hover: (datum) => pointAt(datum?.day ?? null, "calendar"),
  click: (datum, event) => {
    const { from, to } = page.state;
    if (event.shiftKey && from !== null) setDays(Math.min(from, datum.day), Math.max(to ?? from, datum.day));
    else if (from === datum.day && to === datum.day) clear("time");
    else setDays(datum.day, datum.day);
  },
  title: () => `${MEASURE_WORDS[page.setup.heat].replace(", tax included", "")} day by day`,
  about: () => "A cell a day, weeks from Monday; click selects a day, shift and click extends.",
  attach: (it) => {
    const made = choice("Measure", MEASURES, page.setup.heat, (value) => adjust("heat", value));
    page.controls.heat = made.list;
    toolsOf(it).append(made);
    it.marker = element("div", { class: "day-marker", hidden: true });
    it.box.append(it.marker);
  },
  paint: paintCalendar,
};

/** Left, top, width and height of a day's cell in the plot. */
function cellOf(it, { year, week, weekday }) {
  const [across, down] = [it.view.scale("x"), it.view.scale("y")];
  const row = (year - calendarPlaces()[0].year) * CALENDAR_ROWS + weekday;
  return [across(week), down(row), across.bandwidth(), down.bandwidth()];
}

function paintCalendar(it) {
  const { surface } = overlayOf(it);
  const { state } = page;
  if (!isOn(state, "time")) return;
  surface.fillStyle = token("paper");
  surface.globalAlpha = 0.72;
  calendarPlaces().forEach((place, day) => {
    if (day < (state.from ?? 0) || day > (state.to ?? Infinity)) surface.fillRect(...cellOf(it, place));
  });
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
