// In words: at which grain the figures are, where they are not of the lines themselves, and what is about.

/** What a view's sums are, where they are not of the lines themselves. */
function sourceWords(sums, by, except) {
  if (!page.cubes || !sums) return "";
  const { source, isAbout } = sums;
  if (!source)
    return page.data.sample
      ? "Being loaded."
      : "What travels with this page can't tell these filters together.";
  if (source.isSample) return `About: ${sampleText()}.`;
  const words = [];
  const isTimed = !except.includes("time") && isOn(page.state, "time");
  if (isTimed && !isWhole(source.grain, daysAsked())) {
    const [from, to] = widened(source.grain, daysAsked()).map((day) => page.data.first + day);
    words.push(`By whole ${source.grain}s: ${shownDay(from)} to ${shownDay(to)}.`);
  } else if (by === "day" && source.grain !== "day")
    words.push(`By ${source.grain} at the finest under these filters.`);
  if (isAbout && source !== page.people) words.push(`Purchases and buyers are about: ${sampleText()}.`);
  return words.join(" ");
}

const sampleText = () =>
  `estimated from a random sample of ${count(page.data.sample.customers)} of ${count(page.data.sample.of)} customers (${share(sampleShare())})`;

/** One line on the page: at which grain the figures are, and what is estimated. */
function updateGrain() {
  const line = document.querySelector("#grain");
  if (!line || !page.cubes) return;
  const { source } = byDay();
  const exact = source
    ? source.isSample
      ? `Under these filters all figures are ${sampleText()}, and marked “about”.`
      : `Sums are exact, by ${source.grain}${source.grain === "week" ? " (cut where a month ends)" : ""} under these filters.`
    : "What travels with this page can't tell these filters together: leave one out.";
  const isAbout = source && !source.isSample && page.data.sample;
  const counts = isAbout ? ` Where buyers and purchases don't add up they are “about”, ${sampleText()}.` : "";
  const least = Math.min(...page.cubes.map((cube) => cube.shown));
  const open = page.data.sample
    ? ""
    : ` No group of fewer than 5 customers is shown by name: such sums are together “Not shown”, at most ${share(1 - least)} of gross revenue.`;
  line.hidden = false;
  setText(line, exact + counts + open);
}

/** Where the figures of a view come from, for tests. */
function sourcesOf(key) {
  const made = { trend: byDay, calendar: byDay, products: byProduct, "rfm-grid": byCell };
  const sums = (made[key] ?? (() => page.cache.get(key)?.value))();
  const { grain = null, name = "", isSample = false } = sums?.source ?? {};
  return { source: { grain, name, isSample }, isAbout: Boolean(sums?.isAbout) };
}
