/**
 * Who has used what in a run, and since when: the only thing that a run tells
 * of who could release a goroutine that waits for a channel, a WaitGroup or a
 * Cond. One pass over the log, an event at a time.
 */
import { at16, at32, at8, atSigned } from '../event/check';
import { Kind, Reason } from '../event.gen';
import { type Log, valueInt } from '../event/log';
import { ById, Numbers } from './growing';

/** How a goroutine uses an object: Give releases those who wait to Take, and the other way round. */
export const Side = {
  /** Sends on or closes a channel, calls Done, signals. */
  Give: 0,
  /** Receives; calls Add with more than 0. */
  Take: 1,
} as const;
export type Side = (typeof Side)[keyof typeof Side];

/** Goroutines, each with the event by which it did so first. */
export type Users = ReadonlyMap<number, number>;

const none: Users = new Map();

/** The users of one log's objects. */
export class Parties {
  /** The kinds of events that take looks at. */
  static readonly kinds: readonly Kind[] = [
    Kind.ChanMake,
    Kind.ChanSend,
    Kind.ChanClose,
    Kind.ChanRecv,
    Kind.ChanRecvClosed,
    Kind.SelectWait,
    Kind.GoPark,
    Kind.WaitAdd,
    Kind.CondSignal,
    Kind.CondAll,
  ];
  private readonly log: Log;
  private readonly users = new ById<Map<number, number>>();
  private readonly lost = new Map<number, Numbers>();
  private readonly timed = new Set<number>();

  constructor(log: Log) {
    this.log = log;
  }

  /** Who has used this side of obj in the whole run; nobody (0) is a timer. */
  of(obj: number, side: Side): Users {
    return this.users.get(2 * obj + side) ?? none;
  }

  /** The last Signal or Broadcast of Cond obj before event seq that woke nobody. */
  lostSignal(obj: number, seq: number): number | undefined {
    const all = this.lost.get(obj);
    const i = all?.lastUpTo(seq - 1) ?? -1;
    return all === undefined || i < 0 ? undefined : all.at(i);
  }

  /** Says whether obj is a timer's channel. */
  isTimers(obj: number): boolean {
    return this.timed.has(obj);
  }

  /** The site where obj was made or first used. */
  madeAt(obj: number): number {
    return this.log.objects.get(obj)?.site ?? 0;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    const { log } = this;
    const g = at32(log.g, seq);
    const obj = at32(log.obj, seq);
    const n = atSigned(log.n, seq);
    switch (at8(log.kind, seq)) {
      case Kind.ChanMake:
        // What nobody made at a known place is a timer's, told of when it is first used.
        if (g === 0 && at16(log.site, seq) !== 0) this.timed.add(obj);
        return;
      case Kind.ChanSend:
      case Kind.ChanClose:
        return this.note(obj, Side.Give, g, seq);
      case Kind.ChanRecv:
      case Kind.ChanRecvClosed:
        return this.note(obj, Side.Take, g, seq);
      case Kind.SelectWait:
        return this.note(obj, at32(log.peer, seq) === 1 ? Side.Give : Side.Take, g, seq);
      case Kind.GoPark:
        if (n === Reason.SendWait) this.note(obj, Side.Give, g, seq);
        else if (n === Reason.RecvWait) this.note(obj, Side.Take, g, seq);
        return;
      case Kind.WaitAdd:
        return this.note(obj, (valueInt(at32(log.val, seq)) ?? 1) < 0 ? Side.Give : Side.Take, g, seq);
      case Kind.CondSignal:
      case Kind.CondAll:
        this.note(obj, Side.Give, g, seq);
        if (n === 0) this.lose(obj, seq);
        return;
    }
  }

  private note(obj: number, side: Side, g: number, seq: number): void {
    const key = 2 * obj + side;
    let users = this.users.get(key);
    if (users === undefined) this.users.set(key, (users = new Map()));
    if (!users.has(g)) users.set(g, seq);
  }

  private lose(obj: number, seq: number): void {
    let all = this.lost.get(obj);
    if (all === undefined) this.lost.set(obj, (all = new Numbers()));
    all.push(seq);
  }
}
