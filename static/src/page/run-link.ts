/** Buttons that open the workbench with settings: the one on this page, or the lab's own page. */
import { fields, optional, parse, string } from '../event/json';
import { scriptText } from '../dom/make';
import { must } from '../event/check';
import { readSettings } from '../bench/params';
import { toFragment } from '../bench/settings';

/** Enhances a button. */
export function enhanceRun(button: HTMLElement): void {
  const f = fields(parse(scriptText(must(button.dataset['run'], 'data-run'))), 'run');
  const lab = string(f, 'lab');
  const fragment = toFragment(readSettings(f));
  button.addEventListener('click', () => {
    const bench = document.querySelector(`[data-workbench="${CSS.escape(lab)}"]`);
    if (bench === null) {
      location.href = `${optional(f, 'href', string) ?? ''}#${fragment}`;
      return;
    }
    bench.dispatchEvent(new CustomEvent('interleave:open', { detail: fragment }));
    bench.scrollIntoView({ block: 'nearest' });
  });
}
