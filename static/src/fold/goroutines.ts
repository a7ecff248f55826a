/** The goroutines of a world as columns; index g is goroutine number g, 0 is nobody. */
import { at, at32, at8 } from '../event/check';
import { noP } from '../event/log';
import { bytes, shorts, words } from './growing';
import { Links } from './queue';
import { type Branch, Sudogs } from './sudogs';

/** What a goroutine does. Calling is in a system call. */
export const State = { None: 0, Runnable: 1, Running: 2, Parked: 3, Dead: 4, Calling: 5 } as const;
export type State = (typeof State)[keyof typeof State];

/** What never changes once a goroutine was created: all worlds of one log share it. */
class Births {
  name = new Uint32Array(16);
  parent = new Uint32Array(16);
  bornAt = new Uint16Array(16);
  created = new Uint32Array(16);
  nth = new Uint32Array(16);

  grow(n: number): void {
    this.name = words(this.name, n);
    this.parent = words(this.parent, n);
    this.bornAt = shorts(this.bornAt, n);
    this.created = words(this.created, n);
    this.nth = words(this.nth, n);
  }
}

/** Columns of goroutines; grows as they are created. */
export class Goroutines {
  /** One more than the greatest number in use. */
  count = 1;
  state = new Uint8Array(16);
  /** Why it is parked (a Reason), else 0. */
  reason = new Uint8Array(16);
  /** For what it is parked, else 0. */
  obj = new Uint32Array(16);
  /** What it wants to send while it is parked. */
  val = new Uint32Array(16);
  site = new Uint16Array(16);
  p = new Uint8Array(16);
  /** The run queue in which it stands (a Queue, 0 for none) and whose. */
  queue = new Uint8Array(16);
  queueP = new Uint8Array(16);
  /** The event since which it is in its state. */
  since = new Uint32Array(16);
  /** How many goroutines it has started. */
  children = new Uint32Array(16);
  /** A lock that it reads since its release, without having said so; else 0. */
  granted = new Uint32Array(16);
  /** Its first sudog: where it waits on channels, or is about to. */
  sudog = new Uint32Array(16);
  /** Its place in a run queue, or among those who wait for a lock or the like: it is in one at most. */
  readonly links: Links;
  readonly sudogs: Sudogs;
  private readonly births: Births;

  constructor(from?: Goroutines) {
    this.births = from?.births ?? new Births();
    this.links = from?.links.copy(from.count) ?? new Links();
    this.sudogs = new Sudogs(from?.sudogs);
    if (from === undefined) return;
    this.count = from.count;
    this.take(from, from.count);
  }

  /** Takes the columns of another, with room for n. */
  private take(from: Goroutines, n: number): void {
    this.state = bytes(from.state, n);
    this.reason = bytes(from.reason, n);
    this.obj = words(from.obj, n);
    this.val = words(from.val, n);
    this.site = shorts(from.site, n);
    this.p = bytes(from.p, n);
    this.queue = bytes(from.queue, n);
    this.queueP = bytes(from.queueP, n);
    this.since = words(from.since, n);
    this.children = words(from.children, n);
    this.granted = words(from.granted, n);
    this.sudog = words(from.sudog, n);
  }

  /** An independent copy. */
  copy(): Goroutines {
    return new Goroutines(this);
  }

  /** How much there is to copy, in bytes. */
  get size(): number {
    return this.count * 39 + this.sudogs.size;
  }

  /** Its function's name. */
  get name(): Uint32Array {
    return this.births.name;
  }

  get parent(): Uint32Array {
    return this.births.parent;
  }

  /** The go statement's site. */
  get bornAt(): Uint16Array {
    return this.births.bornAt;
  }

  /** The event that created it. */
  get created(): Uint32Array {
    return this.births.created;
  }

  /** Which of its parent's children it is, from 1. */
  get nth(): Uint32Array {
    return this.births.nth;
  }

  create(g: number, parent: number, name: number, site: number, seq: number): void {
    if (g >= this.state.length) this.room(Math.max(g + 1, this.state.length * 2));
    if (g >= this.count) this.count = g + 1;
    this.p[g] = noP;
    this.site[g] = site;
    const { births } = this;
    births.parent[g] = parent;
    births.name[g] = name;
    births.bornAt[g] = site;
    births.created[g] = seq;
    if (parent !== 0) births.nth[g] = this.children[parent] = at32(this.children, parent) + 1;
    this.become(g, State.Runnable, seq);
  }

  private room(n: number): void {
    this.take(this, n);
    this.links.grow(n);
    if (n > this.births.name.length) this.births.grow(n);
  }

  become(g: number, state: State, seq: number): void {
    this.state[g] = state;
    this.since[g] = seq;
    this.reason[g] = 0;
    this.obj[g] = 0;
    this.val[g] = 0;
  }

  park(g: number, reason: number, obj: number, val: number): void {
    this.reason[g] = reason;
    this.obj[g] = obj;
    this.val[g] = val;
  }

  /** What goroutine g does; None if it was never created. */
  stateOf(g: number): number {
    return g < this.count ? at8(this.state, g) : State.None;
  }

  /** The cases on which g's select waits, or is about to. */
  selected(g: number): readonly Branch[] {
    return this.sudogs.cases(at32(this.sudog, g)).filter((c) => c.branch >= 0);
  }
}

/** The numbers of all goroutines that exist in gs and are not dead. */
export function alive(gs: Goroutines): number[] {
  const list: number[] = [];
  for (let g = 1; g < gs.count; g++) {
    const s = at(gs.state, g);
    if (s !== State.None && s !== State.Dead) list.push(g);
  }
  return list;
}
