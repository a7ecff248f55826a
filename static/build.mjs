// Bundles src into dist: theme.js (classic, runs in the head), app.js (every
// page), workbench and pictures and what they share, export.js (what a run is taken
// along as), viewer.js (the workbench in one file, for pages that hold a run),
// app.css, and explore.css for who explores. Prints the gzipped sizes.
import { build } from 'esbuild';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

rmSync('dist', { recursive: true, force: true });
// What is rarely asked for is a bundle of its own, not a chunk: the parts that
// it shares with the workbench are small, and the workbench stays one file.
const apart = {
  name: 'apart',
  setup: (b) =>
    b.onResolve({ filter: /\/export\/export$/ }, (a) =>
      a.kind === 'dynamic-import' ? { path: './export.js', external: true } : undefined,
    ),
};
const common = {
  bundle: true,
  minify: true,
  outdir: 'dist',
  legalComments: 'none',
  target: 'es2022',
  plugins: [apart],
};
await build({
  ...common,
  entryPoints: ['src/app.ts'],
  format: 'esm',
  splitting: true,
  chunkNames: '[name]-[hash]',
});
await build({ ...common, entryPoints: ['src/export/export.ts'], format: 'esm' });
await build({ ...common, entryPoints: ['src/theme.ts'], format: 'iife' });
await build({ ...common, entryPoints: ['src/viewer.ts'], format: 'iife' }); // within pages that hold a run
await build({
  ...common,
  entryPoints: [
    { in: 'css/app.css', out: 'app' },
    { in: 'css/explore.css', out: 'explore' },
  ],
});
for (const name of readdirSync('dist').sort()) {
  const bytes = readFileSync(`dist/${name}`);
  console.log(
    `${name.padEnd(16)} ${bytes.length.toString().padStart(8)} bytes, gzipped ${gzipSync(bytes, { level: 9 }).length}`,
  );
}
