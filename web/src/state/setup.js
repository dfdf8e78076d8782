// How views are set up; kept when filters are reset.

/** Settings with a list of what they may be. @type {Record<string, string[]>} */
export const CHOICES = {
  measure: ["net", "units", "purchases"],
  grain: ["auto", "day", "week", "month", "quarter", "year"],
  compare: ["year", "previous", "none"],
  heat: ["net", "units", "purchases"],
  area: ["units", "net"],
  colour: ["money", "level"],
  mode: ["value", "change"],
  as: ["areas", "matrix"],
  tab: [
    "",
    ...["customers", "calendar", "map", "parallel", "people", "market"],
    ...["trend", "products", "rfm-grid", "scatter", "places"],
  ],
};

/**
 * Settings that are whole numbers, with the least and the greatest.
 * @type {Record<string, [number, number]>}
 */
export const NUMBERS = { components: [2, 12], clusters: [2, 8], across: [1, 12], up: [1, 12] };

export function emptySetup() {
  return {
    measure: "net",
    grain: "auto",
    compare: "year",
    heat: "net",
    area: "units",
    colour: "money", // of the RFM grid
    mode: "value", // or what changed
    as: "areas", // of products
    tab: "", // the first
    components: 0, // 0: the configured pair
    clusters: 0,
    across: 1,
    up: 2,
    zoom: /** @type {[number, number] | null} */ (null), // the days that the trend shows, from the first
    axes: /** @type {number[]} */ ([]), // positions in names.subcategory; empty: by category
    scored: false, // whether the selection is scored anew
    cuts: /** @type {Record<string, number[]>} */ ({}), // cut points that a reader moved, by measure, in smallest units
    sort: "monetary",
    down: true,
    page: 0,
    search: "",
    customer: "", // whose story is open in the table
    show: "", // the figure that a copied link shows
  };
}
