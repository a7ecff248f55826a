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
  private readonly targets = new Map<string, Target>();
  private readonly inRing = new Set<number>();
  /** Somebody runs, can run, sleeps, or a timer is set. */
  private readonly moves: boolean;

  constructor(world: World, parties: Parties) {
    this.world = world;
    this.parties = parties;
    const living = alive(world.gs);
    this.living = living.length;
    this.waiting = living.filter((g) => at(world.gs.state, g) === State.Parked);
    this.moves =
      living.length > this.waiting.length ||
      this.waiting.some((g) => this.targetsOf(g).some((t) => t.what === 'clock' || t.what === 'outside')) ||
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
        return [this.target('lock', obj)];
      case Reason.RLockWait:
        return [this.target('read', obj)];
      case Reason.OnceWait:
        return [this.target('once', obj)];
      case Reason.GroupWait:
        return [this.target('group', obj)];
      case Reason.CondWait:
        return [this.target('cond', obj)];
      case Reason.SendWait:
        return [this.target('send', obj)];
      case Reason.RecvWait:
        return [this.target('receive', obj)];
      case Reason.SelectPark: {
        const cases = gs.selected(g).map((b) => this.target(b.send ? 'send' : 'receive', b.chan));
        return cases.length === 0 ? [this.plain('nothing')] : [...new Set(cases)];
      }
      case Reason.CoroWait:
        return [this.pull(g)];
      case Reason.SleepWait:
        return [this.plain('clock')];
      case Reason.Forever:
      case Reason.NilRecv:
      case Reason.NilSend:
        return [this.plain('nothing')];
      default:
        return [this.plain('outside')];
    }
  }

  private ended(g: number): boolean {
    return at(this.world.gs.state, g) === State.Dead;
  }

  private plain(what: Target['what']): Target {
    return { key: what, obj: 0, what, by: [], all: false, open: false, seen: false, lost: undefined };
  }

  private target(what: Target['what'], obj: number): Target {
    const key = `${what} ${obj}`;
    let t = this.targets.get(key);
    if (t === undefined) this.targets.set(key, (t = this.known(key, what, obj)));
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
      fates[g] = known.has(g) ? Fate.Waits : possible.has(g) ? Fate.Doubt : Fate.Never;
    }
    return fates;
  }

  /**
   * The waiting goroutines that could still be released, when each that is
   * could in turn release others; with open, by somebody of whom it is not
   * known, too. What nobody has done so far might be done by anybody.
   */
  private released(open: boolean): Set<number> {
    const { gs } = this.world;
    const free = new Set<number>();
    const waiters = new Map<Target, number[]>();
    const releases = new Map<number, Target[]>();
    const missing = new Map<Target, number>();
    const ready: Target[] = [];
    const moving = (g: number): boolean => {
      const state = at(gs.state, g);
      return g === 0 || (state !== State.Parked && state !== State.Dead && state !== State.None);
    };
    for (const g of this.waiting) {
      for (const t of this.targetsOf(g)) {
        const list = waiters.get(t);
        if (list !== undefined) {
          list.push(g);
          continue;
        }
        waiters.set(t, [g]);
        const stuck = t.by.filter((b) => !moving(b.g));
        const anybody = t.open && this.moves && (open || !t.seen) && !(t.all && !open);
        const now =
          t.what === 'clock' ||
          t.what === 'outside' ||
          anybody ||
          (t.all ? stuck.length === 0 : stuck.length < t.by.length);
        if (now) {
          ready.push(t);
          continue;
        }
        missing.set(t, t.all ? stuck.length : 1);
        for (const b of stuck) {
          const of = releases.get(b.g);
          if (of === undefined) releases.set(b.g, [t]);
          else of.push(t);
        }
      }
    }
    for (let t = ready.pop(); t !== undefined; t = ready.pop()) {
      for (const g of waiters.get(t) ?? []) {
        if (free.has(g)) continue;
        free.add(g);
        for (const next of releases.get(g) ?? []) {
          const left = (missing.get(next) ?? 0) - 1;
          missing.set(next, left);
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
      const first = Math.min(...knot);
      const ring = this.shortest(first, left);
      if (ring !== undefined) rings.push(ring);
    }
    return rings.sort((a, b) => (a.gs[0] ?? 0) - (b.gs[0] ?? 0));
  }

  /** The shortest ring through first by goroutines of among (breadth first). */
  private shortest(first: number, among: ReadonlySet<number>): Ring | undefined {
    const from = new Map<number, { readonly g: number; readonly t: Target }>();
    const done = new Set<Target>();
    const queue = [first];
    for (let i = 0; i < queue.length; i++) {
      const g = queue[i] ?? 0;
      for (const t of this.targetsOf(g)) {
        if (done.has(t)) continue;
        done.add(t);
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
    const ids = new Map<Target, number>();
    const targets: Target[] = [];
    const { count } = this.world.gs;
    const idOf = (t: Target): number => {
      let id = ids.get(t);
      if (id === undefined) {
        ids.set(t, (id = count + targets.length));
        targets.push(t);
      }
      return id;
    };
    /** A node is a goroutine's number, or count + the index of a target. */
    const edges = (node: number): number[] => {
      const t = targets[node - count];
      if (t === undefined) return this.targetsOf(node).map(idOf);
      return t.by.map((b) => b.g).filter((g) => inside.has(g));
    };
    return parts(held, edges)
      .map((part) => part.filter((node) => node < count))
      .filter((part) => part.length > 0);
  }
}

/** The strongly connected parts of more than one node that are reached from roots. */
function parts(roots: readonly number[], edges: (node: number) => number[]): number[][] {
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const onStack = new Set<number>();
  const out: number[][] = [];
  const work: { readonly node: number; readonly to: number[]; i: number }[] = [];
  const lower = (node: number, to: number): void => {
    if (to < (low.get(node) ?? 0)) low.set(node, to);
  };
  const enter = (node: number): void => {
    low.set(node, index.size);
    index.set(node, index.size);
    stack.push(node);
    onStack.add(node);
    work.push({ node, to: edges(node), i: 0 });
  };
  const leave = (root: number): void => {
    const from = stack.lastIndexOf(root);
    const part = stack.splice(from);
    for (const node of part) onStack.delete(node);
    if (part.length > 1) out.push(part);
  };
  for (const root of roots) {
    if (!index.has(root)) enter(root);
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const next = top.to[top.i++];
      if (next === undefined) {
        work.pop();
        const above = work.at(-1);
        if (above !== undefined) lower(above.node, low.get(top.node) ?? 0);
        if (low.get(top.node) === index.get(top.node)) leave(top.node);
      } else if (!index.has(next)) {
        enter(next);
      } else if (onStack.has(next)) {
        lower(top.node, index.get(next) ?? 0);
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
    gs.unshift(step.g);
    targets.unshift(step.t);
    g = step.g;
  }
  return { gs, targets };
}
