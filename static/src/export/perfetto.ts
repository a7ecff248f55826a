/**
 * A run in the Trace Event Format (Chrome's JSON, which Perfetto and
 * chrome://tracing read): a track for each goroutine with what it did, one
 * for each P with whom it ran, and arrows from what made something possible
 * to what it made possible. Virtual ns are µs with fractions there.
 */
import { at } from '../event/check';
import { Kind } from '../event.gen';
import { type Log, noP, valueText } from '../event/log';
import type { History } from '../fold/history';
import { type Life, Look, lookNames } from '../fold/lives';
import { reasonText, type Telling } from '../words/sentences';

const goroutines = 1;
const processors = 2;

type Entry = Readonly<Record<string, string | number | Readonly<Record<string, string | number>>>>;

/** The file's text, in pieces. */
export function* perfetto(log: Log, history: History, tell: Telling): Generator<string> {
  yield '{"displayTimeUnit":"ns","traceEvents":[\n';
  yield entry(process(goroutines, tell.say('ui.export.goroutines')), true);
  yield entry(process(processors, tell.say('ui.export.ps')));
  for (const life of history.lives.all) if (life !== undefined) yield* track(log, life, tell);
  yield* running(log, tell);
  yield* marks(log, tell);
  yield* arrows(log, history);
  yield '\n]}\n';
}

function entry(e: Entry, first = false): string {
  return `${first ? '' : ',\n'}${JSON.stringify(e)}`;
}

function process(pid: number, name: string): Entry {
  return { ph: 'M', name: 'process_name', pid, args: { name } };
}

function thread(pid: number, tid: number, name: string): Entry {
  return { ph: 'M', name: 'thread_name', pid, tid, args: { name } };
}

function micros(ns: number): number {
  return ns / 1000;
}

/** What a goroutine did, span by span. */
function* track(log: Log, life: Life, tell: Telling): Generator<string> {
  yield entry(thread(goroutines, life.g, tell.names.g(life.g)));
  const end = at(log.t, log.count - 1);
  let piece = '';
  for (let i = 0; i < life.starts.length; i++) {
    const look = life.looks.at(i);
    if (look === Look.None) continue;
    const seq = life.starts.at(i);
    const from = at(log.t, seq);
    const to = i + 1 < life.starts.length ? at(log.t, life.starts.at(i + 1)) : end;
    const place = tell.names.place(at(log.site, seq));
    piece += entry({
      ph: 'X',
      pid: goroutines,
      tid: life.g,
      ts: micros(from),
      dur: micros(to - from),
      name: spanName(log, seq, look, tell),
      cat: lookNames[look] ?? '',
      args: { event: seq + 1, ...(place === '' ? {} : { place }) },
    });
  }
  yield piece;
}

function spanName(log: Log, seq: number, look: number, tell: Telling): string {
  return at(log.kind, seq) === Kind.GoPark
    ? reasonText(tell, at(log.n, seq), at(log.obj, seq))
    : tell.say(`ui.look.${lookNames[look] ?? ''}`);
}

/** Whom each P ran. */
function* running(log: Log, tell: Telling): Generator<string> {
  const since = new Map<number, { readonly g: number; readonly seq: number }>();
  const known = new Set<number>();
  const over = (p: number, t: number): string => {
    const was = since.get(p);
    if (was === undefined) return '';
    since.delete(p);
    const from = at(log.t, was.seq);
    const name = tell.names.g(was.g);
    const span = {
      ts: micros(from),
      dur: micros(t - from),
      name,
      cat: 'running',
      args: { event: was.seq + 1 },
    };
    return entry({ ph: 'X', pid: processors, tid: p, ...span });
  };
  for (let seq = 0; seq < log.count; seq++) {
    const p = at(log.p, seq);
    const kind = at(log.kind, seq);
    const starts = kind === Kind.GoStart;
    const stops = kind === Kind.GoPark || kind === Kind.GoYield || kind === Kind.GoEnd;
    if (p === noP || !(starts || stops)) continue;
    if (!known.has(p)) yield entry(thread(processors, p, `P${p}`));
    known.add(p);
    yield over(p, at(log.t, seq));
    if (starts) since.set(p, { g: at(log.g, seq), seq });
  }
  for (const p of [...since.keys()]) yield over(p, at(log.t, log.count - 1));
}

/** What was printed, and panics, as instants. */
function* marks(log: Log, tell: Telling): Generator<string> {
  for (let seq = 0; seq < log.count; seq++) {
    const kind = at(log.kind, seq);
    const g = at(log.g, seq);
    if (g === 0 || (kind !== Kind.Output && kind !== Kind.GoPanic)) continue;
    const name = `${tell.say(`ui.kind.${kind === Kind.Output ? 'Output' : 'GoPanic'}`)}: ${valueText(log, at(log.val, seq)).trimEnd()}`;
    yield entry({ ph: 'i', s: 't', pid: goroutines, tid: g, ts: micros(at(log.t, seq)), name });
  }
}

/** Arrows from cause to effect between goroutines. */
function* arrows(log: Log, history: History): Generator<string> {
  for (let seq = 0; seq < log.count; seq++) {
    const cause = history.order.causes.at(seq) - 1;
    if (cause < 0) continue;
    const from = at(log.g, cause);
    const to = at(log.g, seq);
    if (from === 0 || to === 0 || from === to) continue;
    const flow = { pid: goroutines, name: 'cause', cat: 'order', id: seq + 1 };
    yield entry({ ph: 's', ...flow, tid: from, ts: micros(at(log.t, cause)) });
    yield entry({ ph: 'f', bp: 'e', ...flow, tid: to, ts: micros(at(log.t, seq)) });
  }
}
