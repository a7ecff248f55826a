import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stream } from '../test/random-run';
import { Links, Queue } from './queue';
import { type Owner, Table } from './table';

test('queues in one pair of columns keep their order, whoever leaves', () => {
  const random = stream(3);
  const links = new Links();
  links.grow(100);
  const queues = [new Queue(links), new Queue(links), new Queue(links)];
  const model: number[][] = [[], [], []];
  for (let i = 0; i < 5000; i++) {
    const node = 1 + random(99);
    const to = random(3);
    const from = model.findIndex((q) => q.includes(node));
    if (from >= 0) {
      queues[from]?.delete(node);
      model[from] = model[from]?.filter((n) => n !== node) ?? [];
    } else if (random(4) === 0) {
      queues[to]?.unshift(node);
      model[to]?.unshift(node);
    } else {
      queues[to]?.push(node);
      model[to]?.push(node);
    }
    assert.deepEqual(
      queues.map((q) => [...q]),
      model,
    );
    assert.equal(queues[to]?.size, model[to]?.length);
  }
});

test('copies of a table share what nobody writes to, and see nothing of what others write', () => {
  type Cell = { readonly owner: Owner; val: number };
  let made = 0;
  const make = (owner: Owner, from?: Cell): Cell => {
    made++;
    return { owner, val: from?.val ?? 0 };
  };
  const show = (c: Cell): number => c.val;
  const random = stream(5);
  const tables = [new Table(make, show)];
  const model: Map<number, number>[] = [new Map()];
  for (let i = 0; i < 3000; i++) {
    const at = random(tables.length);
    if (random(100) === 0) {
      const copy = tables[at]?.copy(show);
      if (copy !== undefined) tables.push(copy);
      model.push(new Map(model[at]));
      continue;
    }
    const id = random(500);
    const cell = tables[at]?.own(id);
    if (cell !== undefined) cell.val = i;
    model[at]?.set(id, i);
  }
  tables.forEach((t, i) => {
    const want = [...(model[i] ?? [])].sort(([a], [b]) => a - b);
    assert.deepEqual([...t], want);
    assert.deepEqual([t.size, t.get(501)], [want.length, undefined]);
  });
  made = 0;
  tables[0]?.copy(show).own(3);
  assert.equal(made, 1, 'a copy makes only what is written to');
});
