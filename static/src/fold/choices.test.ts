import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind, Outcome, Why } from '../event.gen';
import { logOf, type Rec } from '../test/frames';
import { Choices } from './choices';

function choices(...recs: readonly Rec[]): Choices {
  const c = new Choices(
    logOf([{ kind: Kind.GoCreate, peer: 1 }, { kind: Kind.GoStart, g: 1, p: 0 }, ...recs]),
  );
  c.extend();
  return c;
}

const question: Rec = { kind: Kind.Choice, n: 2 };

test('who starts after a question was picked, also where another has to stop first', () => {
  const c = choices(
    question,
    { kind: Kind.GoYield, g: 1, n: Why.Switched },
    { kind: Kind.GoStart, g: 2, p: 0 },
    { kind: Kind.GoEnd, g: 2 },
    question,
    { kind: Kind.GoStart, g: 1, p: 0 },
  );
  assert.deepEqual([c.asked, c.picked, c.open], [[2, 6], [2, 1], false]);
  assert.deepEqual(
    [0, 2, 3, 7].map((seq) => c.before(seq)),
    [0, 0, 1, 2],
  );
});

test('who goes on after a question was picked, whatever it does then', () => {
  const c = choices(question, { kind: Kind.GoYield, g: 1, n: Why.Gosched }, question);
  assert.deepEqual([c.picked, c.open], [[1], true]);
});

test('a run that is stopped at a question leaves it open', () => {
  const c = choices(question, { kind: Kind.RunEnd, obj: Outcome.Stopped });
  assert.deepEqual([c.picked, c.open], [[], false]);
});
