import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginning, visible } from './visible';

test('nothing in a text is invisible or turns the text around it', () => {
  assert.equal(visible('a\u0007b\nc\u007f'), 'a\\x07b\\nc\\x7f');
  assert.equal(visible('\u202egnp\u200b'), '\\u202egnp\\u200b');
  assert.equal(visible('שלום größer 🙂'), 'שלום größer 🙂');
});

test('the beginning of a text of 10 KB is short and whole characters', () => {
  assert.equal(beginning('🙂'.repeat(5000), 4), '🙂🙂🙂…');
  assert.equal(beginning('abcd', 4), 'abcd');
  assert.equal(beginning('abcde', 4), 'abc…');
});
