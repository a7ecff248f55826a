/**
 * The contexts of a run: which is derived from which, what cancels them, and
 * which goroutines listen. One pass over the log; the state at any position
 * is found in what the pass kept.
 */
import { at32, at8, atSigned } from '../event/check';
import { CtxKind, Kind, Reason } from '../event.gen';
import type { Log } from '../event/log';
import { Numbers } from './growing';

/** A goroutine that asks a context (Done, Err, Cause) or waits on its Done. */
export type Listener = {
  readonly g: number;
  /** The event by which it first did so. */
  readonly since: number;
  /** The event by which it learned of the cancellation; undefined if it has not. */
  heard: number | undefined;
};

/** How a context was cancelled: by whom, because of which one above it (0: it was itself), and why. */
export type Cancel = {
  readonly seq: number;
  readonly g: number;
  readonly by: number;
  readonly cause: number;
  /** The last event by which something is cancelled because of it. */
  lastBelow: number;
};

/** A goroutine that the deriver started, and when. */
export type Started = { readonly g: number; readonly seq: number };

/** A context. */
export type Context = {
  readonly id: number;
  readonly kind: number;
  /** The context from which it is derived; 0 if that is not known. */
  readonly parent: number;
  /** Its deadline, or key and value. */
  readonly val: number;
  readonly made: number;
  /** Who derived it. */
  readonly g: number;
  /** In the order in which they were made. */
  readonly children: Context[];
  /** The channel of its Done; 0 before that is made. */
  done: number;
  cancel: Cancel | undefined;
  readonly listeners: Map<number, Listener>;
  /**
   * The goroutines that the deriver started while this was the last context
   * that it had derived and that was not cancelled: those that, as far as can
   * be inferred, were given it.
   */
  readonly started: Started[];
};

/** How a context stands at some position of the log. */
export type Standing = 'live' | 'self' | 'above' | 'leaked';

/** The contexts of one log. */
export class Contexts {
  /** The kinds of events that take looks at. */
  static readonly kinds: readonly Kind[] = [
    Kind.CtxMake,
    Kind.CtxDone,
    Kind.CtxAsk,
    Kind.CtxCancel,
    Kind.GoCreate,
    Kind.GoPark,
    Kind.SelectWait,
    Kind.ChanRecvClosed,
  ];
  /** In the order in which they were made. */
  readonly all: Context[] = [];
  private readonly log: Log;
  private readonly made = new Numbers();
  private readonly byId = new Map<number, Context>();
  private readonly byDone = new Map<number, Context>();
  /** The events that cancel a context by itself, and those contexts. */
  private readonly cancels = new Numbers();
  private readonly cancelled: Context[] = [];
  /** By goroutine, the contexts that it derived, the last one at the end. */
  private readonly derived = new Map<number, Context[]>();
  /** By goroutine, the event by which it first asked any context. */
  private readonly asked = new Map<number, number>();

  constructor(log: Log) {
    this.log = log;
  }

  of(id: number): Context | undefined {
    return this.byId.get(id);
  }

  /** How many contexts there are at position pos. */
  countAt(pos: number): number {
    return this.made.lastUpTo(pos - 1) + 1;
  }

  /** The children of c at position pos: the first so many. */
  childrenAt(c: Context, pos: number): number {
    let lo = 0;
    let hi = c.children.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if ((c.children[mid]?.made ?? 0) < pos) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }

  /** How c is cancelled at position pos: itself or, where it only carries a value, what it is derived from. */
  cancelAt(c: Context, pos: number): Cancel | undefined {
    let each: Context | undefined = c;
    while (each?.kind === CtxKind.WithValue) each = this.byId.get(each.parent);
    const cancel = each?.cancel;
    return cancel !== undefined && cancel.seq < pos ? cancel : undefined;
  }

  /** How c stands at position pos; over says that the run is over there. */
  standing(c: Context, pos: number, over: boolean): Standing {
    const cancel = this.cancelAt(c, pos);
    if (cancel !== undefined) return cancel.by === 0 && c.kind !== CtxKind.WithValue ? 'self' : 'above';
    return over && (c.kind === CtxKind.WithCancel || c.kind === CtxKind.WithDeadline) ? 'leaked' : 'live';
  }

