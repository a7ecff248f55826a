import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../event/check';
import { Kind, Queue, Reason, Why } from '../event.gen';
import type { Log } from '../event/log';
import { int, logOf, type Rec } from '../test/frames';
import { recorded } from '../test/jsonl';
import { History } from './history';
import { fairness, type Machine } from './machine';
import { standing } from './standing';
import { Timeline } from './timeline';
import { choiceOf, type Choice, startOf, theftAt } from './why';

function machineOf(log: Log): Machine {
  const history = new History(log);
  history.extend(log.count);
  return history.machine;
}

function find(log: Log, kind: Kind, n?: number): number {
  for (let seq = 0; seq < log.count; seq++) {
    if (log.kindAt(seq) === kind && (n === undefined || at(log.n, seq) === n)) return seq;
  }
  throw new Error(`no event of kind ${kind}`);
}

function why(log: Log, seq: number): Choice {
  const timeline = new Timeline(log);
  return choiceOf(log, machineOf(log), seq, (n) => timeline.aside(n));
}

/** G1 runs on P0 and starts n goroutines, which go to the local queue but the last one, which is runnext. */
function crowd(n: number): Rec[] {
  const recs: Rec[] = [
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.Enqueue, peer: 1, n: Queue.RunNext, p: 0 },
    { kind: Kind.ProcStart, n: 1, p: 0 },
    { kind: Kind.GoStart, g: 1, p: 0, n: Why.FromRunNext },
  ];
  for (let g = 2; g < 2 + n; g++) {
    recs.push({ kind: Kind.GoCreate, g: 1, peer: g, p: 0 });
    recs.push({ kind: Kind.Enqueue, peer: g, n: Queue.RunNext, p: 0 });
    if (g > 2) recs.push({ kind: Kind.Enqueue, peer: g - 1, n: Queue.Local, p: 0 });
  }
  return recs;
}

const start = (g: number, p: number, n: Why): Rec => ({ kind: Kind.GoStart, g, p, n });
const steal = (g: number, p: number, from: number): Rec => ({ kind: Kind.Steal, peer: g, obj: from, p });

test('head and tail of a ring count who left and who came', () => {
  const log = logOf([
    ...crowd(4), // G2 to G4 in the ring, G5 is runnext
    { kind: Kind.GoPark, g: 1, n: Reason.GroupWait, p: 0 },
    start(5, 0, Why.FromRunNext),
    { kind: Kind.GoEnd, g: 5, p: 0 },
    start(2, 0, Why.FromLocal),
  ]);
  const machine = machineOf(log);
  const { local } = new Timeline(log).at(log.count).procs[0] ?? { local: new Set() };
  assert.deepEqual([...local], [3, 4]);
  assert.deepEqual(machine.ring(0, log.count, local.size), { head: 1, tail: 3 });
  assert.deepEqual(machine.ring(0, 0, 0), { head: 0, tail: 0 });
});

test('a stolen goroutine that is run at once never counted in the thief’s ring', () => {
  const log = logOf([...crowd(5), steal(2, 1, 0), steal(3, 1, 0), start(3, 1, Why.FromSteal)]);
  const machine = machineOf(log);
  const world = new Timeline(log).at(log.count);
  const ring = (p: number): unknown => machine.ring(p, log.count, world.procs[p]?.local.size ?? 0);
  assert.deepEqual(
    [ring(0), ring(1)],
    [
      { head: 2, tail: 4 },
      { head: 0, tail: 1 },
    ],
  );
});

for (const name of ['steal', 'slices', 'fixed-pool', 'refused']) {
  test(`${name}: no ring is ever longer than what was put into it`, () => {
    const log = recorded(name);
    const machine = machineOf(log);
    const timeline = new Timeline(log);
    for (let seq = 0; seq <= log.count; seq++) {
      timeline.at(seq).procs.forEach((p, i) => {
        const { head, tail } = machine.ring(i, seq, p.local.size);
        assert.equal(tail - head, p.local.size, `P${i} after ${seq}`);
        assert(head >= 0 && tail >= machine.ring(i, Math.max(0, seq - 1), 0).tail - 1);
      });
    }
  });
}

test('the slice in which the global queue goes first is a multiple of 61', () => {
  const log = recorded('slices');
  const seq = find(log, Kind.GoStart, Why.Tick61);
  assert.equal(machineOf(log).tick(0, seq) % fairness, 0);
  const choice = why(log, seq);
  assert.equal(choice.looks[0]?.outcome, 'taken');
  assert.equal(choice.looks[2]?.outcome, 'unreached');
  assert((choice.looks[2]?.n ?? 0) > 0, 'the local queue was passed over');
});

test('several Steals in a row are one gesture', () => {
  const log = recorded('steal');
  const first = find(log, Kind.Steal);
  const theft = theftAt(log, first);
  assert.deepEqual(theft, { thief: 1, victim: 0, first, last: first + 5 });
  assert.deepEqual(theftAt(log, first + 3), theft);
  assert.deepEqual(theftAt(log, first + 6), theft, 'the start of who was stolen belongs to it');
  assert.equal(theftAt(log, first - 1), undefined);
  assert.equal(theftAt(log, first + 7), undefined);
});

