/** Choosing by hand: who can run, what each would do next, and why the others cannot. */
import { at } from '../event/check';
import { type Content, h, type Node } from '../dom/draw';
import { Kind, Why } from '../event.gen';
import { State } from '../fold/goroutines';
import { chip } from '../picture/parts';
import { type Scene, stateText } from '../picture/scene';
import type { Say } from '../words/say';
import type { Run } from './run';

/** How many candidates are listed, and how many of those who cannot run. */
const mostCandidates = 12;
const mostBlocked = 6;
const longestLine = 60;

/** Says whether the run stands still at the playhead until the learner picks a goroutine. */
export function asks(run: Run, seq: number): boolean {
  return seq === run.log.count && run.asking;
}

/** The goroutines that can run next, by number. */
export function candidates(scene: Scene): readonly number[] {
  const { gs } = scene.world;
  const could: number[] = [];
  for (let g = 1; g < gs.count; g++) {
    const state = at(gs.state, g);
    if (state === State.Runnable || state === State.Running) could.push(g);
  }
  return could;
}

/** The question who runs next, with what can be answered. */
export function choice(scene: Scene, run: Run): Content {
  const { say } = scene.tell;
  const could = candidates(scene);
  const listed = could.slice(0, mostCandidates);
  const more = could.length - listed.length;
  return h(
    'div',
    { key: 'choice', class: 'say-choice', 'data-choice': true },
    h('b', { class: 'choice-question' }, say('ui.state.choose')),
    h(
      'ol',
      { class: 'choice-list' },
      listed.map((g, i) => h('li', { key: g }, candidate(scene, run, g, i))),
    ),
    more === 0 ? '' : h('p', { class: 'dim' }, say('ui.hand.more', { n: more })),
    blocked(scene),
  );
}

function candidate(scene: Scene, run: Run, g: number, i: number): Node {
  const { key, place, code } = nextOf(scene, run, g);
  return h(
    'button',
    {
      type: 'button',
      class: `choice${scene.lit.gs.has(g) ? ' is-lit' : ''}`,
      'data-g': g,
    },
    i < 9 ? h('kbd', {}, String(i + 1)) : '',
    h('b', {}, scene.tell.names.g(g)),
    h('span', { class: 'choice-next' }, scene.tell.say(key, { place }), ' ', h('code', {}, code)),
  );
}

/** What a goroutine would do next, as far as that is known: begin, go on behind a line, or do what stands there. */
function nextOf(
  scene: Scene,
  run: Run,
  g: number,
): { readonly key: string; readonly place: string; readonly code: string } {
  const { world, tell, log } = scene;
  const since = at(world.gs.since, g);
  const kind = log.kind[since];
  if (kind === Kind.GoCreate) return { key: 'ui.hand.begins', place: '', code: '' };
  const id = at(world.gs.site, g);
  const site = tell.names.site(id);
  const line = site === undefined ? '' : run.line(tell.names.file(site), site.line);
  const code = line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line;
  const there =
    at(world.gs.state, g) === State.Running || (kind === Kind.GoYield && at(log.n, since) !== Why.Gosched);
  return { key: there ? 'ui.hand.at' : 'ui.hand.after', place: tell.names.place(id), code };
}

/** Those who cannot run, each with the reason. */
function blocked(scene: Scene): Content {
  const { world, tell } = scene;
  const all: number[] = [];
  for (let g = 1; g < world.gs.count; g++) {
    const state = at(world.gs.state, g);
    if (state === State.Parked || state === State.Calling) all.push(g);
  }
  if (all.length === 0) return '';
  const more = all.length - mostBlocked;
  return h(
    'p',
    { class: 'choice-rest dim' },
    tell.say('ui.hand.blocked'),
    ' ',
    all
      .slice(0, mostBlocked)
      .flatMap((g) => [
        chip(scene, g),
        h('span', { key: `why${g}`, class: 'choice-why' }, stateText(scene, g)),
      ]),
    more > 0 ? tell.say('ui.channels.more', { n: more }) : '',
  );
}

/** What can be done with the way that led here: choose differently, or take the last choice back. */
export function travelTools(run: Run, seq: number, say: Say): Content {
  const tool = (command: string, key: string): Node =>
    h(
      'button',
      {
        key: command,
        type: 'button',
        class: 'button tool',
        'data-command': command,
        title: say(`${key}.title`),
      },
      say(key),
    );
  return h(
    'span',
    { class: 'say-tools' },
    run.undone() === undefined ? '' : tool('undo', 'ui.hand.undo'),
    run.forked(seq) === undefined || asks(run, seq) ? '' : tool('fork', 'ui.hand.fork'),
  );
}
