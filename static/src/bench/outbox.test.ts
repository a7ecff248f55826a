import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, Outbox } from './outbox';
import type { Submission } from './submission';
import { Watch } from './watching';

function submission(id: number, rev = '1'): Submission {
  const files = new Map<string, string>();
  return { id, state: 'queued', position: 1, rev, href: '', files, verdict: undefined, first: undefined };
}

/** A browser's storage, and a server that the test answers for. */
class World {
  readonly store = new Map<string, string>();
  readonly posted: { key: string; text: string | undefined; answer: (a: Answer) => void }[] = [];
  readonly taken: number[] = [];
  timer: (() => void) | undefined;
  private keys = 0;

  /** A page of the exercise: another tab, or the same after a reload. */
  page(): Outbox {
    return new Outbox({
      key: 'box',
      storage: {
        getItem: (k) => this.store.get(k) ?? null,
        setItem: (k, v) => void this.store.set(k, v),
        removeItem: (k) => void this.store.delete(k),
      },
      post: (key, files) => new Promise((answer) => this.posted.push({ key, text: files['a.go'], answer })),
      newKey: () => `key ${++this.keys}`,
      after: (_, act) => {
        this.timer = act;
        return () => (this.timer = undefined);
      },
      changed: () => undefined,
      taken: (s) => this.taken.push(s.id),
    });
  }

  /** The server answers what was posted last. */
  async answers(a: Answer): Promise<void> {
    this.posted.at(-1)?.answer(a);
    await settled();
  }

  sent(): readonly string[] {
    return this.posted.map((p) => `${p.key}: ${p.text}`);
  }
}

/** Lets everything that waits for promises alone go on. */
function settled(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}

test('a second click hands in nothing new', async () => {
  const w = new World();
  const page = w.page();
  page.add({ 'a.go': 'x' });
  page.add({ 'a.go': 'x' });
  await w.answers({ kind: 'taken', submission: submission(1) });
  assert.deepEqual(w.sent(), ['key 1: x']);
  assert.deepEqual(w.taken, [1]);
  assert.equal(page.waiting, 0);
  assert.equal(w.store.size, 0);
});

test('what was handed in without a connection is sent once it is back, under the same key', async () => {
  const w = new World();
  const page = w.page();
  page.add({ 'a.go': 'x' });
  await w.answers({ kind: 'away' });
  assert.equal(page.away, true);
  assert.equal(page.waiting, 1);
  page.add({ 'a.go': 'y' });
  await w.answers({ kind: 'away' });
  w.timer?.();
  await w.answers({ kind: 'taken', submission: submission(1) });
  await w.answers({ kind: 'taken', submission: submission(2) });
  assert.deepEqual(w.sent(), ['key 1: x', 'key 1: x', 'key 1: x', 'key 2: y']);
  assert.deepEqual(w.taken, [1, 2]);
  assert.equal(page.away, false);
});

test('a reload and a second tab send what the page could not, under the same key', async () => {
  const w = new World();
  w.page().add({ 'a.go': 'x' });
  await w.answers({ kind: 'away' });
  for (const page of [w.page(), w.page()]) {
    void page.send();
    await w.answers({ kind: 'taken', submission: submission(1) });
  }
  assert.deepEqual(w.sent(), ['key 1: x', 'key 1: x', 'key 1: x']);
  assert.equal(w.store.size, 0);
});

test('a refusal is said and not repeated, unless it may be taken later', async () => {
  const w = new World();
  const page = w.page();
  page.add({ 'a.go': 'x' });
  await w.answers({ kind: 'refused', sentence: 'No.', later: false });
  assert.equal(page.refused, 'No.');
  assert.equal(page.waiting, 0);
  page.add({ 'a.go': 'x' });
  assert.equal(page.refused, '');
  await w.answers({ kind: 'refused', sentence: 'Reload.', later: true });
  assert.equal(page.refused, 'Reload.');
  assert.equal(page.waiting, 1);
});

test('what somebody else wrote into the storage is no letter', () => {
  const w = new World();
  for (const text of ['', '{', '[1]', '{}', '[{"key":1}]']) {
    w.store.set('box', text);
    assert.equal(w.page().waiting, 0, text);
  }
});

test('a watch asks on from what it has heard, and rests while the page is not seen', async () => {
  const asked: { rev: string; signal: AbortSignal; answer: (s: Submission | undefined) => void }[] = [];
  const heard: number[] = [];
  const reached: boolean[] = [];
  let next: (() => void) | undefined;
  const waits: number[] = [];
  const watch = new Watch('0', {
    ask: (rev, signal) => new Promise((answer) => asked.push({ rev, signal, answer })),
    after: (ms, act) => {
      waits.push(ms);
      next = act;
      return () => (next = undefined);
    },
    heard: (s) => heard.push(s.id),
    reached: (yes) => reached.push(yes),
  });
  watch.on = true;
  asked.at(-1)?.answer(submission(7, 'r1'));
  await settled();
  next?.();
  assert.equal(asked.at(-1)?.rev, 'r1');
  asked.at(-1)?.answer(submission(7, 'r1'));
  await settled();
  assert.deepEqual(heard, [7], 'the same again is no news');
  for (let i = 0; i < 3; i++) {
    next?.();
    asked.at(-1)?.answer(undefined);
    await settled();
  }
  assert.deepEqual(waits.slice(-3), [1000, 2000, 4000]);
  assert.deepEqual(reached.slice(-1), [false]);
  next?.();
  watch.on = false;
  assert.equal(asked.at(-1)?.signal.aborted, true);
  asked.at(-1)?.answer(submission(8, 'r2'));
  await settled();
  assert.deepEqual(heard, [7]);
});
