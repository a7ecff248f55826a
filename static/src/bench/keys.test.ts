import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, commandOf, keyList, type Press } from './keys';

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

test('no single key acts in a field, with a modifier, or when switched off', () => {
  for (const key of [' ', '/', '?', 'r', 'Home']) {
    assert.equal(command({ key, inField: true }), undefined);
    assert.equal(command({ key, mod: true }), undefined);
    assert.equal(command({ key, alt: true }), undefined);
    assert.equal(command({ key }, false), undefined);
  }
});

test('Ctrl or Cmd with Enter runs from anywhere', () => {
  assert.equal(command({ key: 'Enter', mod: true, inField: true }, false), 'run');
});

test('every listed key acts', () => {
  const keys = new Map([
    ['Space', ' '],
    ['→', 'ArrowRight'],
    ['←', 'ArrowLeft'],
    ['Esc', 'Escape'],
  ]);
  for (const [written, does] of keyList) {
    const shift = written.startsWith('Shift ');
    const name = written.replace('Shift ', '');
    const key = keys.get(name) ?? (name.length === 1 ? name.toLowerCase() : name);
    assert.equal(command({ key, shift }), does, written);
  }
});
