import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind } from '../event.gen';
import { Found } from '../fold/found';
import { History } from '../fold/history';
import { recorded } from '../test/jsonl';
import { messages } from '../test/messages';
import { namesOf } from './names';
import { fitsOf, parseQuery } from './query';
import { sayer } from './say';
import { sentence, type Telling } from './sentences';

const say = sayer(messages());

function telling(name: string): Telling {
  const log = recorded(name);
  const history = new History(log);
  history.extend(Infinity);
  return { log, history, names: namesOf(log, history, say), say };
}

const tell = telling('fixed-pool');

/** The events that a question finds. */
function ask(text: string): number[] {
  const q = parseQuery(text, say);
  if ('error' in q) throw new Error(q.error);
  const found = new Found(tell.log, fitsOf(q.terms, tell));
  found.extend(Infinity);
  return Array.from({ length: found.count }, (_, i) => found.seqs.at(i));
}

const all = Array.from({ length: tell.log.count }, (_, seq) => seq);

test('a term finds what it says', () => {
  const { log } = tell;
  assert.deepEqual(
    ask('kind:send'),
    all.filter((s) => log.kind[s] === Kind.ChanSend),
  );
  assert.deepEqual(
    ask('kind:GoPark'),
    all.filter((s) => log.kind[s] === Kind.GoPark),
  );
  assert.deepEqual(
    ask('line:27'),
    all.filter((s) => log.sites.get(log.site[s] ?? 0)?.line === 27),
  );
  assert.deepEqual(
    ask('p:1'),
    all.filter((s) => log.p[s] === 1),
  );
  assert.deepEqual(
    ask('text:"goes idle"'),
    all.filter((s) => sentence(tell, s).includes('goes idle')),
  );
  const on = ask('on:results');
  assert(on.length > 0 && on.every((s) => tell.names.obj(log.obj[s] ?? 0).includes('results')));
});

test('a goroutine is who does it and to whom it is done, by number or name', () => {
  const three = ask('g:3');
  assert(three.some((s) => tell.log.g[s] !== 3 && tell.log.peer[s] === 3));
  assert(three.every((s) => tell.log.g[s] === 3 || tell.log.peer[s] === 3));
  assert.deepEqual(ask('g:G3'), three);
  const workers = ask('g:worker');
  assert(three.every((s) => workers.includes(s)));
});

test('all terms must fit, and those with a minus must not', () => {
  const both = ask('kind:send on:queue');
  const without = ask('kind:send -on:queue');
  assert.deepEqual(
    [...both, ...without].sort((a, b) => a - b),
    ask('kind:send'),
  );
  assert(both.length > 0 && without.length > 0);
});

test('no terms find everything', () => {
  assert.deepEqual(ask(''), all);
  assert.deepEqual(ask('   '), all);
});

test('what is not understood is said in one sentence', () => {
  for (const [text, says] of [
    ['colour:red', /colour/],
    ['kind:explode', /explode/],
    ['line:ten', /ten/],
    ['p:x', /P/],
    ['text:"open', /quotation/],
    ['on:', /on:/],
    ['a'.repeat(501), /500/],
  ] as const) {
    const q = parseQuery(text, say);
    assert('error' in q, text.slice(0, 20));
    assert(says.test(q.error), q.error);
    assert(!q.error.includes('{'), q.error);
  }
});

test('looking in pieces finds the same', () => {
  const q = parseQuery('g:worker -kind:waits', say);
  assert('terms' in q);
  const found = new Found(tell.log, fitsOf(q.terms, tell));
  while (!found.complete) found.extend(7);
  assert.deepEqual(
    Array.from({ length: found.count }, (_, i) => found.seqs.at(i)),
    ask('g:worker -kind:waits'),
  );
  assert.equal(found.between(0, tell.log.count), found.count);
  for (const s of all) assert.equal(found.has(s), found.between(s, s + 1) === 1);
});

test('any text is a question or a sentence about what is wrong with it', () => {
  const signs = [
    'kind:',
    'g:',
    'on:',
    'line:',
    '-',
    '"',
    ' ',
    'send',
    '3',
    ':',
    '14-',
    'p:',
    '\u202e',
    '\\',
    'ä',
    '(',
    '*',
  ];
  let x = 5;
  for (let i = 0; i < 4000; i++) {
    let text = '';
    for (let k = 0; k < 1 + (i % 9); k++) text += signs[(x = (x * 48271) % 0x7fffffff) % signs.length] ?? '';
    const q = parseQuery(text, say);
    if ('error' in q) assert(q.error.length > 0);
    else if (i % 50 === 0) new Found(tell.log, fitsOf(q.terms, tell)).extend(Infinity);
  }
});
