// The treemap's layout: a rectangle for each subcategory within its category's, and a band for the category's name.

import { squarify } from "./squarify.js";

const BAND = 20; // pixels for a category's name, and a letter's width: as in retail/charts/treemap.py
const LETTER = 6.3;

/**
 * As much of a name as fits into a width, nothing in a sliver.
 * @param {string} name
 * @param {number} width in pixels
 */
export function fitting(name, width) {
  const room = Math.floor((width - 10) / LETTER);
  const letters = [...name];
  if (letters.length <= room) return name;
  return room > 3 ? `${letters.slice(0, room - 1).join("")}…` : "";
}

/**
 * The rows with places from 0 to 1, and a row for each category's name.
 * @param {Record<string, any>[]} rows with code, category, subcategory and dim
 * @param {string} area the column that is the area
 * @param {number} width in pixels
 * @param {number} height
 */
export function layOut(rows, area, width, height) {
  const drawn = rows
    .filter((row) => row[area] > 0)
    .sort((a, b) => b[area] - a[area] || a.code - b.code);
  const groups = new Map();
  for (const row of drawn) groups.set(row.category, [...(groups.get(row.category) ?? []), row]);
  const sum = (members) => members.reduce((total, row) => total + row[area], 0);
  const ordered = [...groups].sort((a, b) => sum(b[1]) - sum(a[1]) || (a[0] < b[0] ? -1 : 1));
  const sizes = ordered.map(([, members]) => sum(members));
  const outer = squarify(sizes, 0, 0, width, height);
  /** @param {any} row @param {number[]} box */
  const place = (row, [x, y, dx, dy]) =>
    Object.assign(row, {
      x: x / width,
      y: y / height,
      x2: (x + dx) / width,
      y2: (y + dy) / height,
      name: fitting(row.subcategory || row.category, dx),
      said: fitting(row.said ?? "", dx),
    });
  const bands = ordered.flatMap(([category, members], at) => {
    const [x, y, dx, dy] = outer[at];
    // The only subcategory of a category may have its name, which then stands there once.
    const isAlone = members.length === 1 && members[0].subcategory === category;
    const band = isAlone ? 0 : Math.min(BAND, dy / 2);
    const inner = members.map((row) => row[area]);
    const boxes = squarify(inner, x, y + band, dx, dy - band);
    for (const [i, member] of members.entries()) place(member, boxes[i]);
    if (isAlone) return [];
    const name = { category, subcategory: "", dim: members.every((row) => row.dim) };
    return [place(name, [x, y, dx, band])];
  });
  return [...rows, ...bands];
}
