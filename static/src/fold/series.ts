/**
 * What of a run can be charted: counts of goroutines, lengths of queues, who
 * waits for locks, what the program measures (expvar), and how long things
 * take. One pass over the log, for as far as History has gone.
 */
import { at32, at8, atFloat, atSigned } from '../event/check';
import { Kind, Reason } from '../event.gen';
import { type Log, valueText } from '../event/log';
import type { Order } from './order';
import { Samples, Steps } from './steps';

const none = 0;
const running = 1;
const runnable = 2;
const blocked = 3;

/** The series of one log. */
export class Series {
  /** Goroutines by state, and all that are not over. */
  readonly running = new Steps();
  readonly runnable = new Steps();
  readonly blocked = new Steps();
  readonly alive = new Steps();
  /** By channel: the values in it and the goroutines that wait to send. */
  readonly queues = new Map<number, Steps>();
  /** By lock: the goroutines that wait for it. */
  readonly locks = new Map<number, Steps>();
  /** By metric. */
  readonly metrics = new Map<number, Steps>();
  /** From send to receive. */
  readonly inChannel = new Samples();
  /** From runnable to running. */
  readonly untilRun = new Samples();
  /** By the type of a task. */
  readonly tasks = new Map<string, Samples>();
  readonly regions = new Map<string, Samples>();
  /** How many events were taken in. */
  done = 0;
  private readonly log: Log;
  private readonly order: Order;
  private readonly states: number[] = [];
  private readonly ready: number[] = [];
  /** By goroutine, the channels on which it waits to send, and the lock for which it waits. */
  private readonly sending = new Map<number, number[]>();
  private readonly locking = new Map<number, number>();
  private readonly lengths = new Map<number, number>();
  private readonly waiting = new Map<number, number>();
  private readonly begun = new Map<number, number>();
  private readonly inside = new Map<number, number[]>();

  constructor(log: Log, order: Order) {
    this.log = log;
    this.order = order;
  }

  /** Continues with up to n more events. */
  extend(n: number): void {
    const end = Math.min(this.order.causes.length, this.done + n);
    for (; this.done < end; this.done++) this.take(this.done);
  }

  private take(seq: number): void {
    const { log } = this;
    const g = at32(log.g, seq);
    const peer = at32(log.peer, seq);
    const obj = at32(log.obj, seq);
    const n = atSigned(log.n, seq);
    switch (at8(log.kind, seq)) {
      case Kind.GoCreate:
        return this.become(seq, peer, n === 0 ? runnable : blocked);
      case Kind.GoStart:
        return this.become(seq, g, running);
      case Kind.GoPark:
        this.become(seq, g, blocked);
        if (obj === 0) return; // a real run may not say for what
        if (n === Reason.SendWait) this.queueUp(seq, g, obj);
        else if (n === Reason.MutexWait || n === Reason.RLockWait) this.lockUp(seq, g, obj);
        return;
      case Kind.GoReady:
        this.become(seq, peer, runnable);
        return this.leave(seq, peer);
      case Kind.GoYield:
        return this.become(seq, g, runnable);
      case Kind.GoEnd:
        return this.become(seq, g, none);
      case Kind.SysExit:
        if (n === 0) this.become(seq, g, runnable);
        return;
      case Kind.ChanMake:
      case Kind.ChanSend:
      case Kind.ChanRecv:
      case Kind.SelectWait:
      case Kind.ChanReceived:
        return this.channel(seq, at8(log.kind, seq));
      case Kind.Metric:
        return entry(this.metrics, obj, newSteps).push(
          seq,
          atFloat(log.t, seq),
          Number(valueText(log, at32(log.val, seq))),
        );
      case Kind.TaskBegin:
      case Kind.TaskEnd:
      case Kind.RegionBegin:
      case Kind.RegionEnd:
        return this.annotation(seq, at8(log.kind, seq));
    }
  }

