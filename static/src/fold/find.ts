/** Finds the event that a lesson means: the nth that fits. */
import { at32, at8, atSigned } from '../event/check';
import { Kind } from '../event.gen';
import type { Log } from '../event/log';

/** Which events fit; 0 and the empty text stand for any. */
export type Wanted = {
  readonly g: number;
  readonly kinds: readonly number[];
  /** What N may be; none stands for any. */
  readonly n: readonly number[];
  readonly outcome: number;
  readonly object: string;
  /** g is the goroutine to whom it is done. */
  readonly peer: boolean;
  readonly nth: number;
};

/** The seq of the nth event that fits; undefined if the log has fewer. */
export function findEvent(log: Log, w: Wanted): number | undefined {
  let seen = 0;
  for (let seq = 0; seq < log.count; seq++) {
    if (fits(log, seq, w) && ++seen === w.nth) return seq;
  }
  return undefined;
}

function fits(log: Log, seq: number, w: Wanted): boolean {
  const kind = at8(log.kind, seq);
  const n = atSigned(log.n, seq);
  if (!w.kinds.includes(kind)) return false;
  if (w.g !== 0 && at32(w.peer ? log.peer : log.g, seq) !== w.g) return false;
  if (w.n.length > 0 && !w.n.includes(n)) return false;
  if (kind === Kind.AtomicRMW && n === 0) return false; // nothing was written
  if (w.outcome !== 0 && at32(log.obj, seq) !== w.outcome) return false;
  return w.object === '' || log.text(log.objects.get(at32(log.obj, seq))?.name ?? 0) === w.object;
}
