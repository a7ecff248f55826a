import assert from 'node:assert/strict';
import { test } from 'node:test';
import { opensSearch, readFound } from './search';

const press = { key: 'k', metaKey: false, ctrlKey: false, altKey: false, shiftKey: false };

test('the key is Ctrl+K, on a Mac ⌘K, and leaves the other one alone', () => {
  assert.equal(opensSearch({ ...press, ctrlKey: true }, false), true);
  assert.equal(opensSearch({ ...press, key: 'K', ctrlKey: true }, false), true);
  assert.equal(opensSearch({ ...press, metaKey: true }, true), true);
  assert.equal(opensSearch({ ...press, ctrlKey: true }, true), false); // deletes to the end of the line there
  assert.equal(opensSearch({ ...press, metaKey: true }, false), false);
  assert.equal(opensSearch({ ...press, ctrlKey: true, shiftKey: true }, false), false);
  assert.equal(opensSearch(press, false), false);
});

test('an answer is read, and one of another shape is refused', () => {
  const hit = {
    href: '/x',
    place: '02',
    title: [{ text: 'T', found: true }],
    heading: null,
    text: [{ text: 'a' }],
  };
  const found = readFound(
    JSON.stringify({ said: '1', groups: [{ name: 'Labs', hits: [hit] }], all: '/all' }),
  );
  assert.deepEqual(found.groups[0]?.hits[0], {
    href: '/x',
    place: '02',
    title: [{ text: 'T', found: true }],
    heading: [],
    text: [{ text: 'a', found: false }],
  });
  assert.throws(() => readFound('{"groups": []}'), TypeError);
  assert.throws(() => readFound('<html>'), SyntaxError);
});
