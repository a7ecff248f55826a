/**
 * What happens before what in one run: the partial order of the Go memory
 * model, from the order of each goroutine's own events and the edges between
 * them (edges.ts). No vector clocks are kept: a question is answered by one
 * sweep back over the events from the later one, which keeps for each
 * goroutine the highest event that is known to be in the past. Edges lead
 * forward in the log, so one sweep is enough; it costs as much as there are
 * events between the two.
 */
import { at, at32, at8, must } from '../event/check';
import { Kind } from '../event.gen';
import type { Log } from '../event/log';
import { Arrows } from './arrows';
import { Edges, isLink, Mode, modeOf, originOf, several } from './edges';
import { Numbers } from './growing';
import { traced } from './kind-of-run';

/** Why one event comes before another of a different goroutine. */
export type Rule =
  | 'go'
  | 'send'
  | 'meet'
  | 'room'
  | 'close'
  | 'unlock'
  | 'runlock'
  | 'group'
  | 'once'
  | 'cond'
  | 'atomic'
  | 'timer'
  | 'fire'
  | 'pull'
  | 'release'
  | 'bubble';

/** One edge of a path. */
export type Step = { readonly from: number; readonly to: number; readonly rule: Rule };

/** How two events lie to each other: path leads from the earlier to the later, through the edges between goroutines. */
export type Relation =
  | { readonly kind: 'before' | 'after'; readonly path: readonly Step[] }
  | { readonly kind: 'same' | 'concurrent' };

/** A part of the order: says which events belong to it. */
export type Cone = { readonly has: (seq: number) => boolean };

/** The order of one log's events. */
export class Order {
  private readonly arrows: Arrows;
  private readonly edges: Edges;
  private readonly log: Log;
  private done = 0;

  constructor(log: Log) {
    this.log = log;
    this.arrows = new Arrows(log);
    this.edges = new Edges(log);
  }

  /** 1 + the event that made event i possible in another goroutine (or 0): arrows, no order. */
  get causes(): Numbers {
    return this.arrows.causes;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    this.arrows.take(seq);
    this.edges.take(seq);
    this.done = seq + 1;
  }

  /** How events a and b lie to each other. */
  relation(a: number, b: number): Relation {
    if (a === b) return { kind: 'same' };
    const kind = a < b ? 'before' : 'after';
    const early = Math.min(a, b);
    const late = Math.max(a, b);
    const trail = new Trail();
    const past = this.sweep(late, early, trail, early);
    if (!past.has(early)) return { kind: 'concurrent' };
    return { kind, path: this.path(trail, early) };
  }

  /** Says whether event a happens before event b. */
  before(a: number, b: number): boolean {
    return a < b && this.sweep(b, a, undefined, a).has(a);
  }

  /** All that happens before event seq, from event from on, and seq itself. */
  past(seq: number, from = 0): Cone {
    return this.sweep(seq, from, undefined, -1);
  }

  /** All that event seq happens before, up to event to, and seq itself. */
  future(seq: number, to: number): Cone {
    const ahead = new Ahead(this.log);
    ahead.reach(seq, 2 * seq);
    const end = Math.min(to, this.done);
    for (let i = seq + 1; i < end; i++) {
      for (const w of this.edges.into(i)) ahead.follow(w, i);
    }
    return ahead;
  }

  /** The edges into event seq from other goroutines, that no later one brings along. */
  into(seq: number): Step[] {
    if (seq >= this.done || isLink(at8(this.log.kind, seq))) return [];
    return this.edges.into(seq).map((w) => this.step(originOf(w), seq));
  }

  /** Sweeps back from seq to floor; stops early once event goal is known to be in the past. */
  private sweep(seq: number, floor: number, trail: Trail | undefined, goal: number): Past {
    const { log, edges } = this;
    const past = new Past(log);
    past.reach(seq, Mode.End, seq);
    trail?.start(log, seq);
    if (goal >= 0 && past.has(goal)) return past;
    const column = edges.view();
    for (let i = Math.min(seq, this.done - 1); i >= floor; i--) {
      const only = column[i] ?? 0;
      if (only === 0 || (goal < 0 && past.quick(i, only))) continue;
      const effect = past.takes(i);
      if (effect < 0) continue;
      if (only < several) {
        this.follow(past, only, effect, trail);
      } else {
        const all = edges.into(i);
        const count = past.partly(i) ? 1 : all.length;
        for (let k = 0; k < count; k++) this.follow(past, must(all[k], 'edge'), effect, trail);
      }
      if (goal >= 0 && past.has(goal)) return past;
    }
    return past;
  }

