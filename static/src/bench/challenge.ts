/** Challenges: runs that are asked for. Any schedule that reaches the goal wins, and the server says whether one does. */
import { type Content, h, patch } from '../dom/draw';
import { make } from '../dom/make';
import type { Say } from '../words/say';
import type { Challenge, Won } from './params';
import type { Run } from './run';
import type { Moment } from './settings';

/** What the server says of a try. */
export type Judgement = { readonly won: boolean; readonly sentence: string };

/** What challenges need and tell. */
export type ChallengeEvents = {
  /** Runs the program with these settings. */
  readonly open: (m: Moment) => void;
  /** Asks the server; undefined if it cannot be reached. */
  readonly judge: (id: string, run: Won) => Promise<Judgement | undefined>;
  readonly changed: () => void;
  /** The challenge of that id is won. */
  readonly won: (id: string) => void;
};

type Try = {
  readonly run: Run;
  readonly challenge: Challenge;
  state: 'asked' | 'unsent' | 'judged';
  judgement: Judgement | undefined;
};

/** The challenges of one workbench. */
export class Challenges {
  readonly body = make('div', { class: 'challenges' });
  private readonly list: readonly Challenge[];
  private readonly given: () => Readonly<Record<string, string>>;
  private readonly say: Say;
  private readonly events: ChallengeEvents;
  private readonly won = new Map<string, Won>();
  private active: Challenge | undefined;
  private last: Try | undefined;
  private edited = false;

  constructor(
    list: readonly Challenge[],
    given: () => Readonly<Record<string, string>>,
    say: Say,
    events: ChallengeEvents,
  ) {
    this.list = list;
    this.given = given;
    this.say = say;
    this.events = events;
    for (const c of list) if (c.won !== undefined) this.won.set(c.id, c.won);
    this.body.addEventListener('click', (e) => this.clicked(e));
  }

  /** The run stands so; files are those in the editor. Asks for judgement once a run that is a try has ended. */
  look(run: Run, connected: boolean, files: Readonly<Record<string, string>>): void {
    this.edited = !same(files, this.given());
    const { active, last } = this;
    if (last !== undefined && last.run !== run) this.last = undefined;
    if (active !== undefined && this.last === undefined && this.isTry(run, active)) {
      this.last = { run, challenge: active, state: 'asked', judgement: undefined };
      void this.ask(this.last);
    } else if (this.last?.state === 'unsent' && connected) {
      this.last.state = 'asked';
      void this.ask(this.last);
    }
  }

  /** What is to be said of the run. */
  words(told: boolean): Content {
    const { last, say, active } = this;
    if (active === undefined) return '';
    const aim = h('span', { class: 'dim' }, say('ui.challenge.aim', { title: active.title }));
    if (last === undefined || !told)
      return h('p', { key: 'challenge', role: 'status', class: 'say-challenge' }, aim);
    const j = last.judgement;
    if (j === undefined) {
      return h(
        'p',
        { key: 'challenge', role: 'status', class: 'say-challenge' },
        aim,
        ' ',
        say(`ui.challenge.${last.state}`),
      );
    }
    return h(
      'p',
      { key: 'challenge', role: 'status', class: `say-challenge ${j.won ? 'say-good' : ''}` },
      h('b', {}, say(j.won ? 'ui.challenge.won' : 'ui.challenge.lost', { title: active.title })),
      ' ',
      j.won || last.run.undone() === undefined
        ? ''
        : h('button', { type: 'button', class: 'button tool', 'data-command': 'undo' }, say('ui.hand.undo')),
    );
  }

  draw(): void {
    const { say } = this;
    patch(this.body, [
      ...(this.edited ? [h('p', { key: 'edited', class: 'dim' }, say('ui.challenge.edited'))] : []),
      h(
        'ul',
        { key: 'list', class: 'challenge-list' },
        this.list.map((c) => this.item(c)),
      ),
    ]);
  }

  private item(c: Challenge): Content {
    const { say } = this;
    const won = this.won.get(c.id);
    const state = won !== undefined ? 'done' : c === this.active ? 'tried' : 'open';
    return h(
      'li',
      { key: c.id, class: `challenge challenge-${state}` },
      h('b', {}, c.title),
      h('span', { class: 'challenge-state' }, say(`ui.challenge.state.${state}`)),
      h('p', { class: 'dim' }, goalWords(c, say)),
      h(
        'p',
        { class: 'challenge-tools' },
        h(
          'button',
          { type: 'button', class: 'button', 'data-try': c.id, disabled: this.edited },
          say(c === this.active ? 'ui.challenge.again' : 'ui.challenge.try'),
        ),
        won === undefined
          ? ''
          : h(
              'button',
              { type: 'button', class: 'button', 'data-win': c.id, disabled: this.edited },
              say('ui.challenge.play'),
            ),
      ),
    );
  }

  private clicked(e: MouseEvent): void {
    if (!(e.target instanceof Element)) return;
    const named = (attribute: string): Challenge | undefined => {
      const id =
        e.target instanceof Element ? e.target.closest(`[${attribute}]`)?.getAttribute(attribute) : undefined;
      return this.list.find((c) => c.id === id);
    };
    const tried = named('data-try');
    const replayed = named('data-win');
    if (tried !== undefined) this.begin(tried);
    const won = replayed === undefined ? undefined : this.won.get(replayed.id);
    if (replayed === undefined || won === undefined) return;
    this.active = undefined;
    this.events.open({ ...won, policy: 'replay', flags: replayed.flags });
  }

  /** Begins a try at the challenge of that id, if the program is as it was given; says whether it is. */
  take(id: string): boolean {
    const c = this.list.find((known) => known.id === id);
    if (c !== undefined && !this.edited) this.begin(c);
    return !this.edited;
  }

  private begin(c: Challenge): void {
    this.active = c;
    const { policy, every, memory, flags } = c;
    this.events.open({ policy, every, memory, flags });
  }

  /** Says whether a run is one that can win c: it has ended, and is of the program and flags that c is about. */
  private isTry(run: Run, c: Challenge): boolean {
    const { job, log } = run;
    if (run.phase !== 'ended' || log.schedule === '' || job === undefined) return false;
    return same(job.files, this.given()) && [...c.flags].every(([name, value]) => job.flags[name] === value);
  }

  private async ask(t: Try): Promise<void> {
    const { job, log } = t.run;
    if (job === undefined) return;
    const run = { schedule: log.schedule, seed: job.seed, memory: job.memory };
    const answer = await this.events.judge(t.challenge.id, run);
    if (answer === undefined) t.state = 'unsent';
    else {
      t.state = 'judged';
      t.judgement = answer;
      if (answer.won) {
        this.won.set(t.challenge.id, run);
        this.events.won(t.challenge.id);
      }
    }
    this.events.changed();
  }
}

function goalWords(c: Challenge, say: Say): Content | readonly Content[] {
  const { ends, output, reaches } = c.goal;
  if (ends !== undefined) return say(`ui.goal.${ends}`);
  if (reaches !== undefined) return say('ui.goal.reaches', { line: reaches });
  return [say('ui.goal.output'), h('code', { class: 'goal-output' }, output ?? '')];
}

function same(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((n) => a[n] === b[n]);
}
