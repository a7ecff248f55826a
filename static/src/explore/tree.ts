/**
 * The tree of the schedules that were run: a radix tree over their steps (D. R.
 * Morrison, "PATRICIA", JACM 15(4), 1968), so that it branches exactly where
 * two schedules part. What lies below a node all ends alike is drawn as one
 * row: the tree that is left branches only where the choice mattered. Pure.
 */
import type { Tried, Turn } from './report';

/** What can still come from a node: all that follows shows a finding, none of it does, or it is open. */
export type Fate = 'bad' | 'good' | 'open';

/** A part of schedules that all below it share. */
export type Branch = {
  /** What tells it from the others: the first run that went through it, and where it begins and ends. */
  readonly id: string;
  /** The steps before it. */
  readonly from: number;
  /** What is done in it, in order; nothing for a run that ends where others go on. */
  readonly turns: readonly Turn[];
  readonly steps: number;
  readonly children: readonly Branch[];
  /** The runs that end in it or below. */
  readonly count: number;
  readonly fate: Fate;
  /** The end that all of them have; undefined if they have several. */
  readonly end: string | undefined;
  /** One of them with the fewest turns. */
  readonly run: Tried;
};

/** A row of the tree: one schedule, or several that end alike. */
export type Row = {
  readonly branch: Branch;
  /** The branches from the root to this one. */
  readonly way: readonly Branch[];
  /** The opened branch of which this is the first row; undefined if there is none. */
  readonly folds: Branch | undefined;
};

/** A part of the tree as it is drawn: columns and rows from (inclusive) and to (exclusive). */
export type Block = {
  readonly branch: Branch;
  /** The turn that it is; undefined for many turns in one. */
  readonly turn: Turn | undefined;
  readonly turns: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};

/** A branch with more turns than this is drawn as one block. */
export const mostTurns = 24;

type Growing = { turns: Turn[]; readonly children: Growing[]; readonly ends: Tried[] };

/** Which end a run has, as a word that is equal for equal ends. */
export function endOf(run: Tried): string {
  return run.bad !== '' ? `bad ${run.bad}` : `good ${run.outcome}`;
}

/** The tree of runs; undefined if there are none. */
export function treeOf(runs: readonly Tried[]): Branch | undefined {
  if (runs.length === 0) return undefined;
  const root: Growing = { turns: [], children: [], ends: [] };
  for (const run of runs) grow(root, run);
  return finished(root, 0);
}

/** Adds a run below node. */
function grow(node: Growing, run: Tried): void {
  let at = node;
  let rest = joined(run.turns);
  for (;;) {
    const first = rest[0];
    if (first === undefined) {
      at.ends.push(run);
      return;
    }
    const next = at.children.find((c) => c.turns[0]?.path === first.path);
    if (next === undefined) {
      at.children.push({ turns: rest, children: [], ends: [run] });
      return;
    }
    rest = descend(next, rest);
    at = next;
  }
}

/** Turns of the same goroutine one after the other are one. */
function joined(turns: readonly Turn[]): Turn[] {
  const out: Turn[] = [];
  for (const t of turns) {
    const last = out.at(-1);
    if (t.steps <= 0) continue;
    if (last?.path === t.path) out[out.length - 1] = { path: t.path, steps: last.steps + t.steps };
    else out.push(t);
  }
  return out;
}

/** Goes along node for as long as turns do the same, splits it where they part, and returns what is left of turns. */
function descend(node: Growing, turns: Turn[]): Turn[] {
  for (const [i, mine] of node.turns.entries()) {
    const other = turns[i];
    if (other?.path !== mine.path) {
      split(node, i, 0);
      return turns.slice(i);
    }
    if (other.steps < mine.steps) {
      split(node, i, other.steps);
      return turns.slice(i + 1);
    }
    if (other.steps > mine.steps) {
      const left = { path: mine.path, steps: other.steps - mine.steps };
      if (i + 1 < node.turns.length) split(node, i + 1, 0);
      return [left, ...turns.slice(i + 1)];
    }
  }
  return turns.slice(node.turns.length);
}

/** Parts node after its first i turns and so many steps of the next. */
function split(node: Growing, i: number, steps: number): void {
  const turn = node.turns[i];
  if (turn === undefined) return;
  const rest = [{ path: turn.path, steps: turn.steps - steps }, ...node.turns.slice(i + 1)];
  const below: Growing = { turns: rest, children: [...node.children], ends: [...node.ends] };
  node.turns = [...node.turns.slice(0, i), ...(steps > 0 ? [{ path: turn.path, steps }] : [])];
  node.children.splice(0, node.children.length, below);
  node.ends.splice(0, node.ends.length);
}

