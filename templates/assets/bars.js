// Bars of channels and cities: net revenue by name, a click filters.

/** @param {string} key of the figure @param {string} by column of the lines */
function barsView(key, by, plural) {
  const sums = () =>
    cached(key, [by], () => summedByName(by));
  const rows = () => {
    const found = sums();
    return page.data.names[by].map((name, code) => ({
      code,
      [by]: name,
      net: found.gross[code] + found.returns[code],
      units: found.units[code],
      purchases: found.purchases[code],
      buyers: found.buyers[code],
      return_rate: ratio(-found.credited[code], found.gross[code]),
      dim: page.state[by].size > 0 && !page.state[by].has(code),
    }));
  };
  /** The largest have a bar each, the others one together. */
  const drawn = () => {
    const named = new Set(page.data.bars[by]);
    const all = rows();
    const shownRows = all.filter((row) => named.has(row[by]));
    const others = all.filter((row) => !named.has(row[by]));
    const rest = others.length
      ? [
          {
            [by]: "Other",
            net: others.reduce((sum, row) => sum + row.net, 0),
            dim: others.every((row) => row.dim),
          },
        ]
      : [];
    return [...shownRows, ...rest]
      .filter((row) => Number.isFinite(row.net)) // what can't be told has no bar
      .map((row) => ({ ...row, net: row.net / measures.money }));
  };
  return {
    key,
    own: [by],
    rows: drawn,
    table: () => ({
      columns: [
        { name: by, label: by[0].toUpperCase() + by.slice(1), kind: "text" },
        { name: "net", label: "Net revenue, tax included", kind: "money" },
        { name: "units", label: "Units", kind: "quantity" },
        { name: "purchases", label: "Purchases", kind: "count" },
        { name: "buyers", label: "Buyers", kind: "count" },
        { name: "return_rate", label: "Return rate", kind: "share" },
      ],
      rows: rows(),
    }),
    tip: (datum) => {
      if (datum[by] === undefined) return null; // a border of the map
      const row = rows()[datum.code];
      if (!row) return [datum[by]];
      return [
        row[by],
        ["Net revenue, tax included", money(row.net)],
        ["Units", quantity(row.units)],
        ["Purchases", count(row.purchases)],
        ["Buyers", count(row.buyers)],
        ["Return rate", share(row.return_rate)],
      ];
    },
    from: () => sourceWords(sums(), by, [by]),
    click: (datum) => datum.code !== undefined && toggle(by, [datum.code]),
    about: () => `Net revenue, tax included, by ${by}. Click to select ${plural}, again to undo.`,
  };
}

/** The map of cities: the bars' numbers at their places. */
function mapView() {
  const bars = barsView("cities", "city", "cities");
  const places = new Map(page.data.cities.map((place) => [place.city, place]));
  const placed = (row) => ({
    ...row,
    latitude: places.get(row.city)?.latitude ?? null,
    longitude: places.get(row.city)?.longitude ?? null,
  });
  return {
    ...bars,
    key: "map",
    rows: () =>
      bars
        .table()
        .rows.filter((row) => Number.isFinite(row.net))
        .map((row) => ({ ...placed(row), net: row.net / measures.money })),
    about: () =>
      "Area is net revenue, tax included, colour is buyers. Click to select cities, again to undo. Borders: Natural Earth.",
  };
}
