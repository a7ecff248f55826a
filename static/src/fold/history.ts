/**
 * What pictures of a whole run need, each in its own file: the goroutines'
 * lives, the order of events, who uses what, the ways of values, the machine
 * below the goroutines, annotations, and what was printed.
 *
 * Each is a pass over the log, continued as it grows. Lives, arrows and what is
 * printed are taken in with the events; everything else only once somebody
 * asks, when it takes in at one go what it has missed.
 */
import { at32, at8, atSigned } from '../event/check';
import { Kind, Reason } from '../event.gen';
import type { Log } from '../event/log';
import { Contexts } from './contexts';
import { Flow } from './flow';
import { Numbers } from './growing';
import { Heat } from './heat';
import { Lives } from './lives';
import { Machine } from './machine';
import { Margin } from './margin';
import { Memory } from './memory';
import { Notes } from './notes';
import { Order } from './order';
import { Parties } from './parties';
import { Pyramids } from './pyramid';
import { Refusals } from './refusals';
import { Uses } from './uses';

/** A pass over the log. */
type Part = { take(seq: number): void };

/** What makes a part; its kinds are those of the events that it takes, all where it names none. */
type Maker<P extends Part> = { new (log: Log): P; readonly kinds?: readonly Kind[] };

/** A part that was asked for, and 1 by each kind that it takes. */
type Asked = { readonly part: Part; readonly takes: Uint8Array };

/** The history of one log; `extend` continues it. */
export class History {
  readonly lives: Lives;
  readonly order: Order;
  readonly pyramids: Pyramids;
  /** The events by which something was printed. */
  readonly outputs = new Numbers();
  /** The capacity of each channel. */
  readonly caps = new Map<number, number>();
  /** The program has asked os/signal for signals. */
  listens = false;
  /** How many events were taken in. */
  done = 0;
  private readonly log: Log;
  /** What was asked for, and is continued from then on. */
  private readonly asked = new Map<Maker<Part>, Asked>();

  constructor(log: Log) {
    this.log = log;
    this.lives = new Lives(log);
    this.order = new Order(log);
    this.pyramids = new Pyramids(log);
  }

  get uses(): Uses {
    return this.part(Uses);
  }

  get heat(): Heat {
    return this.part(Heat);
  }

  get parties(): Parties {
    return this.part(Parties);
  }

  get contexts(): Contexts {
    return this.part(Contexts);
  }

  get memory(): Memory {
    return this.part(Memory);
  }

  get flow(): Flow {
    return this.part(Flow);
  }

  get machine(): Machine {
    return this.part(Machine);
  }

  get notes(): Notes {
    return this.part(Notes);
  }

  get refusals(): Refusals {
    return this.part(Refusals);
  }

  get margin(): Margin {
    return this.part(Margin);
  }

  /** Continues with up to n more events. */
  extend(n: number): void {
    const end = Math.min(this.log.count, this.done + n);
    for (let seq = this.done; seq < end; seq++) {
      this.lives.take(seq);
      this.order.take(seq);
      this.take(seq);
    }
    for (const asked of this.asked.values()) this.give(asked, this.done, end);
    this.done = end;
  }

  /** The pass of this class, as far as the others. */
  private part<P extends Part>(make: Maker<P>): P {
    const known = this.asked.get(make)?.part;
    if (known instanceof make) return known;
    const part = new make(this.log);
    const takes = new Uint8Array(256).fill(make.kinds === undefined ? 1 : 0);
    for (const kind of make.kinds ?? []) takes[kind] = 1;
    const asked = { part, takes };
    this.give(asked, 0, this.done);
    this.asked.set(make, asked);
    return part;
  }

  /** Gives a part the events from one to before another. */
  private give({ part, takes }: Asked, from: number, to: number): void {
    const { kind } = this.log;
    for (let seq = from; seq < to; seq++) if (at8(takes, at8(kind, seq)) === 1) part.take(seq);
  }

  private take(seq: number): void {
    const { log } = this;
    switch (at8(log.kind, seq)) {
      case Kind.GoPark:
        this.listens ||= atSigned(log.n, seq) === Reason.SignalWait;
        return;
      case Kind.Output:
        this.outputs.push(seq);
        return;
      case Kind.ChanMake:
        this.caps.set(at32(log.obj, seq), atSigned(log.n, seq));
        return;
    }
  }
}
