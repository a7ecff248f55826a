import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind } from '../event.gen';
import type { Log } from '../event/log';
import { int, logOf, type Rec, siteDef, textDef } from '../test/frames';
import { recorded } from '../test/jsonl';
import { Memory, type Story } from './memory';

function memoryOf(log: Log): Memory {
  const memory = new Memory(log);
  for (let seq = 0; seq < log.count; seq++) memory.take(seq);
  return memory;
}

const read = (g: number, v: number, site = 1): Rec => ({
  kind: Kind.Read,
  g,
  obj: 9,
  val: int(v),
  site,
  p: 0,
});
const write = (g: number, v: number, site = 1): Rec => ({
  kind: Kind.Write,
  g,
  obj: 9,
  val: int(v),
  site,
  p: 0,
});
const atomic = (kind: Kind, g: number, v: number, n = 1): Rec => ({ kind, g, obj: 9, val: int(v), n, p: 0 });
const sites = [textDef(1, 'main.go'), siteDef(1, 10, 1), siteDef(2, 12, 1)];

function story(recs: readonly Rec[]): { readonly log: Log; readonly story: Story } {
  const log = logOf(recs, sites);
  const found = memoryOf(log).stories.get(9);
  assert(found !== undefined);
  return { log, story: found };
}

test('two that add one at the same time lose one of the two', () => {
  const { log, story: s } = story([read(2, 0), read(3, 0), write(2, 1), write(3, 1)]);
  assert.equal(s.losses, 1);
  assert.deepEqual(s.lostBy(log, 3), { read: 1, over: 2, write: 3, sure: true });
  assert.equal(s.lostBy(log, 2), undefined);
});

test('one after the other loses nothing', () => {
  assert.equal(
    story([read(2, 0), write(2, 1), read(3, 1), write(3, 2), read(2, 2), write(2, 3)]).story.losses,
    0,
  );
});

test('who looks again before it writes loses nothing', () => {
  assert.equal(story([read(2, 0), write(3, 1), read(2, 1), write(2, 2)]).story.losses, 0);
});

test('a write of another line may lose an update, but that is not sure', () => {
  const { log, story: s } = story([read(2, 0, 1), write(3, 1), write(2, 1, 2)]);
  assert.equal(s.lostBy(log, 2)?.sure, false);
});

test('an atomic change loses nothing; a load and a store around another’s do', () => {
  assert.equal(story([atomic(Kind.AtomicRMW, 2, 1), atomic(Kind.AtomicRMW, 3, 2)]).story.losses, 0);
  const recs = [atomic(Kind.AtomicLoad, 2, 0), atomic(Kind.AtomicRMW, 3, 1), atomic(Kind.AtomicStore, 2, 1)];
  assert.equal(story(recs).story.losses, 1);
  const failed = [
    atomic(Kind.AtomicLoad, 2, 0),
    atomic(Kind.AtomicRMW, 3, 0, 0),
    atomic(Kind.AtomicStore, 2, 1),
  ];
  assert.equal(story(failed).story.losses, 0, 'a swap that failed wrote nothing');
});

test('a read knows the write whose value it saw', () => {
  const { story: s } = story([read(2, 0), write(3, 7), read(2, 7), read(3, 7), write(2, 8), read(3, 8)]);
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((i) => s.sources.at(i)),
    [0, 0, 2, 2, 2, 5],
  );
});

test('of the recorded counter the updates that are missing at its end were lost, under a mutex none', () => {
  for (const [name, lost] of [
    ['counter', true],
    ['counter-mutex', false],
  ] as const) {
    const log = recorded(name);
    const memory = memoryOf(log);
    const [shared] = [...memory.stories.values()].filter(
      (s) => log.text(log.objects.get(s.obj)?.name ?? 0) === 'counter',
    );
    assert(shared !== undefined && memory.watched);
    assert.equal(shared.losses > 0, lost, name);
    assert.equal(shared.raced, lost, name);
    assert.equal(memory.troubled.has(shared), lost);
  }
});
