/** Two runs in words: where they part, how they end, what they print, and each role as a row. */
import { at } from '../event/check';
import { type Content, h } from '../dom/draw';
import { valueText } from '../event/log';
import type { Comparison, Parting } from '../fold/compare';
import { diff } from '../fold/diff';
import { over } from '../fold/kind-of-run';
import { shortName } from '../words/names';
import { count, nanoseconds, type Say, sentences } from '../words/say';
import { sentence } from '../words/sentences';
import { visible } from '../words/visible';
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
export function summary(c: Comparison, differing: number, pair: Pair, say: Say): string {
  if (c.parted === undefined) {
    if (c.loose) return say('ui.compare.loose.differing', { roles: count(differing) });
    if (!c.same) return say('ui.compare.sofar', { n: count(c.b.done) });
    return say(c.exact ? 'ui.compare.bytes' : 'ui.compare.same', { n: count(pair.b.log.count) });
  }
  const n = count(c.parted + 1);
  if (differing === 0) return say(c.settled ? 'ui.compare.order' : 'ui.compare.part', { n });
  return say('ui.compare.steps', { n, roles: count(differing), all: count(c.roles.all.length - 1) });
}

/** The first thing that the program itself does differently. */
export function firstStep(
  c: Comparison,
  first: Parting | undefined,
  pair: Pair,
  say: Say,
): readonly Content[] {
  if (first === undefined) return [];
  const role = roleName(c, pair, first.role, say);
  return [
    h('p', { key: 'step' }, say('ui.compare.step', { role, n: count(first.step + 1) })),
    told('step', 'a', pair.a, c.stepAt(c.a, first), say),
    told('step', 'b', pair.b, c.stepAt(c.b, first), say),
  ];
}

/** What one of the runs does at event seq, under a topic; in the shown run it can be gone to. */
export function told(topic: string, side: 'a' | 'b', run: Taken, seq: number | undefined, say: Say): Content {
  const text = seq === undefined ? say('ui.compare.nothing') : sentence(run.tell, seq);
  const number = seq === undefined ? '' : say('ui.compare.event', { n: count(seq + 1) });
  const there =
    side === 'b' && seq !== undefined
      ? h('button', { type: 'button', class: 'link', 'data-seq': seq, title: say('ui.compare.go') }, number)
      : number;
  return h(
    'p',
    { key: `${topic} ${side}`, class: 'compare-told' },
    h('b', { class: 'compare-side' }, side.toUpperCase()),
    there,
    ' ',
    h('bdi', {}, text),
  );
}

/** How both runs ended. */
export function endings(pair: Pair, say: Say): readonly Content[] {
  return (['a', 'b'] as const).map((side) => told('end', side, pair[side], lastOf(pair[side]), say));
}

/** The event that ended the run, if it is over. */
function lastOf({ log }: Taken): number | undefined {
  return over(log) ? log.count - 1 : undefined;
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
      h('bdi', {}, visible(text)),
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
  const { parted } = c;
  const telling = [summary(c, differing.length, pair, say)];
  const both = (key: string, a: number | undefined, b: number | undefined): void => {
    telling.push(say(key, { a: line(pair.a, a, say), b: line(pair.b, b, say) }));
  };
  if (parted !== undefined) both('ui.compare.sides', parted, parted);
  both('ui.compare.end', lastOf(pair.a), lastOf(pair.b));
  if (roles.length > mostRows) telling.push(say('ui.compare.rows', { n: count(roles.length - mostRows) }));
  return {
    sentence: sentences(say, telling),
    head: ['role', 'steps', 'events', 'ran', 'waited', 'first'].flatMap((k) =>
      k === 'role' || k === 'first'
        ? [say(`ui.compare.head.${k}`)]
        : ['A', 'B'].map((side) => say(`ui.compare.head.${k}`, { side })),
    ),
    rows: roles.slice(0, mostRows).map((role) => {
      const [a, b] = [c.a.all[role], c.b.all[role]];
      const p = parting.get(role);
      const [spentA, spentB] = [c.a.spent(role), c.b.spent(role)];
      const time = (ns: number | undefined): string => (ns === undefined ? '' : nanoseconds(ns));
      const number = (n: number | undefined): string => (n === undefined ? '' : count(n));
      return [
        `${c.roles.all[role]?.path ?? ''} ${roleName(c, pair, role, say)}`,
        number(a?.steps.length),
        number(b?.steps.length),
        number(a?.events),
        number(b?.events),
        time(spentA?.ran),
        time(spentB?.ran),
        time(spentA?.waited),
        time(spentB?.waited),
        p === undefined ? say('ui.compare.none') : firstText(c, p, pair, say),
      ];
    }),
  };
}

function firstText(c: Comparison, p: Parting, pair: Pair, say: Say): string {
  return say('ui.compare.first', {
    n: count(p.step + 1),
    a: line(pair.a, c.stepAt(c.a, p), say),
    b: line(pair.b, c.stepAt(c.b, p), say),
  });
}

/** Event seq of a run as a sentence; undefined, or beyond its end, is nothing. */
function line(run: Taken, seq: number | undefined, say: Say): string {
  return seq === undefined || seq >= run.log.count ? say('ui.compare.nothing') : sentence(run.tell, seq);
}
