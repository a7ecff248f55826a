import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  add,
  columnOf,
  format,
  initial,
  type Layout,
  move,
  panesOf,
  parseLayout,
  remove,
  resize,
  show,
  stack,
  tabsWith,
  widen,
} from './layout';

const any = (): boolean => true;
const start = initial(['code', 'controls'], ['lanes', 'channels', 'scheduler', 'pool', 'console', 'events']);

/** The right column as text, without sizes. */
function right(l: Layout): string {
  return (format(l).split('|')[2] ?? '').replace(/[:@]\d+/g, '');
}

test('lanes have a row to themselves, and the others share rows by two', () => {
  assert.equal(right(start), 'lanes;channels,scheduler;pool,console*+events');
  assert.equal(
    right(initial(['code'], ['lanes', 'channels', 'pool'])),
    'lanes;channels,pool;console*+events',
  );
});

test('a pane that is closed is gone, and one that is added comes beside what stands alone or in a row of its own', () => {
  const less = remove(remove(start, 'pool'), 'scheduler');
  assert.equal(right(less), 'lanes;channels;console*+events');
  assert.equal(right(add(less, 'pool')), 'lanes;channels;pool,console*+events');
  assert.equal(right(add(add(less, 'pool'), 'scheduler')), 'lanes;channels;pool,console*+events;scheduler');
  assert.deepEqual(add(start, 'lanes'), start);
  assert.equal(right(remove(start, 'console')), 'lanes;channels,scheduler;pool,events');
});

test('a pane moves past its neighbour, into a row of its own, and into the next row', () => {
  assert.equal(right(move(start, 'channels', 'right')), 'lanes;scheduler,channels;pool,console*+events');
  assert.equal(right(move(start, 'scheduler', 'up')), 'lanes;scheduler;channels;pool,console*+events');
  assert.equal(
    right(move(move(start, 'scheduler', 'up'), 'scheduler', 'up')),
    'lanes,scheduler;channels;pool,console*+events',
  );
  assert.equal(right(move(start, 'events', 'left')), 'lanes;channels,scheduler;pool,events,console');
  assert.equal(move(start, 'lanes', 'up'), start);
  assert.equal(move(start, 'pool', 'left'), start);
});

test('panes can share a place as tabs', () => {
  const l = stack(start, 'scheduler');
  assert.equal(right(l), 'lanes;channels+scheduler*;pool,console*+events');
  assert.deepEqual(tabsWith(l, 'channels'), ['channels', 'scheduler']);
  assert.equal(right(show(l, 'channels')), 'lanes;channels*+scheduler;pool,console*+events');
});

test('no move loses a pane or doubles it', () => {
  let l = start;
  const ids = [...panesOf(start)].sort();
  let x = 1;
  for (let i = 0; i < 3000; i++) {
    x = (x * 48271) % 0x7fffffff;
    const id = ids[x % ids.length] ?? '';
    const way = (['left', 'right', 'up', 'down'] as const)[(x >> 8) % 4] ?? 'left';
    l =
      x % 7 === 0
        ? stack(l, id)
        : x % 11 === 0
          ? add(remove(l, id), id, columnOf(l, id) ?? 1)
          : move(l, id, way);
    assert.deepEqual([...panesOf(l)].sort(), ids);
  }
});

test('a layout survives being written', () => {
  const l = widen(resize(resize(stack(start, 'pool'), 1, undefined, [300, 120, 90]), 1, 0, [70]), 41);
  assert.deepEqual(parseLayout(format(l), any), l);
});

test('what is no layout is refused, and what is not known left out', () => {
  for (const bad of [
    '',
    'x',
    '36',
    '36||',
    '36|code:1@1',
    '1|a:1@1|b:1',
    '9|a@1|',
    'NaN|a:1@1|b:1@1',
    '3|'.repeat(3000),
  ]) {
    assert.equal(parseLayout(bad, any), undefined, bad.slice(0, 20));
  }
  const l = parseLayout('36|code:1@1|lanes:1@1;evil:1,lanes:1@1', (id) => id !== 'evil');
  assert(l !== undefined);
  assert.deepEqual(panesOf(l), ['code', 'lanes']);
});

test('no text makes a layout that loses its form', () => {
  const text = format(start);
  let x = 7;
  for (let i = 0; i < 5000; i++) {
    x = (x * 48271) % 0x7fffffff;
    const cut = x % text.length;
    const sign = '|;,+*:@09az'[(x >> 5) % 11] ?? '';
    const l = parseLayout(text.slice(0, cut) + sign + text.slice(cut + ((x >> 9) % 3)), any);
    if (l === undefined) continue;
    const again = parseLayout(format(l), any);
    assert.deepEqual(again, l);
    assert.equal(new Set(panesOf(l)).size, panesOf(l).length);
  }
});
