/**
 * For each goroutine the spans of its life: when it ran, could run, and
 * waited. One pass over the log, an event at a time.
 */
import { at16, at32, at8, atSigned, must } from '../event/check';
import { Kind } from '../event.gen';
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
  /** The go statement's site. */
  readonly bornAt: number;
  readonly starts: Numbers;
  readonly looks: Numbers;
  ended: number | undefined;
};

/** The lives of one log's goroutines. */
export class Lives {
  /** By number; 0 is nobody. */
  readonly all: (Life | undefined)[] = [undefined];
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  /** Goroutine g's life. */
  of(g: number): Life {
    return must(this.all[g], `life of G${g}`);
  }

  /** Takes event seq in. */
  take(seq: number): void {
    const { log } = this;
    const g = at32(log.g, seq);
    const n = atSigned(log.n, seq);
    switch (at8(log.kind, seq)) {
      case Kind.GoCreate:
        this.create(at32(log.peer, seq), g, seq);
        return;
      case Kind.GoStart:
        this.span(g, seq, Look.Running);
        return;
      case Kind.GoPark:
        this.span(g, seq, lookOf(n));
        return;
      case Kind.GoReady:
        this.span(at32(log.peer, seq), seq, Look.Runnable);
        return;
      case Kind.GoYield:
        this.span(g, seq, Look.Runnable);
        return;
      case Kind.SysExit:
        if (n === 0) this.span(g, seq, Look.Runnable);
        return;
      case Kind.GoEnd:
        this.span(g, seq, Look.None);
        this.of(g).ended = seq;
        return;
    }
  }

  private create(g: number, parent: number, seq: number): void {
    const { log } = this;
    const name = valueText(log, at32(log.val, seq));
    const n = atSigned(log.n, seq); // the reason for which it is parked at first
    const bornAt = at16(log.site, seq);
    this.all[g] = { g, name, parent, bornAt, starts: new Numbers(), looks: new Numbers(), ended: undefined };
    this.span(g, seq, n === 0 ? Look.Runnable : lookOf(n));
  }

  private span(g: number, seq: number, look: Look): void {
    const life = this.of(g);
    life.starts.push(seq);
    life.looks.push(look);
  }
}
