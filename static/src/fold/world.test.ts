import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind, Outcome, Queue, Reason, Why } from '../event.gen';
import { type Log, valueInt } from '../event/log';
import { int, logOf, type Rec } from '../test/frames';
import { recorded } from '../test/jsonl';
import { worldText } from './dump';
import { State } from './goroutines';
import { Timeline } from './timeline';
import { apply, copy, emptyWorld, type World } from './world';

/** The world after the whole log, or after n events of it. */
function after(log: Log, n = log.count): World {
  const w = emptyWorld();
  while (w.seq < n) apply(w, log);
  return w;
}

/** All that a picture can see of a world. */
function seen(w: World, log: Log): string {
  const columns = [...w.gs.children.slice(0, w.gs.count)].join();
  const chans = [...w.chans.values()].map((c) => [c.sent, c.received, c.recvx].join());
  const waiters = [...w.chans.values()].map((c) => JSON.stringify([[...c.senders], [...c.receivers]]));
  const procs = w.procs.map((p) => [p.marks, p.why].join());
  return [worldText(w, log), w.stopped, w.marking, columns, chans, waiters, procs].join('\n');
}

const twoGoroutines: readonly Rec[] = [
  { kind: Kind.GoCreate, peer: 1 },
  { kind: Kind.GoStart, g: 1, p: 0, n: Why.FromRunNext },
  { kind: Kind.GoCreate, g: 1, peer: 2, p: 0 },
  { kind: Kind.Enqueue, peer: 2, n: Queue.RunNext, p: 0 },
];

test('a goroutine that was created is runnable and stands in its queue', () => {
  const w = after(logOf(twoGoroutines));
  assert.equal(w.gs.state[2], State.Runnable);
  assert.equal(w.procs[0]?.runnext, 2);
  assert.equal(w.procs[0]?.running, 1);
});

test('a goroutine kicked out of runnext moves to the local queue', () => {
  const w = after(
    logOf([
      ...twoGoroutines,
      { kind: Kind.GoCreate, g: 1, peer: 3, p: 0 },
      { kind: Kind.Enqueue, peer: 3, n: Queue.RunNext, p: 0 },
      { kind: Kind.Enqueue, peer: 2, n: Queue.Local, p: 0 },
    ]),
  );
  assert.equal(w.procs[0]?.runnext, 3);
  assert.deepEqual([...(w.procs[0]?.local ?? [])], [2]);
});

test('a stolen goroutine leaves its victim and starts on the thief', () => {
  const w = after(
    logOf([
      ...twoGoroutines,
      { kind: Kind.Steal, peer: 2, obj: 0, p: 1 },
      { kind: Kind.GoStart, g: 2, p: 1, n: Why.FromSteal },
    ]),
  );
  assert.equal(w.procs[0]?.runnext, 0);
  assert.deepEqual([w.procs[1]?.running, w.procs[1]?.local.size], [2, 0]);
});

test('a full buffer takes the waiting sender’s value when its oldest is received', () => {
  const w = after(
    logOf([
      ...twoGoroutines,
      { kind: Kind.ChanMake, g: 1, obj: 5, n: 1, p: 0 },
      { kind: Kind.ChanSend, g: 1, obj: 5, n: 1, val: int(10), p: 0 },
      { kind: Kind.GoPark, g: 1, obj: 5, n: Reason.SendWait, val: int(11), p: 0 },
      { kind: Kind.GoStart, g: 2, p: 0, n: Why.FromRunNext },
      { kind: Kind.ChanRecv, g: 2, obj: 5, n: 1, val: int(10), peer: 1, p: 0 },
      { kind: Kind.GoReady, g: 2, peer: 1, obj: 5, p: 0 },
    ]),
  );
  const c = w.chans.get(5);
  assert.deepEqual(c?.buffer.slice().map(valueInt), [11]);
  assert.equal(c?.senders.size, 0);
  assert.deepEqual([c?.sent, c?.received, w.gs.state[1]], [2, 1, State.Runnable]);
});

