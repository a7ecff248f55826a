/**
 * The wait-for graph at one moment of a run: which goroutine waits for what,
 * who could release it, who never will be. Goroutines and what they wait for
 * are the two kinds of nodes (Holt, "Some Deadlock Properties of Computer
 * Systems", 1972); for a lock all of its holders have to let go, for a channel
 * one partner is enough, so what can still move is found as in the AND-OR
 * model (Knapp, "Deadlock Detection in Distributed Databases", 1987).
 *
 * Who holds a lock is known. Who could use the other side of a channel is not:
 * what the run has shown so far stands for it, and is told apart from what is
 * certain.
 */
import { at } from '../event/check';
import { Reason } from '../event.gen';
import { alive, State } from './goroutines';
import { Side, type Parties } from './parties';
import type { World } from './world';

/** What stands between a goroutine and its release. */
export type Target = {
  readonly key: string;
  /** Its number among those of its graph. */
  readonly id: number;
  /** The object; 0 where there is none. */
  readonly obj: number;
  readonly what:
    | 'lock'
    | 'read'
    | 'once'
    | 'send'
    | 'receive'
    | 'group'
    | 'cond'
    | 'pull'
    | 'clock'
    | 'outside'
    | 'nothing';
  /** Who could release it, as far as is known; of all of them (a lock), or of any. */
  readonly by: readonly By[];
  readonly all: boolean;
  /** Other goroutines that run could, too, for all that the run tells. */
  readonly open: boolean;
  /** Somebody has done before what would release it, though perhaps none who lives. */
  readonly seen: boolean;
  /** The signal that came before anybody waited for it. */
  readonly lost: number | undefined;
};

/** Who could release, and what is known of that. */
export type By = {
  readonly g: number;
  readonly how:
    | 'holds'
    | 'reads'
    | 'queues'
    | 'runs'
    | 'sent'
    | 'received'
    | 'offers'
    | 'done'
    | 'child'
    | 'added'
    | 'signalled'
    | 'pulls'
    | 'clock';
};

/** What is to become of a goroutine that waits. */
export const Fate = {
  /** It does not wait. */
  None: 0,
  /** Somebody who can move could release it. */
  Waits: 1,
  /** Nobody of whom that is known could release it. */
  Doubt: 2,
  /** It can never go on. */
  Never: 3,
} as const;
export type Fate = (typeof Fate)[keyof typeof Fate];

/** Why nobody releases a goroutine. */
export type Why =
  'forever' | 'nil' | 'self' | 'cycle' | 'gone' | 'unused' | 'timer' | 'lost' | 'group' | 'all';

/** A ring: goroutine i waits for target i, which goroutine i + 1 could release; the last one's the first. */
export type Ring = { readonly gs: readonly number[]; readonly targets: readonly Target[] };

const order: readonly Target['what'][] = [
  'lock',
  'read',
  'once',
  'send',
  'receive',
  'group',
  'cond',
  'pull',
  'clock',
  'outside',
  'nothing',
];

/** The wait-for graph of one world. */
export class Waits {
  /** Who waits, by number. */
  readonly waiting: readonly number[];
  /** How many goroutines there are that have not ended. */
  readonly living: number;
  readonly rings: readonly Ring[];
  private readonly world: World;
  private readonly parties: Parties;
  private readonly fates: Uint8Array;
  /** All targets, by id; who waits for them; and lists of one by what they are. */
  private readonly targets: Target[] = [];
  private readonly waiters: number[][] = [];
  private readonly alone = new Map<number, readonly Target[]>();
  /** By goroutine, what a select or a coroutine waits for. */
  private readonly own = new Map<number, readonly Target[]>();
  private readonly inRing = new Set<number>();
  /** Somebody runs, can run, sleeps, or a timer is set. */
  private readonly moves: boolean;

  constructor(world: World, parties: Parties) {
    this.world = world;
    this.parties = parties;
    const living = alive(world.gs);
    this.living = living.length;
    this.waiting = living.filter((g) => at(world.gs.state, g) === State.Parked);
    for (const g of this.waiting) for (const t of this.targetsOf(g)) this.waiters[t.id]?.push(g);
    this.moves =
      living.length > this.waiting.length ||
      this.targets.some((t) => t.what === 'clock' || t.what === 'outside') ||
      [...world.timers.values()].some((t) => t.pending);
    this.fates = this.judge();
    this.rings = this.findRings();
    for (const ring of this.rings) for (const g of ring.gs) this.inRing.add(g);
  }

  /** What is to become of goroutine g. */
  fate(g: number): Fate {
    switch (this.fates[g]) {
      case Fate.Waits:
        return Fate.Waits;
      case Fate.Doubt:
        return Fate.Doubt;
      case Fate.Never:
        return Fate.Never;
      default:
        return Fate.None;
    }
  }

