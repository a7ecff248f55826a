/**
 * The wake chain: from a delay of one goroutine back to its cause. A delay is
 * a span of a life in which the goroutine did not run: it waited, was in a
 * system call, or was runnable. What happened in that time at the other end is
 * walked backwards: who released it ran until then, was runnable before that,
 * and had waited before that for somebody else, and so on, until the delay's
 * begin. This is the critical path (Yang and Miller, "Critical Path Analysis
 * for the Execution of Parallel and Distributed Programs", 1988): its stretches
 * follow each other without a gap, so they add up to the delay.
 *
 * It needs nothing but who released whom, so it works on runs of the real
 * runtime that name no objects as well as on the model's. Why the scheduler
 * chose whom to run is another question, which why.ts answers.
 */
import { at32, at8, atFloat, atSigned } from '../event/check';
import { Kind, Reason } from '../event.gen';
import type { Log } from '../event/log';
import { type Life, type Lives, Look } from './lives';
import { over } from './kind-of-run';
import { leftBefore } from './why';

/** A stretch of the delay, in which goroutine g was so: from one event to a later one, and ns within the delay. */
export type Part = {
  readonly g: number;
  readonly look: number;
  readonly from: number;
  readonly to: number;
  readonly ns: number;
  /** The Reason, where it waited. */
  readonly reason: number;
  /** What ended the wait, if that was no goroutine. */
  readonly end: End | undefined;
  /** The way back leads through this stretch, not off to another goroutine. */
  readonly counts: boolean;
};

/** How a goroutine comes to be in a chain. */
export type How =
  /** It is delayed. */
  | 'delayed'
  /** It released the one before. */
  | 'released'
  /** It started the one before. */
  | 'started'
  /** It ran where the one before could have. */
  | 'ran';

/** A goroutine of a chain, with what it did, the latest first. */
export type Link = {
  readonly g: number;
  readonly how: How;
  /** The event by which it passed on to the one before. */
  readonly at: number;
  readonly parts: readonly Part[];
};

/** What a chain ends with. */
export type End =
  /** The last goroutine simply ran, all the time. */
  | 'ran'
  /** It was runnable when the delay began. */
  | 'runnable'
  /** It was in a system call. */
  | 'call'
  | 'timer'
  | 'network'
  | 'signal'
  | 'collector'
  /** The runtime released it, for itself. */
  | 'runtime'
  /** Others had their turns on the P, since the delay began or nearly so. */
  | 'turns'
  /** The P had no other goroutine to run: it had still to be woken, or did something else. */
  | 'idle'
  /** The last goroutine was there when the log began, or was started by nobody. */
  | 'begin'
  /** Nobody has released it so far. */
  | 'open'
  /** Nobody released it until the run's end. */
  | 'never'
  /** The chain is too long. */
  | 'cut';

/** A delay and its cause. */
export type Chain = {
  readonly g: number;
  /** Events: the delay's first, and the one that ended it (the log's last, if none did). */
  readonly from: number;
  readonly to: number;
  readonly ns: number;
  readonly links: readonly Link[];
  readonly end: End;
};

/** A chain has at most so many stretches. */
const most = 1000;

/**
 * The chain of the delay in which goroutine g is at event seq, or of the last
 * one before if it runs then: of waiting and being runnable after it the
 * longer one. Undefined if there is none.
 */
export function chainAt(log: Log, lives: Lives, g: number, seq: number): Chain | undefined {
  const life = lives.all[g];
  if (life === undefined) return undefined;
  const now = life.starts.lastUpTo(seq);
  let i = now;
  while (i >= 0 && isRunning(life, i)) i--;
  if (i < 0) return undefined;
  const before = i - 1;
  if (i < now && before >= 0 && !isRunning(life, before) && lasts(log, life, before) > lasts(log, life, i))
    i = before;
  return new Walk(log, lives, life, i).chain();
}

/** Says whether nothing delays the goroutine in span i of its life. */
function isRunning(life: Life, i: number): boolean {
  const look = life.looks.at(i);
  return look === Look.Running || look === Look.None;
}

function lasts(log: Log, life: Life, i: number): number {
  const to = i + 1 < life.starts.length ? life.starts.at(i + 1) : log.count - 1;
  return atFloat(log.t, to) - atFloat(log.t, life.starts.at(i));
}

/** The walk back from one delay. */
class Walk {
  private readonly log: Log;
  private readonly lives: Lives;
  private readonly life: Life;
  private readonly i: number;
  /** The delay's first event: what was before is no part of it. */
  private readonly floor: number;
  private readonly links: Link[] = [];
  private left = most;

  constructor(log: Log, lives: Lives, life: Life, i: number) {
    this.log = log;
    this.lives = lives;
    this.life = life;
    this.i = i;
    this.floor = life.starts.at(i);
  }

