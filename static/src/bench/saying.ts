/** The reserved place for words: what just happened, how the run ended, and what is wrong. */
import { type Content, h } from '../dom/draw';
import { count, type Say } from '../words/say';
import { insightText } from '../words/insights';
import { sentence } from '../words/sentences';
import { asks, choice, travelTools } from './hand';
import { visible } from '../words/visible';
import type { Run } from './run';
import type { Scene } from '../picture/scene';
import type { Link } from './session';
import type { Problem } from './wire';

/** What the words are about. */
export type Saying = {
  readonly run: Run;
  readonly scene: Scene;
  readonly link: Link;
  /** The end has been seen: the outcome may be told. */
  readonly told: boolean;
  /** A step of the build takes longer than a blink. */
  readonly slow: boolean;
  /** The text was changed since the run. */
  readonly stale: boolean;
  /** What went wrong outside of a run. */
  readonly trouble: string;
  /** An answer to what was asked for last; empty if there is none. */
  readonly note: string;
  /** What the run is an example of; empty if nothing is known of that. */
  readonly about: string;
  /** The code is another's, of a link. */
  readonly shared: boolean;
  /** There is no program to run, but what a person brings. */
  readonly brought: boolean;
  /** What there is to answer or was answered, and how a challenge stands. */
  readonly asked: readonly Content[];
};

/** The lines to show, the most urgent first. */
export function words(s: Saying, say: Say): readonly Content[] {
  const out: Content[] = [];
  const link = linkWords(s.link, say);
  if (link !== '') out.push(line('link', 'say-warn', link));
  if (s.trouble !== '') out.push(line('trouble', 'problem', s.trouble));
  if (s.shared) out.push(sharedWords(say));
  if (s.note !== '') out.push(h('p', { key: 'note', class: 'say-note', role: 'status' }, s.note));
  switch (s.run.phase) {
    case 'empty':
      out.push(line('empty', 'dim', say(s.brought ? 'ui.brought.empty' : 'ui.state.empty')));
      break;
    case 'building':
      out.push(line('building', 'dim', s.slow ? buildingWords(s.run, say) : ' '));
      break;
    case 'problems':
      out.push(...problemList(s.run, say));
      break;
    case 'failed':
      if (s.run.error !== '') out.push(line('failed', 'problem', s.run.error));
      break;
    case 'running':
    case 'ended':
      out.push(...runWords(s, say));
      break;
  }
  if (s.stale && s.run.phase !== 'empty') out.push(line('stale', 'dim', say('ui.stale')));
  return out;
}

function line(key: string, cls: string, ...content: readonly Content[]): Content {
  return h('p', { key, class: cls }, ...content);
}

/** That the code is another's, and what can be done about it. */
function sharedWords(say: Say): Content {
  const choice = (what: string): Content =>
    h('button', { type: 'button', class: 'button', 'data-shared': what }, say(`ui.shared.${what}`));
  return h(
    'p',
    { key: 'shared', class: 'say-shared' },
    h('b', {}, say('ui.shared')),
    choice('mine'),
    choice('theirs'),
  );
}

function linkWords(link: Link, say: Say): string {
  switch (link.state) {
    case 'lost':
      return say('ui.state.lost', { n: Math.ceil(link.wait / 1000) });
    case 'refused':
      return say('ui.state.refused', { reason: link.reason });
    case 'puzzled':
      return say('ui.state.puzzled', { reason: link.reason });
    default:
      return '';
  }
}

function buildingWords(run: Run, say: Say): string {
  if (run.building === '') return say('ui.state.starting');
  const key = `ui.state.phase.${run.building}`;
  const phase = say(key);
  return say('ui.state.building', { phase: phase === key ? run.building : phase });
}

function problemList(run: Run, say: Say): readonly Content[] {
  return [
    line('sum', 'say-bad', say('ui.state.problems', { n: run.problems.length })),
    h(
      'ul',
      { key: 'problems', class: 'problems' },
      run.problems.map((p, i) =>
        h(
          'li',
          { key: i },
          h('button', { type: 'button', class: 'link', 'data-problem': i }, problemText(p, say)),
        ),
      ),
    ),
  ];
}

function problemText(p: Problem, say: Say): string {
  return say('ui.state.problem', { file: p.file, line: p.line, col: p.col, msg: p.msg });
}

function runWords(s: Saying, say: Say): readonly Content[] {
  const { scene, run } = s;
  const { world, log } = scene;
  const out: Content[] = [];
  if (s.about !== '') out.push(line('about', 'say-about', h('bdi', {}, visible(s.about))));
  if (s.told) out.push(...s.asked);
  if (s.told && run.sentence !== '') out.push(outcome(run));
  if (run.gone > 0) out.push(line('gone', 'say-warn', say('ui.real.gone', { n: count(run.gone) })));
  if (run.real && run.phase === 'running') out.push(line('free', 'dim', say('ui.real.free')));
  if (world.seq > 0) {
    const where = say('ui.state.step', { seq: count(world.seq), total: count(log.count) });
    const told = ` ${sentence(scene.tell, world.seq - 1)}`;
    out.push(line('step', 'say-step', travelTools(run, world.seq, say), h('b', {}, where), told));
  } else {
    const key = run.complete ? 'ui.state.start' : 'ui.state.running';
    out.push(line('step', 'dim', say(key, { n: count(log.count), total: count(log.count) })));
  }
  if (s.told && run.telling.length > 0) out.push(insights(s, say));
  if (asks(run, world.seq)) out.push(choice(scene, run));
  if (run.byHand && s.told && run.choices.asked.length === 0)
    out.push(line('none', 'dim', say('ui.hand.none')));
  if (!s.told) out.push(...s.asked);
  return out;
}

/** What is worth knowing about the run as a whole, each with the moment that shows it. */
function insights(s: Saying, say: Say): Content {
  return h(
    'ul',
    { key: 'insights', class: 'say-insights', 'aria-label': say('ui.insight') },
    s.run.telling.map((i) =>
      h(
        'li',
        { key: `${i.kind}${i.who}` },
        h('button', { type: 'button', class: 'link', 'data-seq': i.seq }, insightText(s.scene.tell, i)),
      ),
    ),
  );
}

/** How the run ended: the first sentence stands out. */
function outcome(run: Run): Content {
  const cut = run.sentence.indexOf('. ');
  const first = cut < 0 ? run.sentence : run.sentence.slice(0, cut + 1);
  return h(
    'p',
    { key: 'outcome', class: `say-outcome say-${run.outcome.toLowerCase()}` },
    h('b', {}, first),
    run.sentence.slice(first.length),
  );
}
