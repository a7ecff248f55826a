/** The exercise's side: what points are given for, the task, hints one by one, the verdict, the history. */
import { type Content, h, patch } from '../dom/draw';
import { memory } from '../dom/keep';
import { button, make, setText } from '../dom/make';
import type { Say } from '../words/say';
import type { Files } from './drafts';
import { newID } from './guesses';
import { Outbox } from './outbox';
import type { Params } from './params';
import type { Server } from './server';
import {
  type Criterion,
  type Finding,
  type Promised,
  type Submission,
  type Test,
  type Try,
  type Verdict,
  waits,
} from './submission';
import { Watch } from './watching';

/** What an exercise needs from its workbench. */
export type ExerciseHost = {
  readonly server: Server;
  readonly files: () => Files;
  /** Something about the submission has changed. */
  readonly changed: () => void;
  readonly trouble: (error: string) => void;
  /** Shows a place in the editor. */
  readonly goTo: (file: string, line: number) => void;
  /** Plays a schedule of a test of these files in the pictures. */
  readonly play: (f: Finding, files: ReadonlyMap<string, string>) => void;
};

const after = (ms: number, act: () => void): (() => void) => {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
};

/** The panel of one exercise. */
export class Exercise {
  readonly body: HTMLElement;
  private readonly say: Say;
  private readonly host: ExerciseHost;
  private readonly outbox: Outbox;
  private readonly promised: readonly Promised[];
  private submission: Submission | undefined;
  private tries: readonly Try[] = [];
  private reached = true;
  /** The learner handed in and waits for that verdict: it is shown when it comes. */
  private awaited = false;
  private readonly total: number;
  private readonly list = make('ol', { class: 'hints' });
  private readonly more: HTMLButtonElement;
  private readonly standing = make('section', { class: 'verdict', tabindex: '-1' });
  private readonly ahead = make('div');
  private readonly spoken = make('p', { class: 'visually-hidden', role: 'status' });
  private readonly past = make('ol', { class: 'history' });
  private readonly history: HTMLElement;
  private opened: string[];
  private readonly task = make('div', { class: 'task prose' });

  constructor(params: Params, say: Say, host: ExerciseHost) {
    this.say = say;
    this.host = host;
    this.promised = params.criteria;
    this.total = params.hints.total;
    this.opened = [...params.hints.opened];
    this.submission = params.submission;
    this.standing.setAttribute('aria-label', say('ui.exercise.verdict'));
    this.more = button('', () => void this.ask(), { class: 'button hint-more' });
    this.renew(params.task);
    this.history = make('section', { hidden: true }, make('h3', {}, say('ui.exercise.history')), this.past);
    this.history.append(
      make('p', {}, make('a', { href: params.urls.history }, say('ui.exercise.history.all'))),
    );
    this.body = make(
      'div',
      { class: 'exercise' },
      this.spoken,
      this.standing,
      this.task,
      this.ahead,
      ...(this.total > 0 ? [make('h3', {}, say('ui.exercise.hints')), this.list, this.more] : []),
      make('h3', {}, say('ui.exercise.solution')),
      make('p', {}, make('a', { href: params.urls.solution }, say('ui.exercise.solution.see'))),
      this.history,
    );
    this.outbox = new Outbox({
      key: `interleave:submit:${params.lab}`,
      storage: memory,
      post: (key, files) => host.server.submit(key, files),
      newKey: newID,
      after,
      changed: () => this.changed(),
      taken: (s) => this.hear(s),
    });
    this.standing.addEventListener('click', (e) => this.clicked(e.target));
    this.drawHints();
    this.draw();
    void this.recall();
    void this.outbox.send();
    this.watch(params.submission?.rev ?? '');
  }

  /** Shows a task. */
  renew(task: string | undefined): void {
    this.task.replaceChildren(...(task === undefined ? [] : [fragment(task)]));
  }

  /** Hands in the files. */
  submit(): void {
    this.awaited = true;
    this.outbox.add(this.host.files());
  }

  private watch(rev: string): void {
    const watch = new Watch(rev, {
      ask: (r, signal) => this.host.server.latest(r, signal),
      after,
      heard: (s) => this.hear(s),
      reached: (yes) => {
        const back = yes && !this.reached;
        this.reached = yes;
        if (back) void this.outbox.send();
      },
    });
    const look = (): void => {
      watch.on = document.visibilityState === 'visible';
    };
    document.addEventListener('visibilitychange', look);
    window.addEventListener('pagehide', () => {
      watch.on = false;
    });
    window.addEventListener('pageshow', look);
    window.addEventListener('online', () => void this.outbox.send());
    look();
  }

