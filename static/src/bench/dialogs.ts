/** The two dialogs: the list of keys, and "throw your changes away?". */
import { button, make } from '../dom/make';
import type { Say } from '../words/say';
import { keyList } from './keys';

/** The list of keys, with the switch that turns single keys off. */
export function keysDialog(say: Say, on: boolean, flip: (on: boolean) => void): HTMLDialogElement {
  const check = make('input', { type: 'checkbox', checked: on });
  check.addEventListener('change', () => flip(check.checked));
  const rows = keyList.map(([key, command]) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, make('kbd', {}, key)),
      make('td', {}, say(`ui.keys.${command}`)),
    ),
  );
  const dialog = make('dialog', { class: 'dialog' });
  dialog.append(
    make('h2', {}, say('ui.keys.title')),
    make('p', { class: 'dim' }, say('ui.keys.note')),
    make('table', { class: 'keys' }, make('tbody', {}, ...rows)),
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
