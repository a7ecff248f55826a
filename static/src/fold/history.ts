/**
 * What pictures of a whole run need, each in its own file: the goroutines'
 * lives, the order of events, who uses what, the ways of values, the machine
 * below the goroutines, annotations, and what was printed.
 * One pass over the log, continued as it grows.
 */
import { at32, at8, atSigned } from '../event/check';
import { Kind, Reason } from '../event.gen';
import type { Log } from '../event/log';
import { Contexts } from './contexts';
import { Flow } from './flow';
import { Numbers } from './growing';
import { Heat } from './heat';
import { Lives } from './lives';
import { Memory } from './memory';
import { Machine } from './machine';
import { Notes } from './notes';
import { Order } from './order';
import { Parties } from './parties';
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
  }

  /** Continues with up to n more events. */
  extend(n: number): void {
    const { log } = this;
    const end = Math.min(log.count, this.done + n);
    for (; this.done < end; this.done++) {
      const seq = this.done;
      const kind = at8(log.kind, seq);
      this.lives.take(seq);
      this.order.take(seq);
      this.heat.take(seq);
      this.machine.take(seq);
      if (at8(forUses, kind) === 1) this.uses.take(seq);
      if (at8(forParties, kind) === 1) this.parties.take(seq);
      if (at8(forContexts, kind) === 1) this.contexts.take(seq);
      if (at8(forMemory, kind) === 1) this.memory.take(seq);
      if (at8(forFlow, kind) === 1) this.flow.take(seq);
      if (at8(forNotes, kind) === 1) this.notes.take(seq);
      if (at8(forRefusals, kind) === 1) this.refusals.take(seq);
      this.take(seq);
    }
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

// Which events a part looks at, by kind. To ask here is cheaper than to call a part that looks away.
const forUses = among(Uses.kinds);
const forParties = among(Parties.kinds);
const forContexts = among(Contexts.kinds);
const forMemory = among(Memory.kinds);
const forFlow = among(Flow.kinds);
const forNotes = among(Notes.kinds);
const forRefusals = among(Refusals.kinds);

function among(kinds: readonly Kind[]): Uint8Array {
  const column = new Uint8Array(256);
  for (const kind of kinds) column[kind] = 1;
  return column;
}
