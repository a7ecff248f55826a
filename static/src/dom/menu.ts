/** Menus: a button that opens a list of things to do, over everything else, for pointer and keys. */
import { must } from '../event/check';
import { make } from './make';

/** A line of a menu: something to do, or the heading of what follows. */
export type Item =
  | {
      readonly label: string;
      /** What it does, or the key that does the same. */
      readonly hint?: string;
      readonly key?: string;
      /** Something that is on or off. */
      readonly checked?: boolean;
      readonly disabled?: boolean;
      readonly act: () => void;
    }
  | { readonly heading: string };

/** A menu in its place. */
export type Menu = { readonly body: HTMLElement; readonly open: () => void; readonly close: () => void };

/** What a menu looks like. */
export type MenuLook = {
  readonly label: string;
  readonly title?: string;
  readonly cls: string;
  /** What stands above the items. */
  readonly top?: HTMLElement;
};

const margin = 6;

/** A new menu; items are asked for whenever it opens. */
export function menu(look: MenuLook, items: () => readonly Item[]): Menu {
  const button = make(
    'button',
    {
      type: 'button',
      class: `button ${look.cls}`,
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      title: look.title,
      'aria-label': look.title,
    },
    look.label,
  );
  const list = make('div', { class: 'menu-list', role: 'menu', 'aria-label': look.title ?? look.label });
  const panel = make(
    'div',
    { class: 'menu', popover: 'auto' },
    ...(look.top === undefined ? [] : [look.top]),
    list,
  );
  const close = (): void => {
    if (panel.matches(':popover-open')) panel.hidePopover();
  };
  const open = (): void => {
    list.replaceChildren(...items().map((item) => lineOf(item, close)));
    list.hidden = list.childElementCount === 0;
    panel.showPopover();
    place(panel, button);
    const first = panel.querySelector<HTMLElement>('input, [role^=menuitem]:not(:disabled), [tabindex="0"]');
    first?.focus();
  };
  let wasOpen = false;
  button.addEventListener('pointerdown', () => (wasOpen = panel.matches(':popover-open')));
  button.addEventListener('click', () => {
    if (wasOpen) close();
    else open();
    wasOpen = false;
  });
  const replace = (): void => place(panel, button);
  panel.addEventListener('toggle', () => {
    const on = panel.matches(':popover-open');
    button.setAttribute('aria-expanded', String(on));
    if (on) window.addEventListener('resize', replace);
    else window.removeEventListener('resize', replace);
    if (!on && panel.contains(document.activeElement)) button.focus();
  });
  panel.addEventListener('keydown', (e) => walk(e, panel));
  return { body: make('span', { class: 'menu-place' }, button, panel), open, close };
}

function lineOf(item: Item, close: () => void): HTMLElement {
  if ('heading' in item) return make('div', { class: 'menu-heading', role: 'presentation' }, item.heading);
  const on = item.checked;
  const b = make(
    'button',
    {
      type: 'button',
      class: 'menu-item',
      role: on === undefined ? 'menuitem' : 'menuitemcheckbox',
      'aria-checked': on === undefined ? undefined : String(on),
      tabindex: -1,
      disabled: item.disabled === true,
    },
    make('span', { class: 'menu-label' }, item.label),
    ...(item.key === undefined || item.key === '' ? [] : [make('kbd', {}, item.key)]),
    ...(item.hint === undefined ? [] : [make('small', {}, item.hint)]),
  );
  b.addEventListener('click', () => {
    close();
    item.act();
  });
  return b;
}

/** Puts the panel below its button, or above it, within the window. */
function place(panel: HTMLElement, button: HTMLElement): void {
  const from = button.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = panel;
  const left = Math.max(margin, Math.min(from.left, window.innerWidth - offsetWidth - margin));
  const below = from.bottom + 2;
  const top = below + offsetHeight + margin <= window.innerHeight ? below : from.top - offsetHeight - 2;
  panel.style.setProperty('left', `${left}px`);
  panel.style.setProperty('top', `${Math.max(margin, top)}px`);
}

/** Moves the focus through the items. The workbench's own keys rest meanwhile. */
function walk(e: KeyboardEvent, panel: HTMLElement): void {
  const lines = [...panel.querySelectorAll<HTMLElement>('[role^=menuitem]:not(:disabled)')];
  const i = lines.findIndex((l) => l === document.activeElement);
  const by = (to: number): void => {
    if (lines.length === 0) return;
    e.preventDefault();
    must(lines[(to + lines.length) % lines.length], 'menu item').focus();
  };
  e.stopPropagation();
  switch (e.key) {
    case 'ArrowDown':
      return by(i + 1);
    case 'ArrowUp':
      return by(i < 0 ? lines.length - 1 : i - 1);
    case 'Home':
      return i < 0 ? undefined : by(0);
    case 'End':
      return i < 0 ? undefined : by(lines.length - 1);
  }
}
