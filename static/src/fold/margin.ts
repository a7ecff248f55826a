/**
 * What stands beside the lives of goroutines: the tasks and regions by which a
 * program says what it does (runtime/trace), its log messages, the garbage
 * collector's cycles and the times at which the world stood still, and the few
 * events that must never be overlooked.
 */
import { at32, at8 } from '../event/check';
import { Kind, Outcome } from '../event.gen';
import type { Log } from '../event/log';
import { Numbers } from './growing';

/** Intervals of events that do not overlap, in order; an end of 0 is not known yet, else it is 1 + the last event. */
export class Intervals {
  readonly from = new Numbers();
  readonly to = new Numbers();
  /** What each is called: a text, as in events. */
  readonly name = new Numbers();

  begin(seq: number, name: number): number {
    this.from.push(seq);
    this.to.push(0);
    this.name.push(name);
    return this.from.length - 1;
  }

  /** Ends interval i, the last one unless given. */
  end(seq: number, i = this.from.length - 1): void {
    if (i >= 0 && this.to.at(i) === 0) this.to.set(i, seq + 1);
  }
}

/** An open task or region. */
type Open = { readonly task: number; readonly in: Intervals; readonly i: number };

/** The nested tasks and regions of one goroutine: what is at one depth does not overlap. */
export type Nest = { readonly levels: Intervals[]; readonly open: (Open | undefined)[] };

/** What stands beside the lives of one log. */
export class Margin {
  /** The kinds of events that take looks at. */
  static readonly kinds: readonly Kind[] = [
    Kind.TaskBegin,
    Kind.TaskEnd,
    Kind.RegionBegin,
    Kind.RegionEnd,
    Kind.UserLog,
    Kind.GCAssist,
    Kind.WorldStop,
    Kind.WorldStart,
    Kind.GCStart,
    Kind.GCEnd,
    Kind.GoPanic,
    Kind.Race,
    Kind.Leak,
    Kind.Stuck,
    Kind.RunEnd,
  ];
  /** By goroutine. */
  readonly nests = new Map<number, Nest>();
  /** Messages of the program (trace.Log). */
  readonly logs = new Numbers();
  /** Panics, races, leaks, goroutines that are stuck, and a bad end. */
  readonly alarms = new Numbers();
  readonly assists = new Numbers();
  readonly pauses = new Intervals();
  readonly cycles = new Intervals();
  /** Counts up when a goroutine's nest gets deeper. */
  version = 0;
  private readonly log: Log;
  private readonly tasks = new Map<number, Nest>();

  constructor(log: Log) {
    this.log = log;
  }

  /** How deep goroutine g's tasks and regions are nested at most. */
  depth(g: number): number {
    return this.nests.get(g)?.levels.length ?? 0;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    const { log } = this;
    switch (at8(log.kind, seq)) {
      case Kind.TaskBegin:
        this.tasks.set(at32(log.obj, seq), this.begin(seq, at32(log.obj, seq)));
        return;
      case Kind.TaskEnd: {
        const nest = this.tasks.get(at32(log.obj, seq));
        if (nest !== undefined) end(nest, (open) => open.task === at32(log.obj, seq), seq);
        return;
      }
      case Kind.RegionBegin:
        this.begin(seq, 0);
        return;
      case Kind.RegionEnd: {
        const nest = this.nests.get(at32(log.g, seq));
        if (nest !== undefined) end(nest, (open) => open.task === 0, seq);
        return;
      }
      case Kind.UserLog:
        this.logs.push(seq);
        return;
      case Kind.GCAssist:
        this.assists.push(seq);
        return;
      case Kind.WorldStop:
        this.pauses.begin(seq, at32(log.val, seq));
        return;
      case Kind.WorldStart:
        this.pauses.end(seq);
        return;
      case Kind.GCStart:
        this.cycles.begin(seq, 0);
        return;
      case Kind.GCEnd:
        this.cycles.end(seq);
        return;
      case Kind.GoPanic:
      case Kind.Race:
      case Kind.Leak:
      case Kind.Stuck:
        this.alarms.push(seq);
        return;
      case Kind.RunEnd:
        if (at32(log.obj, seq) !== Outcome.Exited && at32(log.obj, seq) !== Outcome.Stopped)
          this.alarms.push(seq);
        return;
    }
  }

  private begin(seq: number, task: number): Nest {
    const g = at32(this.log.g, seq);
    let nest = this.nests.get(g);
    if (nest === undefined) this.nests.set(g, (nest = { levels: [], open: [] }));
    const depth = nest.open.length;
    let level = nest.levels[depth];
    if (level === undefined) {
      nest.levels[depth] = level = new Intervals();
      this.version++;
    }
    nest.open.push({ task, in: level, i: level.begin(seq, at32(this.log.val, seq)) });
    return nest;
  }
}

/** Ends the innermost open one that is meant; what lies around it stays where it is. */
function end(nest: Nest, meant: (open: Open) => boolean, seq: number): void {
  const { open } = nest;
  const i = open.findLastIndex((o) => o !== undefined && meant(o));
  const found = open[i];
  if (found === undefined) return;
  found.in.end(seq, found.i);
  open[i] = undefined;
  while (open.length > 0 && open[open.length - 1] === undefined) open.pop();
}
