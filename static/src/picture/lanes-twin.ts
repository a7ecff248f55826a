/** The lanes' text twin: each goroutine with what it does, where, and since when. */
import { at } from '../event/check';
import { State } from '../fold/goroutines';
import { type Scene, stateText } from './scene';
import { count } from '../words/say';
import { position } from './parts';
import type { Twin } from './picture';

const mostRows = 500;

export function lanesTwin(scene: Scene): Twin {
  const { world, tell } = scene;
  const { say, names } = tell;
  const states = [0, 0, 0, 0, 0, 0];
  const rows: string[][] = [];
  for (let g = 1; g < world.gs.count; g++) {
    const state = at(world.gs.state, g);
    states[state] = at(states, state) + 1;
    if (state === State.None || rows.length >= mostRows) continue;
    rows.push([
      names.g(g),
      stateText(scene, g),
      names.place(at(world.gs.site, g)),
      count(at(world.gs.since, g) + 1),
    ]);
  }
  return {
    sentence: say('ui.lanes.sentence', {
      ...position(scene),
      running: at(states, State.Running) + at(states, State.Calling),
      runnable: at(states, State.Runnable),
      blocked: at(states, State.Parked),
      over: at(states, State.Dead),
    }),
    head: ['g', 'state', 'place', 'since'].map((k) => say(`ui.lanes.head.${k}`)),
    rows,
  };
}
