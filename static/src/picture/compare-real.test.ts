import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Content } from '../dom/draw';
import type { Log } from '../event/log';
import { Origin } from '../event.gen';
import { Comparison } from '../fold/compare';
import { History } from '../fold/history';
import { asReal } from '../test/as-real';
import { recorded } from '../test/jsonl';
import { messages } from '../test/messages';
import { namesOf } from '../words/names';
import { sayer } from '../words/say';
import { durations, firstDivergence, looseSummary, ordersOf, orderWords, unknownWords } from './compare-real';
import type { Pair, Taken } from './scene';

const say = sayer(messages());

function taken(log: Log): Taken {
  const history = new History(log);
  history.extend(log.count);
  const tell = { log, history, names: namesOf(log, history, say), say };
  const sources = new Map([['main.go', readFileSync('testdata/pair/main.go', 'utf8')]]);
  return { log, history, tell, sources, title: '' };
}

function textOf(c: Content): string {
  if (typeof c === 'string') return c;
  const inner = c.content.map(textOf);
  return ['tr', 'td', 'th'].includes(c.tag) ? `${inner.join(' | ')}` : inner.join('');
}

function told(a: Log, b: Log): readonly string[] {
  const pair: Pair = { a: taken(a), b: taken(b) };
  const c = new Comparison(pair.a, pair.b);
  while (c.extend(1000));
  const orders = ordersOf(c);
  const differing = c.differing();
  return [
    looseSummary(c, differing.length, orders, say),
    ...firstDivergence(c, differing, orders, pair, say).map(textOf),
    ...orderWords(c, orders, pair, say).map(textOf),
    ...durations(c, pair, say).map(textOf),
    ...unknownWords(pair, say).map(textOf),
  ];
}

test('the first divergence of the model and a real run is named, with who came in which order', () => {
  const lines = told(recorded('pair-1'), asReal(recorded('pair-2'), Origin.FromProbes, 3));
  assert.deepEqual(lines.slice(0, 5), [
    'Of what both can know: goroutines that take other steps: 2 of 3.',
    'Receives from jobs: the first 2 are by the same goroutines; the next is by G3 worker in A, by G2 worker in B.',
    'Aevent 50: G3 worker takes 3 out of jobs at line 27: 1 of 2 slots are full.',
    'Bevent 42: G2 worker takes 3 out of jobs at line 27: 1 of 2 slots are full.',
    'Who came in which order:',
  ]);
  for (const line of lines) assert(!/[{}]|ui\.|undefined/.test(line), line);
});

test('a run that probes tell of stands beside the model in words', () => {
  const lines = told(recorded('pair-1'), recorded('pair-real'));
  assert.deepEqual(lines.slice(0, 2), [
    'Of what both can know: goroutines that take other steps: 2 of 3.',
    'Receives from jobs: already the first is by G2 worker in A, by G12 worker (G3 of A) in B.',
  ]);
  for (const line of lines) assert(!/[{}]|ui\.|undefined/.test(line), line);
});

test('where only a trace tells, nothing is said of channels, and durations say which clock is virtual', () => {
  const run = recorded('pair-1');
  const lines = told(run, asReal(run, Origin.FromTrace, 3));
  assert.equal(lines[0], 'Of what both can know, all is the same: the steps of each of 3 goroutines.');
  const table = lines.find((line) => line.includes('A, virtual')) ?? '';
  assert(table.includes('Ran: B, measured'), table);
  assert(table.includes('× 3'), table);
  for (const line of lines) assert(!/[{}]|ui\.|undefined/.test(line), line);
});
