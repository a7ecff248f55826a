import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind, Reason, Why } from '../event.gen';
import { int, logOf, type Rec } from '../test/frames';
import { recorded } from '../test/jsonl';
import { History } from './history';
import { Timeline } from './timeline';
import { Fate, Waits } from './waits';

function waitsOf(log: ReturnType<typeof logOf>, seq = log.count): Waits {
  const history = new History(log);
  history.extend(log.count);
  return new Waits(new Timeline(log).at(seq), history.parties);
}

const go = (peer: number, by = 0): Rec[] => [
  { kind: Kind.GoCreate, g: by, peer },
  { kind: Kind.GoStart, g: peer, p: peer, n: Why.FromLocal },
];
const ev = (kind: Kind, g: number, obj: number, rest: Partial<Rec> = {}): Rec => ({
  kind,
  g,
  obj,
  p: g,
  ...rest,
});
const park = (g: number, n: number, obj = 0): Rec => ({ kind: Kind.GoPark, g, n, obj, p: g });
const ends = (g: number): Rec => ({ kind: Kind.GoEnd, g, p: g });
const chan = (obj: number, cap = 0): Rec => ev(Kind.ChanMake, 1, obj, { n: cap });

test('two locks taken in opposite order are a ring, with a third goroutine that runs', () => {
  const w = waitsOf(
    logOf([
      ...go(1),
      ...go(2, 1),
      ...go(3, 1),
      ev(Kind.Lock, 1, 10),
      ev(Kind.Lock, 2, 11),
      park(1, Reason.MutexWait, 11),
      park(2, Reason.MutexWait, 10),
    ]),
  );
  assert.deepEqual(
    w.rings.map((r) => [r.gs, r.targets.map((t) => t.obj)]),
    [
      [
        [1, 2],
        [11, 10],
      ],
    ],
  );
  assert.deepEqual([w.fate(1), w.why(1), w.fate(3), w.deadlock], [Fate.Never, 'cycle', Fate.None, false]);
});

test('a lock that its own holder wants is a ring of one', () => {
  const w = waitsOf(logOf([...go(1), ev(Kind.Lock, 1, 10), park(1, Reason.MutexWait, 10)]));
  assert.deepEqual(
    w.rings.map((r) => r.gs),
    [[1]],
  );
  assert.deepEqual([w.why(1), w.deadlock], ['self', true]);
});

test('who runs and holds the lock will release it', () => {
  const w = waitsOf(logOf([...go(1), ...go(2, 1), ev(Kind.Lock, 1, 10), park(2, Reason.MutexWait, 10)]));
  assert.deepEqual(
    [w.fate(2), w.rings.length, w.targetsOf(2)[0]?.by],
    [Fate.Waits, 0, [{ g: 1, how: 'holds' }]],
  );
});

test('a lock whose holder has ended is in doubt while others move, and for ever when nobody does', () => {
  const recs = [
    ...go(1),
    ...go(2, 1),
    ...go(3, 1),
    ev(Kind.Lock, 2, 10),
    ends(2),
    park(3, Reason.MutexWait, 10),
  ];
  const some = waitsOf(logOf(recs));
  assert.deepEqual([some.fate(3), some.why(3)], [Fate.Doubt, 'gone']);
  const none = waitsOf(logOf([...recs, park(1, Reason.MutexWait, 10)]));
  assert.deepEqual([none.fate(3), none.deadlock], [Fate.Never, true]);
});

test('a reader that wants to write waits for itself, and keeps new readers out', () => {
  const w = waitsOf(
    logOf([
      ...go(1),
      ...go(2, 1),
      ...go(3, 1),
      ev(Kind.RLock, 1, 10, { n: 1 }),
      ev(Kind.RLock, 2, 10, { n: 2 }),
      park(1, Reason.MutexWait, 10),
      park(3, Reason.RLockWait, 10),
    ]),
  );
  assert.deepEqual(w.targetsOf(1)[0]?.by, [
    { g: 1, how: 'reads' },
    { g: 2, how: 'reads' },
  ]);
  assert.deepEqual(w.targetsOf(3)[0]?.by, [{ g: 1, how: 'queues' }]);
  assert.deepEqual([w.why(1), w.fate(1), w.fate(3), w.why(3)], ['self', Fate.Never, Fate.Never, 'all']);
});

