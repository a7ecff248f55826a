/** The search in the events: the field in which a question is written, and what it has found so far. */
import { button, clock, make, setText } from '../dom/make';
import { Found } from '../fold/found';
import { count, type Say } from '../words/say';
import { fitsOf, parseQuery } from '../words/query';
import type { Run } from './run';

/** What a search tells its owner. */
export type SearchEvents = {
  /** Something else is found, or asked for. */
  readonly changed: () => void;
  /** Goes to the next match, or the last one. */
  readonly go: (by: 1 | -1) => void;
};

/** Events looked at between two looks at the clock, and the ms of a frame that a search may take. */
const batch = 500;
const time = 6;

/** The search of one workbench. */
export class Search {
  readonly body: HTMLElement;
  readonly input: HTMLInputElement;
  found: Found | undefined;
  private readonly say: Say;
  private readonly events: SearchEvents;
  private readonly note = make('span', { class: 'dim events-note', role: 'status' });
  private readonly only: HTMLInputElement;
  private run: Run | undefined;
  private error = '';

  constructor(say: Say, events: SearchEvents) {
    this.say = say;
    this.events = events;
    this.input = make('input', {
      type: 'search',
      'aria-label': say('ui.events.search'),
      placeholder: say('ui.events.example'),
      title: say('ui.query.help'),
      spellcheck: 'false',
      autocapitalize: 'off',
    });
    this.only = make('input', { type: 'checkbox', checked: true });
    this.only.addEventListener('change', events.changed);
    const step = (sign: string, by: 1 | -1, key: string): HTMLElement =>
      button(sign, () => events.go(by), { class: 'button tool', 'aria-label': say(key), title: say(key) });
    this.body = make(
      'form',
      { class: 'events-find', role: 'search' },
      this.input,
      step('↑', -1, 'ui.events.last'),
      step('↓', 1, 'ui.events.next'),
      make('label', { class: 'events-only' }, this.only, ` ${say('ui.events.only')}`),
      this.note,
    );
    this.input.addEventListener('input', () => this.ask());
    this.body.addEventListener('submit', (e) => {
      e.preventDefault();
      if (this.found !== undefined) events.go(1);
    });
  }

  /** The list of events shows what was found and nothing else. */
  get filters(): boolean {
    return this.found !== undefined && this.only.checked;
  }

  /** Looks in this run from now on. */
  of(run: Run): void {
    if (run === this.run) return;
    this.run = run;
    this.ask();
  }

  /** Looks on, for as long as a frame allows; says whether there is more to look at. */
  extend(): boolean {
    const { found, run } = this;
    if (found === undefined || run === undefined) return false;
    const until = clock() + time;
    // Sentences name what the history knows: an event is looked at once it is folded.
    const left = (): number => Math.min(batch, run.history.done - found.done);
    while (left() > 0 && clock() < until) found.extend(left());
    return left() > 0;
  }

  /** Tells how far it is. */
  draw(): void {
    this.input.setAttribute('aria-invalid', String(this.error !== ''));
    this.note.classList.toggle('problem', this.error !== '');
    setText(this.note, this.error === '' ? this.told() : this.error);
  }

  private told(): string {
    const { found, say } = this;
    if (found === undefined) return '';
    if (!found.complete) return say('ui.events.looking', { n: count(found.count), done: count(found.done) });
    return found.count === 0 ? say('ui.events.none') : say('ui.events.found', { n: count(found.count) });
  }

  /** Reads what stands in the field, and begins anew. */
  private ask(): void {
    const { run } = this;
    this.found = undefined;
    this.error = '';
    const query = parseQuery(this.input.value, this.say);
    if ('error' in query) this.error = query.error;
    else if (query.terms.length > 0 && run !== undefined)
      this.found = new Found(run.log, fitsOf(query.terms, run.tell));
    this.events.changed();
  }
}
