/**
 * Finds worker pools in a plain program. Goroutines of one go statement that
 * receive from one channel are workers, and that channel is their queue; where
 * they send most is where their results go. Nothing in the program says so.
 */
import type { History } from './history';
import type { Group, Use } from './uses';

/** A pool: channels and goroutines by number; results is 0 if the workers send nowhere. */
export type Pool = {
  readonly site: number;
  readonly queue: number;
  readonly results: number;
  readonly workers: readonly number[];
};

/** The pools in what has happened so far, the busiest first. */
export function findPools(history: History): readonly Pool[] {
  const found: { pool: Pool; tasks: number }[] = [];
  for (const group of history.uses.groups.values()) {
    if (group.site === 0) continue; // main, timers: started by no go statement
    const queue = busiest(group, (use) => use.received + use.receivers.size);
    if (queue === undefined) continue;
    const results = busiest(group, (use, chan) => (chan === queue.chan ? 0 : use.sent));
    const pool = {
      site: group.site,
      queue: queue.chan,
      results: results?.chan ?? 0,
      workers: [...queue.use.receivers].sort((a, b) => a - b),
    };
    found.push({ pool, tasks: queue.use.received });
  }
  const crowded = found.filter(({ pool }) => pool.workers.length > 1);
  return (crowded.length > 0 ? crowded : found).sort((a, b) => b.tasks - a.tasks).map(({ pool }) => pool);
}

function busiest(
  group: Group,
  score: (use: Use, chan: number) => number,
): { readonly chan: number; readonly use: Use } | undefined {
  let best: { readonly chan: number; readonly use: Use } | undefined;
  let most = 0;
  for (const [chan, use] of group.uses) {
    const n = score(use, chan);
    if (n > most) [most, best] = [n, { chan, use }];
  }
  return best;
}
