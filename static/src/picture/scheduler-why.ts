/** Why a goroutine runs: the places in which the scheduler looked, what it found there, and who was passed over. */
import { h, type Node } from '../dom/draw';
import { Why, whyNames } from '../event.gen';
import { must } from '../event/check';
import { type Choice, choiceOf, type Look, startOf } from '../fold/why';
import { aside, count, captioned, listed } from '../words/say';
import { sentence } from '../words/sentences';
import type { Scene } from './scene';

/** A look in words: what was found, and the functions of the runtime that look there. */
type Line = { readonly look: Look; readonly place: string; readonly text: string; readonly fn: string };

/** An explanation in words. */
type Explanation = {
  readonly title: string;
  /** What came before: who left the P. */
  readonly before: string;
  readonly seq: number | undefined;
  readonly looks: readonly Line[];
  readonly rule: string;
  /** All of it but the title. */
  readonly lines: readonly string[];
};

/** The part of a scene that an explanation is made from. */
export type Explainable = Pick<Scene, 'log' | 'world' | 'history' | 'tell' | 'aside'>;

/** The explanation, drawn. */
export function explained(scene: Scene, p: number): Node {
  const { say } = scene.tell;
  const e = explanation(scene, p);
  return h(
    'section',
    { key: 'why', class: 'sched-why', role: 'group', 'aria-label': e.title },
    h(
      'header',
      {},
      h('h3', {}, e.title),
      e.seq === undefined
        ? ''
        : h(
            'button',
            { type: 'button', class: 'fold', 'data-seq': e.seq },
            say('ui.scheduler.why.event', { n: e.seq + 1 }),
          ),
      h('button', { type: 'button', class: 'fold', 'data-do': `why ${p}` }, say('ui.scheduler.why.close')),
    ),
    e.before === '' ? '' : h('p', { class: 'dim' }, e.before),
    e.looks.length === 0
      ? ''
      : h(
          'ol',
          { class: 'looks' },
          e.looks.map(({ look, place, text, fn }) =>
            h(
              'li',
              { key: look.place, class: `look-at is-${look.outcome}` },
              h('b', {}, place),
              h('span', {}, text),
              h('code', {}, fn),
            ),
          ),
        ),
    h('p', {}, e.rule),
  );
}

/** Why P p runs what it runs, in words. */
export function explanation(scene: Explainable, p: number): Explanation {
  const { log, world, history, tell } = scene;
  const { say } = tell;
  const seq = startOf(log, world, p);
  if (seq === undefined) {
    const rule = say('ui.scheduler.why.nothing', { p: `P${p}` });
    return {
      title: say('ui.scheduler.why.none', { p: `P${p}` }),
      before: '',
      seq,
      looks: [],
      rule,
      lines: [rule],
    };
  }
  const choice = choiceOf(log, history.machine, seq, scene.aside);
  const left =
    choice.left === undefined ? '' : say('ui.scheduler.why.left', { what: sentence(tell, choice.left) });
  const looks = choice.looks.map((look) => lineOf(scene, choice, look));
  const rule = ruleText(scene, choice);
  return {
    title: say('ui.scheduler.why.title', { g: tell.names.g(choice.g), p: `P${p}` }),
    before: left,
    seq,
    looks,
    rule,
    lines: [left, ...looks.map((l) => aside(say, captioned(say, l.place, l.text), l.fn)), rule].filter(
      (t) => t !== '',
    ),
  };
}

function lineOf(scene: Explainable, choice: Choice, look: Look): Line {
  const { say } = scene.tell;
  const key = `ui.scheduler.look.${look.place}`;
  return { look, place: say(key), text: lookText(scene, choice, look), fn: say(`${key}.fn`) };
}

function lookText(scene: Explainable, choice: Choice, look: Look): string {
  const { say } = scene.tell;
  const args = {
    p: `P${choice.p}`,
    g: scene.tell.names.g(choice.g),
    gs: namesOf(scene, look.gs, look.n),
    n: look.n,
    tick: choice.tick,
    batch: choice.batch,
    victim: `P${choice.victim}`,
    had: choice.had,
  };
  const key = `ui.scheduler.look.${look.place}.${look.outcome}`;
  switch (look.outcome) {
    case 'taken': {
      const rest = look.gs.filter((g) => g !== choice.g);
      if (look.place === 'steal') return say(choice.had === 0 ? `${key}.next` : key, args);
      if (look.place === 'runnext') return say(key, args);
      return rest.length === 0
        ? say(`${key}.only`, args)
        : say(key, { ...args, gs: namesOf(scene, rest, look.n - 1), n: look.n - 1 });
    }
    case 'empty':
      return say(look.place === 'tick' ? key : 'ui.scheduler.look.empty', args);
    case 'nottime':
      return say(key, args);
    case 'unreached':
      return look.n === 0
        ? say('ui.scheduler.look.unreached.none')
        : say('ui.scheduler.look.unreached', args);
  }
}

function namesOf(scene: Explainable, gs: readonly number[], n: number): string {
  const { say } = scene.tell;
  const all = gs.map((g) => scene.tell.names.g(g));
  if (n > gs.length) all.push(say('ui.channels.more', { n: count(n - gs.length) }));
  return listed(say, all);
}

/** The rule itself, and what follows from it. */
function ruleText(scene: Explainable, choice: Choice): string {
  const { say, names } = scene.tell;
  const args = { g: names.g(choice.g), p: `P${choice.p}` };
  switch (choice.why) {
    case 0:
      return say('ui.scheduler.rule.returned', args);
    case Why.ByPolicy:
    case Why.ByHand:
      return say(`ui.scheduler.rule.${must(whyNames[choice.why], 'why')}`, {
        ...args,
        n: choice.count,
        gs: namesOf(scene, choice.pool, choice.count),
      });
    default:
      return say(`ui.scheduler.rule.${must(whyNames[choice.why], 'why')}`, args);
  }
}
