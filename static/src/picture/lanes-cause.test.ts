import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Content } from '../dom/draw';
import type { Log } from '../event/log';
import { type Chain, chainAt } from '../fold/cause';
import { History } from '../fold/history';
import { Look } from '../fold/lives';
import { Timeline } from '../fold/timeline';
import { recorded } from '../test/jsonl';
import { messages } from '../test/messages';
import { namesOf } from '../words/names';
import { sayer } from '../words/say';
import { headText, linksOf } from './lanes-cause';
import { light, type Scene } from './scene';

const say = sayer(messages());

function sceneOf(log: Log): Scene {
  const history = new History(log);
  history.extend(log.count);
  const tell = { log, history, names: namesOf(log, history, say), say };
  const timeline = new Timeline(log);
  const world = timeline.at(log.count);
  const lit = light([], world, tell);
  const rest = { pools: [], pair: undefined, pinned: undefined, selected: 1 };
  return { log, history, world, aside: (seq) => timeline.aside(seq), tell, lit, ...rest };
}

function textOf(c: Content): string {
  return typeof c === 'string' ? c : c.content.map(textOf).join('');
}

function told(scene: Scene, chain: Chain | undefined): readonly string[] {
  assert(chain !== undefined);
  return [headText(scene, chain), ...linksOf(scene, chain).map((c) => textOf(c).trim())];
}

test('a wait of a real run is told with who released it and what that one had waited for', () => {
  const scene = sceneOf(recorded('real'));
  assert.deepEqual(told(scene, chainAt(scene.log, scene.history.lives, 5, 40)), [
    'G5 work waited 1.09 ms at main.go:28: receive, from which channel the trace does not say.',
    'G8 produce released G5 work at main.go:21. ran 2.176 µsbefore that was runnable 2.432 µswaited 1.085 ms: sleep; a timer ended it',
    'The cause: a timer, for which G8 produce waited.',
  ]);
});

test('every chain of every run is told in words with nothing left open', () => {
  for (const name of [
    'real',
    'pair-real',
    'busy',
    'fixed-pool',
    'rendezvous-deadlock',
    'tickers',
    'pull',
    'steal',
  ]) {
    const scene = sceneOf(recorded(name));
    for (const life of scene.history.lives.all) {
      if (life === undefined) continue;
      for (let i = 0; i < life.starts.length; i++) {
        const look = life.looks.at(i);
        if (look === Look.Running || look === Look.None) continue;
        const chain = chainAt(scene.log, scene.history.lives, life.g, life.starts.at(i));
        for (const text of told(scene, chain)) assert(!/[{}]|ui\.|undefined/.test(text), `${name}: ${text}`);
      }
    }
  }
});
