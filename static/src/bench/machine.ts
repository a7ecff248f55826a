/** The switch between the model and the real runtime, and the settings of a run on the latter. */
import { button, make } from '../dom/make';
import type { Say } from '../words/say';
import { disclosure } from './more';
import { type Machine, observes, usualMachine } from './params';

const mostProcs = 64;
const schedtraces = [0, 10, 100, 1000];

/** The settings of one workbench's runs on the real runtime. */
export class MachineControls {
  /** The switch; it is hidden where nothing can be run on the real runtime. */
  readonly switcher: HTMLElement;
  readonly bar: HTMLElement;
  private readonly modes: readonly HTMLButtonElement[];
  private readonly observe: HTMLSelectElement;
  private readonly procs: HTMLInputElement;
  private readonly gogc: HTMLInputElement;
  private readonly gomemlimit: HTMLInputElement;
  private readonly schedtrace: HTMLSelectElement;
  private readonly only: boolean;
  private on = false;
  private readonly flipped: () => void;

  /** Every change of the mode calls flipped; cost shows what looking costs. */
  constructor(
    offered: { real: boolean; realOnly: boolean },
    say: Say,
    flipped: () => void,
    cost: () => void,
  ) {
    this.flipped = flipped;
    this.only = offered.realOnly;
    const row = (name: string, input: HTMLElement): HTMLElement =>
      make('label', { title: say(`ui.real.${name}.title`) }, make('span', {}, say(`ui.real.${name}`)), input);
    this.modes = (['model', 'real'] as const).map((mode) =>
      button(say(`ui.mode.${mode}`), () => this.choose(mode === 'real'), {
        class: `button mode mode-${mode}`,
        title: say(mode === 'model' && this.only ? 'ui.mode.model.never' : `ui.mode.${mode}.title`),
        disabled: mode === 'model' && this.only,
      }),
    );
    this.switcher = make(
      'span',
      { class: 'bar-mode', role: 'group', 'aria-label': say('ui.mode'), hidden: !offered.real },
      ...this.modes,
    );
    this.observe = make(
      'select',
      { class: 'field-observe' },
      ...observes.map((o) => make('option', { value: o }, say(`ui.observe.${o}`))),
    );
    this.procs = make('input', {
      type: 'number',
      min: 1,
      max: mostProcs,
      step: 1,
      class: 'field-procs',
      placeholder: say('ui.real.all'),
    });
    const text = (placeholder: string): HTMLInputElement =>
      make('input', { type: 'text', class: 'field-limit', placeholder, spellcheck: 'false', maxlength: 20 });
    this.gogc = text('100');
    this.gomemlimit = text('off');
    this.schedtrace = make(
      'select',
      {},
      ...schedtraces.map((ms) =>
        make('option', { value: ms }, ms === 0 ? say('ui.real.never') : say('ui.real.every', { ms })),
      ),
    );
    this.bar = make(
      'div',
      { class: 'bar-settings bar-real', hidden: true },
      row('observe', this.observe),
      row('procs', this.procs),
      disclosure(
        say('ui.bar.more'),
        make(
          'div',
          { class: 'bar-more-rows' },
          row('gogc', this.gogc),
          row('gomemlimit', this.gomemlimit),
          row('schedtrace', this.schedtrace),
        ),
      ),
      button(say('ui.cost.button'), cost, { class: 'button bar-cost', title: say('ui.cost.question') }),
    );
    this.apply(usualMachine);
    this.apply(undefined);
  }

  /** Sets what m says; undefined is the model, where there is one, and leaves the settings as they are. */
  apply(m: Machine | undefined): void {
    this.on = (m !== undefined || this.only) && !this.switcher.hidden;
    if (m !== undefined) {
      const { observe, procs, gogc, gomemlimit, schedtrace } = m;
      this.observe.value = observe;
      this.procs.value = procs === 0 ? '' : String(procs);
      this.gogc.value = gogc;
      this.gomemlimit.value = gomemlimit;
      this.schedtrace.value = String(schedtrace);
    }
    this.show();
  }

  /** The settings as they stand; undefined while the model is chosen. */
  get settings(): Machine | undefined {
    return this.on ? this.held() : undefined;
  }

  /** The settings as they stand, also while the model is chosen. */
  held(): Machine {
    return {
      observe: this.observe.value,
      procs: Math.max(0, Math.min(mostProcs, Math.round(this.procs.valueAsNumber) || 0)),
      gogc: this.gogc.value.trim(),
      gomemlimit: this.gomemlimit.value.trim(),
      schedtrace: Number(this.schedtrace.value) || 0,
    };
  }

  private choose(real: boolean): void {
    if (this.on === real) return;
    this.on = real;
    this.show();
    this.flipped();
  }

  private show(): void {
    this.bar.hidden = !this.on;
    this.modes.forEach((b, i) => b.setAttribute('aria-pressed', String((i === 1) === this.on)));
  }
}