function finished(node: Growing, from: number): Branch {
  const steps = node.turns.reduce((n, t) => n + t.steps, 0);
  const below = node.children.map((c) => finished(c, from + steps));
  // A run that ends where others go on is a branch without turns.
  const ends = node.ends[0];
  const here = ends === undefined ? [] : [ending(node.ends, from + steps)];
  if (here[0] !== undefined && below.length === 0) {
    return { ...here[0], id: idOf(here[0].run, from, steps), from, turns: node.turns, steps };
  }
  const children = [...here, ...below].sort(byPath);
  const runs = children.map((c) => c.run);
  const run = runs.reduce((a, b) => (b.turns.length < a.turns.length ? b : a));
  const oldest = runs.reduce((a, b) => (b.n < a.n ? b : a));
  const ended = new Set(children.map((c) => c.end));
  const fates = new Set(children.map((c) => c.fate));
  const [fate] = fates;
  const [end] = ended;
  return {
    id: idOf(oldest, from, steps),
    from,
    turns: node.turns,
    steps,
    children,
    count: children.reduce((n, c) => n + c.count, 0),
    fate: fates.size === 1 && fate !== undefined ? fate : 'open',
    end: ended.size === 1 ? end : undefined,
    run,
  };
}

function ending(runs: readonly Tried[], from: number): Branch {
  const [run] = runs;
  if (run === undefined) throw new Error('a branch in which nothing ends');
  const ends = new Set(runs.map(endOf));
  const bad = runs.filter((r) => r.bad !== '').length;
  return {
    id: `${idOf(run, from, 0)}.`,
    from,
    turns: [],
    steps: 0,
    children: [],
    count: runs.length,
    fate: bad === runs.length ? 'bad' : bad === 0 ? 'good' : 'open',
    end: ends.size === 1 ? endOf(run) : undefined,
    run: runs.find((r) => r.bad !== '') ?? run,
  };
}

const idOf = (run: Tried, from: number, steps: number): string => `${run.n}-${from}-${steps}`;

function byPath(a: Branch, b: Branch): number {
  return compare(a.turns[0]?.path ?? '', b.turns[0]?.path ?? '');
}

/** Orders paths in the tree of go statements. */
export function compare(a: string, b: string): number {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const by = (x[i] ?? -1) - (y[i] ?? -1);
    if (by !== 0) return by;
  }
  return 0;
}

/** How many rows a tree has room for at first, and what is opened later. */
const roomy = 24;
const more = 12;

/**
 * The rows of a tree. A branch whose runs all end alike is one, unless it is
 * in open; so is a branch for which there is no room. What is nearest to the
 * root is shown first. Where all runs end alike the tree shows their orders.
 */
export function rowsOf(root: Branch, open: ReadonlySet<string>): readonly Row[] {
  const rows: Row[] = [];
  const shown = new Set<Branch>();
  spread(root, roomy, root.end !== undefined, shown);
  const visit = (branch: Branch, way: readonly Branch[], folds: Branch | undefined): void => {
    const path = [...way, branch];
    const opened = open.has(branch.id) && branch.children.length > 0;
    if (opened && !shown.has(branch)) spread(branch, more, branch.end !== undefined, shown);
    if (!shown.has(branch)) {
      rows.push({ branch, way: path, folds });
      return;
    }
    const first = opened ? branch : folds;
    branch.children.forEach((c, i) => visit(c, path, i === 0 ? first : undefined));
  };
  visit(root, [], undefined);
  return rows;
}

/** Adds to shown what is shown of top's branches, breadth first; alike says that also what ends alike is shown apart. */
function spread(top: Branch, room: number, alike: boolean, shown: Set<Branch>): void {
  const queue = [top];
  let rows = 1;
  for (let branch = queue.shift(); branch !== undefined; branch = queue.shift()) {
    const { children } = branch;
    if (children.length === 0 || (branch.end !== undefined && !alike)) continue;
    if (branch !== top && rows + children.length - 1 > room) continue;
    shown.add(branch);
    rows += children.length - 1;
    queue.push(...children);
  }
}

/** What is drawn of the branches that lead to rows, and how many columns that takes. */
export function blocksOf(rows: readonly Row[]): {
  readonly blocks: readonly Block[];
  readonly columns: number;
} {
  const spans = new Map<Branch, { top: number; bottom: number }>();
  rows.forEach((row, i) => {
    for (const b of row.way) {
      const span = spans.get(b);
      if (span === undefined) spans.set(b, { top: i, bottom: i + 1 });
      else span.bottom = i + 1;
    }
  });
  const parts = [...spans].flatMap(([branch, span]) =>
    partsOf(branch).map((p) => ({ ...p, ...span, branch })),
  );
  const edges = [...new Set(parts.flatMap((p) => [p.left, p.right]))].sort((a, b) => a - b);
  const column = new Map(edges.map((e, i) => [e, i]));
  const place = (e: number): number => column.get(e) ?? 0;
  return {
    blocks: parts.map((p) => ({ ...p, left: place(p.left), right: place(p.right) })),
    columns: Math.max(0, edges.length - 1),
  };
}

type Part = Pick<Block, 'turn' | 'turns' | 'left' | 'right'>;

/** A branch's turns with the steps at which they begin and end. */
function partsOf(branch: Branch): readonly Part[] {
  if (branch.turns.length > mostTurns) {
    return [
      { turn: undefined, turns: branch.turns.length, left: branch.from, right: branch.from + branch.steps },
    ];
  }
  let at = branch.from;
  return branch.turns.map((turn) => {
    const left = at;
    at += turn.steps;
    return { turn, turns: 1, left, right: at };
  });
}
