/**
 * Lines to bring into order: buttons, Alt with the arrow keys, and dragging, in
 * place of the numbers that the form has without scripts. The numbers stay in
 * the form, and are what is posted.
 */
import { make } from '../dom/make';
import { must } from '../event/check';

/** Enhances a form of lines. */
export function enhanceOrder(form: HTMLFormElement): void {
  const word = (name: string): string => must(form.dataset[name], `data-${name}`);
  const part = (selector: string): HTMLElement => must(form.querySelector<HTMLElement>(selector), selector);
  const lines = part('[data-lines]');
  const unused = form.querySelector<HTMLElement>('[data-unused]') ?? undefined;
  const said = part('[data-said]');
  part('[data-without-script]').hidden = true;
  part('[data-with-script]').hidden = false;
  for (const line of form.querySelectorAll<HTMLElement>('[data-line]')) equip(line);
  renumber();

  /** Gives a line what it is moved with. */
  function equip(line: HTMLElement): void {
    const text = must(line.querySelector('code'), 'code of a line').textContent.trim();
    const button = (name: string, sign: string, press: () => void): HTMLButtonElement => {
      const label = word(name);
      const b = make(
        'button',
        { type: 'button', class: 'sort-button', title: label, 'aria-label': `${label}: ${text}` },
        sign,
      );
      b.dataset[name] = '';
      b.addEventListener('click', () => {
        press();
        focusOn(line, b);
      });
      return b;
    };
    const grip = make('span', { class: 'sort-grip', 'aria-hidden': 'true' }, '⠿');
    line.prepend(grip);
    line.append(
      button('up', '↑', () => step(line, -1)),
      button('down', '↓', () => step(line, 1)),
    );
    if (unused !== undefined) {
      line.append(
        button('out', '×', () => put(line, unused)),
        button('in', '+', () => put(line, lines)),
      );
    }
    must(line.querySelector('select'), 'number of a line').hidden = true;
    line.addEventListener('keydown', (e) => {
      if (!e.altKey || (e.key !== 'ArrowUp' && e.key !== 'ArrowDown')) return;
      e.preventDefault();
      const focused = document.activeElement;
      step(line, e.key === 'ArrowUp' ? -1 : 1);
      if (focused instanceof HTMLButtonElement) focusOn(line, focused);
    });
    line.addEventListener('pointerdown', (e) => {
      const on = e.target;
      if (e.button !== 0 || !(on instanceof Element) || on.closest('button') !== null) return;
      if (e.pointerType !== 'mouse' && on !== grip) return; // a finger scrolls
      e.preventDefault();
      drag(line, e.pointerId);
    });
  }

  /** Moves a line one place up or down in its list. */
  function step(line: HTMLElement, by: -1 | 1): void {
    const other = by < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (other === null) return;
    if (by < 0) other.before(line);
    else other.after(line);
    moved(line);
  }

  function put(line: HTMLElement, list: HTMLElement): void {
    list.append(line);
    moved(line);
  }

  /** Follows a pointer until it is let go. */
  function drag(line: HTMLElement, pointer: number): void {
    const end = new AbortController();
    form.setPointerCapture(pointer); // the line itself is taken out and put back
    line.classList.add('sort-dragged');
    const stop = (): void => {
      end.abort();
      line.classList.remove('sort-dragged');
      moved(line);
    };
    const { signal } = end;
    form.addEventListener('pointermove', (e) => follow(line, e.clientY), { signal });
    form.addEventListener('pointerup', stop, { signal });
    form.addEventListener('pointercancel', stop, { signal });
  }

  /** Puts a line where the pointer is. */
  function follow(line: HTMLElement, y: number): void {
    const list = unused !== undefined && y > unused.getBoundingClientRect().top ? unused : lines;
    const others = [...list.children].filter((c) => c !== line);
    const next = others.find((c) => {
      const box = c.getBoundingClientRect();
      return box.top + box.height / 2 > y;
    });
    if (line.parentElement !== list || line.nextElementSibling !== (next ?? null))
      list.insertBefore(line, next ?? null);
  }

  /** Says where a line is now. */
  function moved(line: HTMLElement): void {
    renumber();
    const at = [...lines.children].indexOf(line);
    said.textContent =
      at < 0
        ? word('left')
        : word('moved')
            .replace('{n}', String(at + 1))
            .replace('{of}', String(lines.children.length));
    for (const l of form.querySelectorAll('[data-good], [data-next]')) {
      l.removeAttribute('data-good'); // that was said of another order
      l.removeAttribute('data-next');
      l.querySelector('.sort-mark')?.remove();
    }
  }

  /** Writes each line's place into the form, and says which moves there are. */
  function renumber(): void {
    for (const list of unused === undefined ? [lines] : [lines, unused]) {
      [...list.children].forEach((line, i) => {
        must(line.querySelector('select'), 'number of a line').value = list === lines ? String(i + 1) : '';
        const set = (name: string, change: (b: HTMLButtonElement) => void): void => {
          const b = line.querySelector<HTMLButtonElement>(`[data-${name}]`);
          if (b !== null) change(b);
        };
        set('up', (b) => {
          b.hidden = list !== lines;
          b.disabled = i === 0;
        });
        set('down', (b) => {
          b.hidden = list !== lines;
          b.disabled = i === list.children.length - 1;
        });
        set('out', (b) => (b.hidden = list !== lines));
        set('in', (b) => (b.hidden = list === lines));
      });
    }
  }

  /** Gives a line that was moved the focus back: the button that was pressed, or else one that can be. */
  function focusOn(line: HTMLElement, pressed: HTMLButtonElement): void {
    const can = [pressed, ...line.querySelectorAll('button')].find((b) => !b.disabled && !b.hidden);
    can?.focus();
  }
}
