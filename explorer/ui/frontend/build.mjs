// Builds dist/: index-<hash>.js (the component), what it imports when it is needed (open: the pad;
// replay; plotly.min; chunk: what these share), worker-<hash>.js (decodes beside the page),
// map-<hash>.js (draws maps beside it), ort-<hash>.wasm.gz (ONNX Runtime, compressed once here
// instead of by the server on each visit); and site.html, the page of an export, with scripts of its
// own, so that the app loads nothing for its sake.
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const MINIFIED = {
  css: { loader: "css", minifyWhitespace: true },
  js: { loader: "js", minify: true, target: "es2022", format: "iife" },
};

/** Rules are texts of the scripts, without blanks and comments. */
const rules = {
  name: "rules",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), MINIFIED.css);
      return { contents: code, loader: "text" };
    }),
};

const RUNTIME = "node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm";

process.chdir(import.meta.dirname);
// The folder itself stays, with the file that keeps it in git: Streamlit insists on it.
for (const file of await readdir("dist")) {
  if (!file.startsWith(".")) await rm(`dist/${file}`);
}

const wasm = gzipSync(await readFile(RUNTIME), { level: 9 });
const digest = createHash("sha256").update(wasm).digest("hex").slice(0, 8).toUpperCase();
const wasmName = `ort-${digest}.wasm.gz`;
await writeFile(`dist/${wasmName}`, wasm);

const runtime = { RUNTIME_FILE: JSON.stringify(wasmName) };
const [workerName] = await bundle("src/decoder/worker.ts", "worker", runtime);
const [mapName] = await bundle("src/map/worker.ts", "map", {});
const names = {
  ...runtime,
  WORKER_FILE: JSON.stringify(workerName),
  MAP_WORKER_FILE: JSON.stringify(mapName),
};
const [indexName] = await bundle("src/index.ts", "index", names);
await buildSite();
console.log(`Built dist/${indexName}, dist/${workerName}, dist/${wasmName}`);

/** The page of an export: site.html with its own scripts, which site-files.json names. */
async function buildSite() {
  const [script, ...chunks] = await bundle("src/site/index.ts", "site", {
    ...names,
    SITE: "true",
  });
  const read = (file) => readFile(`src/site/${file}`, "utf8");
  const { code: style } = await transform(await read("site.css"), MINIFIED.css);
  const { code: early } = await transform(await read("early.js"), MINIFIED.js);
  const digest = `sha256-${createHash("sha256").update(early).digest("base64")}`;
  const parts = { style, early, digest, script };
  const page = (await read("page.html")).replace(
    /{{(\w+)}}/g,
    (whole, part) => parts[part] ?? whole, // the others are told by Python
  );
  await writeFile("dist/site.html", page);
  await writeFile("dist/site-licences.txt", await read("licences.txt"));
  const files = [script, ...chunks, workerName, mapName, wasmName];
  await writeFile("dist/site-files.json", JSON.stringify(files));
}

/** Bundles one entry into dist/; returns the name of its file, and of those it imports. */
async function bundle(entry, name, define) {
  const result = await build({
    entryPoints: { [name]: entry },
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    outdir: "dist",
    bundle: true,
    format: "esm",
    splitting: true, // what index imports when it needs it is a file of its own
    target: "es2022",
    minify: true,
    legalComments: "none",
    plugins: [rules],
    define: { SITE: "false", ...define },
    metafile: true,
    logLevel: "warning",
  });
  const outputs = Object.entries(result.metafile.outputs);
  const isEntry = ([, output]) => output.entryPoint === entry;
  outputs.sort((a, b) => isEntry(b) - isEntry(a));
  return outputs.map(([file]) => basename(file));
}
