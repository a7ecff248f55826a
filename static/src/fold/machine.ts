/**
 * What a run tells of the machine below its goroutines beyond a moment's
 * state: positions in the Ps' rings, time slices, threads, what sysmon did.
 * Most of it is inferred by counting events, as runtime/proc.go would count.
 */
import { at32, at8, atFloat, atSigned } from '../event/check';
import { Kind, Queue, Reason, Why } from '../event.gen';
import { type Log, noP } from '../event/log';
import { Numbers } from './growing';

/** len(p.runq) in runtime2.go. */
export const ringSize = 256;

/** Every so many time slices a P looks at the global queue first (schedule in proc.go). */
export const fairness = 61;

/** A goroutine that runs for longer is asked to stop, in ns (forcePreemptNS in proc.go). */
export const longestSlice = 10_000_000;

/**
 * How many time slices the first P has had when main begins: those of the
 * runtime's own goroutines. A test holds it to the slices of a recorded run.
 */
const slicesBeforeMain = 6;

/** What has happened at one P: seqs of events. */
type ProcPast = {
  /** Its ring's tail advances. */
  readonly ups: Numbers;
  /** Its ring's tail goes back. */
  readonly downs: Numbers;
  /** A time slice begins. */
  readonly slices: Numbers;
  /** It wakes up. */
  readonly wakes: Numbers;
  /** It goes idle. */
  readonly stops: Numbers;
};

/** The machine of one log. */
export class Machine {
  /** By number; those that were named so far. */
  readonly procs: ProcPast[] = [];
  /** What sysmon did: Ps taken from system calls, goroutines asked to stop. */
  readonly deeds: Numbers = new Numbers();
  /** The kinds of events and the reasons to wait that the run has so far. */
  readonly kinds = new Uint8Array(256);
  readonly reasons = new Uint8Array(256);
  private readonly log: Log;
  private readonly threads = new Numbers();
  private readonly retakes = new Map<number, Numbers>();
  private readonly restarts = new Numbers();
  /** Goroutines that were in a runnext when they were stolen, by the event. */
  private readonly fromNext = new Numbers();
  /** The queue in which a goroutine stands, and whose. */
  private readonly queue: number[] = [];
  private readonly owner: number[] = [];

  constructor(log: Log) {
    this.log = log;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    const { log } = this;
    const kind = at8(log.kind, seq);
    const p = at8(log.p, seq);
    this.kinds[kind] = 1;
    if (p !== noP) this.proc(p);
    switch (kind) {
      case Kind.GoPark:
        this.reasons[atSigned(log.n, seq)] = 1;
        return;
      case Kind.GoCreate:
        if (atSigned(log.n, seq) !== 0) this.reasons[atSigned(log.n, seq)] = 1;
        return;
      case Kind.GoStart:
        this.started(seq, p);
        return;
      case Kind.Enqueue:
        this.enqueued(seq, p);
        return;
      case Kind.Steal:
        if (this.queue[at32(log.peer, seq)] === Queue.RunNext) this.fromNext.push(seq);
        this.stand(at32(log.peer, seq), Queue.Local, p);
        this.proc(p).ups.push(seq);
        return;
      case Kind.ProcStart:
      case Kind.ProcHand:
        if (kind === Kind.ProcStart) this.proc(p).wakes.push(seq);
        while (this.threads.length < atSigned(log.n, seq)) this.threads.push(seq);
        return;
      case Kind.ProcStop:
        this.proc(p).stops.push(seq);
        return;
      case Kind.Retake: {
        const g = at32(log.peer, seq);
        const list = this.retakes.get(g) ?? new Numbers();
        this.retakes.set(g, list);
        list.push(seq);
        this.deeds.push(seq);
        return;
      }
      case Kind.WorldStart:
        this.restarts.push(seq);
        return;
    }
  }

  /** Head and tail of P p's ring after seq events, as counters that only grow; size is what it holds. */
  ring(p: number, seq: number, size: number): { readonly head: number; readonly tail: number } {
    const past = this.procs[p];
    const tail = past === undefined ? 0 : past.ups.below(seq) - past.downs.below(seq);
    return { head: Math.max(0, tail - size), tail: Math.max(size, tail) };
  }

