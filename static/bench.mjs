// Bundles one script of src and runs it: node bench.mjs src/test/order-bench.ts
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const out = mkdtempSync(join(tmpdir(), 'interleave-bench-'));
try {
  const outfile = join(out, 'bench.mjs');
  await build({ entryPoints: [process.argv[2]], bundle: true, format: 'esm', platform: 'node', outfile });
  const run = spawnSync(process.execPath, [outfile], { stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
