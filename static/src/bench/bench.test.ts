import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frame, type Rec } from '../test/frames';
import { Kind } from '../event.gen';
import { Log } from '../event/log';
import { Drafts, type Files, type SaveState } from './drafts';
import { readParams } from './params';
import { ahead, Run } from './run';
import { fromFragment, toFragment } from './settings';
import { addBatch, type Job, readMessage, runOf } from './wire';

const run = {
  policy: 'pct',
  seed: 7,
  procs: 2,
  depth: 4,
  gc: true,
  memory: true,
  choices: [2, 1],
  every: true,
  schedule: '1 - 0\n1.1 3 20\n',
  flags: new Map([['workers', '3']]),
};

test('settings survive a link', () => {
  assert.deepEqual(fromFragment(`#${toFragment(run, 318)}`), { ...run, at: 318 });
  assert.equal(fromFragment('#heading'), undefined);
  assert.deepEqual(fromFragment('#memory=1'), { flags: new Map(), memory: true });
  assert.equal(fromFragment(''), undefined);
});

test('messages of the server are read, and others refused', () => {
  assert.deepEqual(readMessage('{"type":"started","run":3,"cached":true,"took":{}}'), {
    type: 'started',
    run: 3,
    schedule: '',
  });
  assert.deepEqual(readMessage('{"type":"error","msg":"no"}'), { type: 'error', run: undefined, msg: 'no' });
  assert.throws(() => readMessage('{"type":"surprise"}'), /surprise/);
  assert.throws(() => readMessage('{"type":"started"}'), TypeError);
  assert.throws(() => readMessage('[]'), TypeError);
});

test('a batch names its run and holds a frame', () => {
  const f = frame(0, [{ kind: Kind.GoCreate, peer: 1 }]);
  const data = new Uint8Array(8 + f.length);
  data.set(f, 8);
  data[0] = 9;
  const log = new Log();
  addBatch(log, data.buffer);
  assert.deepEqual([runOf(data.buffer), log.count], [9, 1]);
  assert.throws(() => runOf(new ArrayBuffer(4)), TypeError);
});

test('events are asked for ahead of the playhead, in few messages', () => {
  const r = new Run(1, 0, (key) => key);
  assert.equal(r.want(0), ahead);
  assert.equal(r.want(100), undefined);
  assert.equal(r.want(ahead / 2), 1.5 * ahead);
  r.forgetWant();
  assert.equal(r.want(ahead / 2), 1.5 * ahead);
  r.hear({ type: 'ended', run: 1, outcome: 'Exited', status: 0, sentence: '', events: 5 });
  assert.equal(r.want(10 * ahead), undefined);
});

test('a run by hand is had again without its last choice, and chosen anew from any event', () => {
  const job: Job = {
    ...run,
    lab: 'x',
    part: 'demo',
    files: {},
    flags: {},
    policy: 'gmp',
    choices: [],
    schedule: '',
    cut: 9,
    hold: true,
  };
  const r = new Run(1, 0, (key) => key, job);
  assert.equal(r.undone(), undefined);
  r.hear({ type: 'started', run: 1, schedule: 'S' });
  r.add(batch(0, { kind: Kind.GoCreate, peer: 1 }, { kind: Kind.GoStart, g: 1 }, { kind: Kind.Choice }));
  assert.equal(r.asking, true);
  r.answer();
  assert.equal(r.asking, false, 'the answer is on its way');
  r.forgetWant();
  assert.equal(r.asking, true, 'a new connection asks again');
  r.answer();
  r.add(batch(3, { kind: Kind.GoStart, g: 2 }, { kind: Kind.ChanMake, g: 2, obj: 1 }, { kind: Kind.Choice }));
  r.add(batch(6, { kind: Kind.GoStart, g: 1 }));
  assert.equal(r.asking, false);
  const again = { ...job, policy: 'hand', schedule: 'S', cut: 0 };
  assert.deepEqual(r.undone(), { ...again, choices: [2] });
  assert.deepEqual(r.forked(6), { ...again, choices: [2] }, 'at the second question');
  assert.deepEqual(r.forked(5), { ...again, choices: [2] }, 'before the second question');
  assert.deepEqual(r.forked(4), { ...again, choices: [2], cut: 4 }, 'between two questions');
  assert.deepEqual(r.forked(3), { ...again, choices: [] });
  assert.equal(r.forked(0), undefined);
});

function batch(first: number, ...recs: readonly Rec[]): ArrayBuffer {
  const f = frame(first, recs);
  const data = new Uint8Array(8 + f.length);
  data.set(f, 8);
  return data.buffer;
}

test('parameters need what the workbench cannot do without', () => {
  const params = {
    lang: 'en',
    lab: 'x',
    title: 'X',
    files: [{ name: 'main.go', text: 'package main' }],
    run: { policy: 'gmp', seed: 1, procs: 2, flags: null },
    urls: { ws: '/ws' },
    token: 't',
    pictures: null,
  };
  const read = readParams(params);
  assert.deepEqual(read.files, [{ name: 'main.go', text: 'package main', original: 'package main' }]);
  assert.deepEqual(read.policies, ['gmp', 'fifo', 'random']);
  assert.throws(() => readParams({ ...params, token: 4 }), /token is no text/);
  assert.throws(() => readParams({ ...params, part: 'other' }), /part other/);
});

/** Drafts over a store in memory, with a server that says what it is told to say. */
function drafts(answer: () => boolean): {
  readonly drafts: Drafts;
  readonly store: Map<string, string>;
  readonly states: SaveState[];
  readonly puts: Files[];
} {
  const store = new Map<string, string>();
  const states: SaveState[] = [];
  const puts: Files[] = [];
  const made = new Drafts({
    put: (files) => {
      puts.push(files);
      return Promise.resolve(answer());
    },
    storage: {
      getItem: (k) => store.get(k) ?? null,
      setItem: (k, v) => void store.set(k, v),
      removeItem: (k) => void store.delete(k),
    },
    key: 'k',
    files: () => ({ 'main.go': 'new' }),
    state: (s) => states.push(s),
  });
  return { drafts: made, store, states, puts };
}

test('the browser keeps a text until the server has confirmed it', async () => {
  const d = drafts(() => true);
  d.drafts.changed();
  assert.deepEqual([...(d.drafts.kept() ?? [])], [['main.go', 'new']]);
  d.drafts.flush();
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(d.drafts.kept(), undefined);
  assert.deepEqual(d.states, ['edited', 'saving', 'saved']);
  d.drafts.flush();
  assert.equal(d.puts.length, 1);
});

test('a text that the server did not take stays in the browser', async () => {
  const d = drafts(() => false);
  d.drafts.changed();
  d.drafts.flush();
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(d.states, ['edited', 'saving', 'local']);
  assert(d.store.has('k'));
  d.drafts.clear();
});
