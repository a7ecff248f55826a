/** What every page runs: the theme's switch, the islands that are on the page, and following its author. */
import { keepPlace } from './page/language';
import { drawHandout } from './page/handout';
import { enhanceMeasure } from './page/measure';
import { enhanceOrder } from './page/order';
import { enhancePrediction } from './page/predict';
import { enhanceReference } from './page/reference';
import { enhanceRestore } from './page/restore';
import { enhanceChallenge, enhanceRun } from './page/run-link';
import { enhanceSearch } from './page/search';
import { enhanceTerm, followTerms } from './page/terms';
import { themeSwitch } from './page/theme';

/** The elements of roots, and within them, that selector names. */
function all(selector: string, roots: readonly (Element | Document)[] = [document]): readonly HTMLElement[] {
  return roots.flatMap((root) => [
    ...(root instanceof HTMLElement && root.matches(selector) ? [root] : []),
    ...root.querySelectorAll<HTMLElement>(selector),
  ]);
}

/** Makes what works with scripts of what works without. */
async function enhance(roots: readonly (Element | Document)[]): Promise<void> {
  const fresh = (e: HTMLElement): void => void enhance([e]);
  for (const e of all('form', roots)) {
    if (!(e instanceof HTMLFormElement)) continue;
    if (e.dataset['predict'] !== undefined) enhancePrediction(e, fresh);
    if (e.dataset['measure'] !== undefined) enhanceMeasure(e, fresh);
    if (e.dataset['order'] !== undefined) enhanceOrder(e);
  }
  for (const e of all('form[data-restore]', roots)) if (e instanceof HTMLFormElement) enhanceRestore(e);
  for (const e of all('a[data-term]', roots)) enhanceTerm(e);
  for (const e of all('[data-reference]', roots)) enhanceReference(e);
  for (const e of all('[data-run]', roots)) enhanceRun(e);
  for (const e of all('[data-challenge-block]', roots)) enhanceChallenge(e);
  const islands = all('[data-workbench], [data-moment]', roots);
  if (islands.length === 0) return;
  // What does not come, perhaps because the reader went on, leaves what the
  // server drew in the islands' places.
  const module = await import('./workbench').catch((error: unknown) => console.error(error));
  for (const e of islands) module?.mount(e);
  for (const e of all('[data-handout]', roots)) await drawHandout(e);
}

for (const e of all('[data-theme-switch]')) themeSwitch(e);
followTerms();
for (const e of all('dialog[data-search]')) {
  if (e instanceof HTMLDialogElement) enhanceSearch(e, all('[data-search-open]'));
}
for (const e of all('[data-language]')) if (e instanceof HTMLAnchorElement) keepPlace(e);
for (const e of all('[data-author]')) {
  // Before anything on the page is another thing than the server drew.
  const { followAuthor } = await import('./page/author');
  followAuthor(e, (fresh) => void enhance(fresh));
}
await enhance([document]);
