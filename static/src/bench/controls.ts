/** The controls: one for each of the program's flags, and the bar's policy, Ps and seed. */
import { make, setText } from '../dom/make';
import type { Say } from '../words/say';
import type { Flag, Params, Settings } from './params';
import { MachineControls } from './machine';
import { More } from './more';
import type { Moment } from './settings';

/** One control: its element and its value as a flag's text. */
type Control = {
  readonly row: readonly HTMLElement[];
  readonly get: () => string;
  readonly set: (v: string) => void;
};

/** The settings that a workbench shows. */
export class Controls {
  readonly body: HTMLElement;
  /** What the bar shows, of which only what counts is seen. */
  readonly bars: readonly HTMLElement[];
  private readonly bar: HTMLElement;
  private readonly flags = new Map<string, Control>();
  private readonly say: Say;
  private shown = '';
  private readonly policy: HTMLSelectElement;
  private readonly procs: HTMLInputElement;
  private readonly seed: HTMLInputElement;
  private readonly more: More;
  private readonly machine: MachineControls;
  /** Who runs when, for policies replay and hand; '' is none. */
  private schedule = '';
  private choices: readonly number[] = [];

  /** Changed is called at every change, cost where somebody asks what looking costs. */
  constructor(params: Params, say: Say, changed: () => void, cost: () => void) {
    this.say = say;
    this.policy = make(
      'select',
      {},
      ...params.policies.map((p) => make('option', { value: p, title: say(`ui.policy.${p}`) }, p)),
    );
    this.policy.title = say(`ui.policy.${params.run.policy}`);
    this.procs = make('input', { type: 'number', min: 1, max: 64, step: 1, class: 'field-procs' });
    this.seed = make('input', {
      type: 'number',
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      step: 1,
      class: 'field-seed',
    });
    const next = make(
      'button',
      {
        type: 'button',
        class: 'button button-next',
        'aria-label': say('ui.bar.seed.next'),
        title: say('ui.bar.seed.next'),
      },
      '+1',
    );
    next.addEventListener('click', () => {
      this.nextSeed();
      changed();
    });
    this.more = new More(say);
    this.bar = make(
      'div',
      { class: 'bar-settings' },
      make('label', {}, make('span', {}, say('ui.bar.policy')), this.policy),
      make('label', { title: say('ui.bar.procs.title') }, make('span', {}, say('ui.bar.procs')), this.procs),
      make('label', { title: say('ui.bar.seed.title') }, make('span', {}, say('ui.bar.seed')), this.seed),
      next,
      this.more.body,
    );
    this.machine = new MachineControls(
      params,
      say,
      () => {
        this.showMode();
        changed();
      },
      cost,
    );
    this.bars = params.urls.brought === '' ? [this.machine.switcher, this.bar, this.machine.bar] : [];
    this.body = make('div', { class: 'controls' });
    this.show(params.flags);
    for (const e of [this.bar, this.machine.bar, this.body]) e.addEventListener('change', changed);
    this.policy.addEventListener('change', () => {
      this.schedule = '';
      this.choices = [];
      this.offerReplay(false);
      this.showPolicy();
    });
    this.apply(params.run);
  }

  /** Says whether a run by hand goes on by itself where only one goroutine can run. */
  get goesOn(): boolean {
    return this.more.goesOn;
  }

  /** Sets the seed one on. */
  nextSeed(): void {
    this.seed.value = String(this.settings().seed + 1);
  }

  /** Makes a control for each flag; one that was there before keeps its value. */
  show(flags: readonly Flag[]): void {
    const shown = JSON.stringify(flags);
    if (shown === this.shown) return;
    this.shown = shown;
    const before = new Map([...this.flags].map(([name, control]) => [name, control.get()]));
    this.flags.clear();
    const usage = make('p', { class: 'control-usage' }, this.say('ui.controls.changed'));
    const rows = flags.flatMap((flag) => {
      const control = controlOf(flag, this.say, (text) => setText(usage, text));
      this.flags.set(flag.name, control);
      const value = before.get(flag.name);
      if (value !== undefined) control.set(value);
      return control.row;
    });
    this.body.classList.toggle('empty', rows.length === 0);
    if (rows.length === 0) this.body.replaceChildren(this.say('ui.controls.none'));
    else this.body.replaceChildren(...rows, usage);
  }

