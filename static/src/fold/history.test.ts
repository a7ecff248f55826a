import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind, Reason, Why } from '../event.gen';
import { int, logOf, type Rec, textDef } from '../test/frames';
import { recorded } from '../test/jsonl';
import { findEvent } from './find';
import { Contexts } from './contexts';
import { Flow } from './flow';
import { History } from './history';
import { Look } from './lives';
import { Margin } from './margin';
import { Memory } from './memory';
import { Parties } from './parties';
import { findPools } from './pools';
import { Uses } from './uses';

function historyOf(log: ConstructorParameters<typeof History>[0]): History {
  const history = new History(log);
  history.extend(log.count);
  return history;
}

test('a life is runnable, running, parked and over', () => {
  const log = logOf(
    [
      { kind: Kind.GoCreate, peer: 1, val: 1 },
      { kind: Kind.GoStart, g: 1, p: 0, n: Why.FromRunNext },
      { kind: Kind.GoPark, g: 1, n: Reason.SleepWait, p: 0 },
      { kind: Kind.GoReady, peer: 1 },
      { kind: Kind.GoStart, g: 1, p: 0, n: Why.FromRunNext },
      { kind: Kind.GoEnd, g: 1, p: 0 },
    ],
    [textDef(1, 'main')],
  );
  const life = historyOf(log).lives.of(1);
  assert.deepEqual(
    [...Array(life.looks.length).keys()].map((i) => life.looks.at(i)),
    [Look.Runnable, Look.Running, Look.Sleep, Look.Runnable, Look.Running, Look.None],
  );
  assert.equal(life.ended, 5);
  assert.equal(life.name, 'main');
});

test('a value received from a buffer was caused by the send that put it there', () => {
  const send = (v: number): Rec => ({ kind: Kind.ChanSend, g: 1, obj: 5, n: 1, val: int(v), p: 0 });
  const recv = (v: number): Rec => ({ kind: Kind.ChanRecv, g: 1, obj: 5, n: 0, val: int(v), p: 0 });
  const log = logOf([
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.ChanMake, g: 1, obj: 5, n: 2, p: 0 },
    send(1),
    send(2),
    recv(1),
    recv(2),
  ]);
  const { causes } = historyOf(log).order;
  assert.deepEqual([causes.at(4), causes.at(5)], [3, 4]);
});

test('history can be continued in any steps', () => {
  const log = recorded('fixed-pool');
  const steps = new History(log);
  while (steps.done < log.count) steps.extend(7);
  assert.deepEqual(steps.lives, historyOf(log).lives);
});

test('the pool of the recorded program is found: queue, workers, results', () => {
  const log = recorded('fixed-pool');
  const [pool, ...others] = findPools(historyOf(log));
  const name = (id: number): string => log.text(log.objects.get(id)?.name ?? 0);
  assert.deepEqual(others, []);
  assert.deepEqual(pool?.workers, [2, 3, 4]);
  assert.equal(name(pool?.queue ?? 0), 'queue');
  assert.equal(name(pool?.results ?? 0), 'results');
});

test('a program without workers has no crowded pool', () => {
  const pools = findPools(historyOf(recorded('rendezvous-deadlock')));
  assert.deepEqual(
    pools.map((p) => p.workers.length),
    [1],
  );
});

test('the event that a lesson means is found by who, what and which time', () => {
  const log = recorded('rendezvous-deadlock');
  const any = {
    g: 2,
    kinds: [Kind.GoPark],
    n: [Reason.SendWait],
    outcome: 0,
    object: 'hand',
    peer: false,
    nth: 1,
  };
  const first = findEvent(log, any);
  const second = findEvent(log, { ...any, nth: 2 });
  assert(first !== undefined && second !== undefined && first < second);
  assert.equal(findEvent(log, { ...any, nth: 99 }), undefined);
  assert.equal(findEvent(log, { ...any, object: 'nothing' }), undefined);
});

const partial = [Uses, Parties, Contexts, Memory, Flow, Margin];

for (const name of [
  'busy',
  'real',
  'racing',
  'deadlines',
  'fixed-pool',
  'tickers',
  'pair-1',
  'refused',
  'pull',
]) {
  test(`${name}: a part of the history makes nothing of events that are not of its kinds`, () => {
    const log = recorded(name);
    for (const Part of partial) {
      const all = new Part(log);
      const some = new Part(log);
      for (let seq = 0; seq < log.count; seq++) {
        all.take(seq);
        if (Part.kinds.includes(log.kindAt(seq))) some.take(seq);
      }
      assert.deepEqual(some, all, Part.name);
    }
  });
}
