import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { recorded } from '../test/jsonl';
import { worldText } from './dump';
import { apply, emptyWorld } from './world';

for (const name of recordings()) {
  test(`${name}: after every event the state is the one that the Go fold has`, () => {
    const log = recorded(name);
    const want = readFileSync(`testdata/${name}.states`, 'utf8').trimEnd().split('\n');
    assert.equal(log.count, want.length);
    const w = emptyWorld();
    while (w.seq < log.count) {
      apply(w, log);
      const text = worldText(w, log);
      if (fnv1a(text) !== want[w.seq - 1]) assert.equal(text, goText(name, w.seq), `after ${w.seq} events`);
    }
  });
}

function recordings(): readonly string[] {
  return readdirSync('testdata')
    .filter((file) => file.endsWith('.states'))
    .map((file) => file.slice(0, -'.states'.length));
}

/** The 32-bit FNV-1a hash of a text, in hexadecimal (Fowler, Noll, Vo). */
function fnv1a(text: string): string {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193);
  return (h >>> 0).toString(16).padStart(8, '0');
}

/** What the Go fold says of the state after n events of a recorded run. */
function goText(name: string, n: number): string {
  const show = ['-run', 'TestShowState', '-v', '-args', '-state', `${name}:${n}`];
  const go = spawnSync('go', ['test', './sim/event/eventlog', ...show], { cwd: '..', encoding: 'utf8' });
  return `${go.stdout}${go.stderr}`;
}
