/** What a person brings: a trace or a log that is dropped or chosen, or the address of a program that runs. */
import { button, make, setText } from '../dom/make';
import { fields, parse, string } from '../event/json';
import type { Say } from '../words/say';
import type { Job } from './wire';

const usualSeconds = 5;
const mostSeconds = 600;

/** What bringing needs of its workbench. */
export type BroughtHost = {
  readonly say: Say;
  readonly url: string;
  readonly token: string;
  /** Shows what the server was given. */
  readonly start: (job: Pick<Job, 'mode' | 'brought' | 'address' | 'time'>) => void;
  readonly trouble: (text: string) => void;
  readonly redraw: () => void;
};

/** The pane of one workbench without a program. */
export class Brought {
  readonly body: HTMLElement;
  private readonly host: BroughtHost;
  private readonly status = make('p', { class: 'brought-status dim', role: 'status' });
  private readonly picker = make('input', { type: 'file', class: 'visually-hidden', tabindex: '-1' });
  private readonly address: HTMLInputElement;
  private readonly seconds: HTMLInputElement;
  private readonly repeat = make('input', { type: 'checkbox', class: 'switch brought-again' });

  /** root is where a file can be dropped. */
  constructor(root: HTMLElement, host: BroughtHost) {
    this.host = host;
    const { say } = host;
    this.picker.setAttribute('aria-label', say('ui.brought.file'));
    this.picker.addEventListener('change', () => {
      const file = this.picker.files?.[0];
      if (file !== undefined) void this.bring(file);
      this.picker.value = '';
    });
    this.address = make('input', {
      type: 'text',
      class: 'brought-address',
      placeholder: 'localhost:6060',
      spellcheck: 'false',
      autocomplete: 'url',
      required: true,
    });
    this.seconds = make('input', {
      type: 'number',
      class: 'field-procs',
      min: 1,
      max: mostSeconds,
      step: 1,
      value: usualSeconds,
    });
    const form = make(
      'form',
      { class: 'brought-form' },
      make('label', {}, make('span', {}, say('ui.brought.address')), this.address),
      make('label', {}, make('span', {}, say('ui.brought.seconds')), this.seconds),
      make('button', { type: 'submit', class: 'button button-main' }, say('ui.brought.attach')),
      make('label', { class: 'brought-repeat' }, this.repeat, make('span', {}, say('ui.brought.again'))),
    );
    this.repeat.addEventListener('change', host.redraw);
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      this.attach();
    });
    this.body = make(
      'div',
      { class: 'brought', tabindex: '0', role: 'group', 'aria-label': say('ui.brought.title') },
      make(
        'div',
        { class: 'brought-drop' },
        make('p', {}, say('ui.brought.drop')),
        button(say('ui.brought.choose'), () => this.picker.click(), {
          class: 'button button-main brought-choose',
        }),
        this.picker,
      ),
      this.status,
      make('h3', {}, say('ui.brought.program')),
      make('p', {}, say('ui.brought.program.how')),
      form,
      make('p', { class: 'dim' }, say('ui.brought.local')),
    );
    this.drops(root);
  }

  /** A program is to be traced once more when its trace has ended. */
  get again(): boolean {
    return this.repeat.checked;
  }

  private drops(root: HTMLElement): void {
    const over = (on: boolean): void => void this.body.classList.toggle('is-over', on);
    root.addEventListener('dragover', (e) => {
      if (e.dataTransfer?.types.includes('Files') !== true) return;
      e.preventDefault();
      over(true);
    });
    root.addEventListener('dragleave', (e) => {
      if (!(e.relatedTarget instanceof Node) || !root.contains(e.relatedTarget)) over(false);
    });
    root.addEventListener('drop', (e) => {
      over(false);
      const file = e.dataTransfer?.files[0];
      if (file === undefined) return;
      e.preventDefault();
      void this.bring(file);
    });
  }

  /** Hands a file to the server, and shows what is in it. */
  private async bring(file: File): Promise<void> {
    const { host, status } = this;
    setText(status, host.say('ui.brought.sending', { name: file.name }));
    try {
      const answer = await fetch(host.url, {
        method: 'POST',
        headers: { 'X-Interleave-Token': host.token, 'Content-Type': 'application/octet-stream' },
        body: file,
      });
      const f = fields(parse(await answer.text()), 'answer');
      if (!answer.ok) throw new Refused(string(f, 'msg'));
      setText(status, host.say('ui.brought.shown', { name: file.name }));
      host.start({ mode: 'brought', brought: string(f, 'id') });
    } catch (error) {
      setText(status, '');
      host.trouble(error instanceof Refused ? error.message : host.say('ui.brought.lost'));
    }
  }

  private attach(): void {
    const seconds = Math.max(1, Math.min(mostSeconds, this.seconds.valueAsNumber || usualSeconds));
    setText(this.status, this.host.say('ui.brought.tracing', { address: this.address.value, n: seconds }));
    this.host.start({ mode: 'attach', address: this.address.value, time: Math.round(seconds * 1000) });
  }
}

/** What the server says to a file that it does not take. */
class Refused extends Error {}