  /** A place or a schedule of the verdict was clicked. */
  private clicked(target: EventTarget | null): void {
    const verdict = this.submission?.verdict;
    const b = target instanceof Element ? target.closest('button') : null;
    if (b === null || verdict === undefined || this.submission === undefined) return;
    const { file, line, finding } = b.dataset;
    if (file !== undefined) this.host.goTo(file, Number(line));
    if (finding === undefined) return;
    const name = b.closest<HTMLElement>('[data-criterion]')?.dataset['criterion'];
    const f = verdict.criteria.find((c) => c.name === name)?.findings[Number(finding)];
    if (f !== undefined) this.host.play(f, this.submission.files);
  }

  /** Takes in how a submission stands, if it is not an older one than is shown. */
  private hear(s: Submission): void {
    if (s.id < (this.submission?.id ?? 0)) return;
    const was = this.submission;
    this.submission = s;
    this.changed();
    if (was?.id !== s.id || was.state !== s.state || was.verdict?.score !== s.verdict?.score)
      void this.recall();
    if (s.verdict === undefined || s.verdict === was?.verdict) return;
    setText(this.spoken, sum(s.verdict, this.say));
    if (this.awaited) this.standing.scrollIntoView({ block: 'nearest' });
    this.awaited = false;
  }

  /** Fetches the history. */
  private async recall(): Promise<void> {
    const tries = await this.host.server.tries();
    if (tries === undefined) return; // no connection: what is there stays
    this.tries = tries;
    this.draw();
  }

  private changed(): void {
    this.draw();
    this.host.changed();
  }

  private async ask(): Promise<void> {
    try {
      const hint = await this.host.server.hint();
      this.opened[hint.index] = hint.text;
      this.drawHints();
      void this.recall();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.host.trouble(this.say('ui.state.failed', { error: text }));
    }
  }

  private draw(): void {
    const { say, outbox, submission: s } = this;
    const content: Content[] = [];
    if (outbox.refused !== '') content.push(h('p', { key: 'refused', class: 'problem' }, outbox.refused));
    const busy = outbox.waiting > 0 || waits(s);
    if (outbox.waiting > 0) {
      const key = outbox.away ? 'ui.exercise.away' : 'ui.exercise.sending';
      content.push(h('p', { key: 'standing', class: 'verdict-sum' }, say(key)));
    } else if (s !== undefined && s.id !== 0 && s.verdict === undefined) {
      content.push(h('p', { key: 'standing', class: 'verdict-sum' }, standing(s, say)));
    }
    if (s?.verdict !== undefined && outbox.waiting === 0) {
      content.push(...this.verdict(s, s.verdict));
    }
    patch(this.ahead, s?.verdict === undefined ? [promise(this.promised, say)] : []);
    this.standing.dataset['busy'] = String(busy);
    this.standing.dataset['submission'] = String(s?.id ?? 0);
    if (s?.verdict === undefined || busy) delete this.standing.dataset['passed'];
    else this.standing.dataset['passed'] = String(s.verdict.passed);
    if (busy) setText(this.spoken, content.map(textOf).join(' ').slice(0, 200));
    patch(this.standing, content);
    this.history.hidden = this.tries.length === 0;
    patch(
      this.past,
      this.tries.slice(0, shownTries).map((t) => attempt(t)),
    );
  }

  private verdict(s: Submission, v: Verdict): readonly Content[] {
    const { say } = this;
    const lowered =
      s.first === undefined
        ? ''
        : `${say('ui.exercise.lowered', { score: s.first.score, points: s.first.points })} ${v.lowered}`;
    return [
      h('p', { key: 'sum', class: 'verdict-sum' }, sum(v, say)),
      lowered === '' ? '' : h('p', { key: 'lowered', class: 'verdict-lowered' }, lowered),
      v.like === ''
        ? ''
        : h('p', { key: 'like', class: 'verdict-like' }, say('ui.exercise.like', { what: v.like })),
      h(
        'ul',
        { key: 'criteria', class: 'criteria' },
        v.criteria.map((c) => criterion(c, say)),
      ),
    ].filter((c) => c !== '');
  }

  private drawHints(): void {
    const { say, opened, total } = this;
    patch(
      this.list,
      opened.map((t) => h('li', { class: 'hint' }, t)),
    );
    this.list.hidden = opened.length === 0;
    const left = opened.length < total;
    this.more.disabled = !left;
    setText(
      this.more,
      left ? say('ui.exercise.hint', { n: opened.length + 1, total }) : say('ui.exercise.hint.none'),
    );
  }
}