  /** Says whether every goroutine that has not ended can never go on. */
  get deadlock(): boolean {
    return (
      this.living > 0 &&
      this.waiting.length === this.living &&
      this.waiting.every((g) => this.fate(g) === Fate.Never)
    );
  }

  /** Why nobody releases g, whose fate is Doubt or Never. */
  why(g: number): Why {
    const reason = at(this.world.gs.reason, g);
    if (reason === Reason.Forever) return 'forever';
    const targets = this.targetsOf(g);
    if (targets.some((t) => t.what === 'nothing')) return 'nil';
    if (targets.some((t) => t.all && t.by.some((b) => b.g === g))) return 'self';
    if (this.inRing.has(g)) return 'cycle';
    if (targets.some((t) => t.all && t.by.some((b) => this.ended(b.g)))) return 'gone';
    if (targets.every((t) => this.parties.isTimers(t.obj))) return 'timer';
    if (targets.some((t) => t.lost !== undefined)) return 'lost';
    if (targets.every((t) => t.by.length === 0 || t.by.every((b) => b.g === g))) {
      return targets.some((t) => t.what === 'group') ? 'group' : 'unused';
    }
    return 'all';
  }

  /** What goroutine g waits for: for a select each of its channels. */
  targetsOf(g: number): readonly Target[] {
    const { gs } = this.world;
    const reason = at(gs.reason, g);
    const obj = at(gs.obj, g);
    switch (reason) {
      case Reason.MutexWait:
        return this.target('lock', obj);
      case Reason.RLockWait:
        return this.target('read', obj);
      case Reason.OnceWait:
        return this.target('once', obj);
      case Reason.GroupWait:
        return this.target('group', obj);
      case Reason.CondWait:
        return this.target('cond', obj);
      case Reason.SendWait:
        return this.target('send', obj);
      case Reason.RecvWait:
        return this.target('receive', obj);
      case Reason.SelectPark:
      case Reason.CoroWait:
        return this.ownOf(g, reason);
      case Reason.SleepWait:
        return this.target('clock', 0);
      case Reason.Forever:
      case Reason.NilRecv:
      case Reason.NilSend:
        return this.target('nothing', 0);
      default:
        return this.target('outside', 0);
    }
  }

  private ownOf(g: number, reason: number): readonly Target[] {
    let list = this.own.get(g);
    if (list === undefined) {
      if (reason === Reason.CoroWait) list = [this.enlist(this.pull(g))];
      else {
        const cases = this.world.gs
          .selected(g)
          .flatMap((b) => this.target(b.send ? 'send' : 'receive', b.chan));
        list = cases.length === 0 ? this.target('nothing', 0) : [...new Set(cases)];
      }
      this.own.set(g, list);
    }
    return list;
  }

  private ended(g: number): boolean {
    return at(this.world.gs.state, g) === State.Dead;
  }

  private plain(what: Target['what']): Target {
    const id = this.targets.length;
    return { key: what, id, obj: 0, what, by: [], all: false, open: false, seen: false, lost: undefined };
  }

  /** A list of one target. */
  private target(what: Target['what'], obj: number): readonly Target[] {
    const key = obj * 16 + order.indexOf(what);
    let list = this.alone.get(key);
    if (list === undefined)
      this.alone.set(key, (list = [this.enlist(this.known(`${what} ${obj}`, what, obj))]));
    return list;
  }

  private enlist(t: Target): Target {
    this.targets.push(t);
    this.waiters.push([]);
    return t;
  }

  private known(key: string, what: Target['what'], obj: number): Target {
    const { world } = this;
    const base = { ...this.plain(what), key, obj };
    switch (what) {
      case 'lock':
      case 'read': {
        const by = this.holders(what, obj);
        return { ...base, by, all: true, open: by.some((b) => this.ended(b.g)) };
      }
      case 'once': {
        const once = world.onces.get(obj);
        const by: By[] =
          once === undefined || once.done || once.runner === 0 ? [] : [{ g: once.runner, how: 'runs' }];
        return { ...base, by, all: true };
      }
      case 'send':
        return { ...base, ...this.partners(obj, Side.Take, 'received') };
      case 'receive':
        return { ...base, ...this.partners(obj, Side.Give, 'sent') };
      case 'cond':
        return {
          ...base,
          ...this.partners(obj, Side.Give, 'signalled'),
          lost: this.parties.lostSignal(obj, world.seq),
        };
      case 'group':
        return { ...base, ...this.workers(obj) };
      default:
        return base;
    }
  }

