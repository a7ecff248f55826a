import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readdirSync, readFileSync } from 'node:fs';
import { classNames, kindNames, outcomeNames, Reason, reasonNames, whyNames } from '../event.gen';
import { History } from '../fold/history';
import { lookNames, lookOf } from '../fold/lives';
import { recorded } from '../test/jsonl';
import { messages } from '../test/messages';
import { namesOf, shortName } from './names';
import { count, nanoseconds, sayer } from './say';
import { reasonText, sentence } from './sentences';

const say = sayer(messages());

test('every message that the code asks for by name exists', () => {
  const keys = messages();
  for (const name of readdirSync('src', { recursive: true })) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
    for (const [, key] of readFileSync(`src/${name}`, 'utf8').matchAll(/'((?:ui|ev)\.[\w.]+)'/g)) {
      assert(keys.has(key ?? ''), `${name} asks for ${key}`);
    }
  }
});

test('every kind, reason, rule, outcome, class and look has its words', () => {
  const keys = messages();
  const need = (prefix: string, names: readonly string[]): void => {
    for (const n of names.slice(1)) {
      assert(
        [...keys.keys()].some((k) => k === prefix + n || k.startsWith(`${prefix}${n}.`)),
        prefix + n,
      );
    }
  };
  need('ev.', kindNames);
  need('ui.kind.', kindNames);
  need('ui.reason.', reasonNames);
  need(
    'ui.scheduler.reason.',
    reasonNames.filter((r) => r !== 'SleepWait'),
  ); // who sleeps stands among the timers
  need('ui.why.', whyNames);
  need('ui.outcome.', outcomeNames);
  need('ui.class.', classNames);
  need('ui.look.', ['', ...lookNames]);
  for (const r of Object.values(Reason)) assert(lookNames[lookOf(r)] !== undefined, `look of ${r}`);
});

for (const name of ['fixed-pool', 'rendezvous-deadlock', 'real']) {
  test(`${name}: every event has a sentence with nothing left open`, () => {
    const log = recorded(name);
    const history = new History(log);
    history.extend(log.count);
    const tell = { log, history, names: namesOf(log, history, say), say };
    for (let seq = 0; seq < log.count; seq++) {
      const text = sentence(tell, seq);
      assert(!/[{}]|^ev\.|undefined/.test(text), `event ${seq}: ${text}`);
    }
  });
}

test('a reason names the channel and how full it is', () => {
  const log = recorded('fixed-pool');
  const history = new History(log);
  history.extend(log.count);
  const tell = { log, history, names: namesOf(log, history, say), say };
  const queue = [...log.objects].find(([, o]) => log.text(o.name) === 'queue')?.[0] ?? 0;
  assert.equal(reasonText(tell, Reason.SendWait, queue), 'send on queue, buffer full (2/2)');
  assert.equal(tell.names.g(3), 'G3 worker');
});

test('numbers carry units', () => {
  assert.deepEqual([0, 25, 1204, 1_204_000, 45_012_345, 2e9].map(nanoseconds), [
    '0 ns',
    '25 ns',
    '1.204 µs',
    '1.204 ms',
    '45.01 ms',
    '2 s',
  ]);
  assert.deepEqual([7, 1204, 1_234_567].map(count), ['7', '1,204', '1,234,567']);
});

test('a function’s short name leaves out its package', () => {
  assert.deepEqual(['worker', 'main.worker', 'Pool.run', 'main.func1', 'main'].map(shortName), [
    'worker',
    'worker',
    'Pool.run',
    'main.func1',
    'main',
  ]);
});

test('a message that is missing shows as its key', () => {
  assert.equal(say('ui.nothing.such'), 'ui.nothing.such');
});
