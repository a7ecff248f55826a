import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CtxKind, Kind, Reason } from '../event.gen';
import { int, logOf, type Rec } from '../test/frames';
import { Contexts } from './contexts';

const background = 1;
const ctx = 2;
const user = 3;
const job = 4;
const done = 5;

/** Main derives ctx, user (a value) and job, starts a listener G2 and a deaf G3, and cancels ctx. */
const story: readonly Rec[] = [
  { kind: Kind.GoCreate, peer: 1 }, // 0
  { kind: Kind.CtxMake, g: 1, obj: background, n: CtxKind.Background },
  { kind: Kind.CtxMake, g: 1, obj: ctx, peer: background, n: CtxKind.WithCancel },
  { kind: Kind.CtxMake, g: 1, obj: user, peer: ctx, n: CtxKind.WithValue },
  { kind: Kind.CtxMake, g: 1, obj: job, peer: user, n: CtxKind.WithDeadline, val: int(900) },
  { kind: Kind.GoCreate, g: 1, peer: 2 }, // 5
  { kind: Kind.GoCreate, g: 1, peer: 3 },
  { kind: Kind.CtxDone, g: 2, obj: job, peer: done },
  { kind: Kind.CtxAsk, g: 2, obj: job },
  { kind: Kind.GoPark, g: 2, obj: done, n: Reason.RecvWait },
  { kind: Kind.CtxCancel, g: 1, obj: ctx }, // 10
  { kind: Kind.CtxCancel, g: 1, obj: job, peer: ctx },
  { kind: Kind.ChanClose, g: 1, obj: done, n: 1 },
  { kind: Kind.ChanRecvClosed, g: 2, obj: done },
  { kind: Kind.GoEnd, g: 3 },
];

function told(recs: readonly Rec[]): Contexts {
  const log = logOf(recs);
  const contexts = new Contexts(log);
  for (let seq = 0; seq < log.count; seq++) contexts.take(seq);
  return contexts;
}

function get(all: Contexts, id: number) {
  const c = all.of(id);
  assert(c !== undefined);
  return c;
}

test('a tree grows as contexts are derived', () => {
  const all = told(story);
  assert.deepEqual(
    [0, 2, 3, 5, 15].map((pos) => all.countAt(pos)),
    [0, 1, 2, 4, 4],
  );
  assert.deepEqual(
    get(all, ctx).children.map((c) => c.id),
    [user],
  );
  assert.deepEqual(
    [3, 4].map((pos) => all.childrenAt(get(all, ctx), pos)),
    [0, 1],
  );
});

test('what is below is cancelled because of what is above, never the other way', () => {
  const all = told(story);
  const at = (id: number, pos: number) => all.standing(get(all, id), pos, false);
  assert.deepEqual(
    [background, ctx, user, job].map((id) => at(id, 10)),
    ['live', 'live', 'live', 'live'],
  );
  assert.deepEqual(
    [background, ctx, user, job].map((id) => at(id, 11)),
    ['live', 'self', 'above', 'live'],
  );
  assert.deepEqual(
    [background, ctx, user, job].map((id) => at(id, 12)),
    ['live', 'self', 'above', 'above'],
  );
  assert.deepEqual(
    [10, 11, 12, 13].map((pos) => all.flowing(pos)?.id),
    [undefined, ctx, ctx, undefined],
  );
});

test('who asked no context did not listen; who waited hears', () => {
  const all = told(story);
  const c = get(all, job);
  const died = (g: number) => (g === 3 ? 14 : undefined);
  assert.deepEqual(all.deafAt(c, 11, died), [], 'it is not cancelled yet');
  assert.deepEqual(all.deafAt(c, 15, died), [3]);
  assert.deepEqual(all.deafAt(get(all, ctx), 15, died), [], 'they were started with job');
  assert.deepEqual(
    all.deafAt(c, 15, () => 7),
    [],
    'they were over before',
  );
  assert.deepEqual(all.listenersAt(c, 8), []);
  assert.deepEqual(all.listenersAt(c, 9), [{ g: 2, since: 8, heard: 13 }]);
});

test('who asks any context later is not deaf any more', () => {
  const all = told([...story, { kind: Kind.CtxAsk, g: 3, obj: ctx, n: 1 }]);
  assert.deepEqual(
    all.deafAt(get(all, job), 15, () => undefined),
    [3],
  );
  assert.deepEqual(
    all.deafAt(get(all, job), 16, () => undefined),
    [],
  );
});

test('a context that is never cancelled is told at the end', () => {
  const all = told(story.slice(0, 10));
  assert.equal(all.standing(get(all, ctx), 10, true), 'leaked');
  assert.equal(all.standing(get(all, user), 10, true), 'live');
});

test('a goroutine is given a context that is not cancelled', () => {
  const all = told([
    ...story.slice(0, 5),
    { kind: Kind.CtxCancel, g: 1, obj: job },
    { kind: Kind.GoCreate, g: 1, peer: 2 },
  ]);
  assert.deepEqual(get(all, job).started, []);
  assert.deepEqual(get(all, ctx).started, [{ g: 2, seq: 6 }]);
});

test('a context from elsewhere stands by itself', () => {
  const all = told([
    { kind: Kind.CtxMake, g: 1, obj: 9, n: CtxKind.WithCancel },
    { kind: Kind.CtxAsk, g: 1, obj: 8 },
  ]);
  assert.deepEqual(
    all.all.map((c) => c.id),
    [9],
  );
});