  /** Who keeps others from locking obj. A writer that waits keeps new readers out. */
  private holders(what: 'lock' | 'read', obj: number): By[] {
    const lock = this.world.locks.get(obj);
    if (lock === undefined) return [];
    if (lock.holder !== 0) return [{ g: lock.holder, how: 'holds' }];
    if (what === 'lock') return [...new Set(lock.readers)].map((g) => ({ g, how: 'reads' }));
    const { gs } = this.world;
    const writers = lock.waiters.filter((g) => at(gs.reason, g) === Reason.MutexWait);
    return writers.map((g) => ({ g, how: 'queues' }));
  }

  /** Who has used the other side of a channel or Cond so far and still lives, or offers to in a select. */
  private partners(obj: number, side: Side, how: By['how']): Pick<Target, 'by' | 'open' | 'seen'> {
    const { world, parties } = this;
    const by: By[] = [];
    let seen = false;
    for (const [g, since] of parties.of(obj, side)) {
      if (since >= world.seq) continue;
      seen = true;
      if (g !== 0 && !this.ended(g)) by.push({ g, how: this.offers(g, obj, side) ? 'offers' : how });
    }
    if (!parties.isTimers(obj) || side !== Side.Give) return { by, open: true, seen };
    if (this.timerPending(obj)) by.push({ g: 0, how: 'clock' });
    return { by, open: false, seen: true };
  }

  private offers(g: number, obj: number, side: Side): boolean {
    return this.world.gs.selected(g).some((b) => b.chan === obj && b.send === (side === Side.Give));
  }

  /** Says whether a timer that was made where channel obj was is still to fire. */
  private timerPending(obj: number): boolean {
    const site = this.parties.madeAt(obj);
    for (const [timer, t] of this.world.timers)
      if (t.pending && this.parties.madeAt(timer) === site) return true;
    return false;
  }

  /** Who could call Done, inferred: who has, who was started after Add by who called that, or, where nobody was, that one itself. */
  private workers(obj: number): Pick<Target, 'by' | 'open' | 'seen'> {
    const { world, parties } = this;
    const { gs } = world;
    const adders = parties.of(obj, Side.Take);
    const done = parties.of(obj, Side.Give);
    const by: By[] = [];
    const started = new Set<number>();
    for (let g = 1; g < gs.count; g++) {
      const parent = at(gs.parent, g);
      const child = (adders.get(parent) ?? Infinity) < at(gs.created, g);
      if (child) started.add(parent);
      if (this.ended(g)) continue;
      if ((done.get(g) ?? Infinity) < world.seq) by.push({ g, how: 'done' });
      else if (child) by.push({ g, how: 'child' });
    }
    for (const [g, since] of adders) {
      if (since < world.seq && !started.has(g) && !this.ended(g) && !done.has(g))
        by.push({ g, how: 'added' });
    }
    return { by, open: true, seen: true };
  }

  /** The other side of an iter.Pull: who made the goroutine, or the goroutines that it made. */
  private pull(g: number): Target {
    const { gs } = this.world;
    const parent = at(gs.parent, g);
    const by: By[] = parent === 0 ? [] : [{ g: parent, how: 'pulls' }];
    return { ...this.plain('pull'), key: `pull ${g}`, by, open: true };
  }

  /** The fate of each goroutine that waits: first with what is known alone, then with all that could be. */
  private judge(): Uint8Array {
    const fates = new Uint8Array(this.world.gs.count);
    const known = this.released(false);
    const possible = this.released(true);
    for (const g of this.waiting) {
      fates[g] = known[g] === 1 ? Fate.Waits : possible[g] === 1 ? Fate.Doubt : Fate.Never;
    }
    return fates;
  }