test('a select that is woken leaves the queues of all its cases', () => {
  const parked: readonly Rec[] = [
    ...twoGoroutines,
    { kind: Kind.ChanMake, g: 1, obj: 5, p: 0 },
    { kind: Kind.ChanMake, g: 1, obj: 6, p: 0 },
    { kind: Kind.SelectWait, g: 1, obj: 5, n: 0, peer: 0, p: 0 },
    { kind: Kind.SelectWait, g: 1, obj: 6, n: 1, peer: 1, val: int(3), p: 0 },
    { kind: Kind.GoPark, g: 1, n: Reason.SelectPark, p: 0 },
    { kind: Kind.GoStart, g: 2, p: 0, n: Why.FromRunNext },
  ];
  const waiting = after(logOf(parked));
  assert.deepEqual([waiting.chans.get(5)?.receivers.size, waiting.chans.get(6)?.senders.size], [1, 1]);
  const sent: readonly Rec[] = [
    { kind: Kind.ChanSend, g: 2, obj: 5, peer: 1, val: int(1), p: 0 },
    { kind: Kind.GoReady, g: 2, peer: 1, obj: 5, p: 0 },
  ];
  const woken = after(logOf([...parked, ...sent]));
  assert.deepEqual([woken.chans.get(5)?.receivers.size, woken.chans.get(6)?.senders.size], [0, 0]);
});

test('a goroutine that was never created is an error, not a picture', () => {
  assert.throws(() => after(logOf([{ kind: Kind.GoStart, g: 9, p: 0 }])), /G9 was never created/);
});

for (const name of ['fixed-pool', 'rendezvous-deadlock', 'busy', 'real', 'readers', 'deadlines', 'racing']) {
  test(`${name}: a copy is equal and independent`, () => {
    const log = recorded(name);
    const w = after(log, Math.floor(log.count / 3));
    const c = copy(w);
    const before = seen(w, log);
    assert.equal(seen(c, log), before);
    while (w.seq < log.count) apply(w, log);
    const end = seen(w, log);
    assert.equal(seen(c, log), before);
    while (c.seq < log.count) apply(c, log);
    assert.equal(seen(c, log), end);
    assert.equal(seen(w, log), end);
  });

  test(`${name}: seeking anywhere, in any order, is folding from the start`, () => {
    const log = recorded(name);
    const timeline = new Timeline(log);
    for (let i = 0; i < log.count; i++) {
      const seq = (i * 89) % (log.count + 1);
      assert.equal(seen(timeline.at(seq), log), seen(after(log, seq), log), `after ${seq} events`);
    }
  });

  test(`${name}: lengths are what the events say`, () => {
    const log = recorded(name);
    const w = emptyWorld();
    while (w.seq < log.count) {
      apply(w, log);
      const seq = w.seq - 1;
      const kind = log.kindAt(seq);
      if (kind === Kind.ChanSend || kind === Kind.ChanRecv) {
        assert.equal(w.chans.get(log.obj[seq] ?? 0)?.buffer.length, log.n[seq], `after event ${seq}`);
      }
    }
  });
}

test('at the end of a recorded deadlock those wait whom the run calls stuck', () => {
  const log = recorded('rendezvous-deadlock');
  const w = after(log);
  const parked = [...Array(w.gs.count).keys()].filter((g) => w.gs.state[g] === State.Parked);
  const stuck = [...Array(log.count).keys()]
    .filter((seq) => log.kindAt(seq) === Kind.Stuck)
    .map((seq) => log.peer[seq]);
  assert.deepEqual(parked, stuck);
  assert.equal(log.obj[w.ended ?? 0], Outcome.Deadlock);
});

test('keyframes make far seeks equal to near ones', () => {
  const recs: Rec[] = [...twoGoroutines, { kind: Kind.ChanMake, g: 1, obj: 5, n: 4, p: 0 }];
  for (let i = 0; i < 40_000; i++) {
    recs.push({ kind: Kind.ChanSend, g: 1, obj: 5, n: 1, val: int(i), p: 0 });
    recs.push({ kind: Kind.ChanRecv, g: 1, obj: 5, n: 0, val: int(i), p: 0 });
  }
  const log = logOf(recs);
  const timeline = new Timeline(log);
  timeline.extend(log.count);
  for (const seq of [80_000, 6, 20_000, 19_999, 40_001, 80_005]) {
    assert.equal(seen(timeline.at(seq), log), seen(after(log, seq), log), `after ${seq} events`);
  }
});
