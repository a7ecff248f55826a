/** Draws a layout: columns, rows and cells with handles between them, and in each cell the panes that lie there. */
import { must } from '../event/check';
import { make } from '../dom/make';
import { split } from '../dom/split';
import type { Say } from '../words/say';
import { type Cell, type Column, type Layout, resize, type Row, widen } from './layout';
import type { Pane } from './pane';

/** What a dock needs and tells. */
export type DockParts = {
  readonly say: Say;
  readonly pane: (id: string) => Pane;
  /** The tabs of a cell of several panes. */
  readonly tabs: (cell: Cell) => HTMLElement;
  /** What stands below the right column. */
  readonly below: HTMLElement;
  /** The sizes were changed by hand. */
  readonly resized: (l: Layout) => void;
};

/** The panes of one workbench in the document. */
export class Dock {
  readonly body = make('div', { class: 'bench-body' });
  private readonly parts: DockParts;
  private readonly left = make('div', { class: 'bench-left dock-column' });
  private readonly rows = make('div', { class: 'bench-pictures dock-column' });
  private readonly right: HTMLElement;
  private layout: Layout | undefined;

  constructor(parts: DockParts) {
    this.parts = parts;
    this.right = make('div', { class: 'bench-right' }, this.rows, parts.below);
    const handle = split({
      label: parts.say('ui.split.columns'),
      upright: true,
      sizes: () => [this.left.offsetWidth, this.right.offsetWidth],
      set: (a, b, done) => {
        const l = widen(must(this.layout, 'layout'), (100 * a) / (a + b));
        this.body.style.setProperty('--left', `${l.left}%`);
        if (done) this.resized(l);
      },
    });
    this.body.append(this.left, handle, this.right);
  }

  /** Draws l. What has the focus keeps it, and what was scrolled stays scrolled. */
  draw(l: Layout): void {
    const focus = document.activeElement;
    const scrolled = [...this.body.querySelectorAll('.pane *')].filter((e) => e.scrollTop > 0);
    const tops = scrolled.map((e) => e.scrollTop);
    this.layout = l;
    this.body.style.setProperty('--left', `${l.left}%`);
    this.left.replaceChildren(...this.column(l.columns[0], 0));
    this.left.hidden = l.columns[0].length === 0;
    this.rows.replaceChildren(...this.column(l.columns[1], 1));
    this.body.classList.toggle('is-single', l.columns[0].length === 0);
    scrolled.forEach((e, i) => (e.scrollTop = tops[i] ?? 0));
    if (focus instanceof HTMLElement && focus !== document.activeElement && this.body.contains(focus))
      focus.focus();
  }

  private resized(l: Layout): void {
    this.layout = l;
    this.parts.resized(l);
  }

  private column(rows: Column, column: 0 | 1): readonly HTMLElement[] {
    const drawn = rows.map((r, i) => this.row(r, column, i));
    return this.parted(drawn, false, column, undefined);
  }

  private row(r: Row, column: 0 | 1, index: number): HTMLElement {
    const cells = r.cells.map((c) => this.cell(c));
    const e = make('div', { class: 'dock-row' }, ...this.parted(cells, true, column, index));
    setSize(e, r.size);
    return e;
  }

  private cell(c: Cell): HTMLElement {
    const panes = c.panes.map((id) => this.parts.pane(id));
    for (const p of panes) {
      const shown = p.id === c.shown;
      p.root.classList.toggle('is-shown', shown);
      p.root.classList.toggle('is-tabbed', panes.length > 1);
      p.setTabs(shown && panes.length > 1 ? this.parts.tabs(c) : undefined);
    }
    const e = make('div', { class: 'dock-cell' }, ...panes.map((p) => p.root));
    setSize(e, c.size);
    return e;
  }

  /** Items with a handle between each two. */
  private parted(
    items: readonly HTMLElement[],
    upright: boolean,
    column: 0 | 1,
    row: number | undefined,
  ): readonly HTMLElement[] {
    const length = (e: HTMLElement): number => (upright ? e.offsetWidth : e.offsetHeight);
    return items.flatMap((item, i) => {
      const next = items[i + 1];
      if (next === undefined) return [item];
      const handle = split({
        label: this.parts.say(upright ? 'ui.split.cells' : 'ui.split.rows'),
        upright,
        sizes: () => [length(item), length(next)],
        set: (a, b, done) => {
          const sizes = items.map((e) => (e === item ? a : e === next ? b : length(e)));
          items.forEach((e, k) => setSize(e, sizes[k] ?? 0));
          if (done) this.resized(resize(must(this.layout, 'layout'), column, row, sizes));
        },
      });
      return [item, handle];
    });
  }
}

/** Sets an item's share; 0 is as much as it needs. */
function setSize(e: HTMLElement, size: number): void {
  e.style.setProperty('--grow', String(size));
  e.classList.toggle('is-natural', size === 0);
}