  /** Sets what m names. */
  apply(m: Moment): void {
    this.machine.apply(m.real);
    this.showMode();
    this.schedule = m.schedule ?? '';
    this.choices = m.choices ?? [];
    this.offerReplay(m.policy === 'replay');
    if (m.policy !== undefined && [...this.policy.options].some((o) => o.value === m.policy)) {
      this.policy.value = m.policy;
    }
    this.showPolicy();
    this.more.apply(m);
    if (m.procs !== undefined) this.procs.value = String(m.procs);
    if (m.seed !== undefined) this.seed.value = String(m.seed);
    for (const [name, value] of m.flags) this.flags.get(name)?.set(value);
  }

  /** Offers policy replay where there is a schedule to follow. */
  private offerReplay(on: boolean): void {
    const there = [...this.policy.options].find((o) => o.value === 'replay');
    if (!on) there?.remove();
    else if (there === undefined) {
      this.policy.append(make('option', { value: 'replay', title: this.say('ui.policy.replay') }, 'replay'));
    }
  }

  /** Says whether the program is to be run on the real runtime. */
  get real(): boolean {
    return this.machine.settings !== undefined;
  }

  /** The settings of a run on the real runtime, whether that is chosen or not. */
  onMachine(): Settings {
    return { ...this.settings(), real: this.machine.held() };
  }

  private showMode(): void {
    this.bar.hidden = this.real;
  }

  private showPolicy(): void {
    this.policy.title = this.say(`ui.policy.${this.policy.value}`);
    this.more.show(this.policy.value);
  }

  /** The settings as they stand; a number that cannot be read is its smallest. */
  settings(): Settings {
    const flags = new Map<string, string>();
    for (const [name, control] of this.flags) flags.set(name, control.get());
    const policy = this.policy.value;
    return {
      policy,
      ...this.more.settings(),
      schedule: policy === 'replay' || policy === 'hand' ? this.schedule : '',
      choices: policy === 'hand' ? this.choices : [],
      procs: Math.max(1, Math.round(this.procs.valueAsNumber) || 1),
      seed: Math.max(0, Math.round(this.seed.valueAsNumber) || 0),
      flags,
      real: this.machine.settings,
    };
  }
}

/** A control of a flag; tell shows the flag's usage in the line that is reserved for it. */
function controlOf(flag: Flag, say: Say, tell: (usage: string) => void): Control {
  const id = `flag-${flag.name}`;
  const name = make('label', { for: id, class: 'control-name' }, flag.name);
  const value = make('output', { for: id, class: 'control-value' });
  const input = inputOf(flag, id);
  const control = {
    row: [name, input, value],
    get: () =>
      input instanceof HTMLInputElement && input.type === 'checkbox' ? String(input.checked) : input.value,
    set: (v: string) => {
      if (input instanceof HTMLInputElement && input.type === 'checkbox') input.checked = v === 'true';
      else input.value = v;
      show();
    },
  };
  const show = (): void => {
    const ranged = input instanceof HTMLInputElement && (input.type === 'range' || input.type === 'checkbox');
    const text = control.get();
    const word = flag.type === 'bool' ? say(text === 'true' ? 'ui.controls.on' : 'ui.controls.off') : text;
    setText(value, ranged ? word : '');
  };
  input.addEventListener('input', show);
  input.title = name.title = flag.usage;
  for (const e of [name, input]) {
    e.addEventListener('pointerenter', () => tell(flag.usage));
    e.addEventListener('focus', () => tell(flag.usage));
  }
  input.setAttribute('aria-description', flag.usage);
  control.set(flag.default);
  return control;
}

function inputOf(flag: Flag, id: string): HTMLInputElement | HTMLSelectElement {
  if (flag.choices.length > 0) {
    return make('select', { id }, ...flag.choices.map((c) => make('option', { value: c }, c)));
  }
  if (flag.type === 'bool') return make('input', { id, type: 'checkbox', class: 'switch' });
  if (flag.min !== undefined && flag.max !== undefined) {
    return make('input', { id, type: 'range', min: flag.min, max: flag.max, step: flag.step ?? 1 });
  }
  if (flag.type === 'int' || flag.type === 'uint') {
    return make('input', { id, type: 'number', step: 1, min: flag.type === 'uint' ? 0 : flag.min });
  }
  if (flag.type === 'float64') return make('input', { id, type: 'number', step: 'any' });
  return make('input', { id, type: 'text', spellcheck: 'false' });
}
