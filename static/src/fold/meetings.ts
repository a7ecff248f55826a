/**
 * In which order the goroutines of two runs use the same channel, lock or
 * other object: for each object and kind of use the roles that do it, one after
 * the other, and the first use that differs.
 */
import { at, at32, atSigned } from '../event/check';
import { Kind } from '../event.gen';
import { valueInt } from '../event/log';
import type { Acts } from './acts';
import type { Comparison } from './compare';

/** What is done with an object. */
export type Use = 'send' | 'recv' | 'close' | 'lock' | 'rlock' | 'done' | 'signal' | 'once';

/** The uses of one object of one kind, in order: the events, and the roles that do them. */
type Line = { readonly seqs: number[]; readonly roles: number[] };

/** How two runs use one object in one way. */
export type Meeting = {
  readonly thing: number;
  readonly use: Use;
  /** The object's number in each run; 0 if it is not there. */
  readonly a: number;
  readonly b: number;
  /** How many uses there are in each run. */
  readonly inA: number;
  readonly inB: number;
  /** How many first uses are by the same roles. */
  readonly same: number;
  /** The first that differs, as an event of each run; undefined if it is not there, or none differs. */
  readonly firstA: number | undefined;
  readonly firstB: number | undefined;
};

/** Compares the orders of use of all that both runs name; those that differ come first, by when they do in b. */
export function meetings(c: Comparison): readonly Meeting[] {
  const [a, b] = [linesOf(c, c.a), linesOf(c, c.b)];
  const out: Meeting[] = [];
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const [x, y] = [a.get(key), b.get(key)];
    const [thing, use] = split(key);
    const [inA, inB] = [x?.line.roles.length ?? 0, y?.line.roles.length ?? 0];
    let same = 0;
    while (same < Math.min(inA, inB) && x?.line.roles[same] === y?.line.roles[same]) same++;
    const differs = same < Math.max(inA, inB);
    out.push({
      thing,
      use,
      a: x?.obj ?? 0,
      b: y?.obj ?? 0,
      inA,
      inB,
      same,
      firstA: differs ? x?.line.seqs[same] : undefined,
      firstB: differs ? y?.line.seqs[same] : undefined,
    });
  }
  const when = (m: Meeting): number => m.firstB ?? (m.firstA === undefined ? Infinity : 2 ** 31 + m.firstA);
  return out.sort((m, n) => when(m) - when(n));
}

const uses: readonly Use[] = ['send', 'recv', 'close', 'lock', 'rlock', 'done', 'signal', 'once'];

function split(key: number): readonly [number, Use] {
  const use = uses[key % uses.length];
  if (use === undefined) throw new Error(`use ${key}`);
  return [Math.floor(key / uses.length), use];
}

/**
 * The lines of one run by thing and use. A goroutine that had to wait at a
 * channel has its place where it began to: channels serve in that order.
 */
function linesOf(c: Comparison, acts: Acts): Map<number, { readonly obj: number; readonly line: Line }> {
  const { log } = acts;
  const found = new Map<number, { readonly obj: number; readonly line: Line; readonly order: number[] }>();
  acts.all.forEach((act, role) => {
    if (act === undefined || c.isForeign(role)) return;
    for (let i = 0; i < act.steps.length; i++) {
      const seq = act.steps.at(i);
      const use = useOf(acts, seq);
      const obj = at32(log.obj, seq);
      if (use === undefined || obj === 0) continue;
      const key = acts.things.of(obj) * uses.length + uses.indexOf(use);
      let entry = found.get(key);
      if (entry === undefined) {
        found.set(key, (entry = { obj, line: { seqs: [], roles: [] }, order: [] }));
      }
      const queued = (use === 'send' || use === 'recv') && act.waits.at(i) !== 0;
      entry.order.push(queued ? act.waits.at(i) - 1 : seq);
      entry.line.seqs.push(seq);
      entry.line.roles.push(role);
    }
  });
  const out = new Map<number, { readonly obj: number; readonly line: Line }>();
  for (const [key, { obj, line, order }] of found) {
    const by = order.map((_, i) => i).sort((i, j) => at(order, i) - at(order, j));
    out.set(key, {
      obj,
      line: { seqs: by.map((i) => at(line.seqs, i)), roles: by.map((i) => at(line.roles, i)) },
    });
  }
  return out;
}

function useOf(acts: Acts, seq: number): Use | undefined {
  const { log } = acts;
  switch (log.kindAt(seq)) {
    case Kind.ChanSend:
    case Kind.ChanSent:
      return 'send';
    case Kind.ChanRecv:
    case Kind.ChanReceived:
      return 'recv';
    case Kind.ChanClose:
      return 'close';
    case Kind.Lock:
      return 'lock';
    case Kind.RLock:
      return 'rlock';
    case Kind.WaitAdd:
      return (valueInt(at32(log.val, seq)) ?? 0) < 0 ? 'done' : undefined;
    case Kind.CondSignal:
    case Kind.CondAll:
      return 'signal';
    case Kind.OnceDo:
      return atSigned(log.n, seq) === 1 ? 'once' : undefined;
    default:
      return undefined;
  }
}
