/** The goroutines of a world as columns; index g is goroutine number g, 0 is nobody. */
import { at } from '../event/check';
import { noP } from '../event/log';

/** What a goroutine does. Calling is in a system call. */
export const State = { None: 0, Runnable: 1, Running: 2, Parked: 3, Dead: 4, Calling: 5 } as const;
export type State = (typeof State)[keyof typeof State];

/** A case of a parked select: its channel, its place among the cases, and what it wants to send if it sends. */
export type Branch = {
  readonly chan: number;
  readonly branch: number;
  readonly send: boolean;
  readonly val: number;
};

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
  p = new Uint8Array(16).fill(noP);
  /** The run queue in which it stands (a Queue, 0 for none) and whose. */
  queue = new Uint8Array(16);
  queueP = new Uint8Array(16);
  name = new Uint32Array(16);
  parent = new Uint32Array(16);
  /** The go statement's site. */
  bornAt = new Uint16Array(16);
  /** The event that created it. */
  created = new Uint32Array(16);
  /** Which of its parent's children it is, from 1. */
  nth = new Uint32Array(16);
  /** How many goroutines it has started. */
  children = new Uint32Array(16);
  /** The event since which it is in its state. */
  since = new Uint32Array(16);
  /** The cases on which a parked select waits. */
  private readonly selects = new Map<number, Branch[]>();

  copy(): Goroutines {
    const c = new Goroutines();
    for (const [g, branches] of this.selects) c.selects.set(g, branches.slice());
    const n = this.count;
    c.count = n;
    c.state = this.state.slice(0, n);
    c.reason = this.reason.slice(0, n);
    c.obj = this.obj.slice(0, n);
    c.val = this.val.slice(0, n);
    c.site = this.site.slice(0, n);
    c.p = this.p.slice(0, n);
    c.queue = this.queue.slice(0, n);
    c.queueP = this.queueP.slice(0, n);
    c.name = this.name.slice(0, n);
    c.parent = this.parent.slice(0, n);
    c.bornAt = this.bornAt.slice(0, n);
    c.created = this.created.slice(0, n);
    c.nth = this.nth.slice(0, n);
    c.children = this.children.slice(0, n);
    c.since = this.since.slice(0, n);
    return c;
  }

  /** Returns g after checking that such a goroutine was created. */
  index(g: number): number {
    if (g >= this.count) throw new Error(`G${g} was never created`);
    return g;
  }

  create(g: number, parent: number, name: number, site: number, seq: number): void {
    if (g >= this.state.length) this.grow(g + 1);
    if (g >= this.count) this.count = g + 1;
    this.p[g] = noP;
    this.parent[g] = parent;
    this.name[g] = name;
    this.site[g] = site;
    this.bornAt[g] = site;
    this.created[g] = seq;
    if (parent !== 0) {
      const nth = at(this.children, parent) + 1;
      this.children[parent] = nth;
      this.nth[g] = nth;
    }
    this.become(g, State.Runnable, seq);
  }

  become(g: number, state: State, seq: number): void {
    this.state[this.index(g)] = state;
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

  /** Notes a case of the select on which g is about to park. */
  waitsOn(g: number, branch: Branch): void {
    const branches = this.selects.get(g);
    if (branches === undefined) this.selects.set(g, [branch]);
    else branches.push(branch);
  }

  /** The cases on which g's parked select waits. */
  selected(g: number): readonly Branch[] {
    return this.selects.get(g) ?? [];
  }

  /** Forgets g's select and returns the cases on which it waited. */
  leaveSelect(g: number): readonly Branch[] {
    const branches = this.selected(g);
    if (branches.length > 0) this.selects.delete(g);
    return branches;
  }

  private grow(need: number): void {
    const n = Math.max(need, this.state.length * 2);
    this.state = wider(this.state, new Uint8Array(n));
    this.reason = wider(this.reason, new Uint8Array(n));
    this.obj = wider(this.obj, new Uint32Array(n));
    this.val = wider(this.val, new Uint32Array(n));
    this.site = wider(this.site, new Uint16Array(n));
    this.p = wider(this.p, new Uint8Array(n).fill(noP));
    this.queue = wider(this.queue, new Uint8Array(n));
    this.queueP = wider(this.queueP, new Uint8Array(n));
    this.name = wider(this.name, new Uint32Array(n));
    this.parent = wider(this.parent, new Uint32Array(n));
    this.bornAt = wider(this.bornAt, new Uint16Array(n));
    this.created = wider(this.created, new Uint32Array(n));
    this.nth = wider(this.nth, new Uint32Array(n));
    this.children = wider(this.children, new Uint32Array(n));
    this.since = wider(this.since, new Uint32Array(n));
  }
}

function wider<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from);
  return to;
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