  chain(): Chain {
    const { log, life, i, floor } = this;
    const ended = i + 1 < life.starts.length;
    const to = ended ? life.starts.at(i + 1) : log.count - 1;
    const parts: Part[] = [];
    this.links.push({ g: life.g, how: 'delayed', at: to, parts });
    const look = life.looks.at(i);
    let end: End;
    if (look === Look.Runnable) {
      parts.push(this.part(life, i, to, undefined, false));
      end = ended ? this.occupied(at8(log.p, to), to) : this.unfinished;
    } else if (look === Look.Call) {
      parts.push(this.part(life, i, to, undefined, true));
      end = 'call';
    } else {
      const next = this.waited(life, i, to, parts);
      end = next === undefined ? (parts[0]?.end ?? this.unfinished) : this.follow(next);
    }
    return {
      g: life.g,
      from: floor,
      to,
      ns: atFloat(log.t, to) - atFloat(log.t, floor),
      links: this.links,
      end,
    };
  }

  private get unfinished(): End {
    return over(this.log) ? 'never' : 'open';
  }

  /** Span i of life up to event to, as far as it belongs to the delay. */
  private part(life: Life, i: number, to: number, end: End | undefined, counts: boolean): Part {
    const { log, floor } = this;
    const from = life.starts.at(i);
    const look = life.looks.at(i);
    const ns = atFloat(log.t, to) - atFloat(log.t, Math.max(from, floor));
    const reason = acts(look) ? 0 : atSigned(log.n, from);
    this.left--;
    return { g: life.g, look, from, to, ns, reason, end, counts };
  }

  /** Adds that life waited in span i, which event to ended; returns who did, if it was a goroutine. */
  private waited(life: Life, i: number, to: number, parts: Part[]): Next | undefined {
    const { log } = this;
    const released = i + 1 < life.starts.length && at8(log.kind, to) === Kind.GoReady;
    const by = released ? at32(log.g, to) : 0;
    const end = released ? endOf(atSigned(log.n, life.starts.at(i)), by) : this.unfinished;
    parts.push(this.part(life, i, to, end, end !== undefined));
    return end === undefined ? { g: by, how: 'released', at: to } : undefined;
  }

  /** Walks back from one goroutine to the next, each of which passed on to the one before. */
  private follow(first: Next): End {
    for (let next = first; ;) {
      const parts: Part[] = [];
      this.links.push({ ...next, parts });
      const came = this.along(next, parts);
      if (typeof came === 'string') return came;
      next = came;
    }
  }

  /** Walks back along one goroutine, until the delay's begin or who let it go on. */
  private along({ g, at: last }: Next, parts: Part[]): Next | End {
    const { log, floor } = this;
    const life = this.lives.of(g);
    let to = last;
    for (let i = life.starts.lastUpTo(last); i >= 0; i--) {
      if (this.left === 0) return 'cut';
      const look = life.looks.at(i);
      const from = life.starts.at(i);
      if (acts(look)) {
        parts.push(this.part(life, i, to, undefined, true));
        if (from <= floor) return look === Look.Running ? 'ran' : look === Look.Call ? 'call' : 'runnable';
      } else {
        const next = this.waited(life, i, to, parts);
        if (next !== undefined) return next;
        if (from <= floor) return parts.at(-1)?.end ?? 'begin';
      }
      to = from;
    }
    const by = at32(log.g, to);
    if (by !== 0) return { g: by, how: 'started', at: to };
    return at32(log.obj, to) === 0 ? 'begin' : 'timer';
  }

  /** Walks back along P p, on which a goroutine came to run only with event seq. */
  private occupied(p: number, seq: number): End {
    const { log, floor } = this;
    for (let to = seq; ;) {
      const left = leftBefore(log, to, p);
      if (left === undefined || left <= floor) return this.links.length > 1 ? 'turns' : 'idle';
      if (this.left === 0) return 'cut';
      const life = this.lives.of(
        at8(log.kind, left) === Kind.Retake ? at32(log.peer, left) : at32(log.g, left),
      );
      const i = life.starts.lastUpTo(left - 1);
      if (i < 0) return 'idle';
      this.links.push({
        g: life.g,
        how: 'ran',
        at: left,
        parts: [this.part(life, i, left, undefined, true)],
      });
      to = life.starts.at(i);
      if (to <= floor) return life.looks.at(i) === Look.Call ? 'call' : 'ran';
    }
  }
}

type Next = { readonly g: number; readonly how: How; readonly at: number };

/** Says whether who looks so does not wait. */
function acts(look: number): boolean {
  return look === Look.Running || look === Look.Runnable || look === Look.Call;
}

/** What ended a wait for this reason, if that is no goroutine of which the way goes on. */
function endOf(reason: number, by: number): End | undefined {
  if (reason === Reason.AssistWait || reason === Reason.GCWait) return 'collector';
  if (by !== 0) return undefined;
  switch (reason) {
    case Reason.NetWait:
      return 'network';
    case Reason.SignalWait:
      return 'signal';
    case Reason.SleepWait:
    case Reason.RecvWait: // what a timer sends, nobody sends
    case Reason.SelectPark:
      return 'timer';
    default:
      return 'runtime';
  }
}
