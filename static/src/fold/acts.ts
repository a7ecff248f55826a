/**
 * What each role does in one run: its steps in order (what the program itself
 * says: sends, locks, prints; not who ran when), and how long it ran and
 * waited. One pass over the log, continued as it grows.
 */
import { at32, atFloat, atSigned } from '../event/check';
import { Kind } from '../event.gen';
import { type Log, valueText } from '../event/log';
import { Numbers } from './growing';
import { handOver, inProbes, inTraces, traced } from './kind-of-run';
import { Cast, type Roles, Things, ownPlaces } from './roles';

/** What one role does. Times are virtual ns. */
export type Act = {
  readonly g: number;
  /** The events that are its steps. */
  readonly steps: Numbers;
  /** For each step 1 + the GoPark that it waited in before, or 0. */
  readonly waits: Numbers;
  /** All events of its goroutine. */
  events: number;
  ran: number;
  waited: number;
  /** Since when it is as it is, and whether it runs (1), waits (2) or neither. */
  since: number;
  state: number;
  /** 1 + the GoPark after its last step, or 0. */
  parked: number;
  /** Its last event. */
  last: number;
  /** What it does from here on is none of the program's own. */
  over: boolean;
};

/** Kinds that are steps of the program; ChanSent and ChanReceived stand for the send and the receive. */
const steps: ReadonlySet<number> = new Set<number>([
  ...inTraces,
  ...inProbes,
  Kind.GoPanic,
  Kind.Knob,
  Kind.Sleep,
  Kind.TimerSet,
  Kind.TimerStop,
  Kind.AtomicLoad,
  Kind.AtomicStore,
  Kind.AtomicRMW,
  Kind.Read,
  Kind.Write,
  Kind.Output,
  Kind.Signal,
]);

/** What the roles of one run do. */
export class Acts {
  readonly log: Log;
  readonly cast: Cast;
  readonly things: Things;
  /** By role. */
  readonly all: (Act | undefined)[] = [undefined];
  /** How many events were taken in. */
  done = 0;
  /** When the program began. */
  private start = 0;
  private readonly counts: (seq: number) => boolean;

  /** Of the steps only those are taken that count; keyOf names the places of go statements. */
  constructor(
    log: Log,
    roles: Roles,
    things: Map<string, number>,
    keyOf = ownPlaces(log),
    counts: (seq: number) => boolean = () => true,
  ) {
    this.counts = counts;
    this.log = log;
    this.cast = new Cast(log, roles, keyOf);
    this.things = new Things(log, things);
  }

  /** Takes the next event in; returns the role whose step it is, or 0. */
  next(): number {
    const { log } = this;
    const seq = this.done++;
    const kind = log.kindAt(seq);
    const g = at32(log.g, seq);
    this.cast.take(seq);
    if (namesObject(kind)) {
      this.things.take(at32(log.obj, seq), kind === Kind.ChanMake ? this.cast.of(g) : 0);
    }
    this.live(kind, seq, g);
    const act = this.act(g);
    if (act === undefined || act.over) return 0;
    if (kind === Kind.RegionBegin && valueText(log, at32(log.val, seq)) === handOver) {
      become(act, 0, atFloat(log.t, seq));
      act.over = true;
      return 0;
    }
    act.events++;
    act.last = seq;
    if (kind === Kind.GoPark) act.parked = seq + 1;
    if (!steps.has(kind) || !this.counts(seq)) return 0;
    if (kind === Kind.GoCreate && this.cast.foreign.has(this.cast.of(at32(log.peer, seq)))) return 0;
    if (g === 1 && act.steps.length === 0) this.begun(act, seq);
    act.steps.push(seq);
    act.waits.push(act.parked);
    act.parked = 0;
    return this.cast.of(g);
  }

  /** A real process has begun before the program's first step: that does not count for main, nor for the run. */
  private begun(act: Act, seq: number): void {
    if (!traced(this.log)) return;
    this.start = atFloat(this.log.t, seq);
    act.ran = act.waited = 0;
    act.since = this.start;
  }

  /** How long the run took. */
  get took(): number {
    return this.end - this.start;
  }

  /** When the run was over; a real process does other things after the last that main does. */
  private get end(): number {
    if (this.done === 0) return 0;
    const main = traced(this.log) ? this.act(1) : undefined;
    return atFloat(this.log.t, main === undefined ? this.done - 1 : main.last);
  }

  /** How long role ran and waited, up to the last event. */
  spent(role: number): { readonly ran: number; readonly waited: number } | undefined {
    const act = this.all[role];
    if (act === undefined) return undefined;
    const open = Math.max(0, this.end - act.since);
    return {
      ran: act.ran + (act.state === 1 ? open : 0),
      waited: act.waited + (act.state === 2 ? open : 0),
    };
  }

  /** How many steps role has done before position pos of the log. */
  stepsBefore(role: number, pos: number): number {
    const act = this.all[role];
    return act === undefined ? 0 : act.steps.lastUpTo(pos - 1) + 1;
  }

  private act(g: number): Act | undefined {
    const role = this.cast.of(g);
    return role === 0 ? undefined : this.all[role];
  }

  /** Keeps account of who runs and who waits. */
  private live(kind: number, seq: number, g: number): void {
    const t = atFloat(this.log.t, seq);
    switch (kind) {
      case Kind.GoCreate: {
        const peer = at32(this.log.peer, seq);
        const role = this.cast.of(peer);
        while (this.all.length <= role) this.all.push(undefined);
        this.all[role] ??= newAct(peer, t);
        return;
      }
      case Kind.GoStart:
        return become(this.act(g), 1, t);
      case Kind.SysExit:
        return become(this.act(g), atSigned(this.log.n, seq) === 1 ? 1 : 0, t);
      case Kind.GoPark:
        return become(this.act(g), 2, t);
      case Kind.GoReady:
        return become(this.act(at32(this.log.peer, seq)), 0, t);
      case Kind.GoYield:
      case Kind.SysEnter:
      case Kind.GoEnd:
        return become(this.act(g), 0, t);
    }
  }
}

function newAct(g: number, since: number): Act {
  const none = { events: 0, ran: 0, waited: 0, state: 0, parked: 0, last: 0, over: false };
  return { g, steps: new Numbers(), waits: new Numbers(), since, ...none };
}

function become(act: Act | undefined, state: number, t: number): void {
  if (act === undefined || act.over) return;
  if (act.state === 1) act.ran += t - act.since;
  if (act.state === 2) act.waited += t - act.since;
  act.state = state;
  act.since = t;
}

/** Says whether Obj of an event of this kind is an object's number. */
export function namesObject(kind: number): boolean {
  return kind !== Kind.Steal && kind !== Kind.RunEnd;
}
