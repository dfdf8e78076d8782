// The calendar: a cell a day, faint outside the selected time.

import { choice, element } from "../dom.js";
import { settings, shown, shownDay } from "../kernel/formats.js";
import { dayText, monthStart, yearOf } from "../kernel/periods.js";
import { sourceWords } from "../state/words.js";
import { mounted, overlayOf, plotOf, toolsOf } from "../vega/figure.js";
import { isFirstTap } from "../vega/taps.js";
import { hideTip, showTip } from "../vega/tooltip.js";
import { inUnits, MEASURE_KINDS, MEASURE_OF, MEASURES, shortWords } from "./measures.js";

const ROWS = 8; // weekdays and a gap, a year
const WEEKS = 64; // more than a year has
const FAINT = 0.28;

/**
 * Vega draws axes, legend and the least and the greatest day, which set the scale; the cells are
 * painted on the overlay, ten times as fast. Images and source have all of them as marks.
 * @param {Dashboard} dashboard
 * @param {ReturnType<typeof import("./day_pointer.js").createDayPointer>} pointer
 * @returns {View}
 */
export function calendarView(dashboard, pointer) {
  const { store, sums, controls } = dashboard;
  const { data, state, setup } = store;
  const places = placesOf(data);
  const rowOf = ({ year, weekday }) => (year - places[0].year) * ROWS + weekday;
  const dayAt = new Map(places.map((place, day) => [rowOf(place) * WEEKS + place.week, day]));
  const hasDays = () => sums.byDay().source?.grain === "day";
  const marker = element("div", { class: "day-marker", hidden: true });

  /** Every day with its place and value, in display units; none where there are no sums of days. */
  function cells() {
    const { heat } = setup;
    const byDay = sums.byDay();
    if (!hasDays()) return [];
    return places.map((place, day) => ({
      ...place,
      day,
      [heat]: inUnits(MEASURE_OF[heat](byDay, day), heat),
    }));
  }

  /** The least and the greatest day. */
  function rows() {
    const all = cells();
    if (!all.length) return [];
    const value = (row) => row[setup.heat];
    const pick = (isBetter) =>
      all.reduce((best, row) => (isBetter(value(row), value(best)) ? row : best));
    return [pick((a, b) => a < b), pick((a, b) => a > b)];
  }

  function table() {
    const byDay = sums.byDay();
    const valuesOf = (day) => MEASURES.map(([name]) => [name, MEASURE_OF[name](byDay, day)]);
    return {
      columns: [
        { name: "day", label: "Day", kind: "day" },
        ...MEASURES.map(([name, label]) => ({ name, label, kind: MEASURE_KINDS[name] })),
      ],
      rows: (hasDays() ? places : []).map((_, day) => ({
        day: data.first + day,
        ...Object.fromEntries(valuesOf(day)),
      })),
    };
  }

  /**
   * The day whose cell is under the pointer, else null.
   * @param {Figure} figure
   * @param {MouseEvent} event
   */
  function dayUnder(figure, event) {
    const { view, box } = figure;
    if (!view) return null;
    const { left, top } = box.getBoundingClientRect();
    const plot = plotOf(figure);
    const week = Math.floor((event.clientX - left - plot.left) / view.scale("x").step());
    const row = Math.floor((event.clientY - top - plot.top) / view.scale("y").step());
    return week < 0 || week > 53 ? null : (dayAt.get(row * WEEKS + week) ?? null);
  }

  /** @returns {TipLine[]} @param {number} day */
  function tipOf(day) {
    const number = data.first + day;
    if (!hasDays()) return [shownDay(number)];
    const byDay = sums.byDay();
    return [
      `${shownDay(number)}, ${settings.locale.days[places[day].weekday]}`,
      ...MEASURES.map(
        ([name, label]) =>
          /** @type {TipLine} */ ([
            label,
            shown(MEASURE_OF[name](byDay, day), MEASURE_KINDS[name]),
          ]),
      ),
    ];
  }

  /** Whether a day is all that is selected; the first and the last one have no limit on their outer side. */
  const isOnly = (day) =>
    store.isOn("time") && (state.from ?? 0) === day && (state.to ?? data.days - 1) === day;

  /** @param {number} day @param {boolean} isMore */
  function select(day, isMore) {
    const { from, to } = state;
    if (isMore && from !== null) store.setDays(Math.min(from, day), Math.max(to ?? from, day));
    else if (isOnly(day)) store.clear("time");
    else store.setDays(day, day);
  }

  /**
   * A frame around the day that is pointed at.
   * @param {Figure} figure
   * @param {number | null} day
   */
  function showDay(figure, day) {
    if (!figure.view) return;
    marker.hidden = day === null;
    if (day === null) return;
    const plot = plotOf(figure);
    const [across, down] = [figure.view.scale("x"), figure.view.scale("y")];
    const place = places[day];
    marker.style.left = `${plot.left + across(place.week) - 2}px`;
    marker.style.top = `${plot.top + down(rowOf(place)) - 2}px`;
    marker.style.width = `${across.bandwidth() + 4}px`;
    marker.style.height = `${down.bandwidth() + 4}px`;
  }

  /** @param {Figure} figure */
  function attach(figure) {
    const { box } = figure;
    const measure = choice("Measure", MEASURES, setup.heat, (value) => store.adjust("heat", value));
    toolsOf(figure).append(controls.addChoice(measure, () => setup.heat));
    box.append(marker);
    pointer.follow((day) => showDay(figure, day));
    box.addEventListener("pointermove", (event) => {
      const day = dayUnder(figure, event);
      pointer.pointAt(day);
      if (day === null) hideTip();
      else showTip(event, tipOf(day));
    });
    box.addEventListener("pointerleave", () => {
      pointer.pointAt(null);
      hideTip();
    });
    box.addEventListener("click", (event) => {
      const day = dayUnder(figure, event);
      if (day !== null && !isFirstTap(figure, /** @type {PointerEvent} */ (event), { day }))
        select(day, event.shiftKey);
    });
  }

  /** The days as marks: they are painted, not drawn by Vega. */
  function marks() {
    const { view } = mounted.get("calendar");
    const [across, down] = [view.scale("x"), view.scale("y")];
    return places.map((place, day) => {
      const [x1, y1] = [across(place.week), down(rowOf(place))];
      return { x1, y1, x2: x1 + across.bandwidth(), y2: y1 + down.bandwidth(), datum: { day } };
    });
  }

  /** @param {Figure} figure */
  function paint(figure) {
    const { surface } = overlayOf(figure);
    const [across, down, colour] = ["x", "y", "color"].map((name) => figure.view.scale(name));
    const [width, height] = [across.bandwidth() - 1, down.bandwidth() - 1];
    const [left, top] = [across.step(), down.step()];
    const [low, high] = store.days();
    for (const cell of cells()) {
      const isOut = cell.day < (low ?? 0) || cell.day > (high ?? Infinity);
      surface.globalAlpha = isOut ? FAINT : 1;
      surface.fillStyle = colour(cell[setup.heat]);
      surface.fillRect(cell.week * left + 0.5, rowOf(cell) * top + 0.5, width, height);
    }
  }

  return {
    key: "calendar",
    own: ["time"],
    painted: ["time"],
    switches: ["heat"],
    position: () => setup.heat,
    rows,
    exported: () => cells().map((cell) => ({ ...cell, day: dayText(data.first + cell.day) })),
    table,
    title: () => `${shortWords(setup.heat)} day by day`,
    about: () =>
      hasDays()
        ? "Each cell is a day, weeks from Monday; click selects a day, shift and click extends."
        : "Empty: under these filters there are no sums of single days.",
    from: () => sourceWords(dashboard, sums.byDay(), "day", ["time"]),
    marks,
    // Under the pointer the box finds the day itself; Vega's marks are the least and the greatest.
    tip: ({ day }) => (typeof day === "number" ? tipOf(day) : null),
    press: ({ day }, event) => select(day, event.shiftKey),
    attach,
    paint,
  };
}

/**
 * Where each day stands, as the calendar of retail/charts/over_time.py places it.
 * @param {Data} data
 * @returns {({year: number, week: number, weekday: number} & Row)[]}
 */
const placesOf = ({ first, days }) =>
  Array.from({ length: days }, (_, day) => {
    const number = first + day;
    const year = yearOf(number);
    const start = monthStart(year, 0);
    const offset = (((start + 3) % 7) + 7) % 7;
    const week = Math.floor((number - start + offset) / 7);
    return { year, week, weekday: (((number + 3) % 7) + 7) % 7 };
  });
