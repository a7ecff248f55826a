/** What every page runs: the theme's switch, and the islands that are on the page. */
import { enhancePrediction } from './page/predict';
import { enhanceRestore } from './page/restore';
import { enhanceRun } from './page/run-link';
import { themeSwitch } from './page/theme';

function all(selector: string): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(selector)];
}

for (const e of all('[data-theme-switch]')) themeSwitch(e);
for (const e of all('form[data-predict]')) if (e instanceof HTMLFormElement) enhancePrediction(e);
for (const e of all('form[data-restore]')) if (e instanceof HTMLFormElement) enhanceRestore(e);
for (const e of all('[data-run]')) enhanceRun(e);

const islands = all('[data-workbench], [data-moment]');
if (islands.length > 0) {
  // What does not come, perhaps because the reader went on, leaves what the
  // server drew in the islands' places.
  const module = await import('./workbench').catch((error: unknown) => console.error(error));
  for (const e of islands) module?.mount(e);
}
