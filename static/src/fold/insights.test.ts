import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Class, Kind, Reason, Why } from '../event.gen';
import { logOf, objectDef, type Rec } from '../test/frames';
import { recorded } from '../test/jsonl';
import { type Insight, Insights } from './insights';

function best(log: ReturnType<typeof logOf>, piece = Infinity): readonly Insight[] {
  const insights = new Insights(log);
  while (insights.done < log.count) insights.extend(piece);
  return insights.best(20);
}

const start: readonly Rec[] = [
  { kind: Kind.GoCreate, peer: 1, t: 0 },
  { kind: Kind.GoStart, g: 1, p: 0, t: 0, n: Why.FromRunNext },
];

/** What is said of a kind. */
function of(all: readonly Insight[], kind: Insight['kind']): Insight | undefined {
  return all.find((i) => i.kind === kind);
}

test('a channel that was full is counted by those who had to wait', () => {
  const all = best(
    logOf(
      [
        ...start,
        { kind: Kind.ChanMake, g: 1, obj: 1, n: 1, p: 0 },
        { kind: Kind.ChanSend, g: 1, obj: 1, n: 1, p: 0 },
        { kind: Kind.GoPark, g: 1, obj: 1, n: Reason.SendWait, p: 0, t: 5 },
      ],
      [objectDef(1, 0)],
    ),
  );
  assert.deepEqual(of(all, 'full'), { kind: 'full', who: 1, n: 1, of: 1, seq: 4, score: 0.35 });
  assert.equal(of(all, 'unreceived')?.n, 1);
});

test('who waited longest is named with the wait that was longest; main and sleepers are not', () => {
  const all = best(
    logOf([
      ...start,
      { kind: Kind.GoCreate, g: 1, peer: 2, p: 0, t: 0 },
      { kind: Kind.GoCreate, g: 1, peer: 3, p: 0, t: 0 },
      { kind: Kind.GoPark, g: 1, n: Reason.GroupWait, obj: 9, p: 0, t: 0 },
      { kind: Kind.GoStart, g: 2, p: 0, t: 0 },
      { kind: Kind.GoPark, g: 2, n: Reason.RecvWait, obj: 1, p: 0, t: 10 },
      { kind: Kind.GoStart, g: 3, p: 0, t: 10 },
      { kind: Kind.GoPark, g: 3, n: Reason.SleepWait, p: 0, t: 10 },
      { kind: Kind.GoReady, peer: 2, t: 70 },
      { kind: Kind.GoStart, g: 2, p: 0, t: 70 },
      { kind: Kind.GoEnd, g: 2, p: 0, t: 100 },
    ]),
  );
  const waited = of(all, 'waited');
  assert.deepEqual([waited?.who, waited?.n, waited?.of, waited?.seq], [2, 60, 100, 6]);
});

test('who could run and got no P is told, and who never ran', () => {
  const all = best(
    logOf([
      ...start,
      { kind: Kind.GoCreate, g: 1, peer: 2, p: 0, t: 10 },
      { kind: Kind.GoEnd, g: 1, p: 0, t: 100 },
    ]),
  );
  const starved = of(all, 'starved');
  assert.deepEqual([starved?.who, starved?.n, starved?.seq], [2, 90, 2]);
  assert.equal(of(all, 'neverran')?.who, 1);
});

test('an idle P is told, and one that did everything', () => {
  const two: readonly Rec[] = [
    ...start,
    { kind: Kind.GoCreate, g: 1, peer: 2, p: 0, t: 0 },
    { kind: Kind.GoCreate, g: 1, peer: 3, p: 0, t: 0 },
    { kind: Kind.GoStart, g: 2, p: 1, t: 0 },
  ];
  const idle = best(
    logOf([...two, { kind: Kind.GoEnd, g: 2, p: 1, t: 20 }, { kind: Kind.GoEnd, g: 1, p: 0, t: 100 }]),
  );
  assert.deepEqual([of(idle, 'idle')?.who, of(idle, 'idle')?.n], [1, 80]);
  const one = best(
    logOf([
      ...two,
      { kind: Kind.GoEnd, g: 2, p: 1, t: 0 },
      { kind: Kind.GoYield, g: 1, p: 0, t: 50 },
      { kind: Kind.GoStart, g: 3, p: 0, t: 50 },
      { kind: Kind.GoEnd, g: 3, p: 0, t: 90 },
    ]),
  );
  assert.equal(of(one, 'oneP')?.who, 0);
});

test('a lock that was waited for is told with how often and how long', () => {
  const all = best(
    logOf(
      [
        ...start,
        { kind: Kind.GoPark, g: 1, obj: 7, n: Reason.MutexWait, p: 0, t: 10 },
        { kind: Kind.GoReady, peer: 1, obj: 7, t: 40 },
        { kind: Kind.GoStart, g: 1, p: 0, t: 40 },
        { kind: Kind.GoEnd, g: 1, p: 0, t: 50 },
      ],
      [objectDef(7, 0, Class.Mutex)],
    ),
  );
  const lock = of(all, 'contended');
  assert.deepEqual([lock?.who, lock?.n, lock?.of, lock?.seq], [7, 1, 30, 2]);
});

for (const name of ['fixed-pool', 'rendezvous-deadlock']) {
  test(`${name}: pieces find the same, with moments that are in the run`, () => {
    const log = recorded(name);
    const all = best(log);
    assert(all.length > 0);
    assert.deepEqual(best(log, 7), all);
    for (const i of all) assert(i.seq >= 0 && i.seq < log.count && i.score > 0 && i.score <= 1, i.kind);
  });
}

test('a run of no events, and of one, says nothing', () => {
  assert.deepEqual(best(logOf([])), []);
  assert.deepEqual(best(logOf([{ kind: Kind.GoCreate, peer: 1 }])), []);
});
