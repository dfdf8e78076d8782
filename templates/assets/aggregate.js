// One pass over the lines (or over rows of a cube, which are lines with weights, see cubes.js), or over the
// customers, for each thing that a view asks for.
//
// Definitions (retail/glossary.py and DESIGN section 2) under filters: gross, returns, net, tax and
// units are sums over the lines selected by their own day and channel. A purchase is selected when
// one of its positive lines is, by the purchase's day (its earliest positive line) and the line's
// channel, product and city. A buyer is a customer with a selected purchase. Returns of the return
// rate are selected by the day and channel of the purchase that they are credited to, and by their
// own where there is no purchase. Everything is in whole smallest units, hence exact.

const MONEY = ["gross", "returns", "tax", "units"];

function emptySums(size) {
  const sums = {};
  for (const name of [...MONEY, "purchases", "credited", "buyers"])
    sums[name] = new Float64Array(size);
  return sums;
}

/**
 * Sums by group of the lines that pass.
 * @param {ArrayLike<number>} own group of each line by its own place
 * @param {ArrayLike<number>} credit group of each line by the place it is credited to
 * @param {number} size how many groups
 * @param {number} heed bits of the filters to heed
 */
function sumBy(data, fails, own, credit, size, heed) {
  const { lines } = data;
  const { customer, purchase, count: total } = lines;
  const sums = emptySums(size);
  const { gross, returns, tax, units, purchases, credited } = sums;
  const last = new Uint32Array(size); // the purchase last counted in each group
  for (let at = 0; at < total; at++) {
    const people = fails.person[customer[at]] & ~BIT.bought;
    if (((fails.own[at] | people) & heed) === 0) {
      const group = own[at];
      gross[group] += lines.gross[at];
      returns[group] += lines.returns[at];
      tax[group] += lines.tax[at];
      units[group] += lines.units[at];
    }
    if (((fails.credit[at] | people) & heed) === 0) {
      const group = credit[at];
      credited[group] += lines.credited[at];
      if (!purchase) purchases[group] += lines.purchases[at];
      else if (lines.gross[at] > 0 && last[group] !== purchase[at]) {
        last[group] = purchase[at];
        purchases[group] += 1;
      }
    }
  }
  return sums;
}

/** Distinct customers with a purchase, by group; `credit` as in sumBy. */
function buyersBy(data, fails, credit, size, heed) {
  const { lines, customers } = data;
  const guest = customers.count;
  const seen = new Uint8Array(size * guest);
  const buyers = new Float64Array(size);
  for (let at = 0; at < lines.count; at++) {
    const who = lines.customer[at];
    if (who === guest || lines.amount[at] <= 0) continue;
    if (((fails.credit[at] | (fails.person[who] & ~BIT.bought)) & heed) !== 0) continue;
    const slot = credit[at] * guest + who;
    if (!seen[slot]) {
      seen[slot] = 1;
      buyers[credit[at]] += 1;
    }
  }
  return buyers;
}

/** Distinct buyers with a purchase between two days (both inclusive, from the first day). */
function buyersBetween(data, fails, from, to, heed) {
  const { lines, customers } = data;
  const seen = new Uint8Array(customers.count + 1);
  let buyers = 0;
  for (let at = 0; at < lines.count; at++) {
    const who = lines.customer[at];
    if (seen[who] || who === customers.count || lines.amount[at] <= 0) continue;
    if (lines.creditDay[at] < from || lines.creditDay[at] > to) continue;
    if (((fails.credit[at] | (fails.person[who] & ~BIT.bought)) & heed) !== 0) continue;
    seen[who] = 1;
    buyers += 1;
  }
  return buyers;
}

/** The sums of some days as one record; days outside the data count nothing. */
function sumOver(byDay, from, to) {
  const total = { gross: 0, returns: 0, tax: 0, units: 0, purchases: 0, credited: 0 };
  const last = Math.min(to, byDay.gross.length - 1);
  for (let day = Math.max(from, 0); day <= last; day++) {
    for (const name in total) total[name] += byDay[name][day];
  }
  return total;
}

/** Customers that pass, by a code of theirs: {customers, monetary} as arrays. */
function peopleBy(data, fails, codes, size, heed) {
  const found = { customers: new Float64Array(size), monetary: new Float64Array(size) };
  const { monetary, weight, count: total } = data.customers;
  for (let at = 0; at < total; at++) {
    if (fails.person[at] & heed) continue;
    found.customers[codes[at]] += weight ? weight[at] : 1;
    found.monetary[codes[at]] += monetary[at];
  }
  return found;
}
