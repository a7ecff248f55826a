/**
 * The lanes' text twin: each goroutine with what it does, where, since when and
 * for how long, and how its time was spent; each closed group with how many of
 * its goroutines are in which state.
 */
import { at } from '../event/check';
import { State } from '../fold/goroutines';
import { Look, lookNames } from '../fold/lives';
import { Reader, type Sums } from '../fold/sums';
import { count, nanoseconds } from '../words/say';
import { crowdName, crowdState } from './lanes-tip';
import { position } from './parts';
import type { Twin } from './picture';
import type { Rows } from './rows';
import { type Scene, stateText } from './scene';

const mostRows = 500;

/** The twin of lanes with these rows; sumsOf knows how a goroutine spent its time. */
export function lanesTwin(scene: Scene, lanes: Rows, sumsOf: (g: number) => Sums): Twin {
  const { world, tell } = scene;
  const { say } = tell;
  const states = new Uint32Array(6);
  for (let g = 1; g < world.gs.count; g++) {
    const state = at(world.gs.state, g);
    states[state] = at(states, state) + 1;
  }
  const rows: string[][] = [];
  let more = 0;
  for (let i = 0; i < lanes.count; i++) {
    const item = lanes.item(i);
    if (item.crowd === undefined && stateOf(scene, item.g) === State.None) continue;
    if (rows.length === mostRows) more++;
    else if (item.crowd === undefined) rows.push(goroutine(scene, item.g, sumsOf(item.g)));
    else {
      const name = crowdName(scene, lanes.by(scene.history), item.crowd);
      rows.push([name, crowdState(scene, item.crowd, world.seq), '', '', '', '', '', '', '']);
    }
  }
  const sentence = say('ui.lanes.sentence', {
    ...position(scene),
    running: at(states, State.Running) + at(states, State.Calling),
    runnable: at(states, State.Runnable),
    blocked: at(states, State.Parked),
    over: at(states, State.Dead),
  });
  return {
    sentence: more === 0 ? sentence : `${sentence} ${say('ui.lanes.more', { n: count(more) })}`,
    head: ['g', 'state', 'place', 'since', 'for', 'ran', 'ready', 'waited', 'called'].map((k) =>
      say(`ui.lanes.head.${k}`),
    ),
    rows,
  };
}

function stateOf(scene: Scene, g: number): number {
  const { gs } = scene.world;
  return g < gs.count ? at(gs.state, g) : State.None;
}

function goroutine(scene: Scene, g: number, sums: Sums): string[] {
  const { world, tell, log } = scene;
  const { names } = tell;
  const since = at(world.gs.since, g);
  const reader = new Reader(sums, 'time');
  reader.to(world.time);
  const spent = (of: (look: number) => boolean): string =>
    nanoseconds(
      lookNames.reduce((sum, _, look) => sum + (look !== 0 && of(look) ? at(reader.sums, look) : 0), 0),
    );
  const dead = at(world.gs.state, g) === State.Dead;
  return [
    names.g(g),
    stateText(scene, g),
    names.place(at(world.gs.site, g)),
    count(since + 1),
    dead ? '' : nanoseconds(world.time - at(log.t, since)),
    spent((look) => look === Look.Running),
    spent((look) => look === Look.Runnable),
    spent((look) => look !== Look.Running && look !== Look.Runnable && look !== Look.Call),
    spent((look) => look === Look.Call),
  ];
}
