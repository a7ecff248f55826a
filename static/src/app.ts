/** What every page runs: the theme's switch, the islands that are on the page, and following its author. */
import { enhancePrediction } from './page/predict';
import { enhanceRestore } from './page/restore';
import { enhanceRun } from './page/run-link';
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
  for (const e of all('form[data-predict]', roots)) {
    if (e instanceof HTMLFormElement) enhancePrediction(e);
  }
  for (const e of all('form[data-restore]', roots)) if (e instanceof HTMLFormElement) enhanceRestore(e);
  for (const e of all('[data-run]', roots)) enhanceRun(e);
  const islands = all('[data-workbench], [data-moment]', roots);
  if (islands.length === 0) return;
  // What does not come, perhaps because the reader went on, leaves what the
  // server drew in the islands' places.
  const module = await import('./workbench').catch((error: unknown) => console.error(error));
  for (const e of islands) module?.mount(e);
}

for (const e of all('[data-theme-switch]')) themeSwitch(e);
for (const e of all('[data-author]')) {
  // Before anything on the page is another thing than the server drew.
  const { followAuthor } = await import('./page/author');
  followAuthor(e, (fresh) => void enhance(fresh));
}
await enhance([document]);