  private become(seq: number, g: number, state: number): void {
    const t = atFloat(this.log.t, seq);
    const was = this.states[g] ?? none;
    if (was === state) return;
    this.states[g] = state;
    this.count(was, seq, t, -1);
    this.count(state, seq, t, 1);
    if (was === none) this.alive.push(seq, t, this.alive.last + 1);
    if (state === none) this.alive.push(seq, t, this.alive.last - 1);
    if (state === runnable) this.ready[g] = t;
    if (state === running && was === runnable) this.untilRun.push(seq, t - (this.ready[g] ?? t));
  }

  private count(state: number, seq: number, t: number, by: number): void {
    if (state === none) return;
    const steps = state === running ? this.running : state === runnable ? this.runnable : this.blocked;
    steps.push(seq, t, steps.last + by);
  }

  private channel(seq: number, kind: number): void {
    const { log } = this;
    const g = at32(log.g, seq);
    const peer = at32(log.peer, seq);
    const obj = at32(log.obj, seq);
    switch (kind) {
      case Kind.ChanMake:
        return this.queueIs(seq, obj, 0);
      case Kind.SelectWait:
        if (peer === 1) this.queueUp(seq, g, obj);
        return;
      case Kind.ChanReceived:
        return this.took(seq);
      case Kind.ChanRecv:
        this.took(seq);
        if (peer !== 0) this.leave(seq, peer);
    }
    this.queueIs(seq, obj, atSigned(log.n, seq));
  }

  /** A value is received whose way began with the cause of event seq. */
  private took(seq: number): void {
    const cause = this.order.causes.at(seq);
    if (cause !== 0) this.inChannel.push(seq, atFloat(this.log.t, seq) - atFloat(this.log.t, cause - 1));
  }

  private queueIs(seq: number, chan: number, length: number): void {
    this.lengths.set(chan, length);
    const steps = entry(this.queues, chan, newSteps);
    const queue = length + (this.waiting.get(chan) ?? 0);
    if (steps.seqs.length === 0 || steps.last !== queue) steps.push(seq, atFloat(this.log.t, seq), queue);
  }

  private queueUp(seq: number, g: number, chan: number): void {
    entry(this.sending, g, newList).push(chan);
    this.waits(seq, chan, 1);
  }

  private waits(seq: number, chan: number, by: number): void {
    this.waiting.set(chan, (this.waiting.get(chan) ?? 0) + by);
    this.queueIs(seq, chan, this.lengths.get(chan) ?? 0);
  }

  private lockUp(seq: number, g: number, lock: number): void {
    this.locking.set(g, lock);
    const steps = entry(this.locks, lock, newSteps);
    steps.push(seq, atFloat(this.log.t, seq), steps.last + 1);
  }

  /** g waits no longer. */
  private leave(seq: number, g: number): void {
    const chans = this.sending.get(g);
    if (chans !== undefined) {
      this.sending.delete(g);
      for (const chan of chans) this.waits(seq, chan, -1);
    }
    const lock = this.locking.get(g);
    if (lock === undefined) return;
    this.locking.delete(g);
    const steps = entry(this.locks, lock, newSteps);
    steps.push(seq, atFloat(this.log.t, seq), steps.last - 1);
  }

  private annotation(seq: number, kind: number): void {
    const { log } = this;
    const g = at32(log.g, seq);
    const obj = at32(log.obj, seq);
    const spans = kind === Kind.TaskBegin || kind === Kind.TaskEnd ? this.tasks : this.regions;
    let began: number | undefined;
    switch (kind) {
      case Kind.TaskBegin:
        this.begun.set(obj, seq);
        return;
      case Kind.RegionBegin:
        entry(this.inside, g, newList).push(seq);
        return;
      case Kind.TaskEnd:
        began = this.begun.get(obj);
        this.begun.delete(obj);
        break;
      case Kind.RegionEnd:
        began = this.inside.get(g)?.pop();
    }
    if (began === undefined) return;
    const type = valueText(log, at32(log.val, began));
    entry(spans, type, () => new Samples()).push(seq, atFloat(log.t, seq) - atFloat(log.t, began));
  }
}

function newSteps(): Steps {
  return new Steps();
}

function newList(): number[] {
  return [];
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let v = map.get(key);
  if (v === undefined) map.set(key, (v = make()));
  return v;
}
