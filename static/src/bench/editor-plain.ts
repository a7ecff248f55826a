/**
 * The editor as a plain text field, for whoever works better with one. What
 * the run shows at the lines stands beside them, in step with the field.
 */
import { make } from '../dom/make';
import { heatElement, noteElement, type Overlay, tagElement } from './editor-tags';

/** A text field with margins. */
export class PlainEditor {
  readonly body: HTMLElement;
  readonly field = make('textarea', { class: 'editor-plain', spellcheck: 'false' });
  private readonly left = make('div', { class: 'plain-left', 'aria-hidden': 'true' });
  private readonly right = make('div', { class: 'plain-right' });

  constructor() {
    const margin = (content: HTMLElement): HTMLElement => make('div', { class: 'plain-margin' }, content);
    this.body = make(
      'div',
      { class: 'plain', hidden: true },
      margin(this.left),
      this.field,
      margin(this.right),
    );
    this.field.addEventListener('scroll', () => this.align(), { passive: true });
  }

  /** Shows what is at which line of a text of so many lines. */
  draw(overlay: Overlay, lines: number): void {
    const heat = new Map(overlay.heat.map((h) => [h.line, h]));
    const tags = new Map(overlay.tags.map((t) => [t.line, t]));
    const notes = new Map(overlay.notes.map((n) => [n.line, n]));
    const left: HTMLElement[] = [];
    const right: HTMLElement[] = [];
    for (let n = 1; n <= lines; n++) {
      const [h, t, v] = [heat.get(n), tags.get(n), notes.get(n)];
      const lit = overlay.lit.has(n) ? ' is-lit' : '';
      const number = make('span', { class: 'plain-number' }, String(n));
      const bar = h === undefined ? [] : [heatElement(h)];
      left.push(make('div', { class: `plain-line${lit}` }, ...bar, number));
      const about = [
        ...(v === undefined ? [] : [noteElement(v)]),
        ...(t === undefined ? [] : [tagElement(t)]),
      ];
      right.push(make('div', { class: 'plain-line' }, ...about));
    }
    this.left.replaceChildren(...left);
    this.right.replaceChildren(...right);
    this.align();
  }

  private align(): void {
    const up = `translateY(${-this.field.scrollTop}px)`;
    this.left.style.transform = this.right.style.transform = up;
  }
}