  /** P p's counter of time slices (schedtick) after seq events. */
  tick(p: number, seq: number): number {
    return (p === 0 ? slicesBeforeMain : 0) + (this.procs[p]?.slices.below(seq) ?? 0);
  }

  /** The event with which P p's time slice began, or since which p is awake. */
  sliceStart(p: number, seq: number): number | undefined {
    const past = this.procs[p];
    const slice = past?.slices.lastBelow(seq);
    const wake = past?.wakes.lastBelow(seq);
    return slice === undefined || wake === undefined ? (slice ?? wake) : Math.max(slice, wake);
  }

  /** How many threads there have been. */
  threadCount(seq: number): number {
    return this.threads.below(seq);
  }

  /** The thread that goroutine g's system call keeps busy; 0 if it is not known. */
  threadOfCall(g: number, seq: number): number {
    const retake = this.retakes.get(g)?.lastBelow(seq);
    return retake === undefined ? 0 : atSigned(this.log.n, retake);
  }

  /** The last event by which sysmon did something. */
  lastDeed(seq: number): number | undefined {
    return this.deeds.lastBelow(seq);
  }

  /** Says whether Steal seq took its goroutine from a runnext. */
  tookRunNext(seq: number): boolean {
    return this.fromNext.lastBelow(seq + 1) === seq;
  }

  /**
   * These idle Ps in the order in which they are woken: the one that went idle
   * last first; after a stop of the world, and at first, by number.
   */
  idleOrder(procs: readonly number[], seq: number): number[] {
    const restart = this.restarts.lastBelow(seq) ?? -1;
    const since = (p: number): number => Math.max(restart, this.procs[p]?.stops.lastBelow(seq) ?? -1);
    return [...procs].sort((a, b) => since(b) - since(a) || a - b);
  }

  private started(seq: number, p: number): void {
    const { log } = this;
    const why = atSigned(log.n, seq);
    const past = this.proc(p);
    // runqsteal gives its caller the last goroutine that it took: that one never counted.
    if (why === Why.FromSteal) past.downs.push(seq);
    if (why !== Why.FromRunNext && why !== Why.FromPull && why !== Why.Directly) past.slices.push(seq);
    this.stand(at32(log.g, seq), 0, noP);
  }

  private enqueued(seq: number, p: number): void {
    const { log } = this;
    const g = at32(log.peer, seq);
    const queue = atSigned(log.n, seq);
    const owner = this.owner[g] ?? noP;
    // p.destroy empties a ring from its tail.
    if (queue === Queue.GlobalHead && this.queue[g] === Queue.Local && owner !== noP) {
      this.proc(owner).downs.push(seq);
    }
    this.stand(g, queue, p);
    if (queue === Queue.Local) this.proc(p).ups.push(seq);
    if (queue === Queue.Global && seq > 0 && preempted(log, seq - 1, g)) this.deeds.push(seq - 1);
  }

  private stand(g: number, queue: number, p: number): void {
    this.queue[g] = queue;
    this.owner[g] = p;
  }

  private proc(p: number): ProcPast {
    let past = this.procs[p];
    while (past === undefined) {
      this.procs.push({
        ups: new Numbers(),
        downs: new Numbers(),
        slices: new Numbers(),
        wakes: new Numbers(),
        stops: new Numbers(),
      });
      past = this.procs[p];
    }
    return past;
  }
}

/** Says whether event seq stops goroutine g because sysmon asked for it: a stop of the world leaves it first in line instead. */
function preempted(log: Log, seq: number, g: number): boolean {
  return (
    at8(log.kind, seq) === Kind.GoYield && at32(log.g, seq) === g && atSigned(log.n, seq) === Why.Preempted
  );
}

/** When goroutine g, which sleeps since event parked, wakes up, in ns; undefined if a bubble's clock decides. */
export function wakesAt(log: Log, g: number, parked: number): number | undefined {
  const sleep = parked - 1;
  if (sleep < 0 || at8(log.kind, sleep) !== Kind.Sleep || at32(log.g, sleep) !== g) return undefined;
  if (at32(log.val, sleep) !== 0) return undefined;
  return atFloat(log.t, sleep) + at32(log.peer, sleep) * 2 ** 32 + (atSigned(log.n, sleep) >>> 0);
}

/** Says whether a goroutine parked for this reason waits for a time. */
export function waitsForTime(reason: number): boolean {
  return reason === Reason.SleepWait;
}
