/**
 * Questions to the events: "kind:send on:results -g:1 text:"a b"". Terms are
 * parted by blanks and must all fit; "-" before a term says that it must not.
 *
 *	kind:send       what happened, by its word or its name (send, ChanSend)
 *	g:3 g:worker    who did it or to whom, by number or by name
 *	on:results      the channel, lock or other object, by name
 *	line:14         the line, or lines 10-20
 *	p:1             the P
 *	text:"a b"      the sentence holds that; a bare word is the same
 */
import { at, must } from '../event/check';
import { Kind, kindNames } from '../event.gen';
import type { Log } from '../event/log';
import { type Fits, objectOf, ofSite } from '../fold/travel';
import type { Say } from './say';
import { kindWord, sentence, type Telling } from './sentences';

/** A question as it is understood, or why it is not. */
export type Query = { readonly terms: readonly Term[] } | { readonly error: string };

const fields = ['kind', 'g', 'on', 'line', 'p', 'text'] as const;
type Field = (typeof fields)[number];

/** One term: what is asked of which field. */
export type Term = { readonly field: Field; readonly value: string; readonly not: boolean };

const longestQuery = 500;

/** Reads a question. What is not understood is said in one sentence. */
export function parseQuery(text: string, say: Say): Query {
  if (text.length > longestQuery) return { error: say('ui.query.long', { n: longestQuery }) };
  const terms: Term[] = [];
  const form = /\s*(-?)(?:([A-Za-z]+):)?(?:"([^"]*)("?)|([^\s"]*))/y;
  const end = text.trimEnd().length;
  for (let i = 0; i < end; i = form.lastIndex) {
    form.lastIndex = i;
    const found = form.exec(text);
    if (found === null || found[0].trim() === '')
      return { error: say('ui.query.odd', { rest: text.slice(i).trim() }) };
    const [, minus, name, quoted, closed, bare] = found;
    if (quoted !== undefined && closed === '') return { error: say('ui.query.open') };
    const field = name === undefined ? 'text' : fields.find((f) => f === name.toLowerCase());
    if (field === undefined) {
      return {
        error: say('ui.query.field', { field: name ?? '', fields: fields.map((f) => `${f}:`).join(' ') }),
      };
    }
    const value = quoted ?? bare ?? '';
    const wrong = value === '' ? say('ui.query.empty', { field }) : refused(field, value, say);
    if (wrong !== '') return { error: wrong };
    terms.push({ field, value: value.toLowerCase(), not: minus === '-' });
  }
  return { terms };
}

/** What is wrong with a term's value; empty if it can be. */
function refused(field: Field, value: string, say: Say): string {
  switch (field) {
    case 'kind':
      return kindsCalled(value.toLowerCase(), say).size > 0 ? '' : say('ui.query.kind', { value });
    case 'line':
      return linesOf(value) === undefined ? say('ui.query.line', { value }) : '';
    case 'p':
      return /^p?\d{1,3}$/i.test(value) ? '' : say('ui.query.p', { value });
    default:
      return '';
  }
}

/** The kinds that a word means: by the word that the list of events shows, or by their name. */
function kindsCalled(word: string, say: Say): ReadonlySet<number> {
  const out = new Set<number>();
  for (let kind = 1; kind < kindNames.length; kind++) {
    const name = must(kindNames[kind], 'kind');
    const short = name.replace(/^(Go|Chan|Proc|Wait|Select|Timer|Atomic|Cond|Once)(?=[A-Z])/, '');
    const called = [name, short, say(`ui.kind.${name}`)].map((s) => s.toLowerCase());
    if (called.includes(word)) out.add(kind);
  }
  return out;
}

function linesOf(
  value: string,
): { readonly file: string; readonly from: number; readonly to: number } | undefined {
  const found = /^(?:([^:]+):)?(\d{1,6})(?:-(\d{1,6}))?$/.exec(value);
  if (found === null) return undefined;
  const from = Number(found[2]);
  return { file: found[1] ?? '', from, to: found[3] === undefined ? from : Number(found[3]) };
}

/** The test of a question; what is cheap to see is looked at first. */
export function fitsOf(terms: readonly Term[], tell: Telling): Fits {
  const order = ['kind', 'p', 'line', 'on', 'g', 'text'];
  const tests = [...terms]
    .sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field))
    .map((t) => ({ fits: fitsTerm(t, tell), not: t.not }));
  return (log, seq) => tests.every((t) => t.fits(log, seq) !== t.not);
}

function fitsTerm(t: Term, tell: Telling): Fits {
  const { value } = t;
  switch (t.field) {
    case 'kind': {
      const kinds = kindsCalled(value, tell.say);
      return (log, seq) => kinds.has(at(log.kind, seq));
    }
    case 'p': {
      const p = Number(value.replace('p', ''));
      return (log, seq) => at(log.p, seq) === p;
    }
    case 'line': {
      const lines = must(linesOf(value), 'lines');
      return ofSite((id) => {
        const site = must(tell.names.site(id), `site ${id}`);
        const file = tell.names.file(site).toLowerCase();
        return site.line >= lines.from && site.line <= lines.to && (lines.file === '' || lines.file === file);
      });
    }
    case 'on': {
      const named = remembered((id) => tell.names.obj(id).toLowerCase().includes(value));
      return (log, seq) => {
        const obj = objectOf(log, seq);
        return obj !== 0 && named(obj);
      };
    }
    case 'g':
      return fitsGoroutine(value, tell);
    case 'text':
      return (_, seq) => `${kindWord(tell, seq)} ${sentence(tell, seq)}`.toLowerCase().includes(value);
  }
}

function fitsGoroutine(value: string, tell: Telling): Fits {
  const number = /^g?(\d{1,9})$/.exec(value)?.[1];
  const wanted = Number(number);
  const meant = (g: number): boolean =>
    number === undefined ? tell.names.g(g).toLowerCase().includes(value) : g === wanted;
  return (log, seq) => {
    const g = at(log.g, seq);
    if (g !== 0 && meant(g)) return true;
    const peer = peerOf(log, seq);
    return peer !== 0 && meant(peer);
  };
}

/** The other goroutine of event seq; 0 for none. */
export function peerOf(log: Log, seq: number): number {
  switch (at(log.kind, seq)) {
    case Kind.Sleep: // the peer's column is half of a duration
    case Kind.TimerSet:
    case Kind.GCAssist:
    case Kind.SelectWait: // says whether the case sends
    case Kind.TaskBegin: // the task around it
      return 0;
    default:
      return at(log.peer, seq);
  }
}

/** What test says of a number, asked once. */
function remembered(test: (id: number) => boolean): (id: number) => boolean {
  const known = new Map<number, boolean>();
  return (id) => {
    let yes = known.get(id);
    if (yes === undefined) known.set(id, (yes = test(id)));
    return yes;
  };
}
