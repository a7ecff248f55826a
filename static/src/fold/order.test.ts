import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../event/check';
import { Kind, Reason, Why } from '../event.gen';
import type { Log } from '../event/log';
import { clocksOf } from '../test/clocks';
import { logOf, type Rec, int } from '../test/frames';
import { recorded } from '../test/jsonl';
import { randomRun } from '../test/random-run';
import { Order } from './order';

function orderOf(log: Log): Order {
  const order = new Order(log);
  for (let seq = 0; seq < log.count; seq++) order.take(seq);
  return order;
}

/** Says whether the runtime wakes a goroutine: an event of nobody that has no place in the order. */
const isWake = (log: Log, seq: number): boolean => at(log.g, seq) === 0 && at(log.kind, seq) === Kind.GoReady;
const born = (peer: number, g = 0): Rec => ({ kind: Kind.GoCreate, g, peer });
const runs = (g: number): Rec => ({ kind: Kind.GoStart, g, p: 0, n: Why.FromLocal });
const write = (g: number): Rec => ({ kind: Kind.Write, g, obj: 9, val: int(1), p: 0 });

test('in a real run who releases a goroutine comes before what it does then', () => {
  const log = recorded('real');
  const order = orderOf(log);
  let found = 0;
  for (let seq = 0; seq < log.count; seq++) {
    if (log.kindAt(seq) !== Kind.GoReady || at(log.g, seq) === 0) continue;
    const peer = at(log.peer, seq);
    let start = seq;
    while (log.kindAt(start) !== Kind.GoStart || at(log.g, start) !== peer) start++;
    assert.equal(order.before(seq, start), true, `${seq} before ${start}`);
    found++;
  }
  assert.equal(found > 10, true);
});

test('a program’s order is that of brute-force vector clocks, on random runs', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const log = randomRun(seed, 140);
    const order = orderOf(log);
    const clocks = clocksOf(log);
    for (let b = 0; b < log.count; b++) {
      if (isWake(log, b)) continue;
      const past = order.past(b);
      for (let a = 0; a < b; a++) {
        if (at(log.g, a) === 0) continue; // a timer's have no clock of their own
        const want = clocks.before(a, b);
        assert.equal(order.before(a, b), want, `seed ${seed}: ${a} before ${b}`);
        assert.equal(past.has(a), want, `seed ${seed}: ${a} in the past of ${b}`);
      }
    }
    for (let a = 0; a < log.count; a += 7) {
      if (at(log.g, a) === 0) continue;
      const future = order.future(a, log.count);
      for (let b = a + 1; b < log.count; b++) {
        if (isWake(log, b)) continue;
        assert.equal(future.has(b), clocks.before(a, b), `seed ${seed}: ${b} in the future of ${a}`);
      }
    }
  }
});

test('every path leads along edges and program order, from the one event to the other', () => {
  let edges = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const log = randomRun(seed, 140);
    const order = orderOf(log);
    for (let a = 0; a < log.count; a++) {
      for (let b = a + 1; b < log.count; b++) {
        const relation = order.relation(a, b);
        if (relation.kind !== 'before') continue;
        let now = a;
        for (const step of relation.path) {
          assert(
            now === step.from || (at(log.g, now) === at(log.g, step.from) && now < step.from),
            `${seed} ${a} ${b}`,
          );
          assert(step.from < step.to);
          now = step.to;
          edges++;
        }
        assert(
          now === b || (at(log.g, now) === at(log.g, b) && now < b),
          `seed ${seed}: ${a} to ${b} ends at ${now}`,
        );
      }
    }
  }
  assert(edges > 10_000);
});

test('that the scheduler runs one goroutine after another orders nothing', () => {
  const order = orderOf(logOf([born(1), born(2), runs(1), write(1), runs(2), write(2)]));
  assert.equal(order.relation(3, 5).kind, 'concurrent');
});

