/** What is pointed at and what is selected in a workbench: one of each, shared by all that it shows. */
import { type Mark, sameMark } from '../picture/scene';

/** The selection of one workbench. */
export class Selection {
  pointed: Mark | undefined;
  selected: Mark = { kind: 'g', g: 1 };
  /** The goroutine that was selected last: steps of its own are its. */
  goroutine = 1;
  /** The object that was selected last; undefined if none was. */
  object: number | undefined;
  /** The line of the source that was selected last; undefined if none was. */
  line: { readonly file: string; readonly line: number } | undefined;
  /** The event to which the current one is compared; undefined if none is. */
  pinned: number | undefined;
  private readonly changed: () => void;

  /** Every change calls changed. */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  point(m: Mark | undefined): void {
    if (sameMark(m, this.pointed)) return;
    this.pointed = m;
    this.changed();
  }

  select(m: Mark): void {
    this.selected = m;
    if (m.kind === 'g') this.goroutine = m.g;
    if (m.kind === 'obj') this.object = m.obj;
    if (m.kind === 'line') this.line = m;
    this.changed();
  }

  /** Pins an event, or none; the one that is pinned is let go. */
  pin(seq: number | undefined): void {
    this.pinned = seq === this.pinned ? undefined : seq;
    this.changed();
  }

  /** Selects main, which is as good as nothing. */
  clear(): void {
    this.object = undefined;
    this.line = undefined;
    this.select({ kind: 'g', g: 1 });
  }

  /** What is to light up: what is pointed at, else what is selected. */
  marks(): readonly Mark[] {
    if (this.pointed !== undefined) return [this.pointed];
    return this.selected.kind === 'g' && this.goroutine === 1 ? [] : [this.selected];
  }
}
