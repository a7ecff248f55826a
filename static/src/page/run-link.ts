/** Buttons and links that open the workbench with something: the one on this page, or the lab's own page. */
import { boolean, fields, list, optional, parse, string, text } from '../event/json';
import { scriptText } from '../dom/make';
import { must } from '../event/check';
import { readSettings } from '../bench/params';
import { toFragment } from '../bench/settings';

/** Enhances a button that runs a program, or explores it. */
export function enhanceRun(button: HTMLElement): void {
  const f = fields(parse(scriptText(must(button.dataset['run'], 'data-run'))), 'run');
  const lab = string(f, 'lab');
  const explored = optional(f, 'explore', boolean) ?? false;
  const pictures = list(f, 'pictures', text).join(',');
  const shown = pictures === '' ? '' : `&pictures=${pictures}`;
  const fragment = `${toFragment(readSettings(f))}${shown}${explored ? '&explore=1' : ''}`;
  button.addEventListener('click', () => {
    if (!open(lab, fragment)) location.href = `${optional(f, 'href', string) ?? ''}#${fragment}`;
  });
}

/** Enhances a challenge of the lab: its link opens the workbench on this page, and it says so once it is won. */
export function enhanceChallenge(block: HTMLElement): void {
  const id = must(block.dataset['challengeBlock'], 'data-challenge-block');
  const lab = must(block.dataset['lab'], 'data-lab');
  block.querySelector('[data-challenge]')?.addEventListener('click', (e) => {
    if (open(lab, new URLSearchParams({ challenge: id }).toString())) e.preventDefault();
  });
  document.addEventListener('interleave:won', (e) => {
    if (!(e instanceof CustomEvent)) return;
    const won = fields(e.detail, 'won');
    if (string(won, 'lab') === lab && string(won, 'id') === id) block.dataset['won'] = 'true';
  });
}

/** Opens something in the lab's workbench; says whether there is one on this page. */
function open(lab: string, fragment: string): boolean {
  const bench = document.querySelector(`[data-workbench="${CSS.escape(lab)}"]`);
  if (bench === null) return false;
  bench.dispatchEvent(new CustomEvent('interleave:open', { detail: fragment }));
  bench.scrollIntoView({ block: 'nearest' });
  return true;
}
