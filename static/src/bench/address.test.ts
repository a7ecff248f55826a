import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromAddress, longestLink, toAddress } from './address';
import { pack, toBase64, unpack } from './pack';

const settings = {
  policy: 'gmp',
  seed: 7,
  procs: 2,
  depth: 3,
  gc: false,
  memory: false,
  schedule: '',
  choices: [],
  every: false,
  flags: new Map([['workers', '3']]),
};
const view = {
  at: 318,
  g: 7,
  obj: 4,
  panes: '36|code:100@100|lanes:100@100',
  files: { 'main.go': 'package main\n\n// ü €\n' },
};

test('a moment survives a link, with the code that was edited', async () => {
  const shared = await fromAddress(`#${await toAddress(settings, view)}`);
  assert.deepEqual(shared, {
    policy: 'gmp',
    seed: 7,
    procs: 2,
    flags: new Map([['workers', '3']]),
    at: 318,
    g: 7,
    obj: 4,
    panes: view.panes,
    files: new Map([['main.go', view.files['main.go']]]),
    damaged: false,
  });
});

test('a link to the given code says so, and one of settings leaves the code alone', async () => {
  assert.deepEqual((await fromAddress(await toAddress(settings, { ...view, files: {} })))?.files, new Map());
  assert.equal((await fromAddress('policy=gmp&at=4'))?.files, undefined);
});

test('a lesson names the pictures that it speaks of', async () => {
  assert.deepEqual((await fromAddress('policy=gmp&pictures=memory,lanes'))?.pictures, ['memory', 'lanes']);
  assert.equal((await fromAddress('policy=gmp'))?.pictures, undefined);
});

test('a long schedule goes the way of the code', async () => {
  const schedule = '1 2 3\n'.repeat(1000);
  const address = await toAddress({ ...settings, schedule }, { ...view, files: {} });
  assert(address.length < 1000, String(address.length));
  assert.equal((await fromAddress(address))?.schedule, schedule);
});

test('a link to a program of usual length is short enough', async () => {
  const text = Array.from(
    { length: 200 },
    (_, i) => `\tfmt.Println("line", ${i}, names[${(i * 7919) % 200}])\n`,
  ).join('');
  assert((await toAddress(settings, { ...view, files: { 'main.go': text } })).length < longestLink / 4);
});

test('a pack that would unpack to more than a megabyte is refused', async () => {
  const bomb = await pack({ 'main.go': 'a'.repeat(50 << 20) });
  assert(bomb.length < 1 << 18);
  assert.equal(await unpack(bomb), undefined);
  const shared = await fromAddress(`z=${bomb}`);
  assert.equal(shared?.files, undefined);
  assert.equal(shared?.damaged, true);
});

test('a file larger than the server takes is refused', async () => {
  const shared = await fromAddress(`z=${await pack({ 'main.go': 'x'.repeat((64 << 10) + 1) })}`);
  assert.deepEqual([shared?.files, shared?.damaged], [undefined, true]);
});

test('an address that says nothing is none', async () => {
  assert.equal(await fromAddress('#section-2'), undefined);
  assert.equal(await fromAddress(''), undefined);
  assert.equal(await fromAddress(`seed=${'1'.repeat(2 << 20)}`), undefined);
});

test('no damage on the way gets further than the door', async () => {
  const good = await toAddress(settings, view);
  let x = 11;
  const next = (n: number): number => (x = (x * 48271) % 0x7fffffff) % n;
  for (let i = 0; i < 600; i++) {
    const at = next(good.length);
    const damaged = good.slice(0, at) + '=&#%z-_A0|'.charAt(next(10)) + good.slice(at + next(4));
    const shared = await fromAddress(damaged);
    for (const text of shared?.files?.values() ?? []) assert.equal(typeof text, 'string');
    assert(
      shared === undefined || shared.files !== undefined || shared.damaged || !damaged.includes('&z='),
      damaged,
    );
  }
  for (let i = 0; i < 200; i++) {
    const bytes = Uint8Array.from({ length: next(200) + 1 }, () => next(256));
    const out = await unpack(toBase64(bytes));
    assert(out === undefined || out instanceof Map);
  }
});

test('a pack is of texts and nothing else', async () => {
  const raw = async (json: string): Promise<string> => {
    const s = new Blob([json]).stream().pipeThrough(new CompressionStream('deflate-raw'));
    return toBase64(new Uint8Array(await new Response(s).arrayBuffer()));
  };
  for (const json of ['[]', '1', 'null', '{"a":1}', '{"a":{"b":"c"}}', '{']) {
    assert.equal(await unpack(await raw(json)), undefined, json);
  }
});

test('a link to a run on the real runtime names its settings, and no event', async () => {
  const real = { observe: 'probed', procs: 4, gogc: '50', gomemlimit: '64MiB', schedtrace: 100 };
  const address = await toAddress({ ...settings, real }, { ...view, panes: undefined, files: {} });
  const shared = await fromAddress(`#${address}`);
  assert.deepEqual(shared?.real, real);
  assert.equal(shared?.at, undefined);
  assert.equal(shared?.policy, undefined);
  assert.equal((await fromAddress('#mode=real&observe=closely&procs=-1'))?.real?.observe, 'probed');
});
