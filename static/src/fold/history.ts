/**
 * What pictures of a whole run need, each in its own file: the goroutines'
 * lives, the order of events, who uses what, the ways of values, the machine
 * below the goroutines, annotations, and what was printed.
 * One pass over the log, continued as it grows.
 */
import { at } from '../event/check';
import { Kind, Reason } from '../event.gen';
import type { Log } from '../event/log';
import { Contexts } from './contexts';
import { Flow } from './flow';
import { Numbers } from './growing';
import { Heat } from './heat';
import { Lives } from './lives';
import { Margin } from './margin';
import { Memory } from './memory';
import { Machine } from './machine';
import { Notes } from './notes';
import { Order } from './order';
import { Parties } from './parties';
import { Pyramids } from './pyramid';
import { Refusals } from './refusals';
import { Uses } from './uses';

/** The history of one log; `extend` continues it. */
export class History {
  readonly lives: Lives;
  readonly order: Order;
  readonly uses: Uses;
  readonly heat: Heat;
  readonly parties: Parties;
  readonly contexts: Contexts;
  readonly memory: Memory;
  readonly flow: Flow;
  readonly machine: Machine;
  readonly notes: Notes;
  readonly refusals: Refusals;
  readonly margin: Margin;
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

  constructor(log: Log) {
    this.log = log;
    this.lives = new Lives(log);
    this.order = new Order(log);
    this.uses = new Uses(log);
    this.heat = new Heat(log);
    this.parties = new Parties(log);
    this.contexts = new Contexts(log);
    this.memory = new Memory(log);
    this.flow = new Flow(log);
    this.machine = new Machine(log);
    this.notes = new Notes(log);
    this.refusals = new Refusals(log);
    this.margin = new Margin(log);
    this.pyramids = new Pyramids(log);
  }

  /** Continues with up to n more events. */
  extend(n: number): void {
    const end = Math.min(this.log.count, this.done + n);
    for (; this.done < end; this.done++) {
      this.lives.take(this.done);
      this.order.take(this.done);
      this.uses.take(this.done);
      this.heat.take(this.done);
      this.parties.take(this.done);
      this.contexts.take(this.done);
      this.memory.take(this.done);
      this.flow.take(this.done);
      this.machine.take(this.done);
      this.notes.take(this.done);
      this.refusals.take(this.done);
      this.margin.take(this.done);
      this.take(this.done);
    }
  }

  private take(seq: number): void {
    const { log } = this;
    switch (at(log.kind, seq)) {
      case Kind.GoPark:
        this.listens ||= at(log.n, seq) === Reason.SignalWait;
        return;
      case Kind.Output:
        this.outputs.push(seq);
        return;
      case Kind.ChanMake:
        this.caps.set(at(log.obj, seq), at(log.n, seq));
        return;
    }
  }
}