test('two that have talked over two channels and now both wait to receive are a ring', () => {
  const pass = (from: number, to: number, obj: number): Rec[] => [
    park(to, Reason.RecvWait, obj),
    ev(Kind.ChanSend, from, obj, { peer: to }),
    { kind: Kind.GoReady, g: from, peer: to, obj },
    { kind: Kind.GoStart, g: to, p: to, n: Why.FromLocal },
    ev(Kind.ChanReceived, to, obj, { peer: from }),
  ];
  const recs = [...go(1), ...go(2, 1), chan(20), chan(21), ...pass(1, 2, 20), ...pass(2, 1, 21)];
  const w = waitsOf(logOf([...recs, park(1, Reason.RecvWait, 21), park(2, Reason.RecvWait, 20)]));
  assert.deepEqual(
    w.rings.map((r) => r.gs),
    [[1, 2]],
  );
  assert.equal(w.deadlock, true);
  const third = waitsOf(
    logOf([...recs, ...go(3, 1), park(1, Reason.RecvWait, 21), park(2, Reason.RecvWait, 20)]),
  );
  assert.deepEqual([third.fate(1), third.why(1)], [Fate.Doubt, 'cycle'], 'G3 might use the channels');
});

test('a receiver is in doubt once all who ever sent have ended, not before anybody has sent', () => {
  const recs = [...go(1), ...go(2, 1), ...go(3, 1), chan(20, 1), park(1, Reason.RecvWait, 20)];
  assert.equal(waitsOf(logOf(recs)).fate(1), Fate.Waits);
  const w = waitsOf(
    logOf([
      ...go(1),
      ...go(2, 1),
      ...go(3, 1),
      chan(20, 1),
      ev(Kind.ChanSend, 2, 20, { n: 1 }),
      ends(2),
      ev(Kind.ChanRecv, 1, 20),
      park(1, Reason.RecvWait, 20),
    ]),
  );
  assert.deepEqual([w.fate(1), w.why(1)], [Fate.Doubt, 'unused']);
});

test('a signal before the wait is lost: no ring, and never released', () => {
  const w = waitsOf(
    logOf([...go(1), ...go(2, 1), ev(Kind.CondSignal, 2, 30), ends(2), park(1, Reason.CondWait, 30)]),
  );
  assert.deepEqual(
    [w.fate(1), w.why(1), w.targetsOf(1)[0]?.lost, w.rings.length],
    [Fate.Never, 'lost', 4, 0],
  );
});

test('a WaitGroup waits for those that were started after Add; when they have ended, for nobody', () => {
  const recs = [...go(1), ev(Kind.WaitAdd, 1, 40, { val: int(2), n: 2 }), ...go(2, 1), ...go(3, 1)];
  const w = waitsOf(
    logOf([...recs, ev(Kind.WaitAdd, 2, 40, { val: int(-1), n: 1 }), ends(2), park(1, Reason.GroupWait, 40)]),
  );
  assert.deepEqual([w.fate(1), w.targetsOf(1)[0]?.by], [Fate.Waits, [{ g: 3, how: 'child' }]]);
  const never = waitsOf(logOf([...recs, ends(2), ends(3), park(1, Reason.GroupWait, 40)]));
  assert.deepEqual([never.fate(1), never.why(1), never.deadlock], [Fate.Never, 'group', true]);
});

test('a select waits for any of its channels; a nil channel and an empty select for ever', () => {
  const recs = [...go(1), ...go(2, 1), ...go(3, 1), ...go(4, 1), chan(20), chan(21)];
  const w = waitsOf(
    logOf([
      ...recs,
      ev(Kind.SelectWait, 1, 20, { n: 0 }),
      ev(Kind.SelectWait, 1, 21, { n: 1, peer: 1 }),
      park(1, Reason.SelectPark),
      park(2, Reason.Forever),
      park(3, Reason.NilRecv),
    ]),
  );
  assert.deepEqual(
    w.targetsOf(1).map((t) => t.key),
    ['receive 20', 'send 21'],
  );
  assert.deepEqual(
    [w.fate(1), w.fate(2), w.why(2), w.fate(3), w.why(3)],
    [Fate.Waits, Fate.Never, 'forever', Fate.Never, 'nil'],
  );
});

test('who sleeps is no deadlock, nor who waits for it', () => {
  const w = waitsOf(
    logOf([
      ...go(1),
      ...go(2, 1),
      ev(Kind.Lock, 2, 10),
      park(2, Reason.SleepWait),
      park(1, Reason.MutexWait, 10),
    ]),
  );
  assert.deepEqual([w.fate(1), w.fate(2), w.deadlock], [Fate.Waits, Fate.Waits, false]);
});

test('the recorded deadlock is one', () => {
  const log = recorded('rendezvous-deadlock');
  assert.equal(waitsOf(log, log.count - 1).deadlock, true);
  assert.equal(waitsOf(log, 10).deadlock, false);
});
