// Bundles every *.test.ts and runs the result under node --test.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const tests = readdirSync('src', { recursive: true })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => join('src', name));
const out = mkdtempSync(join(tmpdir(), 'interleave-test-'));
try {
  await build({
    entryPoints: tests,
    bundle: true,
    format: 'esm',
    platform: 'node',
    outdir: out,
    outExtension: { '.js': '.mjs' },
    sourcemap: 'inline',
  });
  const built = readdirSync(out, { recursive: true })
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => join(out, name));
  const run = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...built], { stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
