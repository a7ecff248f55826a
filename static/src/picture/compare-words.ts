/** Two runs in words: where they part, how they end, what they print, and each role as a row. */
import { at } from '../event/check';
import { type Content, h } from '../dom/draw';
import { valueText } from '../event/log';
import { type Comparison, over, type Parting } from '../fold/compare';
import { diff } from '../fold/diff';
import { shortName } from '../words/names';
import { count, nanoseconds, type Say } from '../words/say';
import { sentence } from '../words/sentences';
import type { Twin } from './picture';
import type { Pair, Taken } from './scene';

const mostRows = 500;
const mostLines = 2000;
const mostShown = 300;

/** A role's name: as everywhere if it has one number in both runs, else with both. */
export function roleName(c: Comparison, pair: Pair, role: number, say: Say): string {
  const [a, b] = [c.a.cast.player(role), c.b.cast.player(role)];
  if (a === b) return pair.b.tell.names.g(b);
  if (a === 0) return say('ui.compare.only.b', { g: pair.b.tell.names.g(b) });
  if (b === 0) return say('ui.compare.only.a', { g: pair.a.tell.names.g(a) });
  const name = shortName(pair.b.history.lives.all[b]?.name ?? '');
  return say('ui.compare.role', { a, b, name });
}

/** How the two runs differ, in a sentence or two. */
export function verdict(c: Comparison, pair: Pair, say: Say): string {
  if (c.parted === undefined) {
    if (!c.same) return say('ui.compare.sofar', { n: count(c.b.done) });
    return say(c.exact ? 'ui.compare.bytes' : 'ui.compare.same', { n: count(pair.b.log.count) });
  }
  const tellAt = (side: Taken, seq: number): string =>
    seq < side.log.count ? sentence(side.tell, seq) : say('ui.compare.nothing');
  return say('ui.compare.part', {
    n: count(c.parted + 1),
    a: tellAt(pair.a, c.parted),
    b: tellAt(pair.b, c.parted),
  });
}

/** The first thing that the program itself does differently; no goroutine may, although the order differs. */
export function firstStep(
  c: Comparison,
  differing: readonly Parting[],
  pair: Pair,
  say: Say,
): readonly Content[] {
  if (c.parted === undefined) return [];
  const first = differing[0];
  if (first === undefined) {
    return c.settled ? [h('p', { key: 'order' }, say('ui.compare.order'))] : [];
  }
  const role = roleName(c, pair, first.role, say);
  const text = say('ui.compare.step', { role, n: count(first.step + 1), roles: count(differing.length) });
  return [
    h('p', { key: 'step' }, text),
    told('a', pair.a, c.stepAt(c.a, first), say),
    told('b', pair.b, c.stepAt(c.b, first), say),
  ];
}

/** What one of the runs does at event seq; in the shown run it can be gone to. */
export function told(side: 'a' | 'b', run: Taken, seq: number | undefined, say: Say): Content {
  const text = seq === undefined ? say('ui.compare.nothing') : sentence(run.tell, seq);
  const number = seq === undefined ? '' : say('ui.compare.event', { n: count(seq + 1) });
  const there =
    side === 'b' && seq !== undefined
      ? h('button', { type: 'button', class: 'link', 'data-seq': seq }, number)
      : number;
  return h(
    'p',
    { key: `told ${side} ${seq ?? ''}`, class: 'compare-told' },
    h('b', { class: 'compare-side' }, side.toUpperCase()),
    there,
    ' ',
    h('bdi', {}, text),
  );
}

/** How both runs ended. */
export function endings(pair: Pair, say: Say): string {
  const ended = (r: Taken): string =>
    over(r.log) ? sentence(r.tell, r.log.count - 1) : say('ui.compare.goes');
  const [a, b] = [ended(pair.a), ended(pair.b)];
  return a === b ? say('ui.compare.end.both', { end: a }) : say('ui.compare.end', { a, b });
}

/** The lines that were printed in either run. */
export type Printed = {
  readonly same: boolean;
  readonly different: number;
  readonly lines: readonly Content[];
};

/** Compares what both runs printed, line by line. */
export function printed(pair: Pair, say: Say): Printed {
  const [a, b] = [linesOf(pair.a), linesOf(pair.b)];
  const pairs = diff(a, b);
  const different = pairs.filter((p) => p.a < 0 || p.b < 0).length;
  const lines = pairs.slice(0, mostShown).map((p, i) => {
    const side = p.b < 0 ? 'a' : p.a < 0 ? 'b' : 'both';
    const text = (p.a < 0 ? b[p.b] : a[p.a]) ?? '';
    const label = side === 'both' ? '' : side.toUpperCase();
    return h(
      'div',
      { key: i, class: `compare-line compare-line-${side}` },
      h('b', { class: 'compare-side' }, label),
      h('bdi', {}, text),
    );
  });
  const rest = pairs.length - lines.length;
  if (rest > 0)
    lines.push(h('p', { key: 'more', class: 'dim' }, say('ui.channels.more', { n: count(rest) })));
  if (Math.max(a.length, b.length) >= mostLines) {
    lines.push(h('p', { key: 'cut', class: 'dim' }, say('ui.compare.cut', { n: count(mostLines) })));
  }
  return { same: different === 0, different, lines };
}

function linesOf({ log, history }: Taken): readonly string[] {
  let text = '';
  let lines = 0;
  for (let i = 0; i < history.outputs.length && lines < mostLines; i++) {
    const part = valueText(log, at(log.val, history.outputs.at(i)));
    lines += part.split('\n').length - 1;
    text += part;
  }
  return text === '' ? [] : text.replace(/\n$/, '').split('\n').slice(0, mostLines);
}

/** A table of the roles. */
export function compareTwin(
  c: Comparison,
  roles: readonly number[],
  differing: readonly Parting[],
  pair: Pair,
  say: Say,
): Twin {
  const parting = new Map(differing.map((p) => [p.role, p]));
  const steps = [verdict(c, pair, say), endings(pair, say)];
  if (roles.length > mostRows) steps.push(say('ui.compare.rows', { n: count(roles.length - mostRows) }));
  return {
    sentence: steps.join(' '),
    head: ['role', 'steps', 'events', 'ran', 'waited', 'first'].flatMap((k) =>
      k === 'role' || k === 'first'
        ? [say(`ui.compare.head.${k}`)]
        : ['A', 'B'].map((side) => say(`ui.compare.head.${k}`, { side })),
    ),
    rows: roles.slice(0, mostRows).map((role) => {
      const [a, b] = [c.a.all[role], c.b.all[role]];
      const p = parting.get(role);
      const time = (ns: number | undefined): string => (ns === undefined ? '' : nanoseconds(ns));
      const number = (n: number | undefined): string => (n === undefined ? '' : count(n));
      return [
        `${c.roles.all[role]?.path ?? ''} ${roleName(c, pair, role, say)}`,
        number(a?.steps.length),
        number(b?.steps.length),
        number(a?.events),
        number(b?.events),
        time(a?.ran),
        time(b?.ran),
        time(a?.waited),
        time(b?.waited),
        p === undefined ? say('ui.compare.none') : firstText(c, p, pair, say),
      ];
    }),
  };
}

function firstText(c: Comparison, p: Parting, pair: Pair, say: Say): string {
  const [a, b] = [c.stepAt(c.a, p), c.stepAt(c.b, p)];
  return say('ui.compare.first', {
    n: count(p.step + 1),
    a: a === undefined ? say('ui.compare.nothing') : sentence(pair.a.tell, a),
    b: b === undefined ? say('ui.compare.nothing') : sentence(pair.b.tell, b),
  });
}
