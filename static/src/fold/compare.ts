/**
 * Where two runs part. Both logs are walked side by side, modulo time and
 * numbers: event by event until the first that differs, and role by role
 * (fold/roles) until each role's first step that differs.
 *
 * Where a run is the real runtime's, there is nothing to be walked event by
 * event: who ran when is the machine's affair. Then only steps are compared,
 * of the kinds that both runs can know, and at each object the order in which
 * it was used (meetings).
 */
import { at, at32 } from '../event/check';
import { Kind } from '../event.gen';
import { type Log, valueText } from '../event/log';
import { type Act, Acts, namesObject } from './acts';
import { over, tells, traced } from './kind-of-run';
import { anyPlace, placesAs, Roles, type Take } from './roles';

/** The first step, from 0, in which a role differs. */
export type Parting = { readonly role: number; readonly step: number };

/** What is known of how two runs differ; a is complete or stands still, b may grow. */
export class Comparison {
  readonly roles = new Roles();
  readonly a: Acts;
  readonly b: Acts;
  /** The first event (the same number in both) that differs. */
  parted: number | undefined;
  /** So far every event is the same to the byte, times and numbers too. */
  exact = true;
  /** One of the runs is the real runtime's: only steps that both can know are compared. */
  readonly loose: boolean;
  private readonly partings = new Map<number, number>();

  constructor(a: Take, b: Take) {
    const things = new Map<string, number>();
    this.loose = loosely(a.log, b.log);
    if (!this.loose) {
      this.a = new Acts(a.log, this.roles, things);
      this.b = new Acts(b.log, this.roles, things, placesAs(a, b));
      return;
    }
    const counts = (run: Take, other: Log) => (seq: number) => {
      const kind = run.log.kindAt(seq);
      return tells(run.log, kind) && tells(other, kind) && inProgram(run, seq);
    };
    this.a = new Acts(a.log, this.roles, things, anyPlace, counts(a, b.log));
    this.b = new Acts(b.log, this.roles, things, anyPlace, counts(b, a.log));
  }

  /** Takes up to n more events in; says whether there are more. */
  extend(n: number): boolean {
    let left = n;
    for (; left > 0 && this.a.done < this.a.log.count; left--) this.a.next();
    if (this.a.done < this.a.log.count) return true;
    for (; left > 0 && this.b.done < this.b.log.count; left--) this.takeB();
    return this.b.done < this.b.log.count;
  }

  /** Says whether both runs are over and all of them was compared. */
  get settled(): boolean {
    return [this.a, this.b].every((r) => r.done === r.log.count && over(r.log));
  }

  /** Says whether the runs are the same, event by event, but for time and numbers. */
  get same(): boolean {
    if (this.loose) return this.settled && this.differing().length === 0;
    return this.settled && this.parted === undefined && this.a.log.count === this.b.log.count;
  }

  /** The first step in which role differs, as far as is known. */
  parting(role: number): Parting | undefined {
    const known = this.partings.get(role);
    if (known !== undefined) return { role, step: known };
    const [a, b] = [this.a.all[role], this.b.all[role]];
    const [inA, inB] = [a?.steps.length ?? 0, b?.steps.length ?? 0];
    if (this.loose) return this.loosePart(role, inA, inB);
    // A run that goes on may still do what the other has done.
    const short = this.settled ? inA !== inB || (a === undefined) !== (b === undefined) : inB > inA;
    return short ? { role, step: Math.min(inA, inB) } : undefined;
  }

  /** The roles that differ, in the order of their first different step in b (else a). */
  differing(): readonly Parting[] {
    const out: { readonly parting: Parting; readonly when: number }[] = [];
    for (let role = 1; role < this.roles.all.length; role++) {
      const parting = this.parting(role);
      if (parting === undefined) continue;
      const when = this.stepAt(this.b, parting) ?? this.stepAt(this.a, parting) ?? Infinity;
      out.push({ parting, when });
    }
    return out.sort((x, y) => x.when - y.when).map((o) => o.parting);
  }

  /** The event of a role's step in one of the runs; undefined if it takes no such step there. */
  stepAt(acts: Acts, p: Parting): number | undefined {
    const steps = acts.all[p.role]?.steps;
    return steps === undefined || p.step >= steps.length ? undefined : steps.at(p.step);
  }

  /**
   * The position in a that belongs to position pos in b: the same one as long
   * as the runs are the same, then where role has done as many steps.
   */
  inStep(pos: number, role: number): number {
    const common = this.loose ? 0 : (this.parted ?? Math.min(this.a.log.count, this.b.log.count));
    if (pos <= common) return pos;
    if (pos >= this.b.log.count) return this.a.log.count;
    const steps = this.a.all[role]?.steps;
    const done = this.b.stepsBefore(role, pos);
    if (steps === undefined || done === 0) return common;
    return Math.max(common, done > steps.length ? this.a.log.count : steps.at(done - 1) + 1);
  }

  /**
   * The first step that one run has more than the other. A goroutine that had
   * not ended when its run did, as main in a trace, might have gone on.
   */
  private loosePart(role: number, inA: number, inB: number): Parting | undefined {
    if (inA === inB || !this.settled || this.isForeign(role)) return undefined;
    const short = inA < inB ? this.a : this.b;
    const act = short.all[role];
    const ended = act !== undefined && short.log.kindAt(act.last) === Kind.GoEnd;
    return ended || act === undefined ? { role, step: Math.min(inA, inB) } : undefined;
  }