/** Lines of the history that are shown beside the task; its own page has all. */
const shownTries = 8;

/** The page's own rendering of the task: parsed here, never run (the page's policy forbids scripts in it). */
function fragment(html: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
}

function textOf(c: Content): string {
  return typeof c === 'string' ? c : c.tag === 'p' ? c.content.map(textOf).join('') : '';
}

function sum(v: Verdict, say: Say): string {
  return say(v.passed ? 'ui.exercise.passed' : 'ui.exercise.failed', { score: v.score, points: v.points });
}

function standing(s: Submission, say: Say): string {
  if (s.state === 'failed') return say('ui.exercise.ungraded');
  return s.state === 'queued' && s.position > 0
    ? say('ui.exercise.queued', { n: s.position })
    : say('ui.exercise.grading');
}

/** What points are given for, before there is a verdict. */
function promise(criteria: readonly Promised[], say: Say): Content {
  return h(
    'div',
    { key: 'promised', class: 'promised' },
    h('p', {}, say('ui.exercise.criteria')),
    h(
      'ul',
      { class: 'criteria' },
      criteria.map((c) =>
        h(
          'li',
          { class: 'criterion' },
          h('span', { class: 'criterion-name' }, c.title),
          h('span', { class: 'criterion-points' }, say('ui.exercise.points', { n: c.points })),
        ),
      ),
    ),
  );
}

function criterion(c: Criterion, say: Say): Content {
  const state = !c.checked ? 'unchecked' : c.passed ? 'passed' : 'failed';
  // What a finding says is said once, beside it.
  const message = c.findings.some((f) => c.message.includes(f.sentence)) ? '' : c.message;
  const lines = [...c.tests.map((t) => test(t, say)), ...c.findings.map((f, i) => finding(f, i, say))];
  return h(
    'li',
    { key: c.name, class: 'criterion', 'data-state': state, 'data-criterion': c.name },
    h('span', { class: 'criterion-name' }, c.title),
    h('span', { class: 'criterion-state' }, say(`ui.exercise.state.${state}`)),
    h('span', { class: 'criterion-points' }, say('ui.exercise.of', { points: c.points, of: c.of })),
    message === '' ? '' : h('p', { class: 'criterion-message' }, message),
    lines.length === 0 ? '' : h('ul', { class: 'tests' }, lines),
  );
}

function test(t: Test, say: Say): Content {
  const state = t.passed ? 'passed' : 'failed';
  return h(
    'li',
    { class: 'test', 'data-state': state },
    h('span', { class: 'test-name' }, t.name),
    h('span', { class: 'test-state' }, say(`ui.exercise.state.${state}`)),
    place(t),
    h('span', { class: 'test-time' }, say('ui.exercise.ms', { n: Math.round(t.ms) })),
    t.message === '' ? '' : h('pre', { class: 'test-message', tabindex: '0' }, places(t.message)),
  );
}

function finding(f: Finding, i: number, say: Say): Content {
  return h(
    'li',
    { class: 'test', 'data-state': 'failed' },
    h('span', { class: 'test-name' }, f.test),
    place(f),
    h('p', { class: 'finding-sentence' }, f.sentence),
    f.schedule === ''
      ? ''
      : h(
          'button',
          { type: 'button', class: 'button tool finding-play', 'data-finding': i },
          say('ui.exercise.play'),
        ),
  );
}

/** The place of what failed; a click puts the cursor there. */
function place(of: Test | Finding): Content {
  return of.file === '' || of.line === 0 ? '' : placeButton(of.file, of.line);
}

function placeButton(file: string, line: number): Content {
  const at = { type: 'button', class: 'link test-place', 'data-file': file, 'data-line': line };
  return h('button', at, `${file}:${line}`);
}

/** A message with the places in it as buttons. */
function places(message: string): readonly Content[] {
  const parts = message.split(/\b(\w+\.go:\d+)/);
  return parts.map((part, i) => {
    const [file, line] = part.split(':');
    return i % 2 === 0 || file === undefined ? part : placeButton(file, Number(line));
  });
}

function attempt(t: Try): Content {
  const when =
    t.at === '' ? '' : h('time', { class: 'history-time', datetime: t.at }, new Date(t.at).toLocaleString());
  return h(
    'li',
    { 'data-kind': t.kind },
    when,
    ' ',
    t.href === '' ? h('span', {}, t.text) : h('a', { href: t.href }, t.text),
  );
}
