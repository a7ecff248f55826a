/** The theme: the system's, or the one that was chosen and kept. */

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'interleave:theme';

/** The theme that this browser keeps. */
export function keptTheme(): Theme {
  const kept = localStorage.getItem(key);
  return themes.find((t) => t === kept) ?? 'system';
}

/** Shows the page in a theme. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** Makes a switch of a button whose data attributes name the themes. */
export function themeSwitch(button: HTMLElement): void {
  const draw = (): void => {
    button.textContent = button.dataset[keptTheme()] ?? keptTheme();
  };
  button.addEventListener('click', () => {
    const next = themes[(themes.indexOf(keptTheme()) + 1) % themes.length] ?? 'system';
    localStorage.setItem(key, next);
    applyTheme(next);
    draw();
    document.dispatchEvent(new CustomEvent('interleave:theme'));
  });
  button.hidden = false;
  draw();
}

/** Calls act whenever the page's colours change, by the switch or by the system. */
export function onTheme(act: () => void): void {
  document.addEventListener('interleave:theme', act);
  for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
    matchMedia(query).addEventListener('change', act);
  }
}