test('a thief’s choice tells how many it took of how many, and where it had looked before', () => {
  const log = recorded('steal');
  const choice = why(log, find(log, Kind.GoStart, Why.FromSteal));
  assert.deepEqual([choice.p, choice.victim, choice.batch, choice.had], [1, 0, 6, 11]);
  assert.deepEqual(
    choice.looks.map((l) => `${l.place} ${l.outcome}`),
    ['tick empty', 'runnext empty', 'local empty', 'global empty', 'steal taken'],
  );
});

test('a theft of a runnext is told from one of a queue', () => {
  const log = logOf([...crowd(1), steal(2, 1, 0), start(2, 1, Why.FromSteal)]);
  const machine = machineOf(log);
  assert(machine.tookRunNext(log.count - 2));
  assert.equal(why(log, log.count - 1).had, 0);
});

test('runnext is taken before the local queue, which is not reached', () => {
  const log = logOf([
    ...crowd(3),
    { kind: Kind.GoPark, g: 1, n: Reason.GroupWait, p: 0 },
    start(4, 0, Why.FromRunNext),
  ]);
  const choice = why(log, log.count - 1);
  assert.deepEqual(choice.looks[1], { place: 'runnext', outcome: 'taken', gs: [4], n: 1 });
  assert.deepEqual(choice.looks[2], { place: 'local', outcome: 'unreached', gs: [2, 3], n: 2 });
  assert.equal(choice.left, log.count - 2);
});

test('a share of the global queue is one choice', () => {
  const log = logOf([
    ...crowd(3),
    { kind: Kind.Enqueue, peer: 4, n: Queue.Global },
    { kind: Kind.Enqueue, peer: 2, n: Queue.Global },
    { kind: Kind.Enqueue, peer: 3, n: Queue.Global },
    { kind: Kind.Enqueue, peer: 2, n: Queue.Local, p: 1 },
    { kind: Kind.Enqueue, peer: 3, n: Queue.Local, p: 1 },
    start(4, 1, Why.FromGlobal),
  ]);
  const choice = why(log, log.count - 1);
  assert.equal(choice.batch, 3);
  assert.deepEqual(choice.looks[3], { place: 'global', outcome: 'taken', gs: [4, 2, 3], n: 3 });
});

test('under a policy who could run is one pool without queues', () => {
  const log = logOf([
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoStart, g: 1, p: 0, n: Why.ByPolicy },
    { kind: Kind.GoCreate, g: 1, peer: 2, p: 0 },
    { kind: Kind.GoCreate, g: 1, peer: 3, p: 0 },
    { kind: Kind.GoPark, g: 1, n: Reason.GroupWait, p: 0 },
    { kind: Kind.GoStart, g: 3, p: 0, n: Why.ByPolicy },
  ]);
  const choice = why(log, log.count - 1);
  assert.deepEqual([choice.looks, choice.pool, choice.count], [[], [2, 3], 2]);
  assert.equal(startOf(log, new Timeline(log).at(log.count), 0), log.count - 1);
});

test('sysmon’s deeds are retaken Ps and ended slices, not a stop of the world', () => {
  const yields: Rec = { kind: Kind.GoYield, g: 1, p: 0, n: Why.Preempted };
  const asked = [...crowd(0), yields, { kind: Kind.Enqueue, peer: 1, n: Queue.Global }];
  const stopped = [...crowd(0), yields, { kind: Kind.Enqueue, peer: 1, n: Queue.RunNext, p: 0 }];
  assert.equal(machineOf(logOf(asked)).lastDeed(asked.length), 4);
  assert.equal(machineOf(logOf(stopped)).lastDeed(stopped.length), undefined);
});

test('the thread of a system call is the one that its P was taken from', () => {
  const log = logOf([
    ...crowd(0),
    { kind: Kind.SysEnter, g: 1, p: 0 },
    { kind: Kind.Retake, peer: 1, n: 1, p: 0 },
    { kind: Kind.ProcHand, n: 2, p: 0 },
  ]);
  const machine = machineOf(log);
  assert.equal(machine.threadOfCall(1, log.count), 1);
  assert.equal(machine.threadCount(log.count), 2);
  const all = standing(new Timeline(log).at(log.count), log, 4);
  assert.deepEqual([all.calls, all.callCount], [[1], 1]);
});

test('who sleeps stands in order of time, and a bubble’s sleeper last', () => {
  const recs: Rec[] = [{ kind: Kind.GoCreate, peer: 1 }];
  const naps: readonly (readonly [number, number])[] = [
    [30, 0],
    [10, 0],
    [5, int(1)],
    [20, 0],
  ];
  naps.forEach(([ns, bubble], i) => {
    recs.push({ kind: Kind.GoCreate, g: 1, peer: i + 2 });
    recs.push({ kind: Kind.GoStart, g: i + 2, p: i, n: Why.ByPolicy });
    recs.push({ kind: Kind.Sleep, g: i + 2, p: i, n: ns, val: bubble });
    recs.push({ kind: Kind.GoPark, g: i + 2, p: i, n: Reason.SleepWait });
  });
  const log = logOf(recs);
  const world = new Timeline(log).at(log.count);
  assert.deepEqual(
    standing(world, log, 9).alarms.map((a) => [a.g, a.due]),
    [
      [3, 10],
      [5, 20],
      [2, 30],
      [4, undefined],
    ],
  );
  const few = standing(world, log, 2);
  assert.deepEqual([few.alarms.map((a) => a.g), few.alarmCount], [[3, 5], 4]);
});