  private follow(past: Past, w: number, effect: number, trail: Trail | undefined): void {
    const from = originOf(w);
    const mode = modeOf(w);
    if (past.reach(from, mode, effect)) trail?.add(this.log, from, mode, effect);
  }

  private path(trail: Trail, from: number): Step[] {
    const out: Step[] = [];
    let now = 2 * from;
    let key = trail.key(this.log, from);
    for (;;) {
      const raise = trail.covering(key, now);
      const effect = trail.effects.at(raise);
      if (effect === trail.last) {
        if (trail.origins.at(raise) !== effect) out.push(this.step(trail.origins.at(raise), effect));
        return out;
      }
      out.push(this.step(trail.origins.at(raise), effect));
      now = 2 * effect + 1;
      key = trail.key(this.log, effect);
    }
  }

  private step(from: number, to: number): Step {
    return { from, to, rule: this.rule(from, to) };
  }

  private rule(from: number, to: number): Rule {
    const { log } = this;
    const origin = at8(log.kind, from);
    switch (at8(log.kind, to)) {
      case Kind.ChanRecv:
      case Kind.ChanReceived:
        return 'send';
      case Kind.ChanSend:
      case Kind.ChanSent:
        return origin === Kind.TimerFire
          ? 'fire'
          : this.edges.capacity(at32(log.obj, to)) === 0
            ? 'meet'
            : 'room';
      case Kind.ChanRecvClosed:
        return 'close';
      case Kind.Lock:
      case Kind.RLock:
        return origin === Kind.RUnlock ? 'runlock' : 'unlock';
      case Kind.WaitDone:
        return 'group';
      case Kind.OnceDo:
        return 'once';
      case Kind.CondWoken:
        return 'cond';
      case Kind.TimerFire:
        return 'timer';
      case Kind.GoCreate:
        return 'fire';
      case Kind.GoStart:
        if (origin === Kind.GoCreate) return 'go';
        if (origin !== Kind.GoReady) return 'bubble';
        return traced(log) ? 'release' : 'pull';
      default:
        return 'atomic';
    }
  }
}

/** What is known to be in the past of an event, during a sweep and after it. */
class Past implements Cone {
  private readonly log: Log;
  /** By goroutine, 2 × the highest event of its own that is in the past, + 1, + 1 if what that learnt is there too. */
  private readonly heights: Uint32Array;
  /** Events of nobody: 1 if what they learnt is there too. */
  private readonly nobodys = new Map<number, number>();
  /** Events that let something out at an object, with who takes it there. */
  private readonly taken = new Map<number, number>();

  constructor(log: Log) {
    this.log = log;
    this.heights = new Uint32Array(log.maxG + 1);
  }

  has(seq: number): boolean {
    const g = at32(this.log.g, seq);
    return g === 0 ? this.nobodys.has(seq) : at(this.heights, g) > 2 * seq;
  }

  /** Puts an event in; says whether that says anything new. */
  reach(seq: number, mode: number, effect: number): boolean {
    const g = at32(this.log.g, seq);
    if (mode === Mode.Merge && !this.taken.has(seq)) this.taken.set(seq, effect);
    if (g === 0) {
      const was = this.nobodys.get(seq);
      this.nobodys.set(seq, Math.max(was ?? 0, mode));
      return was === undefined;
    }
    const height = 2 * seq + (mode === Mode.End ? 2 : 1);
    if (at(this.heights, g) >= height) return false;
    this.heights[g] = height;
    return true;
  }

  /** Takes the edge into event seq in, if that is a plain one between two goroutines: nearly all are. Says whether it was. */
  quick(seq: number, w: number): boolean {
    const { g, kind } = this.log;
    const own = g[seq] ?? 0;
    if (own === 0 || isLink(kind[seq] ?? 0)) return false;
    if ((this.heights[own] ?? 0) <= 2 * seq + 1) return true;
    const mode = modeOf(w);
    const from = originOf(w);
    const other = g[from] ?? 0;
    if (w >= several || mode === Mode.Merge || other === 0) return false;
    const height = 2 * from + (mode === Mode.End ? 2 : 1);
    if ((this.heights[other] ?? 0) < height) this.heights[other] = height;
    return true;
  }

