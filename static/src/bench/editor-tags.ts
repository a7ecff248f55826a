/**
 * What the workbench shows in the editor besides the text: tags of goroutines
 * and the last values at the lines' ends, a bar in the margin for how much
 * happened, and lines that light up.
 */
import {
  type EditorState,
  type Extension,
  type Line,
  RangeSetBuilder,
  StateEffect,
  StateField,
} from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  gutter,
  GutterMarker,
  WidgetType,
} from '@codemirror/view';
import { make } from '../dom/make';

/** A tag at a line's end: which goroutines are there, in the look of one of them. */
export type Tag = { readonly line: number; readonly text: string; readonly look: string; readonly g: number };

/** What an event left at a line. */
export type Note = { readonly line: number; readonly text: string; readonly seq: number };

/** How much happened at a line: its share of the most, from 0 to 1, and the figures in words. */
export type Heated = { readonly line: number; readonly share: number; readonly text: string };

/** What is shown in one file. */
export type Overlay = {
  readonly tags: readonly Tag[];
  readonly notes: readonly Note[];
  readonly heat: readonly Heated[];
  readonly lit: ReadonlySet<number>;
};

/** An overlay with nothing in it. */
export const noOverlay: Overlay = { tags: [], notes: [], heat: [], lit: new Set() };

/** Says whether two overlays show the same. */
export function sameOverlay(a: Overlay, b: Overlay): boolean {
  const flat = (o: Overlay): string => JSON.stringify([o.tags, o.notes, o.heat, [...o.lit]]);
  return a === b || flat(a) === flat(b);
}

/** Sets the overlay. */
export const setOverlay = StateEffect.define<Overlay>();

/** The element of a tag. */
export function tagElement(t: Tag): HTMLElement {
  const text = make('span', { class: 'chip-text' }, t.text);
  return make('span', { class: `code-tag look-${t.look}`, 'data-g': t.g }, text);
}

/** The element of a note. */
export function noteElement(n: Note): HTMLElement {
  return make('span', { class: 'code-note', 'data-seq': n.seq }, make('bdi', {}, n.text));
}

/** The element of a bar. */
export function heatElement(h: Heated): HTMLElement {
  const bar = make('span', { class: 'code-heat', title: h.text });
  bar.style.setProperty('--share', String(h.share));
  return bar;
}

/** A widget that is a function of plain data. */
class Widget<T extends object> extends WidgetType {
  private readonly data: T;
  private readonly element: (data: T) => HTMLElement;

  constructor(data: T, element: (data: T) => HTMLElement) {
    super();
    this.data = data;
    this.element = element;
  }

  override eq(other: WidgetType): boolean {
    return other instanceof Widget && JSON.stringify(other.data) === JSON.stringify(this.data);
  }

  override toDOM(): HTMLElement {
    return this.element(this.data);
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

class HeatMarker extends GutterMarker {
  private readonly heat: Heated;

  constructor(heat: Heated) {
    super();
    this.heat = heat;
  }

  override eq(other: GutterMarker): boolean {
    return (
      other instanceof HeatMarker &&
      other.heat.share === this.heat.share &&
      other.heat.text === this.heat.text
    );
  }

  override toDOM(): HTMLElement {
    return heatElement(this.heat);
  }
}

/** What is shown, and what it is made of in the document as it stands. */
type Shown = { readonly overlay: Overlay; readonly decorations: DecorationSet };

const field = StateField.define<Shown>({
  create: () => ({ overlay: noOverlay, decorations: Decoration.none }),
  update(shown, transaction) {
    let { overlay } = shown;
    for (const effect of transaction.effects) if (effect.is(setOverlay)) overlay = effect.value;
    const moved = lineOf(transaction.startState) !== lineOf(transaction.state);
    if (overlay !== shown.overlay || (moved && !transaction.docChanged)) {
      return { overlay, decorations: decorate(overlay, transaction.state) };
    }
    return { overlay, decorations: shown.decorations.map(transaction.changes) };
  },
  provide: (f) => EditorView.decorations.from(f, (shown) => shown.decorations),
});

/** The number of the line with the cursor. */
function lineOf(state: EditorState): number {
  return state.doc.lineAt(state.selection.main.head).number;
}

function decorate(overlay: Overlay, state: EditorState): DecorationSet {
  const { doc } = state;
  const builder = new RangeSetBuilder<Decoration>();
  const tags = new Map(overlay.tags.map((t) => [t.line, t]));
  const notes = new Map(overlay.notes.map((n) => [n.line, n]));
  const figure = overlay.heat.find((h) => h.line === lineOf(state));
  const lines = new Set([...tags.keys(), ...notes.keys(), ...overlay.lit]);
  if (figure !== undefined) lines.add(figure.line);
  for (const n of [...lines].filter((l) => l >= 1 && l <= doc.lines).sort((a, b) => a - b)) {
    const { from, to }: Line = doc.line(n);
    const tag = tags.get(n);
    const note = notes.get(n);
    const classes = [tag === undefined ? '' : 'line-tagged', overlay.lit.has(n) ? 'is-lit' : ''];
    builder.add(from, from, Decoration.line({ class: classes.join(' ').trim() }));
    if (note !== undefined) builder.add(to, to, widget(new Widget(note, noteElement), 1));
    if (figure?.line === n) builder.add(to, to, widget(new Widget(figure, figureElement), 2));
    if (tag !== undefined) builder.add(to, to, widget(new Widget(tag, tagElement), 3));
  }
  return builder.finish();
}

function widget(w: WidgetType, side: number): Decoration {
  return Decoration.widget({ widget: w, side });
}

/** The figures of the line with the cursor, in words. */
function figureElement(h: Heated): HTMLElement {
  return make('span', { class: 'code-figure' }, h.text);
}

/** The bars beside the line numbers. */
const bars = gutter({
  class: 'cm-heat',
  lineMarker: (view, block) => {
    const n = view.state.doc.lineAt(block.from).number;
    const heat = view.state.field(field).overlay.heat.find((h) => h.line === n);
    return heat === undefined ? null : new HeatMarker(heat);
  },
  lineMarkerChange: (update) =>
    update.transactions.some((t) => t.effects.some((effect) => effect.is(setOverlay))),
});

/** The extension that shows overlays. */
export const overlays: Extension = [field, bars];
