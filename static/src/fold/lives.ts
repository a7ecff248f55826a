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
  /** In a system call. */
  Call: 8,
} as const;
export type Look = (typeof Look)[keyof typeof Look];

/** The looks' names in messages and class names, by number. */
export const lookNames = [
  'none',
  'running',
  'runnable',
  'send',
  'recv',
  'select',
  'lock',
  'sleep',
  'call',
] as const;

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
  Look.Lock,
  Look.Recv,
  Look.Lock,
  Look.Sleep,
  Look.Lock,
  Look.Sleep,
];

/** How a goroutine that is parked for this reason looks. */
export function lookOf(reason: number): Look {
  return must(reasonLooks[reason], `look of reason ${reason}`);
}

/** A goroutine's life: span i begins with event starts[i] and lasts to the next one's. */
export type Life = {
  readonly g: number;
  name: string;
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
  private known = 0;
  /** How many names came after the goroutines that have them. */
  named = 0;

  constructor(log: Log) {
    this.log = log;
  }

  /** Goroutine g's life. */
  of(g: number): Life {
    return must(this.all[g], `life of G${g}`);
  }

  /** How many goroutines there are. */
  get count(): number {
    return this.known;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    const { log } = this;
    const kind = at8(log.kind, seq);
    if (kind === Kind.GoName) {
      this.of(at32(log.peer, seq)).name = valueText(log, at32(log.val, seq));
      this.named++;
    }
    const g = moved(log, seq);
    if (g === 0) return;
    if (kind === Kind.GoCreate) this.create(g, at32(log.g, seq), seq);
    const life = this.of(g);
    life.starts.push(seq);
    life.looks.push(lookAfter(log, seq));
    if (kind === Kind.GoEnd) life.ended = seq;
  }

  private create(g: number, parent: number, seq: number): void {
    const { log } = this;
    const name = valueText(log, at32(log.val, seq));
    const bornAt = at16(log.site, seq);
    if (this.all[g] === undefined) this.known++;
    this.all[g] = { g, name, parent, bornAt, starts: new Numbers(), looks: new Numbers(), ended: undefined };
  }
}

/** The goroutine that looks different from event seq on; 0 if none does. */
export function moved(log: Log, seq: number): number {
  switch (at8(log.kind, seq)) {
    case Kind.GoCreate:
    case Kind.GoReady:
      return at32(log.peer, seq);
    case Kind.GoStart:
    case Kind.GoPark:
    case Kind.GoYield:
    case Kind.GoEnd:
    case Kind.SysEnter:
    case Kind.SysExit:
      return at32(log.g, seq);
    default:
      return 0;
  }
}

/** How the goroutine that event seq moved looks after it. */
export function lookAfter(log: Log, seq: number): Look {
  const n = atSigned(log.n, seq);
  switch (at8(log.kind, seq)) {
    case Kind.GoCreate: // it may be parked from the first
    case Kind.GoPark:
      return n === 0 ? Look.Runnable : lookOf(n);
    case Kind.GoStart:
      return Look.Running;
    case Kind.SysEnter:
      return Look.Call;
    case Kind.SysExit:
      return n === 0 ? Look.Runnable : Look.Running;
    case Kind.GoEnd:
      return Look.None;
    default:
      return Look.Runnable;
  }
}
