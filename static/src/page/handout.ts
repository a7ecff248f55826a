/** A chapter that is to be printed: its pictures are drawn one after the other, wherever they stand. */

import { applyTheme } from './theme';

/** Draws the moments of a handout, as on paper, and then offers to print it. */
export async function drawHandout(root: HTMLElement): Promise<void> {
  applyTheme('light');
  const moments = [...root.querySelectorAll<HTMLElement>('[data-moment]')];
  const state = root.querySelector('[data-print-state]');
  for (const [i, moment] of moments.entries()) {
    if (state !== null) state.textContent = `${root.dataset['busy'] ?? ''} ${i + 1}/${moments.length}`;
    await drawn(moment);
  }
  if (state !== null) state.textContent = '';
  root.dataset['drawn'] = 'true';
  const button = root.querySelector<HTMLButtonElement>('[data-print]');
  if (button === null) return;
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

/** Begins a moment and waits until it stands, or says why it does not. */
function drawn(moment: HTMLElement): Promise<void> {
  const over = () => ['ended', 'problems', 'failed'].includes(moment.dataset['phase'] ?? '');
  return new Promise((resolve) => {
    const watcher = new MutationObserver(() => {
      if (!over()) return;
      watcher.disconnect();
      resolve();
    });
    watcher.observe(moment, { attributes: true, attributeFilter: ['data-phase'] });
    moment.dispatchEvent(new Event('interleave:begin'));
  });
}
