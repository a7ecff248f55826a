import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frame, type Rec } from '../test/frames';
import { Kind, Why } from '../event.gen';
import { Log } from '../event/log';
import { Drafts, type Files, type SaveState } from './drafts';
import { readParams } from './params';
import { Playback } from './playback';
import { ahead, Run } from './run';
import { fromFragment, jobOf, toFragment } from './settings';
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
    test: '',
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

test('a page that plays slowly lets the run wait, and gets every event', () => {
  const total = 3 * ahead;
  const page = new Run(1, 0, (key) => key);
  page.hear({ type: 'started', run: 1, schedule: '' });
  const playback = new Playback();
  playback.begin();
  playback.setSpeed(100_000);
  const batch = Array.from({ length: 100_000 }, (): Rec => ({ kind: Kind.Knob }));
  let granted = 0;
  for (let sent = 0; sent < total;) {
    granted = Math.max(granted, playback.move(page, 1000) ?? 0);
    assert(granted <= playback.player.seq + ahead, 'the server is never more ahead than that');
    for (; sent < Math.min(granted, total); sent += batch.length) page.add(message(1, frame(sent, batch)));
    page.fold(total);
    assert.equal(page.log.count, sent);
  }
  assert.deepEqual([page.log.count, page.phase], [total, 'running']);
});

test('a frame that cannot be read ends the run where it stands', () => {
  const r = new Run(1, 0, (key) => key);
  r.hear({ type: 'started', run: 1, schedule: '' });
  r.add(message(1, frame(0, begun)));
  r.add(message(1, frame(7, begun)));
  assert.deepEqual([r.phase, r.error, r.log.count], ['failed', 'ui.broken.frame', begun.length]);
  r.add(message(1, frame(begun.length, begun)));
  r.hear({ type: 'ended', run: 1, outcome: 'exited', status: 0, sentence: 'Done.', events: 9 });
  assert.deepEqual([r.phase, r.log.count], ['failed', begun.length]);
});

test('an event that fits nothing ends the run before it, and the rest can be looked at', () => {
  const r = new Run(1, 0, (key) => key);
  r.hear({ type: 'started', run: 1, schedule: '' });
  const unmade: Rec = { kind: Kind.ChanSend, g: 1, obj: 5, n: 1, p: 0 };
  r.add(message(1, frame(0, [...begun, unmade, { kind: Kind.GoEnd, g: 1, p: 0 }])));
  assert.equal(r.fold(100), false);
  assert.deepEqual([r.phase, r.error, r.log.count], ['failed', 'ui.broken.event', begun.length]);
  assert.equal(r.world(99).procs[0]?.running, 1);
  assert.equal(r.history.lives.of(1).starts.length, 2);
});

const begun: readonly Rec[] = [
  { kind: Kind.GoCreate, peer: 1 },
  { kind: Kind.GoStart, g: 1, p: 0, n: Why.FromLocal },
];

/** A binary message of the server: the run's number and a frame. */
function message(run: number, f: Uint8Array): ArrayBuffer {
  const data = new Uint8Array(8 + f.length);
  new DataView(data.buffer).setUint32(0, run, true);
  data.set(f, 8);
  return data.buffer;
}

test('a run whose beginning is not kept goes on from what is left of it', () => {
  const message = readMessage('{"type":"dropped","run":1,"first":8,"events":9}');
  assert.deepEqual(message, { type: 'dropped', run: 1, first: 8, events: 9 });
  const f = frame(8, [
    { kind: Kind.Traced, n: 1 },
    { kind: Kind.GoCreate, peer: 1 },
  ]);
  const data = new Uint8Array(8 + f.length);
  data.set(f, 8);
  const whole = new Run(1, 0, (key) => key);
  whole.add(data.buffer);
  assert.equal(whole.phase, 'failed', 'a hole in a run is no run');
  const rest = new Run(1, 0, (key) => key, undefined, { first: 8, events: 9 });
  rest.add(data.buffer);
  rest.fold(10);
  assert.deepEqual([rest.log.base, rest.log.count, rest.gone, rest.folded], [8, 2, 9, 2]);
});

test('a real run follows its newest event, and nobody chooses in it', () => {
  const real = { observe: 'traced', procs: 0, gogc: '', gomemlimit: '', schedtrace: 0 };
  const job = jobOf({ lab: 'l', part: 'demo' }, { 'main.go': 'package main' }, { ...run, real });
  assert.equal(job.mode, 'real');
  assert.equal(job.policy, '');
  const r = new Run(1, 0, (key) => key, job);
  r.hear({ type: 'started', run: 1, schedule: '' });
  const playback = new Playback();
  playback.beginLive();
  for (const [first, peer] of [
    [0, 1],
    [1, 2],
  ] as const) {
    const f = frame(first, [{ kind: Kind.GoCreate, peer }]);
    const data = new Uint8Array(8 + f.length);
    data.set(f, 8);
    r.add(data.buffer);
    playback.move(r, 16);
    assert.equal(playback.player.seq, first + 1);
    assert(playback.live);
  }
  assert.equal(r.forked(1), undefined);
  assert.equal(r.undone(), undefined);
  playback.seek(r, 1);
  assert(!playback.live);
});
