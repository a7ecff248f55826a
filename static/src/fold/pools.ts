/**
 * Finds worker pools in a plain program. Goroutines of one go statement that
 * receive from one channel are workers, and that channel is their queue; where
 * they send most is where their results go. Workers of another go statement
 * with the same queue and results, as where a pool grows, belong to it as
 * well. Nothing in the program says so.
 */
import { must } from '../event/check';
import type { History } from './history';
import type { Group, Use } from './uses';

/** A pool: channels and goroutines by number; results is 0 if the workers send nowhere. */
export type Pool = {
  /** The go statement's site; of several the first. */
  readonly site: number;
  readonly queue: number;
  readonly results: number;
  readonly workers: readonly number[];
  /** The sites of selects whose default is inferred to refuse a task. */
  readonly refusing: readonly number[];
};

/**
 * The pools in what has happened so far: a pool whose results are another's
 * queue stands before that one, else the busiest comes first.
 */
export function findPools(history: History): readonly Pool[] {
  const found: Found[] = [];
  for (const group of history.uses.groups.values()) {
    if (group.site === 0) continue; // main, timers: started by no go statement
    const queue = busiest(group, (use) => use.received + use.receivers.size);
    if (queue === undefined) continue;
    const results = busiest(group, (use, chan) => (chan === queue.chan ? 0 : use.sent));
    const pool = {
      site: group.site,
      queue: queue.chan,
      results: results?.chan ?? 0,
      workers: [...new Set([...queue.use.receivers, ...queue.use.selecting])].sort((a, b) => a - b),
      refusing: history.refusals.sitesOf(queue.chan),
    };
    join(found, { pool, tasks: queue.use.received });
  }
  const crowded = found.filter(({ pool }) => pool.workers.length > 1);
  const pools = (crowded.length > 0 ? crowded : found).sort((a, b) => b.tasks - a.tasks);
  return inStages(pools.map(({ pool }) => pool));
}

/** A pool and the tasks that its workers have taken. */
type Found = { readonly pool: Pool; readonly tasks: number };

/** Adds a pool, or its workers to the pool that they belong to. */
function join(found: Found[], more: Found): void {
  const i = found.findIndex(
    ({ pool }) => pool.queue === more.pool.queue && pool.results === more.pool.results,
  );
  const first = found[i];
  if (first === undefined) {
    found.push(more);
    return;
  }
  const workers = [...first.pool.workers, ...more.pool.workers].sort((a, b) => a - b);
  found[i] = { pool: { ...first.pool, workers }, tasks: first.tasks + more.tasks };
}

/** Moves each pool before those that its results feed. */
function inStages(pools: readonly Pool[]): readonly Pool[] {
  const left = [...pools];
  const out: Pool[] = [];
  while (left.length > 0) {
    const fed = (p: Pool): boolean => left.some((o) => o !== p && o.results === p.queue);
    const i = Math.max(
      0,
      left.findIndex((p) => !fed(p)),
    );
    out.push(must(left[i], 'pool'));
    left.splice(i, 1);
  }
  return out;
}

function busiest(
  group: Group,
  score: (use: Use, chan: number) => number,
): { readonly chan: number; readonly use: Use } | undefined {
  let best: { readonly chan: number; readonly use: Use } | undefined;
  let most = 0;
  for (const [chan, use] of group.uses) {
    if (chan === 0) continue; // a real run may not say which
    const n = score(use, chan);
    if (n > most) [most, best] = [n, { chan, use }];
  }
  return best;
}

/** How many of a pool's workers lived in each part of the run, from its begin to event end. */
export function crowd(history: History, pool: Pool, end: number, parts: number): number[] {
  const change = new Array<number>(parts + 1).fill(0);
  const part = (seq: number): number => Math.min(parts, Math.floor((seq / Math.max(1, end)) * parts));
  for (const g of pool.workers) {
    const life = history.lives.of(g);
    const born = part(life.starts.at(0));
    const gone = life.ended === undefined ? parts : part(life.ended);
    change[born] = (change[born] ?? 0) + 1;
    if (gone > born) change[gone] = (change[gone] ?? 0) - 1;
    else change[born + 1] = (change[born + 1] ?? 0) - 1;
  }
  let n = 0;
  return change.slice(0, parts).map((d) => (n += d));
}
