/** What kind of run a log is of: the model's or the real runtime's, over or not, and what that can tell. */
import { at } from '../event/check';
import { Kind, Origin } from '../event.gen';
import type { Log } from '../event/log';

/** Says whether the run is the real runtime's. */
export function traced(log: Log): boolean {
  return log.count > 0 && log.kindAt(0) === Kind.Traced;
}

/** Says whether the log holds the end of its run. */
export function over(log: Log): boolean {
  return log.count > 0 && log.kindAt(log.count - 1) === Kind.RunEnd;
}

/** The region in which a real program that is about to end hands over its trace (sim/rt/observe, HandOver). */
export const handOver = 'the observer hands over the trace';

/** What an execution trace tells of the program's own steps. */
export const inTraces: ReadonlySet<number> = new Set<number>([
  Kind.GoCreate,
  Kind.GoEnd,
  Kind.TaskBegin,
  Kind.TaskEnd,
  Kind.RegionBegin,
  Kind.RegionEnd,
  Kind.UserLog,
  Kind.Label,
]);

/** What probes in the source tell besides. */
export const inProbes: ReadonlySet<number> = new Set<number>([
  Kind.ChanMake,
  Kind.ChanSend,
  Kind.ChanRecv,
  Kind.ChanSent,
  Kind.ChanReceived,
  Kind.ChanRecvClosed,
  Kind.ChanClose,
  Kind.SelectChosen,
  Kind.Lock,
  Kind.Unlock,
  Kind.RLock,
  Kind.RUnlock,
  Kind.TryFail,
  Kind.WaitAdd,
  Kind.WaitDone,
  Kind.CondSignal,
  Kind.CondAll,
  Kind.CondWoken,
  Kind.OnceDo,
  Kind.OnceDone,
]);

/** Says whether a run can know of steps of this kind at all. */
export function tells(log: Log, kind: number): boolean {
  if (!traced(log) || inTraces.has(kind)) return true;
  return probed(log) && inProbes.has(kind);
}

/** Says whether probes in the source told what a trace does not. */
export function probed(log: Log): boolean {
  return traced(log) && at(log.n, 0) === Origin.FromProbes;
}
