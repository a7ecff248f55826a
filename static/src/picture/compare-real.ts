/**
 * The model beside the real runtime, in words: what differs first, in which
 * order objects were used, how long everything took, and what was not compared.
 */
import { at } from '../event/check';
import { type Content, h, type Node } from '../dom/draw';
import type { Log } from '../event/log';
import type { Comparison, Parting } from '../fold/compare';
import { probed, traced } from '../fold/kind-of-run';
import { type Meeting, meetings } from '../fold/meetings';
import { count, nanoseconds, type Say } from '../words/say';
import { firstStep, roleName, told } from './compare-words';
import type { Pair } from './scene';

/** So many objects and goroutines are listed. */
const mostObjects = 12;
const mostRoles = 20;

/** What tells of a run: its clock, and what it can know. */
export type Source = 'model' | 'trace' | 'probes';

/** What tells of the run in log. */
export function sourceOf(log: Log): Source {
  return !traced(log) ? 'model' : probed(log) ? 'probes' : 'trace';
}

/** How the runs differ, in a sentence. */
export function looseSummary(c: Comparison, differing: number, orders: readonly Meeting[], say: Say): string {
  if (!c.settled) return say('ui.compare.loose.sofar');
  const all = c.roles.all.filter((r) => r.id !== 0 && !c.isForeign(r.id)).length;
  if (differing > 0) return say('ui.compare.loose.steps', { roles: count(differing), all: count(all) });
  const other = orders.filter(differs).length;
  if (other > 0) return say('ui.compare.loose.order', { n: count(other) });
  return say(orders.length === 0 ? 'ui.compare.loose.same' : 'ui.compare.loose.same.order', {
    all: count(all),
  });
}

/** The orders of use, once both runs are over. */
export function ordersOf(c: Comparison): readonly Meeting[] {
  return c.settled ? meetings(c) : [];
}

function differs(m: Meeting): boolean {
  return m.firstA !== undefined || m.firstB !== undefined;
}

/** What differs first: a step of a goroutine, or whose turn it is at an object, whichever comes first in b. */
export function firstDivergence(
  c: Comparison,
  differing: readonly Parting[],
  orders: readonly Meeting[],
  pair: Pair,
  say: Say,
): readonly Content[] {
  const [step] = differing;
  const order = orders.find(differs);
  const stepWhen = step === undefined ? Infinity : (c.stepAt(c.b, step) ?? Infinity);
  if (order === undefined || stepWhen < (order.firstB ?? Infinity)) return firstStep(c, step, pair, say);
  return [
    h('p', { key: 'meet' }, meetingText(c, order, pair, say)),
    told('meet', 'a', pair.a, order.firstA, say),
    told('meet', 'b', pair.b, order.firstB, say),
  ];
}

/** "At jobs the first 2 receives are by the same goroutines; the next is by G3 worker in A, G2 worker in B." */
function meetingText(c: Comparison, m: Meeting, pair: Pair, say: Say): string {
  const obj = m.b === 0 ? pair.a.tell.names.obj(m.a) : pair.b.tell.names.obj(m.b);
  const args = { obj, use: say(`ui.compare.use.${m.use}`), n: count(m.same), all: count(m.inB) };
  if (!differs(m)) return say('ui.compare.meet.same', args);
  const who = (side: 'a' | 'b', seq: number | undefined): string => {
    if (seq === undefined) return say('ui.compare.meet.nobody');
    const g = at(c[side].log.g, seq);
    const name = pair[side].tell.names.g(g);
    const other = c.a.cast.player(c[side].cast.of(g));
    return other === g || other === 0 ? name : say('ui.compare.meet.role', { g: name, other });
  };
  const by = { a: who('a', m.firstA), b: who('b', m.firstB) };
  return say(m.same === 0 ? 'ui.compare.meet.first' : 'ui.compare.meet', { ...args, ...by });
}

/** In which order each object was used in both runs. */
export function orderWords(
  c: Comparison,
  orders: readonly Meeting[],
  pair: Pair,
  say: Say,
): readonly Content[] {
  if (!c.settled) return [];
  if (orders.length === 0) return [h('p', { key: 'orders' }, say('ui.compare.orders.none'))];
  const items: Node[] = orders.slice(0, mostObjects).map((m, i) => {
    const text = meetingText(c, m, pair, say);
    return h('li', { key: i }, h('bdi', {}, text));
  });
  if (orders.length > mostObjects) {
    items.push(
      h(
        'li',
        { key: 'more', class: 'dim' },
        say('ui.channels.more', { n: count(orders.length - mostObjects) }),
      ),
    );
  }
  return [h('p', { key: 'orders' }, say('ui.compare.orders')), h('ul', { key: 'list' }, items)];
}

/** How long the runs and their goroutines took, beside each other. */
export function durations(c: Comparison, pair: Pair, say: Say): readonly Content[] {
  const clock = (side: 'a' | 'b'): string =>
    say(sourceOf(pair[side].log) === 'model' ? 'ui.compare.virtual' : 'ui.compare.measured', {
      side: side.toUpperCase(),
    });
  const mixed = sourceOf(pair.a.log) === 'model' || sourceOf(pair.b.log) === 'model';
  const head = [
    say('ui.compare.head.role'),
    ...['ran', 'waited'].flatMap((what) => [
      say(`ui.compare.took.${what}`, { clock: clock('a') }),
      say(`ui.compare.took.${what}`, { clock: clock('b') }),
      say('ui.compare.ratio'),
    ]),
  ];
  const roles = c.roles.all.map((r) => r.id).filter((id) => id !== 0 && !c.isForeign(id));
  const rows = roles.slice(0, mostRoles).map((role) => {
    const [a, b] = [c.a.spent(role), c.b.spent(role)];
    return [roleName(c, pair, role, say), ...beside(a?.ran, b?.ran), ...beside(a?.waited, b?.waited)];
  });
  rows.unshift([say('ui.compare.whole'), ...beside(c.a.took, c.b.took), '', '', '']);
  const out: Content[] = [
    h('p', { key: 'took' }, say(mixed ? 'ui.compare.took.virtual' : 'ui.compare.took')),
    h(
      'table',
      { key: 'durations', class: 'twin-table compare-took' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          head.map((text) => h('th', { scope: 'col' }, text)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) =>
          h(
            'tr',
            {},
            row.map((text, i) => h(i === 0 ? 'th' : 'td', i === 0 ? { scope: 'row' } : {}, text)),
          ),
        ),
      ),
    ),
  ];
  if (roles.length > mostRoles) {
    const n = count(roles.length - mostRoles);
    out.push(h('p', { key: 'tookmore', class: 'dim' }, say('ui.compare.rest.took', { n })));
  }
  return out;
}

/** Two durations and how many times the first the second is. */
function beside(a: number | undefined, b: number | undefined): readonly string[] {
  const text = (ns: number | undefined): string => (ns === undefined ? '' : nanoseconds(ns));
  const ratio = a === undefined || b === undefined || a === 0 ? '' : `× ${times(b / a)}`;
  return [text(a), text(b), ratio];
}

function times(x: number): string {
  return x >= 100 ? count(Math.round(x)) : String(Number(x.toPrecision(2)));
}

/** What was not compared, since one of the runs cannot know it. */
export function unknownWords(pair: Pair, say: Say): readonly Content[] {
  const sources = [sourceOf(pair.a.log), sourceOf(pair.b.log)];
  const least = sources.includes('trace') ? 'trace' : 'probes';
  return [h('p', { key: 'unknown', class: 'dim' }, say(`ui.compare.unknown.${least}`))];
}
