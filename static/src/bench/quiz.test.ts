import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind, Outcome, Reason, Why } from '../event.gen';
import { frame, int, type Rec } from '../test/frames';
import { type Guess, Guesses } from './guesses';
import { Quiz, questionAt } from './quiz';
import { Run } from './run';

/** A run of which these are the events behind G1 and G2 having come about, and channel 1 of two slots. */
function runOf(...recs: readonly Rec[]): Run {
  const say = (key: string, args?: Readonly<Record<string, string | number>>): string =>
    args === undefined ? key : `${key} ${Object.values(args).join(' ')}`;
  const r = new Run(1, 0, say);
  const all: readonly Rec[] = [
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoStart, g: 1, p: 0, n: Why.FromRunNext },
    { kind: Kind.ChanMake, g: 1, obj: 1, n: 2, p: 0 },
    { kind: Kind.GoCreate, g: 1, peer: 2, p: 0 },
    ...recs,
  ];
  const f = frame(0, all);
  const data = new Uint8Array(8 + f.length);
  data.set(f, 8);
  r.hear({ type: 'started', run: 1, schedule: '' });
  r.add(data.buffer);
  r.fold(100);
  return r;
}

test('who runs next is asked where several could, with the rule that decides', () => {
  const r = runOf(
    { kind: Kind.GoCreate, g: 1, peer: 3, p: 0 },
    { kind: Kind.GoPark, g: 1, p: 0, n: Reason.SleepWait },
    { kind: Kind.GoStart, g: 3, p: 0, n: Why.FromRunNext },
    { kind: Kind.GoEnd, g: 3, p: 0 },
    { kind: Kind.GoStart, g: 2, p: 0, n: Why.FromLocal },
  );
  const q = questionAt(r, 6);
  assert.deepEqual([q?.kind, q?.options, q?.right], ['next', ['G2', 'G3'], 1]);
  assert(q?.rule.includes('ui.why.FromRunNext'));
  assert.equal(questionAt(r, 8), undefined, 'only G2 could');
});

test('whether a send waits, and what a receive gives, is asked from what is in the channel', () => {
  const send = { kind: Kind.ChanSend, g: 1, obj: 1, p: 0 };
  const r = runOf(
    { ...send, val: int(7), n: 1 },
    { ...send, val: int(8), n: 2 },
    { kind: Kind.GoPark, g: 1, obj: 1, p: 0, n: Reason.SendWait, val: int(9) },
    { kind: Kind.GoStart, g: 2, p: 0, n: Why.FromRunNext },
    { kind: Kind.ChanRecv, g: 2, obj: 1, p: 0, val: int(7), n: 2, peer: 1 },
  );
  const [free, full, got] = [4, 6, 8].map((i) => questionAt(r, i));
  assert.deepEqual([free?.kind, free?.right, free?.rule], ['block', 1, 'ui.quiz.rule.room 0 2']);
  assert.deepEqual([full?.kind, full?.right, full?.rule], ['block', 0, 'ui.quiz.rule.full 2 2']);
  assert.deepEqual([got?.kind, got?.options, got?.right], ['receive', ['7', '8', '9', 'ui.quiz.waits'], 0]);
  assert.equal(got?.rule, 'ui.quiz.rule.buffer');
});

test('how a run ends is asked before the first event that tells', () => {
  const r = runOf(
    { kind: Kind.GoEnd, g: 1, p: 0 },
    { kind: Kind.Stuck, peer: 2 },
    { kind: Kind.RunEnd, obj: Outcome.Deadlock, n: 2 },
  );
  assert.equal(questionAt(r, 5), undefined, 'it is not known yet');
  r.hear({ type: 'ended', run: 1, outcome: 'Deadlock', status: 2, sentence: 'Deadlock.', events: 7 });
  const quiz = new Quiz(true);
  assert.equal(quiz.stop(r, 0, 7), 5);
  assert.deepEqual([quiz.question?.kind, quiz.question?.right], ['end', 2]);
  assert.equal(quiz.stop(r, 5, 7), undefined, 'it is asked once');
  assert.deepEqual([quiz.answer(9), quiz.answer(2)?.right, quiz.answer(2)], [undefined, true, undefined]);
  assert.deepEqual([quiz.right, quiz.total], [1, 1]);
});

test('there is room between two questions, and none are asked of who does not want them', () => {
  const send = { kind: Kind.ChanSend, g: 1, obj: 1, p: 0 };
  const recs: Rec[] = [];
  for (let i = 0; i < 30; i++) {
    recs.push({ ...send, val: int(i), n: 1 }, { kind: Kind.ChanRecv, g: 1, obj: 1, p: 0, val: int(i) });
  }
  const r = runOf(...recs);
  const quiz = new Quiz(true);
  const at: number[] = [];
  for (let from = 0, i = quiz.stop(r, 0, 64); i !== undefined; from = i, i = quiz.stop(r, from, 64))
    at.push(i);
  assert(at.length > 3);
  assert(at.every((seq, i) => i === 0 || seq - (at[i - 1] ?? 0) >= 6));
  assert.equal(new Quiz(false).stop(r, 0, 64), undefined);
});

test('guesses that the server has not taken are kept, across pages, until it has', async () => {
  const memory = new Map<string, string>();
  Object.assign(globalThis, {
    localStorage: {
      getItem: (k: string) => memory.get(k) ?? null,
      setItem: (k: string, v: string) => void memory.set(k, v),
      removeItem: (k: string) => void memory.delete(k),
    },
  });
  const question = {
    seq: 1,
    kind: 'block',
    text: 'Will it wait?',
    options: ['Yes', 'No'],
    right: 1,
    rule: '',
  } as const;
  let online = false;
  const got: Guess[] = [];
  const post = (g: readonly Guess[]): Promise<boolean> => {
    if (online) got.push(...g);
    return Promise.resolve(online);
  };
  const first = new Guesses('x', post);
  first.add({ question, answer: 0, right: false });
  await first.send();
  assert.equal(got.length, 0);
  online = true;
  const again = new Guesses('x', post);
  await Promise.resolve();
  await Promise.resolve();
  await again.send();
  assert.deepEqual(
    got.map((g) => [g.kind, g.question, g.answer, g.truth, g.right]),
    [['block', 'Will it wait?', 'Yes', 'No', false]],
  );
  assert.equal(memory.size, 0);
});
