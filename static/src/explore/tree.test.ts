import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTurns, type Tried } from './report';
import { blocksOf, type Branch, compare, endOf, mostTurns, rowsOf, treeOf } from './tree';

const tried = (n: number, turns: string, end = 'a', bad = ''): Tried => ({
  n,
  bad,
  outcome: end,
  turns: readTurns(turns),
  schedule: `s${n}`,
});

const tree = (...runs: readonly Tried[]): Branch => {
  const t = treeOf(runs);
  assert(t !== undefined);
  return t;
};

const written = (b: Branch): string =>
  `${b.turns.map((t) => `${t.path}:${t.steps}`).join(',')}${b.children.length === 0 ? '' : `(${b.children.map(written).join(' ')})`}`;

test('a tree of schedules branches where they part', () => {
  const t = tree(tried(0, '1:5,1.1:3'), tried(1, '1:3,1.1:3,1:2', 'b'), tried(2, '1:5,1.2:1', 'c'));
  assert.equal(written(t), '(1:3(1:2(1.1:3 1.2:1) 1.1:3,1:2))');
});

test('a schedule that ends where another goes on is a branch of its own', () => {
  const t = tree(tried(0, '1:5,1.1:3'), tried(1, '1:5', 'b'));
  assert.equal(written(t), '(1:5( 1.1:3))');
  assert.equal(rowsOf(t, new Set()).length, 2);
});

test('turns of one goroutine after the other are one turn, and none of no steps', () => {
  assert.equal(written(tree(tried(0, '1:2,1:3,1.1:0,1:1'), tried(1, '1:6,1.1:1', 'b'))), '(1:6( 1.1:1))');
});

test('schedules that end alike are one row, and it can be opened', () => {
  const t = tree(
    tried(0, '1:1,1.1:2,1.2:1'),
    tried(1, '1:1,1.1:1,1.2:1,1.1:1'),
    tried(2, '1:1,1.2:1,1.1:2', 'b', 'deadlock'),
  );
  const rows = rowsOf(t, new Set());
  assert.deepEqual(
    rows.map((r) => [r.branch.count, r.branch.fate, r.branch.end]),
    [
      [2, 'good', 'good a'],
      [1, 'bad', 'bad deadlock'],
    ],
  );
  assert.equal(rows[0]?.branch.run.n, 0, 'the one with the fewest turns stands for them');
  const id = rows[0]?.branch.id ?? '';
  const opened = rowsOf(t, new Set([id]));
  assert.deepEqual(
    opened.map((r) => r.branch.run.n),
    [0, 1, 2],
  );
  assert.equal(opened[0]?.folds?.id, id, 'the first row of what was opened folds it again');
});

test('every branch has a name of its own', () => {
  const t = tree(tried(0, '1:1,1.1:2'), tried(1, '1.1:2,1:1', 'b'), tried(2, '1:1', 'c'));
  const names: string[] = [];
  const visit = (b: Branch): void => {
    names.push(b.id);
    b.children.forEach(visit);
  };
  visit(t);
  assert.equal(new Set(names).size, names.length, names.join(' '));
});

test('a big tree shows what is nearest to the root, and says how much is folded', () => {
  const runs: Tried[] = [];
  for (let i = 0; i < 1024; i++) {
    const bits = [...i.toString(2).padStart(10, '0')];
    runs.push(tried(i, bits.map((b) => `1.${b}:1,1:1`).join(','), String(i % 7), i === 700 ? 'race' : ''));
  }
  const t = tree(...runs);
  const rows = rowsOf(t, new Set());
  assert(rows.length <= 24, `${rows.length} rows`);
  assert.equal(
    rows.reduce((n, r) => n + r.branch.count, 0),
    1024,
  );
  const open = new Set<string>();
  for (let i = 0; i < 6; i++) {
    const folded = rowsOf(t, open).find((r) => r.way.at(-1)?.fate === 'open');
    if (folded !== undefined) open.add(folded.branch.id);
  }
  assert(
    rowsOf(t, open).some((r) => r.branch.fate === 'bad'),
    'opening what is still open leads to the finding',
  );
});

test('blocks lie in the columns of their steps and the rows of what follows', () => {
  const t = tree(tried(0, '1:5,1.1:3'), tried(1, '1:3,1.1:3,1:2', 'b'));
  const { blocks, columns } = blocksOf(rowsOf(t, new Set()));
  assert.equal(columns, 4, 'steps 0–3–5–6–8');
  assert.deepEqual(
    blocks.map((b) => [b.turn?.path, b.left, b.right, b.top, b.bottom]),
    [
      ['1', 0, 1, 0, 2],
      ['1', 1, 2, 0, 1],
      ['1.1', 2, 4, 0, 1],
      ['1.1', 1, 3, 1, 2],
      ['1', 3, 4, 1, 2],
    ],
  );
});

test('a branch of many turns is one block', () => {
  const long = Array.from({ length: 2 * mostTurns }, (_, i) => `1.${i % 2}:1`).join(',');
  const { blocks } = blocksOf(rowsOf(tree(tried(0, long)), new Set()));
  assert.deepEqual(
    blocks.map((b) => [b.turn, b.turns]),
    [[undefined, 2 * mostTurns]],
  );
});

test('no runs make no tree, and a run of nothing makes one row', () => {
  assert.equal(treeOf([]), undefined);
  const rows = rowsOf(tree(tried(0, '')), new Set());
  assert.equal(rows.length, 1);
  assert.deepEqual(blocksOf(rows), { blocks: [], columns: 0 });
});

test('paths are ordered as the tree of go statements is', () => {
  assert.deepEqual(['1.10', '1.2', '1', '1.2.1'].sort(compare), ['1', '1.2', '1.2.1', '1.10']);
});

test('runs that show the same finding end alike, whatever they print', () => {
  assert.equal(endOf(tried(0, '1:1', 'x', 'race')), endOf(tried(1, '1:2', 'y', 'race')));
});

test('a turn that cannot be read is refused', () => {
  assert.throws(() => readTurns('1:2,nobody'), /a turn that is nobody/);
});