  /** Says whether a role is none of the program's own, in a run of the real runtime. */
  isForeign(role: number): boolean {
    return this.a.cast.foreign.has(role) || this.b.cast.foreign.has(role);
  }

  private takeB(): void {
    const { a, b } = this;
    const seq = b.done;
    const role = b.next();
    if (this.parted === undefined && !this.loose) {
      if (seq >= a.log.count || !this.sameEvent(seq)) this.parted = seq;
      else this.exact &&= sameBytes(a.log, b.log, seq);
    }
    if (role === 0 || this.partings.has(role) || this.isForeign(role)) return;
    const [inA, inB] = [a.all[role], b.all[role]];
    if (inA === undefined || inB === undefined) return;
    const step = inB.steps.length - 1;
    if (step < inA.steps.length && !this.sameStep(inA, inB, step)) this.partings.set(role, step);
  }

  /** Says whether event seq is the same in both runs. */
  private sameEvent(seq: number): boolean {
    const [a, b] = [this.a.log, this.b.log];
    const kind = a.kindAt(seq);
    return (
      kind === b.kindAt(seq) &&
      at(a.p, seq) === at(b.p, seq) &&
      (kind === Kind.Race || at(a.n, seq) === at(b.n, seq)) &&
      this.a.cast.of(at(a.g, seq)) === this.b.cast.of(at(b.g, seq)) &&
      this.samePeer(kind, at(a.peer, seq), at(b.peer, seq)) &&
      this.sameObject(kind, at(a.obj, seq), at(b.obj, seq)) &&
      sameValue(a, at(a.val, seq), b, at(b.val, seq))
    );
  }

  private samePeer(kind: number, a: number, b: number): boolean {
    switch (kind) {
      case Kind.SelectWait: // a direction
      case Kind.Sleep: // half of a duration
      case Kind.TimerSet:
      case Kind.GCAssist:
        return a === b;
      case Kind.TaskBegin:
        return this.a.things.of(a) === this.b.things.of(b);
      default:
        return this.a.cast.of(a) === this.b.cast.of(b);
    }
  }

  private sameObject(kind: number, a: number, b: number): boolean {
    return namesObject(kind) ? this.a.things.of(a) === this.b.things.of(b) : a === b;
  }

  /** Says whether a role's step is the same in both runs, however long it had to wait for it. */
  private sameStep(inA: Act, inB: Act, step: number): boolean {
    const [a, b] = [this.a.log, this.b.log];
    const [x, y] = [inA.steps.at(step), inB.steps.at(step)];
    const kind = stepKind(a.kindAt(x));
    if (kind !== stepKind(b.kindAt(y))) return false;
    if (!this.sameObject(kind, at(a.obj, x), at(b.obj, y))) return false;
    if (countsN(kind) && at(a.n, x) !== at(b.n, y)) return false;
    if (timed(kind)) return at(a.peer, x) === at(b.peer, y);
    if (kind === Kind.GoCreate) return this.samePeer(kind, at(a.peer, x), at(b.peer, y));
    const [v, w] = [sentBy(a, inA, step), sentBy(b, inB, step)];
    if (v === undefined || w === undefined) return true;
    return (this.loose && (v === 0 || w === 0)) || sameValue(a, v, b, w);
  }
}

/** Says whether two runs are compared loosely: one of them is the real runtime's. */
export function loosely(a: Log, b: Log): boolean {
  return traced(a) || traced(b);
}

/** Says whether an event is done by the program itself, not within a library, as far as that is known. */
function inProgram({ log, sources }: Take, seq: number): boolean {
  const site = log.sites.get(at(log.site, seq));
  return site === undefined || sources.size === 0 || sources.has(log.text(site.file).replace(/^\.\//, ''));
}

/** The kind of step, whether it had to wait or not. */
export function stepKind(kind: Kind): Kind {
  if (kind === Kind.ChanSent) return Kind.ChanSend;
  return kind === Kind.ChanReceived ? Kind.ChanRecv : kind;
}

/** Kinds whose N is part of what is done; that of the others tells how things stood. */
function countsN(kind: Kind): boolean {
  switch (kind) {
    case Kind.ChanMake:
    case Kind.SelectChosen:
    case Kind.OnceDo:
    case Kind.AtomicRMW:
    case Kind.TimerStop:
    case Kind.Signal:
    case Kind.Output:
    case Kind.Knob:
      return true;
    default:
      return timed(kind);
  }
}

function timed(kind: Kind): boolean {
  return kind === Kind.Sleep || kind === Kind.TimerSet;
}

/** The value of a step; of a send that had to wait what it waited with, which a select's case keeps to itself. */
function sentBy(log: Log, act: Act, step: number): number | undefined {
  const seq = act.steps.at(step);
  if (log.kindAt(seq) !== Kind.ChanSent) return at32(log.val, seq);
  const parked = act.waits.at(step);
  const val = parked === 0 ? 0 : at32(log.val, parked - 1);
  return val === 0 ? undefined : val;
}

function sameValue(a: Log, v: number, b: Log, w: number): boolean {
  if (v >= 0x80000000 || w >= 0x80000000) return v === w;
  return valueText(a, v) === valueText(b, w);
}

function sameBytes(a: Log, b: Log, seq: number): boolean {
  return (
    at(a.t, seq) === at(b.t, seq) &&
    at(a.g, seq) === at(b.g, seq) &&
    at(a.obj, seq) === at(b.obj, seq) &&
    at(a.peer, seq) === at(b.peer, seq) &&
    at(a.val, seq) === at(b.val, seq) &&
    at(a.site, seq) === at(b.site, seq)
  );
}
