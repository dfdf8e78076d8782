// Bundles src/ into classic scripts below templates/assets: `file://` blocks module scripts, and a site opens from disk.
//
//   node build.js           write the bundles
//   node build.js --check   exit 1 when the committed bundles are not what the sources give

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, version } from "esbuild";

const ENTRIES = ["dashboard", "pages"];
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const targetOf = (entry) => here(`../templates/assets/${entry}.js`);

/** The script files below a folder, sorted by path. */
function scriptsBelow(folder, path = "") {
  const entries = readdirSync(here(`${folder}/${path}`), { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const name = path + entry.name;
      if (entry.isDirectory()) return scriptsBelow(folder, `${name}/`);
      return name.endsWith(".js") ? [name] : [];
    })
    .sort();
}

/** SHA-256 over path and content of every source, as tests/test_scripts.py computes it. */
function hashOfSources() {
  const hash = createHash("sha256");
  for (const name of scriptsBelow("src")) {
    hash.update(`${name}\0`);
    hash.update(readFileSync(here(`src/${name}`)));
    hash.update("\0");
  }
  return hash.digest("hex");
}

const banner = `/* Made from web/src by web/build.js with esbuild ${version}; sources ${hashOfSources()} */`;
const isCheck = process.argv.includes("--check");
let stale = 0;
for (const entry of ENTRIES) {
  const { outputFiles } = await build({
    entryPoints: [here(`src/${entry}.js`)],
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    banner: { js: banner },
    write: false,
  });
  const [{ contents }] = outputFiles;
  if (!isCheck) {
    writeFileSync(targetOf(entry), contents);
    console.log(`${entry}.js  ${contents.length.toLocaleString("en")} bytes`);
  } else if (!readFileSync(targetOf(entry)).equals(contents)) {
    stale += 1;
    console.error(`templates/assets/${entry}.js is not of these sources: make scripts`);
  }
}
process.exit(stale ? 1 : 0);
