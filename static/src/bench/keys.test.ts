import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, commandOf, keyGroups, keyOf, type Press, written } from './keys';

const press: Press = { key: '', shift: false, alt: false, mod: false, inField: false, onButton: false };

function command(p: Partial<Press>, singles = true): Command | undefined {
  return commandOf({ ...press, ...p }, singles);
}

test('arrows step, with shift the selected goroutine', () => {
  assert.deepEqual([command({ key: 'ArrowRight' }), command({ key: 'ArrowLeft' })], ['step', 'back']);
  assert.equal(command({ key: 'ArrowRight', shift: true }), 'own');
  assert.equal(command({ key: 'ArrowLeft', shift: true }), 'ownback');
});

test('space plays, but presses the button that has the focus', () => {
  assert.equal(command({ key: ' ' }), 'play');
  assert.equal(command({ key: ' ', onButton: true }), undefined);
});

test('a sign means the same however the keyboard makes it', () => {
  assert.equal(command({ key: '?', shift: true }), 'help');
  assert.equal(command({ key: '?' }), 'help');
});

test('no single key acts in a field, with Ctrl, or when switched off', () => {
  for (const { keys } of keyGroups) {
    for (const k of keys) {
      const p = { key: k.key, shift: k.shift ?? false, alt: k.alt ?? false };
      assert.equal(command({ ...p, inField: true }), undefined);
      assert.equal(command({ ...p, mod: true }), undefined);
      assert.equal(command(p, false), undefined);
    }
  }
});

test('Ctrl or Cmd with Enter runs from anywhere', () => {
  assert.equal(command({ key: 'Enter', mod: true, inField: true }, false), 'run');
});

test('every listed key acts, and none stands for two things', () => {
  const seen = new Set<string>();
  for (const { keys } of keyGroups) {
    for (const k of keys) {
      assert.equal(command({ key: k.key, shift: k.shift ?? false, alt: k.alt ?? false }), k.command);
      assert(!seen.has(written(k)), `${written(k)} stands for two things`);
      seen.add(written(k));
    }
  }
});

test('keys are written as they are on the keyboard', () => {
  assert.deepEqual([keyOf('ownback'), keyOf('play'), keyOf('find')], ['Shift ←', 'Space', '/']);
});
