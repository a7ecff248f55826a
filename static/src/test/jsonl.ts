/** Reads recorded runs (sim/event/eventlog, WriteJSONL) for tests. */
import { readFileSync } from 'node:fs';
import { addFrame } from '../event/frame';
import { type Fields, fields, number, optional, parse, string } from '../event/json';
import { kindNames, outcomeNames, queueNames, reasonNames, whyNames } from '../event.gen';
import { isKind, Log } from '../event/log';
import { type Def, frame, int, objectDef, type Rec, siteDef, textDef } from './frames';

/** The recorded run testdata/NAME.jsonl. */
export function recorded(name: string): Log {
  const log = new Log();
  addFrame(log, recordedFrame(name));
  return log;
}

/** The same as a frame. */
export function recordedFrame(name: string): Uint8Array {
  const lines = readFileSync(`testdata/${name}.jsonl`, 'utf8').trimEnd().split('\n');
  const defs: Def[] = [];
  const recs: Rec[] = [];
  for (const line of lines) {
    const f = fields(parse(line), 'line');
    if (f.get('def') === 'schedule') continue; // for who runs it again
    if (f.has('def')) defs.push(definition(f));
    else recs.push(record(f));
  }
  return frame(0, recs, defs);
}

function definition(f: Fields): Def {
  const id = number(f, 'id');
  switch (string(f, 'def')) {
    case 'text':
      return textDef(id, optional(f, 'text', string) ?? '');
    case 'site':
      return siteDef(
        id,
        optional(f, 'line', number) ?? 0, // a place of which nothing is known
        ref(f, 'file'),
        optional(f, 'col', number),
        ref(f, 'func'),
        optional(f, 'caller', number),
      );
    case 'object':
      return objectDef(id, ref(f, 'name'), number(f, 'class'), ref(f, 'type'));
    default:
      throw new Error(`definition of ${string(f, 'def')}`);
  }
}

function record(f: Fields): Rec {
  const kind = kindNames.indexOf(string(f, 'kind'));
  if (!isKind(kind)) throw new Error(`kind ${string(f, 'kind')}`);
  const dur = optional(f, 'dur', number);
  const outcome = optional(f, 'outcome', string);
  const val = f.get('val');
  return {
    kind,
    t: number(f, 't'),
    g: goroutine(f, 'g'),
    obj:
      outcome === undefined ? (optional(f, 'from', number) ?? ref(f, 'obj')) : outcomeNames.indexOf(outcome),
    peer:
      dur === undefined
        ? (optional(f, 'send', number) ?? (goroutine(f, 'peer') || ref(f, 'of')))
        : Math.floor(dur / 2 ** 32),
    n: dur === undefined ? meaning(f) : dur | 0,
    val: typeof val === 'number' ? int(val) : ref(f, 'val'),
    site: ref(f, 'at'),
    p: optional(f, 'p', number) ?? 0xff,
  };
}

/** N, which may stand under the name of what it means. */
function meaning(f: Fields): number {
  for (const [name, names] of [
    ['reason', reasonNames],
    ['why', whyNames],
    ['queue', queueNames],
  ] as const) {
    const v = optional(f, name, string);
    if (v !== undefined) return names.indexOf(v);
  }
  return optional(f, 'n', number) ?? 0;
}

function ref(f: Fields, name: string): number {
  const v = optional(f, name, string);
  return v === undefined ? 0 : Number(v.slice(v.lastIndexOf('#') + 1));
}

function goroutine(f: Fields, name: string): number {
  const v = optional(f, name, string);
  return v === undefined ? 0 : Number(/^G(\d+)/.exec(v)?.[1]);
}
