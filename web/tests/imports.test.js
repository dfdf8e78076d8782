import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";

const SOURCES = new URL("../src/", import.meta.url);
const ENTRIES = ["dashboard.js", "pages.js"];

/** Module -> the modules that it imports, both as paths below src/. */
function importGraph() {
  const paths = (folder) =>
    readdirSync(new URL(folder, SOURCES), { withFileTypes: true }).flatMap((entry) => {
      const path = folder + entry.name;
      return entry.isDirectory() ? paths(`${path}/`) : path.endsWith(".js") ? [path] : [];
    });
  const importsOf = (path) => {
    const text = readFileSync(new URL(path, SOURCES), "utf8");
    const found = text.matchAll(/^(?:import|export)\s[^;]*?["'](\..+?)["'];$/gm);
    return [...found].map(([, name]) => posix.join(posix.dirname(path), name));
  };
  return new Map(paths("").map((path) => [path, importsOf(path)]));
}

/** A chain of modules of which the last imports the first; null when there is none. */
function cycleIn(graph) {
  const done = new Set();
  const visit = (path, chain) => {
    if (chain.includes(path)) return [...chain.slice(chain.indexOf(path)), path];
    if (done.has(path)) return null;
    for (const next of graph.get(path)) {
      const cycle = visit(next, [...chain, path]);
      if (cycle) return cycle;
    }
    done.add(path);
    return null;
  };
  for (const path of graph.keys()) {
    const cycle = visit(path, []);
    if (cycle) return cycle;
  }
  return null;
}

function reachable(graph, entry) {
  const found = new Set([entry]);
  for (const path of found) for (const next of graph.get(path)) found.add(next);
  return found;
}

const graph = importGraph();
const foldersOf = (path) =>
  new Set(graph.get(path).map((next) => (next.includes("/") ? next.split("/")[0] : next)));

test("no module imports itself by way of others", () => {
  assert.equal(cycleIn(graph), null);
  assert.deepEqual(
    cycleIn(
      new Map([
        ["a", ["b"]],
        ["b", ["a"]],
      ]),
    ),
    ["a", "b", "a"],
  );
});

test("every module is used by an entry", () => {
  const used = new Set(ENTRIES.flatMap((entry) => [...reachable(graph, entry)]));
  assert.deepEqual(
    [...graph.keys()].filter((path) => !used.has(path)),
    [],
  );
});

test("other pages do not load the dashboard", () => {
  const loaded = [...reachable(graph, "pages.js")];
  assert.deepEqual(
    loaded.filter((path) => /^(state|views|data)\//.test(path)),
    [],
  );
});

test("the kernel imports the kernel only, the data kernel and data", () => {
  for (const path of graph.keys()) {
    const allowed = { kernel: ["kernel"], data: ["kernel", "data"] }[path.split("/")[0]];
    if (!allowed) continue;
    for (const folder of foldersOf(path)) assert.ok(allowed.includes(folder), `${path}: ${folder}`);
  }
});
