/** Scheduler: who runs next, and why. */
import { at, must } from '../event/check';
import { type Content, h, type Node } from '../dom/draw';
import { whyNames } from '../event.gen';
import { alive, State } from '../fold/goroutines';
import type { Proc, World } from '../fold/world';
import { type Scene, stateText } from './scene';
import { chip, chips, position } from './parts';
import { drawn, type Twin } from './picture';

/** The picture. */
export const scheduler = drawn('scheduler', draw, twin);

/** Goroutines by what they do; loose are runnable ones that stand in no queue of a P or the global one. */
type Sorted = {
  readonly loose: readonly number[];
  readonly blocked: readonly number[];
  readonly runnable: number;
};

function sorted(w: World): Sorted {
  const loose: number[] = [];
  const blocked: number[] = [];
  let runnable = 0;
  for (const g of alive(w.gs)) {
    const state = at(w.gs.state, g);
    if (state === State.Parked) blocked.push(g);
    if (state === State.Runnable) runnable++;
    if (state === State.Runnable && at(w.gs.queue, g) === 0) loose.push(g);
  }
  return { loose, blocked, runnable };
}

function draw(scene: Scene): readonly Content[] {
  const { world, tell } = scene;
  const { say } = tell;
  const { loose, blocked } = sorted(world);
  return [
    h(
      'div',
      { key: 'ps', class: 'procs' },
      world.procs.map((p, i) => proc(scene, p, i)),
    ),
    row(scene, 'global', say('ui.scheduler.global'), [...world.global]),
    ...(loose.length > 0 ? [row(scene, 'loose', say('ui.scheduler.runnable'), loose)] : []),
    row(scene, 'blocked', say('ui.scheduler.blocked'), blocked),
  ];
}

function proc(scene: Scene, p: Proc, i: number): Node {
  const { say } = scene.tell;
  const idle = say(
    p.spins ? 'ui.scheduler.spinning' : p.awake ? 'ui.scheduler.looking' : 'ui.scheduler.idle',
  );
  const why = p.running === 0 ? '' : say(`ui.why.${must(whyNames[p.why], 'why')}`);
  return h(
    'section',
    { key: i, class: `proc${p.running === 0 ? ' proc-idle' : ''}` },
    h(
      'header',
      {},
      h('b', {}, `P${i}`),
      ' ',
      p.thread === 0 ? '' : h('span', { class: 'dim' }, `M${p.thread} `),
      p.running === 0 ? h('span', { class: 'dim' }, idle) : chip(scene, p.running),
    ),
    h('p', { class: 'proc-why dim' }, why === '' ? ' ' : why),
    h(
      'div',
      { class: 'queue' },
      label(say('ui.scheduler.runnext')),
      p.runnext === 0 ? none(scene) : chip(scene, p.runnext),
    ),
    h(
      'div',
      { class: 'queue' },
      label(`${say('ui.scheduler.local')} ${p.local.size}`),
      p.local.size === 0 ? none(scene) : chips(scene, [...p.local]),
    ),
  );
}

function row(scene: Scene, key: string, name: string, gs: readonly number[]): Node {
  return h(
    'div',
    { key, class: 'queue' },
    label(gs.length === 0 ? name : `${name} ${gs.length}`),
    gs.length === 0 ? none(scene) : chips(scene, gs),
  );
}

function label(text: string): Node {
  return h('span', { class: 'queue-name dim' }, text);
}

function none(scene: Scene): Node {
  return h('span', { class: 'queue-none dim' }, scene.tell.say('ui.scheduler.empty'));
}

function twin(scene: Scene): Twin {
  const { world, tell } = scene;
  const { say, names } = tell;
  const { loose, blocked, runnable } = sorted(world);
  const rows: string[][] = [];
  world.procs.forEach((p, i) => {
    const why = p.running === 0 ? '' : say(`ui.why.${must(whyNames[p.why], 'why')}`);
    rows.push([`P${i}`, p.running === 0 ? say('ui.scheduler.idle') : names.g(p.running), why]);
    if (p.runnext !== 0) rows.push([`P${i} ${say('ui.scheduler.runnext')}`, names.g(p.runnext), '']);
    for (const g of p.local) rows.push([`P${i} ${say('ui.scheduler.local')}`, names.g(g), '']);
  });
  for (const g of world.global) rows.push([say('ui.scheduler.global'), names.g(g), '']);
  for (const g of loose) rows.push([say('ui.scheduler.runnable'), names.g(g), '']);
  for (const g of blocked) rows.push([say('ui.scheduler.blocked'), names.g(g), stateText(scene, g)]);
  return {
    sentence: say('ui.scheduler.sentence', {
      ...position(scene),
      busy: world.procs.filter((p) => p.running !== 0).length,
      procs: world.procs.length,
      runnable,
      blocked: blocked.length,
    }),
    head: ['where', 'who', 'why'].map((k) => say(`ui.scheduler.head.${k}`)),
    rows,
  };
}