  /**
   * The waiting goroutines that could still be released, when each that is
   * could in turn release others; with open, by somebody of whom it is not
   * known, too. What nobody has done so far might be done by anybody.
   */
  private released(open: boolean): Uint8Array {
    const { gs } = this.world;
    const free = new Uint8Array(gs.count);
    const releases = new Map<number, number[]>();
    const missing = new Int32Array(this.targets.length);
    const ready: number[] = [];
    const stays = (g: number): boolean => {
      const state = at(gs.state, g);
      return g !== 0 && (state === State.Parked || state === State.Dead || state === State.None);
    };
    for (const t of this.targets) {
      const stuck = t.by.filter((b) => stays(b.g));
      const anybody = t.open && this.moves && (open || (!t.seen && !t.all));
      const now =
        t.what === 'clock' ||
        t.what === 'outside' ||
        anybody ||
        (t.all ? stuck.length === 0 : stuck.length < t.by.length);
      missing[t.id] = t.all ? stuck.length : 1;
      if (now) ready.push(t.id);
      else for (const b of stuck) push(releases, b.g, t.id);
    }
    for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
      for (const g of this.waiters[id] ?? []) {
        if (free[g] === 1) continue;
        free[g] = 1;
        for (const next of releases.get(g) ?? []) {
          const left = at(missing, next) - 1;
          missing[next] = left;
          if (left === 0) ready.push(next);
        }
      }
    }
    return free;
  }

  /** The rings among those whom nobody of whom it is known releases: a shortest one through the lowest number of each knot. */
  private findRings(): Ring[] {
    const held = this.waiting.filter((g) => at(this.fates, g) >= Fate.Doubt);
    const left = new Set(held);
    const rings: Ring[] = [];
    for (const knot of this.knots(held)) {
      const first = knot.reduce((a, b) => Math.min(a, b));
      const ring = this.shortest(first, left);
      if (ring !== undefined) rings.push(ring);
    }
    return rings.sort((a, b) => (a.gs[0] ?? 0) - (b.gs[0] ?? 0));
  }

  /** The shortest ring through first by goroutines of among (breadth first). */
  private shortest(first: number, among: ReadonlySet<number>): Ring | undefined {
    const from = new Map<number, { readonly g: number; readonly t: Target }>();
    const done = new Uint8Array(this.targets.length);
    const queue = [first];
    for (let i = 0; i < queue.length; i++) {
      const g = queue[i] ?? 0;
      for (const t of this.targetsOf(g)) {
        if (done[t.id] === 1) continue;
        done[t.id] = 1;
        for (const b of t.by) {
          if (b.g === first) {
            if (g === first && !t.all) continue; // who used both sides of a channel is no partner of its own
            return back(first, g, t, from);
          }
          if (!among.has(b.g) || from.has(b.g)) continue;
          from.set(b.g, { g, t });
          queue.push(b.g);
        }
      }
    }
    return undefined;
  }

  /** The goroutines of each strongly connected part with a ring in it (Tarjan 1972, without recursion). */
  private knots(held: readonly number[]): number[][] {
    const inside = new Set(held);
    const { count } = this.world.gs;
    /** A node is a goroutine's number, or count + a target's id. */
    const edges = (node: number): number[] => {
      const t = this.targets[node - count];
      if (t === undefined) return this.targetsOf(node).map((each) => count + each.id);
      return t.by.map((b) => b.g).filter((g) => inside.has(g));
    };
    return parts(held, edges, count + this.targets.length)
      .map((part) => part.filter((node) => node < count))
      .filter((part) => part.length > 0);
  }
}

function push(lists: Map<number, number[]>, key: number, v: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [v]);
  else list.push(v);
}

/** The strongly connected parts of more than one node that are reached from roots. */
function parts(roots: readonly number[], edges: (node: number) => number[], nodes: number): number[][] {
  /** By node, 1 + the order in which it was met, the lowest that it leads back to, and whether it is on the stack. */
  const index = new Int32Array(nodes);
  const low = new Int32Array(nodes);
  const onStack = new Uint8Array(nodes);
  const stack: number[] = [];
  const out: number[][] = [];
  const work: { readonly node: number; readonly to: number[]; i: number }[] = [];
  let met = 0;
  const lower = (node: number, to: number): void => {
    if (to < at(low, node)) low[node] = to;
  };
  const enter = (node: number): void => {
    index[node] = low[node] = ++met;
    stack.push(node);
    onStack[node] = 1;
    work.push({ node, to: edges(node), i: 0 });
  };
  const leave = (root: number): void => {
    const part = stack.splice(stack.lastIndexOf(root));
    for (const node of part) onStack[node] = 0;
    if (part.length > 1) out.push(part);
  };
  for (const root of roots) {
    if (at(index, root) === 0) enter(root);
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const next = top.to[top.i++];
      if (next === undefined) {
        work.pop();
        const above = work.at(-1);
        if (above !== undefined) lower(above.node, at(low, top.node));
        if (at(low, top.node) === at(index, top.node)) leave(top.node);
      } else if (at(index, next) === 0) {
        enter(next);
      } else if (onStack[next] === 1) {
        lower(top.node, at(index, next));
      }
    }
  }
  return out;
}

function back(
  first: number,
  last: number,
  t: Target,
  from: ReadonlyMap<number, { readonly g: number; readonly t: Target }>,
): Ring {
  const gs = [last];
  const targets = [t];
  for (let g = last; g !== first;) {
    const step = from.get(g);
    if (step === undefined) throw new Error(`no way back from G${g}`);
    gs.push(step.g);
    targets.push(step.t);
    g = step.g;
  }
  return { gs: gs.reverse(), targets: targets.reverse() };
}