  /** The cancellation that is under way at position pos: its own event or one of those below is the last. */
  flowing(pos: number): Context | undefined {
    const c = this.cancelled[this.cancels.lastUpTo(pos - 1)];
    return c?.cancel !== undefined && pos <= c.cancel.lastBelow + 1 ? c : undefined;
  }

  /** Who listens to c at position pos. */
  listenersAt(c: Context, pos: number): readonly Listener[] {
    const out: Listener[] = [];
    for (const l of c.listeners.values()) if (l.since < pos) out.push(l);
    return out;
  }

  /**
   * Who did not listen at position pos, after c was cancelled: goroutines that
   * were started with it, were alive when it was cancelled (died says when
   * each ended) and have asked no context at all.
   */
  deafAt(c: Context, pos: number, died: (g: number) => number | undefined): readonly number[] {
    const { cancel } = c;
    if (cancel === undefined || cancel.seq >= pos) return [];
    const out: number[] = [];
    for (const { g, seq } of c.started) {
      if (seq > cancel.seq) break;
      const end = died(g);
      const alive = end === undefined || end > cancel.seq;
      if (alive && (this.asked.get(g) ?? pos) >= pos) out.push(g);
    }
    return out;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    const { log } = this;
    const g = at32(log.g, seq);
    const obj = at32(log.obj, seq);
    switch (at8(log.kind, seq)) {
      case Kind.CtxMake:
        return this.make(seq, obj, g);
      case Kind.CtxDone:
        return this.link(obj, at32(log.peer, seq));
      case Kind.CtxAsk:
        return this.listen(this.byId.get(obj), g, seq, atSigned(log.n, seq) === 1);
      case Kind.CtxCancel:
        return this.cancel(seq, obj, g);
      case Kind.GoCreate:
        return this.start(seq, g, at32(log.peer, seq));
      case Kind.GoPark:
        if (atSigned(log.n, seq) === Reason.RecvWait) this.listen(this.byDone.get(obj), g, seq, false);
        return;
      case Kind.SelectWait:
        return this.listen(this.byDone.get(obj), g, seq, false);
      case Kind.ChanRecvClosed:
        return this.listen(this.byDone.get(obj), g, seq, true);
    }
  }

  private make(seq: number, id: number, g: number): void {
    const { log } = this;
    const c: Context = {
      id,
      kind: atSigned(log.n, seq),
      parent: at32(log.peer, seq),
      val: at32(log.val, seq),
      made: seq,
      g,
      children: [],
      done: 0,
      cancel: undefined,
      listeners: new Map(),
      started: [],
    };
    this.all.push(c);
    this.made.push(seq);
    this.byId.set(id, c);
    this.byId.get(c.parent)?.children.push(c);
    if (c.kind !== CtxKind.WithCancel && c.kind !== CtxKind.WithDeadline) return;
    const mine = this.derived.get(g);
    if (mine === undefined) this.derived.set(g, [c]);
    else mine.push(c);
  }

  private link(id: number, channel: number): void {
    const c = this.byId.get(id);
    if (c === undefined) return;
    c.done = channel;
    this.byDone.set(channel, c);
  }

  private listen(c: Context | undefined, g: number, seq: number, heard: boolean): void {
    if (c === undefined || g === 0) return;
    if (!this.asked.has(g)) this.asked.set(g, seq);
    const known = c.listeners.get(g);
    if (known === undefined) c.listeners.set(g, { g, since: seq, heard: heard ? seq : undefined });
    else if (heard) known.heard ??= seq;
  }

  private cancel(seq: number, id: number, g: number): void {
    const c = this.byId.get(id);
    if (c === undefined) return;
    const by = at32(this.log.peer, seq);
    c.cancel = { seq, g, by, cause: at32(this.log.val, seq), lastBelow: seq };
    if (by === 0) {
      this.cancels.push(seq);
      this.cancelled.push(c);
      return;
    }
    const last = this.cancelled.at(-1)?.cancel;
    if (last !== undefined && last.g === g) last.lastBelow = seq;
  }

  /** Who starts a goroutine may have given it the last of its contexts that is not cancelled. */
  private start(seq: number, parent: number, g: number): void {
    const mine = this.derived.get(parent);
    if (mine === undefined) return;
    while (mine.at(-1)?.cancel !== undefined) mine.pop();
    mine.at(-1)?.started.push({ g, seq });
  }
}
