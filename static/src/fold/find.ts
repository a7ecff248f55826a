/** Finds the event that a lesson means: the nth that fits. */
import { at32, at8, atSigned } from '../event/check';
import type { Log } from '../event/log';

/** Which events fit; 0 and the empty text stand for any. */
export type Wanted = {
  readonly g: number;
  readonly kinds: readonly number[];
  readonly reason: number;
  readonly outcome: number;
  readonly object: string;
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
  if (!w.kinds.includes(at8(log.kind, seq))) return false;
  if (w.g !== 0 && at32(log.g, seq) !== w.g) return false;
  if (w.reason !== 0 && atSigned(log.n, seq) !== w.reason) return false;
  if (w.outcome !== 0 && at32(log.obj, seq) !== w.outcome) return false;
  return w.object === '' || log.text(log.objects.get(at32(log.obj, seq))?.name ?? 0) === w.object;
}
