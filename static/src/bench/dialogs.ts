/** The two dialogs: the list of keys, and "throw your changes away?". */
import { button, make } from '../dom/make';
import type { Say } from '../words/say';
import { keyGroups, written } from './keys';

/** The list of keys, with the switch that turns single keys off. */
export function keysDialog(say: Say, on: boolean, flip: (on: boolean) => void): HTMLDialogElement {
  const check = make('input', { type: 'checkbox', checked: on });
  check.addEventListener('change', () => flip(check.checked));
  const groups = keyGroups.map((group) =>
    make(
      'tbody',
      {},
      make('tr', {}, make('th', { scope: 'rowgroup', colspan: 2 }, say(`ui.keys.group.${group.name}`))),
      ...group.keys.map((k) =>
        make(
          'tr',
          {},
          make('th', { scope: 'row' }, make('kbd', {}, written(k))),
          make('td', {}, say(`ui.keys.${k.command}`)),
        ),
      ),
      ...(group.more === true
        ? [make('tr', {}, make('td', { colspan: 2 }, say(`ui.keys.more.${group.name}`)))]
        : []),
    ),
  );
  const dialog = make('dialog', { class: 'dialog' });
  dialog.append(
    make('h2', {}, say('ui.keys.title')),
    make('p', { class: 'dim' }, say('ui.keys.note')),
    make('div', { class: 'keys-scroll', tabindex: 0 }, make('table', { class: 'keys' }, ...groups)),
    make('label', { class: 'dialog-check' }, check, ` ${say('ui.keys.on')}`),
    make(
      'p',
      { class: 'dialog-actions' },
      button(say('ui.keys.close'), () => dialog.close(), { class: 'button button-main' }),
    ),
  );
  return dialog;
}

/** Asks a question; act is done on yes. */
export function askDialog(question: string, yes: string, no: string, act: () => void): HTMLDialogElement {
  const dialog = make('dialog', { class: 'dialog' });
  const agree = (): void => {
    dialog.close();
    act();
  };
  dialog.append(
    make('p', {}, question),
    make(
      'p',
      { class: 'dialog-actions' },
      button(no, () => dialog.close()),
      button(yes, agree, { class: 'button button-main' }),
    ),
  );
  return dialog;
}
