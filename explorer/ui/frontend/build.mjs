// Builds dist/: index-<hash>.js (the component), what it imports when it is needed (open: the pad;
// replay; plotly.min; chunk: what these share), worker-<hash>.js (decodes beside the page),
// map-<hash>.js (draws maps beside it) and ort-<hash>.wasm.gz (ONNX Runtime, compressed once here
// instead of by the server on each visit).
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

/** Rules are texts of the scripts, without blanks and comments. */
const rules = {
  name: "rules",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const options = { loader: "css", minifyWhitespace: true };
      const { code } = await transform(await readFile(path, "utf8"), options);
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
const workerName = await bundle("src/decoder/worker.ts", "worker", runtime);
const mapName = await bundle("src/map/worker.ts", "map", {});
const indexName = await bundle("src/index.ts", "index", {
  ...runtime,
  WORKER_FILE: JSON.stringify(workerName),
  MAP_WORKER_FILE: JSON.stringify(mapName),
});
console.log(`Built dist/${indexName}, dist/${workerName}, dist/${wasmName}`);

/** Bundles one entry into dist/ and returns the name of its file. */
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
    define,
    metafile: true,
    logLevel: "warning",
  });
  const outputs = Object.entries(result.metafile.outputs);
  return basename(outputs.find(([, output]) => output.entryPoint === entry)[0]);
}
