/** The bar's small menu: settings that few runs need. */
import { make } from '../dom/make';
import type { Say } from '../words/say';
import { keep, kept } from '../dom/keep';
import { type Settings, usualDepth } from './params';
import type { Moment } from './settings';

const greatestDepth = 1000;
const alone = 'interleave:alone';

/** The menu of one workbench. Some of it is there for some policies only. */
export class More {
  readonly body: HTMLElement;
  private readonly depth = make('input', {
    type: 'number',
    min: 1,
    max: greatestDepth,
    step: 1,
    class: 'field-procs field-depth',
  });
  private readonly gc = make('input', { type: 'checkbox', class: 'switch' });
  private readonly memory = make('input', { type: 'checkbox', class: 'switch' });
  private readonly every = make('input', { type: 'checkbox', class: 'switch' });
  private readonly goOn = make('input', {
    type: 'checkbox',
    class: 'switch',
    checked: kept(alone) !== 'stop',
  });
  private readonly depthRow: HTMLElement;
  private readonly gcRow: HTMLElement;

  constructor(say: Say) {
    const row = (name: string, input: HTMLInputElement): HTMLElement =>
      make('label', { title: say(`ui.bar.${name}.title`) }, input, make('span', {}, say(`ui.bar.${name}`)));
    this.depthRow = row('depth', this.depth);
    this.gcRow = row('gc', this.gc);
    this.goOn.addEventListener('change', () => keep(alone, this.goOn.checked ? undefined : 'stop'));
    const rows = make(
      'div',
      { class: 'bar-more-rows' },
      row('memory', this.memory),
      this.gcRow,
      this.depthRow,
      row('every', this.every),
      row('goon', this.goOn),
    );
    this.body = disclosure(say('ui.bar.more'), rows);
  }

  /** Shows what counts for policy. */
  show(policy: string): void {
    this.depthRow.hidden = policy !== 'pct';
    this.gcRow.hidden = policy !== 'gmp';
  }

  /** Sets what m names. */
  apply(m: Moment): void {
    if (m.depth !== undefined) this.depth.value = String(m.depth);
    if (m.gc !== undefined) this.gc.checked = m.gc;
    if (m.every !== undefined) this.every.checked = m.every;
    if (m.memory !== undefined) this.memory.checked = m.memory;
  }

  /** Says whether a run by hand goes on by itself where only one goroutine can run. */
  get goesOn(): boolean {
    return this.goOn.checked;
  }

  /** The settings as they stand. */
  settings(): Pick<Settings, 'depth' | 'gc' | 'memory' | 'every'> {
    const depth = Math.round(this.depth.valueAsNumber) || usualDepth;
    return {
      depth: Math.max(1, Math.min(greatestDepth, depth)),
      gc: this.gc.checked && !this.gcRow.hidden,
      memory: this.memory.checked,
      every: this.every.checked,
    };
  }
}

/** A button that shows rows below it, until the focus leaves them or Escape is pressed. */
export function disclosure(label: string, rows: HTMLElement): HTMLElement {
  const details = make('details', { class: 'bar-more' }, make('summary', { class: 'button' }, label), rows);
  details.addEventListener('focusout', (e) => {
    if (e.relatedTarget instanceof Node && !details.contains(e.relatedTarget)) details.open = false;
  });
  details.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape' || !details.open) return;
    e.stopPropagation();
    details.open = false;
    details.querySelector('summary')?.focus();
  });
  return details;
}
