/** The exercise's side: task, hints one by one, and the verdict as a list of criteria. */
import { type Content, h, patch } from '../dom/draw';
import { button, make, setText } from '../dom/make';
import type { Say } from '../words/say';
import type { Criterion, Params, Test, Verdict } from './params';
import type { Files } from './drafts';
import type { Server } from './server';

/** What an exercise needs from its workbench. */
export type ExerciseHost = {
  readonly server: Server;
  readonly files: () => Files;
  /** Grading begins or is over. */
  readonly grading: (on: boolean) => void;
  readonly trouble: (error: string) => void;
};

/** The panel of one exercise. */
export class Exercise {
  readonly body: HTMLElement;
  private readonly say: Say;
  private readonly host: ExerciseHost;
  private busy = false;
  private readonly total: number;
  private readonly list = make('ol', { class: 'hints' });
  private readonly more: HTMLButtonElement;
  private readonly verdict = make('section', { class: 'verdict', tabindex: '-1', 'aria-live': 'polite' });
  private opened: string[];
  private readonly task = make('div', { class: 'task prose' });

  constructor(params: Params, say: Say, host: ExerciseHost) {
    this.say = say;
    this.host = host;
    this.total = params.hints.total;
    this.opened = [...params.hints.opened];
    this.more = button('', () => void this.ask(), { class: 'button hint-more' });
    this.renew(params.task);
    this.body = make(
      'div',
      { class: 'exercise' },
      this.verdict,
      this.task,
      ...(this.total > 0 ? [make('h3', {}, say('ui.exercise.hints')), this.list, this.more] : []),
    );
    this.drawHints();
    if (params.verdict !== undefined) this.show(params.verdict);
  }

  /** Shows a task. */
  renew(task: string | undefined): void {
    this.task.replaceChildren(...(task === undefined ? [] : [fragment(task)]));
  }

  /** Hands in the files and shows the verdict. */
  async submit(): Promise<void> {
    if (this.busy) return;
    this.setBusy(true);
    delete this.verdict.dataset['passed'];
    patch(this.verdict, [h('p', { class: 'verdict-sum' }, this.say('ui.exercise.grading'))]);
    try {
      this.show(await this.host.server.submit(this.host.files()));
    } catch (error) {
      patch(this.verdict, [h('p', { class: 'problem' }, this.failure(error))]);
    }
    this.setBusy(false);
  }

  private async ask(): Promise<void> {
    try {
      const hint = await this.host.server.hint();
      this.opened[hint.index] = hint.text;
      this.drawHints();
    } catch (error) {
      this.host.trouble(this.failure(error));
    }
  }

  private failure(error: unknown): string {
    return this.say('ui.state.failed', { error: error instanceof Error ? error.message : String(error) });
  }

  private setBusy(on: boolean): void {
    this.busy = on;
    this.host.grading(on);
  }

  private show(v: Verdict): void {
    this.verdict.dataset['passed'] = String(v.passed);
    patch(this.verdict, drawVerdict(v, this.say));
    this.verdict.scrollIntoView({ block: 'nearest' });
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

/** The page's own rendering of the task: parsed here, never run (the page's policy forbids scripts in it). */
function fragment(html: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
}

/** A verdict as content: the sum, then one entry a criterion with its tests. */
export function drawVerdict(v: Verdict, say: Say): readonly Content[] {
  const key = v.passed ? 'ui.exercise.passed' : 'ui.exercise.failed';
  return [
    h('p', { class: 'verdict-sum' }, say(key, { score: v.score, points: v.points })),
    h(
      'ul',
      { class: 'criteria' },
      v.criteria.map((c) => criterion(c, say)),
    ),
  ];
}

function criterion(c: Criterion, say: Say): Content {
  const state = !c.checked ? 'unchecked' : c.passed ? 'passed' : 'failed';
  return h(
    'li',
    { class: 'criterion', 'data-state': state },
    h('span', { class: 'criterion-name' }, c.name),
    h('span', { class: 'criterion-state' }, say(`ui.exercise.state.${state}`)),
    h('span', { class: 'criterion-points' }, say('ui.exercise.of', { points: c.points, of: c.of })),
    c.message === '' ? '' : h('p', { class: 'criterion-message' }, c.message),
    c.tests.length === 0
      ? ''
      : h(
          'ul',
          { class: 'tests' },
          c.tests.map((t) => test(t, say)),
        ),
  );
}

function test(t: Test, say: Say): Content {
  const state = t.passed ? 'passed' : 'failed';
  return h(
    'li',
    { class: 'test', 'data-state': state },
    h('span', { class: 'test-name' }, t.name),
    h('span', { class: 'test-state' }, say(`ui.exercise.state.${state}`)),
    h('span', { class: 'test-time' }, say('ui.exercise.ms', { n: Math.round(t.ms) })),
    t.message === '' ? '' : h('pre', { class: 'test-message' }, t.message),
  );
}
