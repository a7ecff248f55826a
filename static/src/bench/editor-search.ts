/** Finding and replacing in the editor, fetched when it is first asked for. */
import { Prec, StateEffect } from '@codemirror/state';
import { type EditorView, keymap, type KeyBinding } from '@codemirror/view';

/** Opens the search panel of view. */
async function open(view: EditorView): Promise<void> {
  const { openSearchPanel, searchKeymap } = await import('@codemirror/search');
  if (!view.state.facet(keymap).some((keys) => keys === searchKeymap)) {
    view.dispatch({ effects: StateEffect.appendConfig.of(Prec.high(keymap.of(searchKeymap))) });
  }
  openSearchPanel(view);
}

/** The key that asks for it. */
export const searchKey: KeyBinding = {
  key: 'Mod-f',
  preventDefault: true,
  run: (view) => {
    void open(view);
    return true;
  },
};
