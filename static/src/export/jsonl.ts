/**
 * A run as text: one definition or event a line, as sim/event/eventlog
 * writes it (WriteJSONL) and reads it. A text that was not UTF-8 has lost
 * its odd bytes on the way to the page.
 */
import { at, must } from '../event/check';
import { classNames, Kind, kindNames, outcomeNames, queueNames, reasonNames, whyNames } from '../event.gen';
import { type Log, noP, valueInt } from '../event/log';

/** The longest text, in bytes of UTF-8, that is repeated beside its id. */
const longestLabel = 60;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Line = Readonly<Record<string, string | number | bigint | undefined>>;

/** The lines of log, in pieces of many lines. */
export function* jsonl(log: Log): Generator<string> {
  const ids = (m: ReadonlyMap<number, unknown>): number[] => [...m.keys()].sort((a, b) => a - b);
  for (const id of ids(log.texts)) yield line({ def: 'text', id, text: log.text(id) });
  for (const id of ids(log.sites)) {
    const s = must(log.sites.get(id), 'site');
    yield line({
      def: 'site',
      id,
      line: s.line,
      col: s.col,
      file: ref(log, s.file),
      func: ref(log, s.func),
      caller: s.caller,
    });
  }
  for (const id of ids(log.objects)) {
    const o = must(log.objects.get(id), 'object');
    const is = classNames[o.cls] ?? '';
    const rest = { name: ref(log, o.name), type: ref(log, o.type), site: o.site };
    yield line({ def: 'object', id, class: o.cls, is, ...rest }, 'class');
  }
  if (log.schedule !== '') yield line({ def: 'schedule', id: 0, text: log.schedule }, 'id');
  const names = new Map<number, string>();
  let piece = '';
  for (let seq = 0; seq < log.count; seq++) {
    piece += event(log, seq, names);
    if (piece.length < 1 << 16) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** A line without its empty fields, but for those that are always there. */
function line(fields: Line, ...always: readonly string[]): string {
  const parts: string[] = [];
  for (const [name, v] of Object.entries(fields)) {
    const empty = v === undefined || v === '' || v === 0;
    if (empty && !always.includes(name)) continue;
    parts.push(`"${name}":${typeof v === 'string' ? quoted(v) : String(v)}`);
  }
  return `{${parts.join(',')}}\n`;
}

/** A text as Go's encoder of JSON writes it. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (c) => (c === '\u2028' ? '\\u2028' : '\\u2029'));
}

/** A text with its id, cut where it is long. */
function ref(log: Log, id: number): string {
  return id === 0 ? '' : `${cut(log.text(id))}#${id}`;
}

function cut(text: string): string {
  const bytes = encoder.encode(text);
  if (bytes.length <= longestLabel) return text;
  let end = longestLabel;
  while ((at(bytes, end) & 0xc0) === 0x80) end--; // in the midst of a character
  return `${decoder.decode(bytes.subarray(0, end))}…`;
}

function goroutine(g: number, names: ReadonlyMap<number, string>): string {
  if (g === 0) return '';
  const name = names.get(g) ?? '';
  return name === '' ? `G${g}` : `G${g} ${name}`;
}

function event(log: Log, seq: number, names: Map<number, string>): string {
  const kind = log.kindAt(seq);
  const val = at(log.val, seq);
  const i = valueInt(val);
  if (kind === Kind.GoCreate || kind === Kind.GoName)
    names.set(at(log.peer, seq), i === undefined ? log.text(val) : '');
  const p = at(log.p, seq);
  const site = at(log.site, seq);
  const fields = meanings(log, seq, kind, names);
  const always = [
    ...(seq === 0 ? ['seq'] : []),
    't',
    'p',
    ...(kind === Kind.Steal ? ['from'] : []),
    ...(kind === Kind.SelectWait ? ['send'] : []),
    ...(fields.dur === undefined ? [] : ['dur']),
    ...(i === 0 ? ['val'] : []),
  ];
  return line(
    {
      seq,
      t: at(log.t, seq),
      ...(p === noP ? {} : { p }),
      g: goroutine(at(log.g, seq), names),
      kind: kindNames[kind],
      ...fields,
      val: i ?? ref(log, val),
      at: site === 0 ? '' : place(log, site),
    },
    ...always,
  );
}

/** What stands in the columns obj, peer and n, under the names of what they mean. */
type Meanings = {
  readonly outcome: string | undefined;
  readonly from: number | undefined;
  readonly obj: string;
  readonly peer: string;
  readonly send: number | undefined;
  readonly dur: bigint | undefined;
  readonly reason: string | undefined;
  readonly why: string | undefined;
  readonly queue: string | undefined;
  readonly n: number;
};

function meanings(log: Log, seq: number, kind: Kind, names: ReadonlyMap<number, string>): Meanings {
  const obj = at(log.obj, seq);
  const peer = at(log.peer, seq);
  const n = at(log.n, seq);
  const lasts = kind === Kind.Sleep || kind === Kind.TimerSet || kind === Kind.GCAssist;
  const way = kind === Kind.SelectWait;
  const name = (of: readonly Kind[], list: readonly string[]): string | undefined =>
    of.includes(kind) && n > 0 ? list[n] : undefined;
  const reason = name([Kind.GoPark, Kind.Stuck, Kind.Leak], reasonNames);
  const why = name([Kind.GoStart, Kind.GoYield], whyNames);
  const queue = name([Kind.Enqueue], queueNames);
  const outcome = kind === Kind.RunEnd && obj > 0 ? outcomeNames[obj] : undefined;
  const named = reason ?? why ?? queue;
  return {
    outcome,
    from: kind === Kind.Steal ? obj : undefined,
    obj: kind === Kind.Steal || outcome !== undefined || obj === 0 ? '' : objectRef(log, obj),
    peer: lasts || way ? '' : goroutine(peer, names),
    send: way ? peer : undefined,
    dur: lasts ? BigInt.asIntN(64, (BigInt(peer) << 32n) | BigInt(n >>> 0)) : undefined,
    reason,
    why,
    queue,
    n: named !== undefined || lasts ? 0 : n,
  };
}

function objectRef(log: Log, obj: number): string {
  return `${log.text(log.objects.get(obj)?.name ?? 0)}#${obj}`;
}

function place(log: Log, site: number): string {
  const s = must(log.sites.get(site), `site ${site}`);
  return `${log.text(s.file)}:${s.line}#${site}`;
}
