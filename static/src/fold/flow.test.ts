import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../event/check';
import { Class, Kind, Reason, Why } from '../event.gen';
import type { Log } from '../event/log';
import { valueText } from '../event/log';
import { int, logOf, objectDef, type Rec, siteDef, textDef } from '../test/frames';
import { recorded } from '../test/jsonl';
import { hopsOf, inHand, journey, numberOfTaken, takerOf } from './flow';
import { History } from './history';
import { crowd, findPools, type Pool } from './pools';
import { Timeline } from './timeline';

function historyOf(log: Log): History {
  const history = new History(log);
  history.extend(log.count);
  return history;
}

function named(log: Log, name: string): number {
  for (const [id, o] of log.objects) if (log.text(o.name) === name && o.cls === Class.Chan) return id;
  throw new Error(`no channel ${name}`);
}

function onlyPool(history: History): Pool {
  const [pool, ...others] = findPools(history);
  assert(pool !== undefined && others.length === 0);
  return pool;
}

for (const name of ['fixed-pool', 'refused', 'stages']) {
  test(`${name}: the k-th value in is the k-th out, and what the buffer holds is what is between`, () => {
    const log = recorded(name);
    const { flow } = historyOf(log);
    const timeline = new Timeline(log);
    for (let seq = 0; seq <= log.count; seq++) {
      for (const c of timeline.at(seq).chans.values()) {
        const f = flow.of(c.id);
        c.buffer.slice().forEach((val, i) => {
          const offered = f.offered.at(c.received + i);
          assert.equal(at(log.val, offered), val, `value ${c.received + i} of channel ${c.id} after ${seq}`);
        });
        assert.equal(f.taken.below(seq), c.received);
      }
    }
    for (const f of flow.chans.values()) {
      for (let k = 0; k < f.taken.length; k++) assert(f.offered.at(k) <= f.taken.at(k));
    }
  });
}

test('a parked sender’s value was offered when it parked, also by a select', () => {
  const log = logOf([
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoCreate, peer: 2 },
    { kind: Kind.ChanMake, g: 1, obj: 5, n: 0 },
    { kind: Kind.ChanMake, g: 1, obj: 6, n: 0 },
    { kind: Kind.GoStart, g: 1, p: 0, n: Why.ByPolicy },
    { kind: Kind.SelectWait, g: 1, obj: 6, peer: 0, n: 0, p: 0 },
    { kind: Kind.SelectWait, g: 1, obj: 5, peer: 1, n: 1, val: int(7), p: 0 },
    { kind: Kind.GoPark, g: 1, n: Reason.SelectPark, p: 0 },
    { kind: Kind.GoStart, g: 2, p: 0, n: Why.ByPolicy },
    { kind: Kind.ChanRecv, g: 2, obj: 5, peer: 1, val: int(7), p: 0 },
  ]);
  const { flow } = historyOf(log);
  assert.deepEqual([flow.of(5).offered.at(0), flow.of(5).taken.at(0)], [6, 9]);
  assert.deepEqual([...flow.latest(log.count, 1)], [5]);
});

