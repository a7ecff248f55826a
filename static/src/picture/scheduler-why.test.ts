import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind, Why } from '../event.gen';
import { History } from '../fold/history';
import { Timeline } from '../fold/timeline';
import { recorded } from '../test/jsonl';
import { messages } from '../test/messages';
import { namesOf } from '../words/names';
import { sayer } from '../words/say';
import { explanation, type Explainable } from './scheduler-why';

const say = sayer(messages());

/** A recorded run after n events. */
function moments(name: string): { readonly count: number; readonly at: (n: number) => Explainable } {
  const log = recorded(name);
  const history = new History(log);
  history.extend(log.count);
  const timeline = new Timeline(log);
  const tell = { log, history, names: namesOf(log, history, say), say };
  const aside = (seq: number): ReturnType<Timeline['at']> => timeline.aside(seq);
  return { count: log.count, at: (n) => ({ log, history, tell, aside, world: timeline.at(n) }) };
}

for (const name of ['steal', 'slices', 'refused', 'fixed-pool', 'pull']) {
  test(`${name}: every choice is explained, with nothing left open`, () => {
    const { count, at } = moments(name);
    for (let n = 1; n <= count; n++) {
      const scene = at(n);
      scene.world.procs.forEach((_, p) => {
        const { title, lines } = explanation(scene, p);
        for (const text of [title, ...lines]) {
          assert(text !== '' && !/[{}]|\bui\.|undefined|NaN/.test(text), `P${p} after ${n}: ${text}`);
        }
      });
    }
  });
}

test('the explanation of a steal says what was looked at before, what was taken and by which function', () => {
  const { count, at } = moments('steal');
  for (let n = 1; n <= count; n++) {
    const scene = at(n);
    if (scene.log.kindAt(n - 1) !== Kind.GoStart || scene.log.n[n - 1] !== Why.FromSteal) continue;
    const { title, looks } = explanation(scene, 1);
    assert.equal(title, 'Why does G7 worker run on P1?');
    assert.deepEqual(
      looks.slice(1).map((l) => `${l.place}: ${l.text}`),
      [
        'runnext: Nobody.',
        'local queue: Nobody.',
        'global queue: Nobody.',
        'other Ps: P1 took 6 of the 11 in P0’s local queue, half of them, and runs the last of what it took.',
      ],
    );
    return;
  }
  assert(false, 'nobody stole');
});
