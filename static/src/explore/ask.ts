/** "Is there a run where …?": a small form, and its answer. */
import type { ExploreHost, Named } from './host';
import { type Content, h, patch } from '../dom/draw';
import { make } from '../dom/make';
import { visible } from '../words/visible';
import type { Exploration } from './state';

const kinds = ['output', 'prints', 'value', 'reaches', 'before', 'exit'] as const;
type Kind = (typeof kinds)[number];

/** What the form tells. */
export type AskEvents = { readonly ask: (query: string) => void };

/** The form of one panel. */
export class Ask {
  readonly body: HTMLElement;
  private readonly host: ExploreHost;
  private readonly kind: HTMLSelectElement;
  private readonly output: HTMLInputElement | HTMLTextAreaElement;
  private readonly whole = make('textarea', { rows: 3, maxlength: 900, spellcheck: 'false' });
  private readonly file = make('select', {});
  private readonly line = make('input', {
    type: 'number',
    min: 1,
    step: 1,
    required: true,
    class: 'field-line',
  });
  private readonly first = make('select', {});
  private readonly second = make('select', {});
  private readonly status = make('input', {
    type: 'number',
    min: 0,
    max: 255,
    step: 1,
    value: '0',
    class: 'field-line',
  });
  private readonly variable = make('input', {
    type: 'text',
    maxlength: 200,
    spellcheck: 'false',
    pattern: '\\S+',
    required: true,
    class: 'field-text',
  });
  private readonly worth = make('input', {
    type: 'text',
    maxlength: 200,
    spellcheck: 'false',
    required: true,
    class: 'field-text',
  });
  private readonly rows: Readonly<Record<string, HTMLElement>>;
  private readonly look: HTMLButtonElement;
  private readonly answer = make('div', { class: 'ask-answer', role: 'status' });
  /** What the selects offer, as a text. */
  private offered = '';
  private offeredFiles = '';
  private lineTouched = false;

  constructor(host: ExploreHost, events: AskEvents) {
    const { say } = host;
    this.host = host;
    this.kind = make(
      'select',
      {},
      ...kinds.map((k) => make('option', { value: k }, say(`ui.explore.ask.${k}`))),
    );
    this.output = make('input', { type: 'text', maxlength: 900, spellcheck: 'false', class: 'field-text' });
    const row = (key: string, ...inputs: readonly HTMLElement[]): HTMLElement =>
      make('label', {}, make('span', {}, say(`ui.explore.ask.${key}`)), ...inputs);
    this.rows = {
      output: row('text', this.output),
      whole: row('whole', this.whole),
      variable: row('variable', this.variable),
      worth: row('worth', this.worth),
      first: row('first', this.first),
      second: row('second', this.second),
      file: row('file', this.file),
      line: row('line', this.line),
      status: row('status', this.status),
    };
    this.look = make('button', { type: 'submit', class: 'button' }, say('ui.explore.ask.look'));
    const form = make(
      'form',
      { class: 'ask' },
      row('kind', this.kind),
      ...Object.values(this.rows),
      this.look,
    );
    this.body = make('div', {}, form, this.answer);
    this.line.addEventListener('input', () => (this.lineTouched = true));
    this.kind.addEventListener('change', () => this.fit());
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      events.ask(this.query());
    });
    this.fit();
  }

  draw(exploration: Exploration, goroutines: readonly Named[], files: readonly string[]): void {
    this.offer(goroutines, files);
    this.look.disabled = exploration.active;
    patch(this.answer, this.words(exploration));
  }

  /** Fills the line in from the editor, unless somebody wrote one. */
  fill(): void {
    if (this.lineTouched) return;
    const { file, line } = this.host.cursor();
    this.line.value = String(line);
    if ([...this.file.options].some((o) => o.value === file)) this.file.value = file;
  }

  private kindNow(): Kind {
    return kinds.find((k) => k === this.kind.value) ?? 'output';
  }

  /** Shows the fields of the kind. */
  private fit(): void {
    const shown: Readonly<Record<Kind, readonly string[]>> = {
      output: ['output'],
      prints: ['whole'],
      value: ['variable', 'worth'],
      reaches: ['file', 'line'],
      before: ['first', 'second', 'file', 'line'],
      exit: ['status'],
    };
    const now = shown[this.kindNow()];
    for (const [name, row] of Object.entries(this.rows)) {
      row.hidden = !now.includes(name) || (name === 'file' && this.file.options.length < 2);
      for (const input of row.querySelectorAll('input, select, textarea'))
        input.toggleAttribute('disabled', row.hidden && name !== 'file');
    }
  }

  private query(): string {
    const at = `${this.file.value}:${this.line.value}`;
    switch (this.kindNow()) {
      case 'output':
        return `output ${this.output.value}`;
      case 'prints':
        return `prints ${this.whole.value}`;
      case 'value':
        return `value ${this.variable.value} ${this.worth.value}`;
      case 'reaches':
        return `reaches ${at}`;
      case 'before':
        return `before ${this.first.value} ${this.second.value} ${at}`;
      case 'exit':
        return `exit ${this.status.value}`;
    }
  }

  private offer(goroutines: readonly Named[], files: readonly string[]): void {
    const offered = JSON.stringify(goroutines);
    if (offered !== this.offered) {
      this.offered = offered;
      for (const [i, select] of [this.first, this.second].entries()) {
        const before = select.value;
        select.replaceChildren(...goroutines.map((g) => make('option', { value: g.path }, g.name)));
        const fallback = goroutines[i + 1] ?? goroutines[i] ?? goroutines[0];
        select.value = goroutines.some((g) => g.path === before) ? before : (fallback?.path ?? '');
      }
    }
    if (files.join() === this.offeredFiles) return;
    this.offeredFiles = files.join();
    this.file.replaceChildren(...files.map((f) => make('option', { value: f }, f)));
    this.fit();
  }

  private words(x: Exploration): readonly Content[] {
    const { say } = this.host;
    if (x.query === '' || x.active)
      return [x.query === '' ? '' : h('p', { class: 'dim' }, say('ui.explore.ask.looking'))];
    const { answer } = x;
    if (answer === undefined) return [];
    return [
      h('p', { class: 'dim' }, h('code', {}, h('bdi', {}, visible(answer.query)))),
      h('p', {}, h('b', {}, visible(answer.sentence))),
      answer.found
        ? h(
            'button',
            { type: 'button', class: 'button button-main', 'data-play': 'answer' },
            say('ui.explore.play'),
          )
        : '',
    ];
  }
}