  /** Says for whom the edges into event seq count: for itself or, where it only lets out, for who takes that; -1 for nobody. */
  takes(seq: number): number {
    if (isLink(at8(this.log.kind, seq))) {
      return this.taken.size === 0 ? -1 : (this.taken.get(seq) ?? -1);
    }
    const g = at32(this.log.g, seq);
    if (g === 0) return this.nobodys.has(seq) ? seq : -1;
    return at(this.heights, g) > 2 * seq + 1 ? seq : -1;
  }

  /** Says whether of an event of nobody only the beginning is in the past: that comes after its first edge alone. */
  partly(seq: number): boolean {
    return this.nobodys.get(seq) === Mode.Begin && at32(this.log.g, seq) === 0;
  }
}

/** How a sweep came to know what it knows: a path leads back through it. */
class Trail {
  last = -1;
  readonly origins = new Numbers();
  readonly effects = new Numbers();
  private readonly heights = new Numbers();
  private readonly before = new Numbers();
  /** By key, 1 + its newest entry. */
  private readonly newest = new Map<number, number>();

  start(log: Log, seq: number): void {
    this.last = seq;
    this.put(this.key(log, seq), seq, 2 * seq + 2, seq);
  }

  add(log: Log, from: number, mode: number, effect: number): void {
    const half = mode === Mode.End || at32(log.g, from) === 0 ? 2 : 1;
    this.put(this.key(log, from), from, 2 * from + half, effect);
  }

  /** Under what an event is found: its goroutine, or itself if it is nobody's. */
  key(log: Log, seq: number): number {
    const g = at32(log.g, seq);
    return g === 0 ? -1 - seq : g;
  }

  /** The first entry that covers a position of the goroutine. */
  covering(key: number, position: number): number {
    let found = -1;
    for (let i = this.newest.get(key) ?? 0; i !== 0; i = this.before.at(i - 1)) {
      if (this.heights.at(i - 1) > position) found = i - 1;
    }
    if (found < 0) throw new Error(`no path from position ${position}`);
    return found;
  }

  private put(key: number, from: number, height: number, effect: number): void {
    this.before.push(this.newest.get(key) ?? 0);
    this.newest.set(key, this.origins.length + 1);
    this.origins.push(from);
    this.heights.push(height);
    this.effects.push(effect);
  }
}

/** What is known to be in the future of an event. */
class Ahead implements Cone {
  private readonly log: Log;
  /** By goroutine, 2 × the first of its events that is in the future, + 1 if only the end of it is. */
  private readonly lows = new Map<number, number>();
  private readonly nobodys = new Map<number, number>();
  private readonly merged = new Set<number>();

  constructor(log: Log) {
    this.log = log;
  }

  has(seq: number): boolean {
    return this.reached(seq, Mode.End);
  }

  reach(seq: number, position: number): void {
    const g = at32(this.log.g, seq);
    if (g === 0) this.nobodys.set(seq, Math.min(position & 1, this.nobodys.get(seq) ?? 1));
    else if (position < (this.lows.get(g) ?? Infinity)) this.lows.set(g, position);
  }

  /** Takes an edge into event seq in. */
  follow(w: number, seq: number): void {
    const from = originOf(w);
    const mode = modeOf(w);
    if (
      mode === Mode.Merge
        ? !this.merged.has(from) && !this.reached(from, Mode.Begin)
        : !this.reached(from, mode)
    )
      return;
    if (isLink(at8(this.log.kind, seq))) this.merged.add(seq);
    else if (at32(this.log.g, seq) === 0 && mode === Mode.End) this.reach(seq, 2 * seq);
    else this.reach(seq, 2 * seq + 1);
  }

  private reached(seq: number, mode: number): boolean {
    const g = at32(this.log.g, seq);
    const half = mode === Mode.End ? 1 : 0;
    if (g === 0) return (this.nobodys.get(seq) ?? 2) <= half;
    return (this.lows.get(g) ?? Infinity) <= 2 * seq + half;
  }
}