test('the ring stands still while values go past it, and two values move when a sender waited', () => {
  const send = (v: number, n: number, peer = 0): Rec => ({
    kind: Kind.ChanSend,
    g: 1,
    obj: 5,
    n,
    peer,
    val: int(v),
    p: 0,
  });
  const log = logOf([
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoCreate, peer: 2 },
    { kind: Kind.ChanMake, g: 1, obj: 5, n: 2 },
    { kind: Kind.GoStart, g: 2, p: 1, n: Why.ByPolicy },
    { kind: Kind.GoPark, g: 2, obj: 5, n: Reason.RecvWait, p: 1 },
    { kind: Kind.GoStart, g: 1, p: 0, n: Why.ByPolicy },
    send(7, 0, 2), // from hand to hand
    { kind: Kind.GoReady, g: 1, obj: 5, peer: 2, p: 0 },
    send(8, 1),
    send(9, 2),
    { kind: Kind.GoPark, g: 1, obj: 5, n: Reason.SendWait, val: int(10), p: 0 },
    { kind: Kind.GoStart, g: 2, p: 1, n: Why.ByPolicy },
    { kind: Kind.ChanRecv, g: 2, obj: 5, n: 2, peer: 1, val: int(8), p: 1 },
  ]);
  const { flow } = historyOf(log);
  const hops = (seq: number): unknown => {
    const c = new Timeline(log).at(seq + 1).chans.get(5);
    return c === undefined ? [] : hopsOf(log, flow, c, seq);
  };
  assert.deepEqual(hops(6), [{ val: int(7), from: { g: 1 }, to: { g: 2 } }]);
  assert.deepEqual(hops(8), [{ val: int(8), from: { g: 1 }, to: { slot: 0 } }]);
  assert.deepEqual(hops(9), [{ val: int(9), from: { g: 1 }, to: { slot: 1 } }]);
  assert.deepEqual(hops(12), [
    { val: int(8), from: { slot: 0 }, to: { g: 2 } },
    { val: int(10), from: { g: 1 }, to: { slot: 0 } },
  ]);
});

test('a task is in hand from when it was taken to when the worker asks for the next one', () => {
  const log = recorded('fixed-pool');
  const history = historyOf(log);
  const pool = onlyPool(history);
  const f = history.flow.of(pool.queue);
  for (let k = 0; k < f.taken.length; k++) {
    const taken = f.taken.at(k);
    const worker = takerOf(log, taken);
    assert.equal(inHand(f, worker, taken + 1), taken);
    assert.equal(numberOfTaken(f, taken), k);
  }
  for (const g of pool.workers) assert.equal(inHand(f, g, log.count), undefined, 'free at the end');
});

test('a task is followed from its sender over its worker to its result', () => {
  const log = recorded('fixed-pool');
  const history = historyOf(log);
  const pool = onlyPool(history);
  const f = history.flow.of(pool.queue);
  for (let k = 0; k < f.offered.length; k++) {
    const way = journey(history.flow, log, pool.queue, k, pool.results);
    assert(way?.result !== undefined && way.taken !== undefined, `task ${k}`);
    assert.equal(way.sender, 1);
    assert(way.offered <= way.taken && way.taken < way.result);
    const task = valueText(log, at(log.val, way.offered));
    assert(valueText(log, at(log.val, way.result)).startsWith(`task ${task} was done by worker`));
  }
  assert.equal(journey(history.flow, log, pool.queue, f.offered.length, pool.results), undefined);
});

test('what a queue refused at once and what was given up after a wait is counted apart', () => {
  const log = recorded('refused'); // prints: refused 4, 6, 10; timed out 5, 11
  const history = historyOf(log);
  const { refusals } = history;
  const pool = onlyPool(history);
  const queue = named(log, 'queue');
  assert.equal(pool.queue, queue);
  assert.equal(refusals.count(pool.refusing, log.count), 3);
  const up = refusals.givenUp.get(queue);
  const values = [0, 1].map((i) => valueText(log, at(log.val, up?.offered.at(i) ?? 0)));
  assert.deepEqual([up?.chosen.length, values], [2, ['5', '11']]);
  const last = history.flow.of(queue).uses.lastBelow((up?.chosen.at(1) ?? 0) + 1);
  assert.equal(last, up?.chosen.at(1), 'giving up is the last thing that happened to the queue');
});

