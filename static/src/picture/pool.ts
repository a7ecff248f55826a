/** Pool: queue → workers with the task in hand → results. */
import { at } from '../event/check';
import { type Content, h, type Node } from '../dom/draw';
import { valueText } from '../event/log';
import type { Pool } from '../fold/pools';
import { type Scene, stateText } from './scene';
import { chip, chips, objectName, position, value } from './parts';
import { drawn, type Twin } from './picture';

const mostWorkers = 40;
const mostQueued = 32;

/** The picture. */
export const pool = drawn('pool', draw, twin);

function draw(scene: Scene): readonly Content[] {
  if (scene.pools.length === 0) {
    return [h('p', { class: 'empty' }, scene.tell.say('ui.picture.pool.none'))];
  }
  return scene.pools.slice(0, 3).map((p) => onePool(scene, p));
}

function onePool(scene: Scene, p: Pool): Node {
  return h(
    'section',
    { key: p.site, class: 'pool' },
    queue(scene, p),
    h('div', { class: 'pool-arrow', 'aria-hidden': 'true' }),
    workers(scene, p),
    h('div', { class: 'pool-arrow', 'aria-hidden': 'true' }),
    results(scene, p),
  );
}

function queue(scene: Scene, p: Pool): Node {
  const { say } = scene.tell;
  const c = scene.world.chans.get(p.queue);
  const buffered = c === undefined ? [] : c.buffer;
  const senders = c === undefined ? [] : [...c.senders.values()];
  const fill =
    c === undefined || c.cap === 0
      ? say('ui.pool.unbuffered')
      : say('ui.pool.queued', { n: c.buffer.length, cap: c.cap });
  const first = (c?.received ?? 0) + 1;
  return h(
    'div',
    { class: 'pool-queue' },
    h('header', {}, objectName(scene, p.queue), h('span', { class: 'dim' }, ` ${fill}`)),
    h(
      'div',
      { class: 'pool-tasks' },
      buffered
        .slice(0, mostQueued)
        .map((v, i) => h('span', { key: first + i, class: 'slot' }, value(scene, v))),
    ),
    senders.length === 0
      ? ''
      : h(
          'div',
          { class: 'pool-senders' },
          h('span', { class: 'dim' }, say('ui.pool.senders', { n: senders.length })),
          chips(
            scene,
            senders.map((w) => w.g),
            (g) => value(scene, senders.find((w) => w.g === g)?.val ?? 0),
          ),
        ),
  );
}

/** The task that worker g has in hand: a value, or undefined. */
function task(scene: Scene, g: number): number | undefined {
  const { world, log } = scene;
  const hand = g < world.gs.count ? at(world.gs.hand, g) : 0;
  return hand === 0 ? undefined : at(log.val, hand - 1);
}

function workers(scene: Scene, p: Pool): Node {
  const { world, tell } = scene;
  const { say } = tell;
  const here = p.workers.filter((g) => g < world.gs.count);
  return h(
    'div',
    { class: 'pool-workers' },
    h(
      'header',
      {},
      say(p.workers.length === 1 ? 'ui.pool.worker' : 'ui.pool.workers', { n: p.workers.length }),
    ),
    h(
      'ul',
      {},
      here.slice(0, mostWorkers).map((g) => {
        const v = task(scene, g);
        return h(
          'li',
          { key: g, class: 'worker' },
          chip(scene, g),
          v === undefined
            ? h('span', { key: 'free', class: 'dim' }, say('ui.pool.free'))
            : h('span', { key: `task ${at(world.gs.hand, g)}`, class: 'slot' }, value(scene, v)),
          h('span', { class: 'worker-taken dim' }, say('ui.pool.taken', { n: at(world.gs.taken, g) })),
        );
      }),
    ),
  );
}

function results(scene: Scene, p: Pool): Node {
  const { say } = scene.tell;
  if (p.results === 0) return h('div', { class: 'pool-results dim' }, say('ui.pool.noresults'));
  const c = scene.world.chans.get(p.results);
  return h(
    'div',
    { class: 'pool-results' },
    h(
      'header',
      {},
      objectName(scene, p.results),
      h('span', { class: 'dim' }, ` ${say('ui.pool.sent', { n: c?.sent ?? 0 })}`),
    ),
    h(
      'div',
      { class: 'pool-tasks' },
      (c?.buffer ?? [])
        .slice(0, mostQueued)
        .map((v, i) => h('span', { key: (c?.received ?? 0) + i, class: 'slot' }, value(scene, v))),
    ),
    c === undefined || c.receivers.size === 0
      ? ''
      : h(
          'div',
          { class: 'pool-senders' },
          chips(
            scene,
            [...c.receivers.values()].map((w) => w.g),
          ),
        ),
  );
}

function twin(scene: Scene): Twin {
  const { say, names } = scene.tell;
  const head = ['worker', 'task', 'state', 'taken'].map((k) => say(`ui.pool.head.${k}`));
  const p = scene.pools[0];
  if (p === undefined) return { sentence: say('ui.picture.pool.none'), head, rows: [] };
  const here = p.workers.filter((g) => g < scene.world.gs.count);
  const c = scene.world.chans.get(p.queue);
  return {
    sentence: say('ui.pool.sentence', {
      ...position(scene),
      busy: here.filter((g) => task(scene, g) !== undefined).length,
      workers: p.workers.length,
      queued: (c?.buffer.length ?? 0) + (c?.senders.size ?? 0),
      queue: names.obj(p.queue),
    }),
    head,
    rows: here.map((g) => {
      const v = task(scene, g);
      return [
        names.g(g),
        v === undefined ? say('ui.pool.free') : valueText(scene.log, v),
        stateText(scene, g),
        String(at(scene.world.gs.taken, g)),
      ];
    }),
  };
}
