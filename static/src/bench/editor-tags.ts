/** What the workbench shows in the editor besides the text: tags of goroutines at their lines, and lines that light up. */
import { type Extension, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';

/** A tag at a line's end: which goroutines are there, in the look of one of them. */
export type Tag = { readonly line: number; readonly text: string; readonly look: string; readonly g: number };

/** What is shown in one file. */
export type Overlay = { readonly tags: readonly Tag[]; readonly lit: ReadonlySet<number> };

/** An overlay with nothing in it. */
export const noOverlay: Overlay = { tags: [], lit: new Set() };

/** Sets the overlay. */
export const setOverlay = StateEffect.define<Overlay>();

class TagWidget extends WidgetType {
  private readonly tag: Tag;

  constructor(tag: Tag) {
    super();
    this.tag = tag;
  }

  override eq(other: WidgetType): boolean {
    return (
      other instanceof TagWidget &&
      other.tag.text === this.tag.text &&
      other.tag.look === this.tag.look &&
      other.tag.g === this.tag.g
    );
  }

  override toDOM(): HTMLElement {
    const e = document.createElement('span');
    e.className = `code-tag look-${this.tag.look}`;
    e.dataset['g'] = String(this.tag.g);
    const text = document.createElement('span');
    text.className = 'chip-text';
    text.textContent = this.tag.text;
    e.append(text);
    return e;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(decorations, transaction) {
    let next = decorations.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setOverlay)) next = decorate(effect.value, transaction.state.doc);
    }
    return next;
  },
  provide: (f) => EditorView.decorations.from(f),
});

function decorate(
  overlay: Overlay,
  doc: { readonly lines: number; line(n: number): { readonly from: number; readonly to: number } },
): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const tags = new Map(overlay.tags.map((t) => [t.line, t]));
  const lines = [...new Set([...tags.keys(), ...overlay.lit])].filter((n) => n >= 1 && n <= doc.lines);
  for (const n of lines.sort((a, b) => a - b)) {
    const { from, to } = doc.line(n);
    const tag = tags.get(n);
    const classes = [tag === undefined ? '' : 'line-tagged', overlay.lit.has(n) ? 'is-lit' : ''];
    builder.add(from, from, Decoration.line({ class: classes.join(' ').trim() }));
    if (tag !== undefined) builder.add(to, to, Decoration.widget({ widget: new TagWidget(tag), side: 1 }));
  }
  return builder.finish();
}

/** The extension that shows overlays. */
export const overlays: Extension = field;
