// Bundles src into dist: theme.js (classic, runs in the head), app.js (every
// page), workbench.js and what they share, app.css. Prints the gzipped sizes.
import { build } from 'esbuild';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

rmSync('dist', { recursive: true, force: true });
const common = { bundle: true, minify: true, outdir: 'dist', legalComments: 'none', target: 'es2022' };
await build({
  ...common,
  entryPoints: ['src/app.ts'],
  format: 'esm',
  splitting: true,
  chunkNames: '[name]',
});
await build({ ...common, entryPoints: ['src/theme.ts'], format: 'iife' });
await build({ ...common, entryPoints: [{ in: 'css/app.css', out: 'app' }] });
for (const name of readdirSync('dist').sort()) {
  const bytes = readFileSync(`dist/${name}`);
  console.log(
    `${name.padEnd(16)} ${bytes.length.toString().padStart(8)} bytes, gzipped ${gzipSync(bytes, { level: 9 }).length}`,
  );
}
