// In words: which filters are on, where the figures come from, and what is about.

import { FEWEST } from "../kernel/estimates.js";
import { count, listed, share, shownDay } from "../kernel/formats.js";

/** Filters in a sentence, and as the name of a chip; those of dimensions come from the data. */
const WORDS = {
  time: ["time", "Time"],
  product: ["products", "Products"],
  segment: ["segments", "Segments"],
  level: ["levels", "Level"],
  cluster: ["clusters", "Cluster"],
  within: ["what was selected before they were scored anew", "Within"],
  range: ["values of customers", "Values"],
};

/** @param {Store} store @param {string} filter */
function wordsOf({ filters }, filter) {
  const dimension = filters.dimensions.find(({ name }) => name === filter);
  return dimension ? [dimension.many, dimension.title] : WORDS[filter];
}

/** The name of a filter's chip. @param {Store} store @param {string} filter */
export const titleOf = (store, filter) => wordsOf(store, filter)[1];

/**
 * Which filters are on, in words, without those that a view does not respect.
 * @param {Store} store
 * @param {string[]} except
 */
export const filterWords = (store, except = []) =>
  store.on(except).map((filter) => wordsOf(store, filter)[0]);

/** From what something is estimated. @param {Dashboard} dashboard */
export function sampleWords({ store }) {
  const { customers, certain, of } = store.data.sample;
  return `estimated from the ${count(certain)} of ${count(of)} customers who spent most and ${count(customers - certain)} of the others, drawn at random`;
}

/**
 * What a view's sums are, where they are not of the lines themselves.
 * @param {Dashboard} dashboard
 * @param {Sourced} sums
 * @param {string} by
 * @param {string[]} except
 */
export function sourceWords(dashboard, { source, isAbout }, by, except) {
  const { store, sources } = dashboard;
  const { data } = store;
  if (!sources.cubes) return "";
  if (!source)
    return data.sample
      ? "Being loaded."
      : "What travels with this page can't tell these filters together.";
  if (source.isSample)
    return `About: ${sampleWords(dashboard)}. What fewer than ${FEWEST} of them bought is not shown.`;
  const words = [];
  const asked = sources.daysAsked();
  const isTimed = !except.includes("time") && store.isTimed();
  if (isTimed && !sources.isWhole(source.grain, asked)) {
    const [from, to] = sources.widened(source.grain, asked).map((day) => data.first + day);
    words.push(`By whole ${source.grain}s: ${shownDay(from)} to ${shownDay(to)}.`);
  } else if (by === "day" && source.grain !== "day")
    words.push(`By ${source.grain} at the finest under these filters.`);
  if (isAbout && source !== sources.groups)
    words.push(`Purchases and buyers are about: ${sampleWords(dashboard)}.`);
  return words.join(" ");
}

/**
 * One line on the page: at which grain the figures are, and what is estimated.
 * @param {Dashboard} dashboard
 */
export function grainWords(dashboard) {
  const { store, sources, sums } = dashboard;
  const { source } = sums.byDay();
  const { sample, features } = store.data;
  const exact = source
    ? source.isSample
      ? `Under these filters all figures are ${sampleWords(dashboard)}, and marked “about”.`
      : `Sums are exact, by ${source.grain}${source.grain === "week" ? " (cut where a month ends)" : ""} under these filters.`
    : "What travels with this page can't tell these filters together: leave one out.";
  const isAbout = source && !source.isSample && sample;
  const counts = isAbout
    ? ` Where buyers and purchases don't add up they are “about”, ${sampleWords(dashboard)}.`
    : "";
  const least = Math.min(...sources.cubes.map((cube) => cube.shown));
  const isGrouped = !sample && features.includes("customer_id"); // the level public
  const open = !isGrouped
    ? ""
    : ` No group of fewer than 5 customers is shown by name: such sums are together “Not shown”, at most ${share(1 - least)} of gross revenue.`;
  return exact + counts + open;
}

/** "Filtered by a, b and c.", or nothing. @param {string[]} words */
export const filteredBy = (words) => (words.length ? `Filtered by ${listed(words)}.` : "");

/** On whom scores and clusters are made. @param {Dashboard} dashboard */
export function scoredWords({ store, scoring }) {
  const { data, setup } = store;
  const moved = scoring.hasCuts() ? " Cut points were moved by hand." : "";
  if (!setup.scored) return `Scored on all customers, whatever the filters.${moved}`;
  const stays = scoring.fixed().filter((measure) => !setup.cuts[measure]);
  const fixed = stays.length ? ` The cut points of ${listed(stays)} are the shop's and stay.` : "";
  return `Scored anew on the selection: ${count(data.rescored?.customers ?? 0)} customers, as of ${shownDay(data.first + (data.rescored?.asOf ?? 0))}.${fixed}${moved}`;
}

/** The same of clusters. @param {Dashboard} dashboard */
export function clusteredWords({ store }) {
  const { setup, data } = store;
  if (!setup.scored) return "Clustered on all customers, whatever the filters.";
  const { reason, scores } = data.rescored ?? {};
  return reason || (scores ? "Clustered anew on what the selection kept." : "");
}
