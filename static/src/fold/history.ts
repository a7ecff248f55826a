/**
 * What pictures of a whole run need: for each goroutine the spans of its
 * life, for each event the one that made it possible, what each go
 * statement's goroutines do with which channel, and what was printed.
 * One pass over the log, continued as it grows.
 */
import { at, must } from '../event/check';
import { Kind, Reason } from '../event.gen';
import { type Log, valueText } from '../event/log';
import { Numbers } from './growing';

/** What a goroutine does during a span, as the eye tells it apart. */
export const Look = {
  None: 0,
  Running: 1,
  Runnable: 2,
  Send: 3,
  Recv: 4,
  Select: 5,
  Lock: 6,
  Sleep: 7,
} as const;
export type Look = (typeof Look)[keyof typeof Look];

/** The looks' names in messages and class names, by number. */
export const lookNames = ['none', 'running', 'runnable', 'send', 'recv', 'select', 'lock', 'sleep'] as const;

const reasonLooks: readonly Look[] = [
  Look.None,
  Look.Recv,
  Look.Send,
  Look.Select,
  Look.Select,
  Look.Recv,
  Look.Send,
  Look.Lock,
  Look.Lock,
  Look.Lock,
  Look.Lock,
  Look.Sleep,
  Look.Lock,
  Look.Sleep,
  Look.Recv,
  Look.Lock,
  Look.Lock,
];

/** How a goroutine that is parked for this reason looks. */
export function lookOf(reason: number): Look {
  return must(reasonLooks[reason], `look of reason ${reason}`);
}

/** A goroutine's life: span i begins with event starts[i] and lasts to the next one's. */
export type Life = {
  readonly g: number;
  readonly name: string;
  readonly parent: number;
  readonly starts: Numbers;
  readonly looks: Numbers;
  ended: number | undefined;
};

/** What the goroutines of one go statement do with one channel. */
export type Use = {
  received: number;
  sent: number;
  readonly receivers: Set<number>;
  readonly senders: Set<number>;
};

/** The goroutines of one go statement and the channels that they use. */
export type Group = { readonly site: number; readonly members: number[]; readonly uses: Map<number, Use> };

/** The history of one log; `extend` continues it. */
export class History {
  readonly lives: (Life | undefined)[] = [undefined];
  readonly groups = new Map<number, Group>();
  readonly outputs = new Numbers();
  /** The program has asked os/signal for signals. */
  listens = false;
  /** The capacity of each channel. */
  readonly caps = new Map<number, number>();
  /** 1 + the event that made event i possible in another goroutine (or 0). */
  readonly causes = new Numbers();
  done = 0;
  private readonly log: Log;
  private readonly home: number[] = [0];
  private readonly sends = new Map<number, number[]>();
  /** By goroutine, 1 + the event that: released it, parked it, sent to it. */
  private readonly released: number[] = [0];
  private readonly parked: number[] = [0];
  private readonly sentTo: number[] = [0];

  constructor(log: Log) {
    this.log = log;
  }

  /** Continues with up to n more events. */
  extend(n: number): void {
    const end = Math.min(this.log.count, this.done + n);
    for (; this.done < end; this.done++) this.causes.push(this.step(this.done));
  }

  /** Goroutine g's life. */
  life(g: number): Life {
    return must(this.lives[g], `life of G${g}`);
  }

  /** Takes event seq in; returns 1 + its cause, or 0. */
  private step(seq: number): number {
    const { log } = this;
    const g = at(log.g, seq);
    const peer = at(log.peer, seq);
    switch (at(log.kind, seq)) {
      case Kind.GoCreate:
        this.create(peer, g, seq);
        return 0;
      case Kind.GoStart:
        this.span(g, seq, Look.Running);
        return at(this.released, g);
      case Kind.GoPark:
        this.span(g, seq, lookOf(at(log.n, seq)));
        this.parked[g] = seq + 1;
        this.listens ||= at(log.n, seq) === Reason.SignalWait;
        if (at(log.n, seq) === Reason.RecvWait) this.use(g, at(log.obj, seq)).receivers.add(g);
        return 0;
      case Kind.GoReady:
        this.span(peer, seq, Look.Runnable);
        this.released[peer] = seq + 1;
        return 0;
      case Kind.GoYield:
        this.span(g, seq, Look.Runnable);
        this.released[g] = 0;
        return 0;
      case Kind.SysExit:
        if (at(log.n, seq) === 0) this.span(g, seq, Look.Runnable);
        return 0;
      case Kind.GoEnd:
        this.span(g, seq, Look.None);
        this.life(g).ended = seq;
        return 0;
      case Kind.Output:
        this.outputs.push(seq);
        return 0;
      case Kind.ChanMake:
        this.caps.set(at(log.obj, seq), at(log.n, seq));
        return 0;
      case Kind.ChanSend:
      case Kind.ChanRecv:
      case Kind.ChanReceived:
        return this.channel(seq, g, peer, at(log.obj, seq));
      default:
        return 0; // no part in any of this
    }
  }

  private create(g: number, parent: number, seq: number): void {
    const site = at(this.log.site, seq);
    const name = valueText(this.log, at(this.log.val, seq));
    const n = at(this.log.n, seq); // the reason for which it is parked at first
    this.lives[g] = { g, name, parent, starts: new Numbers(), looks: new Numbers(), ended: undefined };
    this.home[g] = site;
    this.released[g] = seq + 1;
    this.parked[g] = n === 0 ? 0 : seq + 1;
    this.sentTo[g] = 0;
    this.group(site).members.push(g);
    this.span(g, seq, n === 0 ? Look.Runnable : lookOf(n));
  }

  private span(g: number, seq: number, look: Look): void {
    const life = this.life(g);
    life.starts.push(seq);
    life.looks.push(look);
  }

  private channel(seq: number, g: number, peer: number, obj: number): number {
    const kind = at(this.log.kind, seq);
    if (kind === Kind.ChanReceived) {
      this.count(g, obj, 'received');
      return at(this.sentTo, g);
    }
    const sends = this.queue(obj);
    if (kind === Kind.ChanSend) {
      this.count(g, obj, 'sent');
      if (peer === 0) sends.push(seq + 1);
      else this.sentTo[peer] = seq + 1;
      return 0;
    }
    this.count(g, obj, 'received');
    if (peer !== 0) {
      this.count(peer, obj, 'sent');
      sends.push(at(this.parked, peer));
    }
    return sends.shift() ?? 0;
  }

  private count(g: number, obj: number, what: 'sent' | 'received'): void {
    if (g === 0) return;
    const use = this.use(g, obj);
    use[what]++;
    (what === 'sent' ? use.senders : use.receivers).add(g);
  }

  private queue(obj: number): number[] {
    let q = this.sends.get(obj);
    if (q === undefined) this.sends.set(obj, (q = []));
    return q;
  }

  private group(site: number): Group {
    let group = this.groups.get(site);
    if (group === undefined) this.groups.set(site, (group = { site, members: [], uses: new Map() }));
    return group;
  }

  private use(g: number, obj: number): Use {
    const { uses } = this.group(must(this.home[g], `go statement of G${g}`));
    let use = uses.get(obj);
    if (use === undefined) {
      uses.set(obj, (use = { received: 0, sent: 0, receivers: new Set(), senders: new Set() }));
    }
    return use;
  }
}
