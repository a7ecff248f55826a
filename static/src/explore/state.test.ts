import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fields } from '../event/json';
import { Findings, type Memory } from './kept';
import { readFinding } from './report';
import { Exploration, sameProgram } from './state';

const program = { files: { 'main.go': 'package main' }, flags: { n: '3' } };
const finding = (id: string, severity: string, preemptions = 1): object => ({
  id,
  class: 'deadlock',
  severity,
  sentence: `${id} happens`,
  schedule: `held\n1 - # ${id}\n`,
  preemptions,
});

/** An exploration that has heard these messages. */
function heard(...messages: readonly (readonly [string, object])[]): Exploration {
  const x = new Exploration(1, program, '');
  for (const [kind, body] of messages) x.hear(kind, fields(body, 'message'));
  return x;
}

test('an exploration counts, finds and reports', () => {
  const x = heard(
    ['exploring', { phase: 'build' }],
    ['exploring', { counts: { schedules: 1204, seconds: 0.5, phase: 'random' } }],
    ['finding', { finding: finding('a', 'note') }],
    ['finding', { finding: finding('b', 'bug', 2) }],
    ['finding', { finding: finding('b', 'bug', 1) }],
  );
  assert.equal(x.stage, 'exploring');
  assert.equal(x.counts.schedules, 1204);
  assert.deepEqual(
    x.findings.map((f) => [f.id, f.preemptions]),
    [
      ['b', 1],
      ['a', 1],
    ],
    'bugs first, and the smaller schedule in the place of the other',
  );
  x.hear(
    'explored',
    fields({ report: { findings: [finding('a', 'note')], proof: { sentence: 'All.' } } }, 'm'),
  );
  assert.equal(x.stage, 'done');
  assert.equal(x.report?.proof, 'All.');
  assert.equal(x.findings.length, 1, 'what counts in the end is the report');
});

test('an exploration whose connection breaks keeps what it has found', () => {
  const x = heard(['finding', { finding: finding('a', 'bug') }], ['exploring', { counts: { schedules: 3 } }]);
  x.lose();
  assert.equal(x.stage, 'lost');
  assert.equal(x.active, false);
  x.hear('explored', fields({ report: {} }, 'm'));
  assert.equal(x.findings.length, 1);
});

test('an exploration that waits for its connection is not lost', () => {
  const x = heard();
  x.lose();
  assert.equal(x.stage, 'waiting');
});

test('a program that cannot be explored says why', () => {
  const x = heard(['unexplored', { msg: '', problems: [{ file: 'main.go', line: 2, msg: 'undefined: x' }] }]);
  assert.equal(x.stage, 'failed');
  assert.deepEqual(
    x.problems.map((p) => p.line),
    [2],
  );
});

test('a report that is none is refused', () => {
  assert.throws(() => heard(['explored', { report: 'all well' }]), /report is no object/);
  assert.throws(() => heard(['finding', { finding: finding('a', 'catastrophe') }]), /catastrophe/);
});

test('outcomes are named, by number or by name, and others have none', () => {
  const report = { outcomes: [2, 'exited', 'Sunk', 99].map((outcome, i) => ({ id: `o${i}`, outcome })) };
  const x = heard(['explored', { report }]);
  assert.deepEqual(
    x.report?.outcomes.map((o) => o.outcome),
    ['Deadlock', 'Exited', '', ''],
  );
});

test('the same program has the same files and flags', () => {
  assert.equal(sameProgram(program, { files: { 'main.go': 'package main' }, flags: { n: '3' } }), true);
  assert.equal(sameProgram(program, { ...program, flags: { n: '4' } }), false);
  assert.equal(sameProgram(program, { ...program, files: {} }), false);
});

/** A store of texts that holds one. */
function store(text: string | null): Memory & { text: string | null } {
  return {
    text,
    getItem() {
      return this.text;
    },
    setItem(_key: string, value: string) {
      this.text = value;
    },
    removeItem() {
      this.text = null;
    },
  };
}

test('bugs and hazards are kept, the newest first, until they are forgotten', () => {
  const memory = store(null);
  const kept = new Findings(memory, 'k');
  const found = ['a', 'b', 'c'].map((id, i) => readFinding(finding(id, ['bug', 'hazard', 'note'][i] ?? '')));
  kept.add(found, { n: '3' }, 1);
  kept.add([readFinding(finding('d', 'bug')), readFinding(finding('b', 'bug'))], { n: '4' }, 1);
  const again = new Findings(memory, 'k');
  assert.deepEqual(
    again.all.map((f) => [f.id, f.severity, f.flags['n']]),
    [
      ['d', 'bug', '4'],
      ['b', 'bug', '4'],
      ['a', 'bug', '3'],
    ],
  );
  for (const id of ['a', 'b', 'd']) again.forget(id);
  assert.equal(memory.text, null);
});

test('findings without a schedule, or with an endless one, are not kept; nor are more than twenty', () => {
  const memory = store(null);
  const kept = new Findings(memory, 'k');
  kept.add([readFinding({ ...finding('a', 'bug'), schedule: '' })], {}, 1);
  kept.add([readFinding({ ...finding('b', 'bug'), schedule: '1 -\n'.repeat(20_000) })], {}, 1);
  assert.equal(kept.all.length, 0);
  for (let i = 0; i < 30; i++) kept.add([readFinding(finding(`f${i}`, 'bug'))], {}, 1);
  assert.equal(kept.all.length, 20);
  assert.equal(kept.all[0]?.id, 'f29');
});

test('what nobody can read was not kept', () => {
  for (const text of ['', 'null', '{"a":1}', '[{"id":1}]', '[{"id":"a","severity":"worst"}]', '[']) {
    assert.deepEqual(new Findings(store(text), 'k').all, [], text);
  }
});