test('a default is no refusal by a channel on which another select sends', () => {
  const log = logOf(
    [
      { kind: Kind.GoCreate, peer: 1 },
      { kind: Kind.ChanMake, g: 1, obj: 5, n: 1 },
      { kind: Kind.GoStart, g: 1, p: 0, n: Why.ByPolicy },
      { kind: Kind.SelectChosen, g: 1, n: -1, site: 1, p: 0 }, // of the select at line 10
      { kind: Kind.ChanSend, g: 1, obj: 5, n: 1, val: int(1), site: 3, p: 0 },
      { kind: Kind.SelectChosen, g: 1, obj: 5, n: 0, site: 3, p: 0 }, // of the one at line 20
    ],
    [textDef(9, 'main.go'), siteDef(1, 10, 9), siteDef(2, 20, 9), siteDef(3, 21, 9), objectDef(5, 0)],
  );
  assert.deepEqual(historyOf(log).refusals.sitesOf(5), []);
});

test('a pool whose results are another’s queue stands before that one', () => {
  const log = recorded('stages');
  const pools = findPools(historyOf(log));
  assert.deepEqual(
    pools.map((p) => [p.queue, p.results, p.workers.length]),
    [
      [named(log, 'first'), named(log, 'second'), 2],
      [named(log, 'second'), named(log, 'out'), 3],
    ],
  );
});

test('the number of workers over the run goes up and down as they come and go', () => {
  const log = recorded('refused');
  const history = historyOf(log);
  const n = crowd(history, onlyPool(history), log.count, 50);
  assert.equal(Math.max(...n), 3);
  assert.deepEqual([n[5], n[25], n[49]], [2, 3, 0]);
});

test('a worker that waits in a select belongs to its pool; one that only waits for the end does not', () => {
  const wait = (g: number, obj: number, n: number): Rec => ({
    kind: Kind.SelectWait,
    g,
    obj,
    peer: 0,
    n,
    p: g,
  });
  const recs: Rec[] = [{ kind: Kind.GoCreate, peer: 1 }];
  for (const obj of [5, 6]) recs.push({ kind: Kind.ChanMake, g: 1, obj, n: 0 });
  for (const g of [2, 3]) {
    recs.push({ kind: Kind.GoCreate, g: 1, peer: g, site: 1 });
    recs.push({ kind: Kind.GoStart, g, p: g, n: Why.ByPolicy });
    recs.push(wait(g, 5, 0), wait(g, 6, 1));
    recs.push({ kind: Kind.GoPark, g, n: Reason.SelectPark, p: g });
  }
  recs.push({ kind: Kind.GoStart, g: 1, p: 0, n: Why.ByPolicy });
  recs.push({ kind: Kind.ChanSend, g: 1, obj: 5, peer: 2, val: int(1), p: 0 });
  recs.push({ kind: Kind.GoReady, g: 1, obj: 5, peer: 2, p: 0 });
  recs.push({ kind: Kind.GoStart, g: 2, p: 2, n: Why.ByPolicy });
  recs.push({ kind: Kind.ChanReceived, g: 2, obj: 5, peer: 1, val: int(1), p: 2 });
  const log = logOf(recs, [textDef(9, 'main.go'), siteDef(1, 3, 9)]);
  const pool = onlyPool(historyOf(log));
  assert.deepEqual([pool.queue, pool.workers], [5, [2, 3]]);
});

test('a task in hand is named by the region that its worker is in', () => {
  const log = logOf(
    [
      { kind: Kind.GoCreate, peer: 1 },
      { kind: Kind.Label, g: 1, val: 3 },
      { kind: Kind.RegionBegin, g: 1, val: 1 },
      { kind: Kind.RegionBegin, g: 1, val: 2 },
      { kind: Kind.RegionEnd, g: 1, val: 2 },
      { kind: Kind.RegionEnd, g: 1, val: 1 },
    ],
    [textDef(1, 'resize'), textDef(2, 'decode'), textDef(3, 'job=img')],
  );
  const { notes } = historyOf(log);
  assert.deepEqual(
    [3, 4, 5, 6].map((seq) => notes.doing(1, 0, seq)),
    ['resize', 'decode', 'resize', undefined],
  );
  assert.equal(notes.doing(1, 2, 4), 'decode', 'only what began since then');
  assert.equal(notes.labelsOf(1, 6), 'job=img');
  assert.equal(notes.labelsOf(2, 6), undefined);
});
