import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Kind } from '../event.gen';
import { fields, list, number, optional, parse, string } from '../event/json';
import { addFrame } from '../event/frame';
import { Log } from '../event/log';
import { History } from '../fold/history';
import { int, logOf, textDef } from '../test/frames';
import { recorded } from '../test/jsonl';
import { messages } from '../test/messages';
import { namesOf } from '../words/names';
import { sayer } from '../words/say';
import { frames } from './frames';
import { jsonl } from './jsonl';
import { perfetto } from './perfetto';

const say = sayer(messages());

for (const name of ['fixed-pool', 'rendezvous-deadlock']) {
  test(`${name}: the event log is written as it was recorded`, () => {
    const given = readFileSync(`testdata/${name}.jsonl`, 'utf8').split('\n');
    const written = [...jsonl(recorded(name))].join('').split('\n');
    // The reader of tests leaves out columns, functions and types.
    const events = (lines: readonly string[]): readonly string[] =>
      lines.filter((l) => l.startsWith('{"seq"'));
    assert.deepEqual(events(written), events(given));
  });

  test(`${name}: frames that are written are read again`, () => {
    const log = recorded(name);
    const again = new Log();
    for (const f of frames(log)) addFrame(again, f);
    assert.equal([...jsonl(again)].join(''), [...jsonl(log)].join(''));
  });

  test(`${name}: the trace for Perfetto has every span, and arrows that begin before they end`, () => {
    const log = recorded(name);
    const history = new History(log);
    history.extend(Infinity);
    const tell = { log, history, names: namesOf(log, history, say), say };
    const trace = fields(parse([...perfetto(log, history, tell)].join('')), 'trace');
    const entries = list(trace, 'traceEvents', (e) => fields(e, 'entry'));
    const begun = new Map<number, number>();
    const spans = new Map<string, number>();
    for (const e of entries) {
      const ph = string(e, 'ph');
      if (ph === 'M') continue;
      const ts = number(e, 'ts');
      if (ph === 's') begun.set(number(e, 'id'), ts);
      if (ph === 'f') assert((begun.get(number(e, 'id')) ?? Infinity) <= ts);
      if (ph !== 'X') continue;
      const track = `${number(e, 'pid')} ${number(e, 'tid')}`;
      assert(ts >= (spans.get(track) ?? 0), 'spans of a track follow each other');
      spans.set(track, ts + (optional(e, 'dur', number) ?? 0) - 1e-9);
    }
    assert(begun.size > 0);
    assert(
      [...spans.keys()].some((k) => k.startsWith('2 ')),
      'there are tracks of Ps',
    );
  });
}

test('texts with quotes, line ends and long ones are written as Go writes them', () => {
  const long = 'ä'.repeat(40);
  const log = logOf(
    [
      { kind: Kind.GoCreate, peer: 1, val: 1 },
      { kind: Kind.GoStart, g: 1, p: 0, n: 1 },
      { kind: Kind.Output, g: 1, p: 0, val: 2, n: 1 },
      { kind: Kind.Sleep, g: 1, p: 0, peer: 3, n: -1 },
      { kind: Kind.Write, g: 1, p: 0, val: int(0) },
    ],
    [textDef(1, 'main'), textDef(2, 'a "b"\n\u2028<&>\u0001'), textDef(3, long)],
  );
  const lines = [...jsonl(log)].join('').split('\n');
  assert.equal(lines[1], '{"def":"text","id":2,"text":"a \\"b\\"\\n\\u2028<&>\\u0001"}');
  assert.equal(lines[3], '{"seq":0,"t":0,"kind":"GoCreate","peer":"G1 main","val":"main#1"}');
  assert.equal(lines[6], '{"seq":3,"t":0,"p":0,"g":"G1 main","kind":"Sleep","dur":17179869183}');
  assert.equal(lines[7], '{"seq":4,"t":0,"p":0,"g":"G1 main","kind":"Write","val":0}');
});
