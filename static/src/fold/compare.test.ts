import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Kind, Reason } from '../event.gen';
import { int, logOf, type Rec, textDef } from '../test/frames';
import { recorded } from '../test/jsonl';
import { at } from '../event/check';
import { Comparison } from './compare';
import { diff } from './diff';
import type { Take } from './roles';

function take(log: string, program: string): Take {
  const source = readFileSync(`testdata/${program}/main.go`, 'utf8');
  return { log: recorded(log), sources: new Map([['main.go', source]]) };
}

function compared(a: Take, b: Take): Comparison {
  const c = new Comparison(a, b);
  while (c.extend(7));
  return c;
}

/** The role's path of each goroutine of b, and who plays it in a. */
function players(c: Comparison): readonly string[] {
  const out: string[] = [];
  for (let g = 1; g < c.b.cast.roles.length; g++) {
    const role = c.b.cast.of(g);
    out.push(`G${g} is ${c.roles.all[role]?.path ?? ''}, in a G${c.a.cast.player(role)}`);
  }
  return out;
}

test('a run and itself are the same to the byte', () => {
  const c = compared(take('pair-1', 'pair'), take('pair-1', 'pair'));
  assert.equal(c.same, true);
  assert.equal(c.exact, true);
  assert.deepEqual(c.differing(), []);
  assert.equal(c.inStep(20, 1), 20);
});

test('runs that differ in time alone are the same, but not to the byte', () => {
  const at = (t: number): Take => ({
    log: logOf([
      { kind: Kind.GoCreate, peer: 1 },
      { kind: Kind.GoStart, g: 1, p: 0, t },
      { kind: Kind.RunEnd, obj: 1, t: t + 1 },
    ]),
    sources: new Map(),
  });
  const c = compared(at(5), at(6));
  assert.deepEqual([c.same, c.exact], [true, false]);
});

test('two seeds part at the first event that differs, and each role at its first step', () => {
  const c = compared(take('pair-1', 'pair'), take('pair-2', 'pair'));
  const parted = c.parted ?? -1;
  assert.equal(c.same, false);
  const [a, b] = [c.a.log, c.b.log];
  for (let seq = 0; seq < parted; seq++) assert.equal(at(a.kind, seq), at(b.kind, seq));
  assert.equal(at(a.kind, parted) === at(b.kind, parted) && at(a.g, parted) === at(b.g, parted), false);
  // By the console worker 1 takes 1 and 4 in one run, 1 and 3 in the other; worker 2 takes 2 and 3, 2 and 4.
  const took = c.differing().map((p) => {
    const [x, y] = [c.stepAt(c.a, p) ?? 0, c.stepAt(c.b, p) ?? 0];
    return [c.a.cast.player(p.role), at(a.kind, x), at(a.val, x), at(b.val, y)];
  });
  assert.deepEqual(
    took.sort((x, y) => at(x, 0) - at(y, 0)),
    [
      [2, Kind.ChanRecv, int(4), int(3)],
      [3, Kind.ChanRecv, int(3), int(4)],
    ],
  );
});

test('a goroutine that was put in and lines that moved do not change who is who', () => {
  const c = compared(take('pair-1', 'pair'), take('pair-edited', 'pair-edited'));
  assert.deepEqual(players(c), [
    'G1 is 1, in a G1',
    'G2 is 1.3, in a G0',
    'G3 is 1.1, in a G2',
    'G4 is 1.2, in a G3',
  ]);
});

const main: readonly Rec[] = [
  { kind: Kind.GoCreate, peer: 1, val: 1 },
  { kind: Kind.GoStart, g: 1, p: 0 },
  { kind: Kind.ChanMake, g: 1, p: 0, obj: 1, n: 0 },
  { kind: Kind.GoCreate, g: 1, p: 0, peer: 2, val: 2 },
];

test('a send is the same whether it had to wait or not', () => {
  const defs = [textDef(1, 'main'), textDef(2, 'worker')];
  const waits = logOf(
    [
      ...main,
      { kind: Kind.GoPark, g: 1, p: 0, obj: 1, n: Reason.SendWait, val: int(7), t: 10 },
      { kind: Kind.GoStart, g: 2, p: 0, t: 10 },
      { kind: Kind.ChanRecv, g: 2, p: 0, obj: 1, peer: 1, val: int(7), t: 30 },
      { kind: Kind.GoReady, g: 2, p: 0, obj: 1, peer: 1, t: 30 },
      { kind: Kind.GoEnd, g: 2, p: 0, t: 30 },
      { kind: Kind.GoStart, g: 1, p: 0, t: 30 },
      { kind: Kind.ChanSent, g: 1, p: 0, obj: 1, peer: 2, t: 30 },
      { kind: Kind.RunEnd, obj: 1, t: 40 },
    ],
    defs,
  );
  const goesOn = (val: number): Rec[] => [
    ...main,
    { kind: Kind.GoYield, g: 1, p: 0 },
    { kind: Kind.GoStart, g: 2, p: 0 },
    { kind: Kind.GoPark, g: 2, p: 0, obj: 1, n: Reason.RecvWait },
    { kind: Kind.GoStart, g: 1, p: 0 },
    { kind: Kind.ChanSend, g: 1, p: 0, obj: 1, peer: 2, val: int(val) },
    { kind: Kind.GoReady, g: 1, p: 0, obj: 1, peer: 2 },
    { kind: Kind.GoYield, g: 1, p: 0 },
    { kind: Kind.GoStart, g: 2, p: 0 },
    { kind: Kind.ChanReceived, g: 2, p: 0, obj: 1, peer: 1, val: int(val) },
    { kind: Kind.GoEnd, g: 2, p: 0 },
    { kind: Kind.RunEnd, obj: 1 },
  ];
  const none = new Map<string, string>();
  const same = compared({ log: waits, sources: none }, { log: logOf(goesOn(7), defs), sources: none });
  assert.equal(same.parted, 4);
  assert.deepEqual(same.differing(), []);
  assert.equal(same.a.all[1]?.waited, 20);
  const other = compared({ log: waits, sources: none }, { log: logOf(goesOn(8), defs), sources: none });
  assert.deepEqual(
    other.differing().map((p) => [other.a.cast.player(p.role), p.step]),
    [
      [1, 2],
      [2, 0],
    ],
  );
  // Main's send is the tenth event of one run and the eleventh of the other.
  assert.equal(same.inStep(9, 1), 11);
});

test('a role that stops early differs where the other goes on', () => {
  const end: Rec = { kind: Kind.RunEnd, obj: 1 };
  const none = new Map<string, string>();
  const write: Rec = { kind: Kind.Output, g: 1, p: 0, n: 1 };
  const c = compared(
    { log: logOf([...main.slice(0, 2), write, end], [textDef(1, 'main')]), sources: none },
    { log: logOf([...main.slice(0, 2), write, write, end], [textDef(1, 'main')]), sources: none },
  );
  assert.deepEqual(c.differing(), [{ role: 1, step: 1 }]);
  assert.equal(c.parted, 3);
});

test('equal lines are paired, the others stand alone', () => {
  const show = (a: string, b: string): string =>
    diff([...a], [...b])
      .map((p) => (p.b < 0 ? `-${a[p.a] ?? ''}` : p.a < 0 ? `+${b[p.b] ?? ''}` : (a[p.a] ?? '')))
      .join('');
  assert.equal(show('abcd', 'abxd'), 'ab-c+xd');
  assert.equal(show('', 'ab'), '+a+b');
  assert.equal(show('abc', 'c'), '-a-bc');
  assert.equal(show('xaby', 'zabw'), '-x+zab-y+w');
});
