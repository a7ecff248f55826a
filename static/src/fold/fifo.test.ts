import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fifo } from './fifo';

test('a queue gives in the order of taking, and a copy is independent', () => {
  const q = new Fifo();
  const model: number[] = [];
  for (let i = 0; i < 1000; i++) {
    q.push(i);
    model.push(i);
    if (i % 3 !== 0) {
      q.shift();
      model.shift();
    }
    assert.deepEqual([q.length, q.at(0), q.at(q.length - 1)], [model.length, model[0], model.at(-1)]);
  }
  const copy = q.copy();
  while (q.length > 0) q.shift();
  q.shift();
  assert.deepEqual([q.length, q.at(0), q.slice()], [0, undefined, []]);
  assert.deepEqual([copy.slice(), copy.slice(2, 5)], [model, model.slice(2, 5)]);
});
