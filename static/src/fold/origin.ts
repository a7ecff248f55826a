/** Where what is told of a run comes from: the model, the runtime's trace, a probe in the source, or who started the program. */
import { at8 } from '../event/check';
import { Kind } from '../event.gen';
import type { Log } from '../event/log';
import { traced } from './kind-of-run';

/** Who told of an event. */
export type Origin = 'model' | 'runtime' | 'probe' | 'outside';

/** What an execution trace tells of. */
const fromTrace: ReadonlySet<number> = new Set<number>([
  Kind.Traced,
  Kind.GoCreate,
  Kind.GoName,
  Kind.GoStart,
  Kind.GoPark,
  Kind.GoReady,
  Kind.GoYield,
  Kind.GoEnd,
  Kind.ProcStart,
  Kind.ProcStop,
  Kind.ProcSpin,
  Kind.ProcHand,
  Kind.Knob,
  Kind.SysEnter,
  Kind.SysExit,
  Kind.Retake,
  Kind.WorldStop,
  Kind.WorldStart,
  Kind.GCStart,
  Kind.GCWork,
  Kind.GCAssist,
  Kind.GCEnd,
  Kind.GCSweep,
  Kind.TaskBegin,
  Kind.TaskEnd,
  Kind.RegionBegin,
  Kind.RegionEnd,
  Kind.UserLog,
  Kind.Label,
  Kind.Metric,
]);

/** What is seen of a program from outside. */
const fromOutside: ReadonlySet<number> = new Set<number>([
  Kind.Output,
  Kind.Signal,
  Kind.GoPanic,
  Kind.RunEnd,
]);

/** Who told of event seq. */
export function originOf(log: Log, seq: number): Origin {
  if (!traced(log)) return 'model';
  const kind = at8(log.kind, seq);
  if (fromOutside.has(kind)) return 'outside';
  return fromTrace.has(kind) ? 'runtime' : 'probe';
}

/** Says whether a goroutine that begins with this function is the runtime's own, or of who looks at the program. */
export function isSystem(name: string): boolean {
  return /^(runtime\.|runtime\/|interleave\/sim\/rt\/)/.test(name);
}
