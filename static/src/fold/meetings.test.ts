import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Log } from '../event/log';
import { Kind, Origin } from '../event.gen';
import { asReal } from '../test/as-real';
import { logOf, type Rec, textDef } from '../test/frames';
import { recorded } from '../test/jsonl';
import { Comparison } from './compare';
import { handOver } from './kind-of-run';
import { meetings } from './meetings';
import type { Take } from './roles';

function compared(a: Log, b: Log): Comparison {
  const sources = new Map([['main.go', readFileSync('testdata/pair/main.go', 'utf8')]]);
  const take = (log: Log): Take => ({ log, sources });
  const c = new Comparison(take(a), take(b));
  while (c.extend(7));
  return c;
}

test('the model and a real run of the same order are the same, whatever only one can know', () => {
  const model = recorded('pair-1');
  for (const origin of [Origin.FromTrace, Origin.FromProbes]) {
    for (const pair of [
      [model, asReal(model, origin, 3)],
      [asReal(model, origin, 3), model],
    ] as const) {
      const c = compared(...pair);
      assert.equal(c.loose, true);
      assert.equal(c.parted, undefined);
      assert.deepEqual(c.differing(), []);
      assert.equal(c.same, true);
      const found = meetings(c);
      assert.equal(found.length > 0, origin === Origin.FromProbes);
      for (const m of found) assert.equal(m.same, Math.max(m.inA, m.inB));
    }
  }
});

test('another order shows at the step of a goroutine and at the use of an object', () => {
  const c = compared(recorded('pair-1'), asReal(recorded('pair-2'), Origin.FromProbes, 3));
  assert.equal(c.same, false);
  assert.equal(c.differing().length, 2); // the two workers, as between the model's runs
  const found = meetings(c).map((m) => [
    c.b.log.text(c.b.log.objects.get(m.b)?.name ?? 0),
    m.use,
    m.same,
    m.inA,
  ]);
  assert.deepEqual(found, [
    ['jobs', 'recv', 2, 4], // G2 G3 G3 G2 and G2 G3 G2 G3
    ['done', 'done', 0, 2], // G2 G3 and G3 G2
    ['jobs', 'send', 4, 4],
    ['jobs', 'close', 1, 1],
    ['mu', 'lock', 4, 4],
  ]);
});

test('a run that probes tell of parts from the model where another worker is first', () => {
  const c = compared(recorded('pair-1'), recorded('pair-real'));
  assert.equal(c.loose, true);
  const own = c.roles.all.filter((r) => r.id !== 0 && !c.isForeign(r.id));
  assert.deepEqual(
    own.map((r) => [c.a.cast.player(r.id), c.b.cast.player(r.id)]),
    [
      [1, 1],
      [2, 11],
      [3, 12],
    ],
  );
  assert.deepEqual(
    c.differing().map((p) => c.b.cast.player(p.role)),
    [12, 11], // who takes 1 and 3 and 4, and who takes 2: main does the same
  );
  const recv = meetings(c).find((m) => m.use === 'recv');
  assert.deepEqual([recv?.same, recv?.inA, recv?.inB], [0, 4, 4]);
  const send = meetings(c).find((m) => m.use === 'send');
  assert.deepEqual([send?.same, send?.inA, send?.inB], [4, 4, 4]);
});

test('what a program does for its host at its end is none of its steps', () => {
  const observe = readFileSync('../sim/rt/observe/observe.go', 'utf8');
  assert(observe.includes(`const HandOver = "${handOver}"`), handOver);
  const begun: readonly Rec[] = [
    { kind: Kind.Traced, n: Origin.FromTrace },
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoStart, g: 1, p: 0 },
    { kind: Kind.UserLog, g: 1, p: 0, t: 5 },
  ];
  const end: Rec = { kind: Kind.RunEnd, obj: 1, t: 90 };
  const ends: readonly Rec[] = [
    { kind: Kind.RegionBegin, g: 1, p: 0, t: 9, val: 7 },
    { kind: Kind.SysEnter, g: 1, p: 0, t: 20 },
    { kind: Kind.SysExit, g: 1, p: 0, n: 1, t: 30 },
    { kind: Kind.RegionBegin, g: 1, p: 0, t: 50, val: 7 },
  ];
  const c = compared(logOf([...begun, end]), logOf([...begun, ...ends, end], [textDef(7, handOver)]));
  assert.deepEqual(c.differing(), []);
  assert.equal(c.b.all[1]?.steps.length, 1);
  assert.equal(c.b.all[1]?.ran, 4);
});

test('durations stand side by side by role', () => {
  const c = compared(recorded('pair-1'), asReal(recorded('pair-1'), Origin.FromTrace, 3));
  for (const [role, act] of c.a.all.entries()) {
    if (act !== undefined) assert.equal(c.b.all[role]?.waited, act.waited * 3);
  }
});