test('a send comes before the receive of its value, and the path says so', () => {
  const log = logOf([
    born(1),
    runs(1),
    { kind: Kind.ChanMake, g: 1, obj: 5, n: 1, p: 0 },
    born(2, 1),
    runs(2),
    write(2),
    { kind: Kind.ChanSend, g: 2, obj: 5, n: 1, p: 0 },
    { kind: Kind.ChanRecv, g: 1, obj: 5, n: 0, p: 0 },
    write(1),
  ]);
  assert.deepEqual(orderOf(log).relation(5, 8), { kind: 'before', path: [{ from: 6, to: 7, rule: 'send' }] });
  assert.deepEqual(orderOf(log).relation(8, 5).kind, 'after');
});

test('a receive makes room: it comes before the end of the send that uses its slot, not before its beginning', () => {
  const send = (g: number): Rec => ({ kind: Kind.ChanSend, g, obj: 5, n: 1, p: 0 });
  const receive = (g: number): Rec => ({ kind: Kind.ChanRecv, g, obj: 5, n: 0, p: 0 });
  const log = logOf([
    born(1),
    born(2),
    born(3),
    { kind: Kind.ChanMake, g: 1, obj: 5, n: 1, p: 0 },
    send(1),
    write(2),
    receive(2),
    send(1),
    write(1),
    receive(3),
    write(3),
  ]);
  const order = orderOf(log);
  assert.deepEqual(order.relation(5, 8), { kind: 'before', path: [{ from: 6, to: 7, rule: 'room' }] });
  assert.equal(order.relation(5, 10).kind, 'concurrent');
});

test('Wait comes after every Done, and each is named as the one', () => {
  const add = (g: number, by: number, n: number): Rec => ({
    kind: Kind.WaitAdd,
    g,
    obj: 7,
    val: int(by),
    n,
    p: 0,
  });
  const log = logOf([
    born(1),
    add(1, 2, 2),
    born(2, 1),
    born(3, 1),
    runs(2),
    write(2),
    runs(3),
    write(3),
    add(2, -1, 1),
    add(3, -1, 0),
    { kind: Kind.WaitDone, g: 1, obj: 7, p: 0 },
    write(1),
  ]);
  const order = orderOf(log);
  assert.deepEqual(order.relation(5, 11), { kind: 'before', path: [{ from: 8, to: 10, rule: 'group' }] });
  assert.deepEqual(order.relation(7, 11), { kind: 'before', path: [{ from: 9, to: 10, rule: 'group' }] });
  assert.equal(order.relation(5, 7).kind, 'concurrent');
  assert.equal(order.before(8, 9), false, 'one Done does not come before another');
});

test('a timer’s value comes after its setting', () => {
  const log = logOf([
    born(1),
    write(1),
    { kind: Kind.TimerSet, g: 1, obj: 4, n: 10, p: 0 },
    { kind: Kind.ChanMake, obj: 5, n: 1 },
    born(2),
    { kind: Kind.GoPark, g: 2, obj: 5, n: Reason.RecvWait, p: 0 },
    { kind: Kind.TimerFire, obj: 4 },
    { kind: Kind.ChanSend, obj: 5, peer: 2, n: 0 },
    { kind: Kind.GoReady, peer: 2, obj: 5 },
    runs(2),
    { kind: Kind.ChanReceived, g: 2, obj: 5, p: 0 },
  ]);
  const { kind, ...rest } = orderOf(log).relation(1, 10);
  assert.equal(kind, 'before');
  assert.deepEqual('path' in rest && rest.path.map((s) => s.rule), ['timer', 'fire', 'send']);
});

test('the lock within a sync.Map orders nothing', () => {
  const log = recorded('order-map');
  const order = orderOf(log);
  const writes: number[] = [];
  for (let i = 0; i < log.count; i++) if (at(log.kind, i) === Kind.Write) writes.push(i);
  const races: number[] = [];
  for (let i = 0; i < log.count; i++) if (at(log.kind, i) === Kind.Race) races.push(i);
  assert.equal(races.length, 1);
  assert.equal(order.relation(writes[0] ?? -1, writes[1] ?? -1).kind, 'concurrent');
});
