/**
 * The form that brings an earlier text back: what this browser holds of the
 * editor and the server has not got goes along, so that the server keeps it.
 */
import { must } from '../event/check';
import { keep, kept } from '../dom/keep';
import { make } from '../dom/make';
import { draftKey, readDraft } from '../bench/drafts';

/** Enhances a form. */
export function enhanceRestore(form: HTMLFormElement): void {
  const key = draftKey(must(form.dataset['restore'], 'data-restore'), 'exercise');
  form.addEventListener('submit', () => {
    const text = kept(key);
    if (text === undefined) return;
    for (const [name, source] of readDraft(text)) {
      form.append(make('input', { type: 'hidden', name: `file:${name}`, value: source }));
    }
    keep(key, undefined);
  });
}
