/**
 * Search: a dialog over any page, opened by its link in the bar at the top or by Ctrl+K, on a Mac by ⌘K. The focus stays in
 * the field; the arrows choose among what was found, Enter opens it. Without a script the link leads to a page that does
 * the same.
 */
import { must } from '../event/check';
import { boolean, type Fields, fields, list, optional, parse, string } from '../event/json';
import { make } from '../dom/make';

/** How long typing rests before it is asked for what was typed; ms. */
const rest = 70;

type Part = { readonly text: string; readonly found: boolean };

/** A place in which all of a query was found. */
export type Hit = {
  readonly href: string;
  readonly place: string;
  readonly title: readonly Part[];
  readonly heading: readonly Part[];
  readonly text: readonly Part[];
};

/** What was found: one sentence about it, hits by kinds, and the address of the page with all of them. */
export type Found = {
  readonly said: string;
  readonly groups: readonly { readonly name: string; readonly hits: readonly Hit[] }[];
  readonly all: string;
};

/** Reads the server's answer. */
export function readFound(text: string): Found {
  const f = fields(parse(text), 'answer');
  const part = (v: unknown): Part => {
    const p = fields(v, 'part');
    return { text: string(p, 'text'), found: optional(p, 'found', boolean) ?? false };
  };
  const hit = (v: unknown): Hit => {
    const h: Fields = fields(v, 'hit');
    const [title, heading, text] = [list(h, 'title', part), list(h, 'heading', part), list(h, 'text', part)];
    return { href: string(h, 'href'), place: string(h, 'place'), title, heading, text };
  };
  const group = (v: unknown) => {
    const g = fields(v, 'group');
    return { name: string(g, 'name'), hits: list(g, 'hits', hit) };
  };
  return { said: string(f, 'said'), groups: list(f, 'groups', group), all: string(f, 'all') };
}

/** Whether a key opens the search: ⌘K on a Mac, Ctrl+K elsewhere. */
export function opensSearch(
  e: Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'altKey' | 'shiftKey'>,
  mac: boolean,
): boolean {
  return e.key.toLowerCase() === 'k' && e.metaKey === mac && e.ctrlKey !== mac && !e.altKey && !e.shiftKey;
}

/** Lets links open the dialog, and the key. */
export function enhanceSearch(dialog: HTMLDialogElement, links: readonly HTMLElement[]): void {
  const mac = /Mac|iP(hone|ad|od)/.test(navigator.userAgent);
  const search = new Search(dialog);
  for (const link of links) {
    link.setAttribute('aria-haspopup', 'dialog');
    link.setAttribute('aria-keyshortcuts', mac ? 'Meta+K' : 'Control+K');
    const key = link.querySelector('kbd');
    if (key !== null) {
      key.textContent = mac ? '⌘K' : 'Ctrl K';
      key.hidden = false;
    }
    link.addEventListener('click', (e) => {
      if (e.ctrlKey || e.metaKey || e.shiftKey) return; // into a window of its own
      e.preventDefault();
      search.open();
    });
  }
  document.addEventListener(
    'keydown',
    (e) => {
      if (!opensSearch(e, mac)) return;
      e.preventDefault();
      e.stopPropagation();
      if (!e.repeat) search.toggle();
    },
    true,
  );
}

class Search {
  private readonly dialog: HTMLDialogElement;
  private readonly query: HTMLInputElement;
  private readonly said: Element;
  private readonly list: HTMLElement;
  private readonly all: HTMLAnchorElement;
  private readonly begin: string;
  private timer: number | undefined;
  private asked: AbortController | undefined;
  private chosen = -1;
  /** Whether what is listed is of what is typed; Enter waits for that. */
  private fresh = false;
  private goes = false;

  constructor(dialog: HTMLDialogElement) {
    const part = <T extends Element>(sel: string, type: new () => T): T => {
      const e = dialog.querySelector(sel);
      if (e instanceof type) return e;
      throw new TypeError(`no ${sel} in the search`);
    };
    this.dialog = dialog;
    this.query = part('input', HTMLInputElement);
    this.said = part('[role=status]', HTMLElement);
    this.list = part('[role=listbox]', HTMLElement);
    this.all = part('[data-search-all]', HTMLAnchorElement);
    this.begin = this.said.textContent ?? '';
    this.query.addEventListener('input', () => this.typed());
    dialog.addEventListener('keydown', (e) => this.key(e));
    part('form', HTMLFormElement).addEventListener('submit', (e) => e.preventDefault());
    part('[data-search-close]', HTMLElement).addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', (e) => {
      if (e.target === dialog) dialog.close(); // beside it
      // Within the page it leads to another place, which the dialog would hide.
      if (e.target instanceof Element && e.target.closest('[role=option]') !== null) dialog.close();
    });
    this.list.addEventListener('pointermove', (e) => {
      const option = e.target instanceof Element ? e.target.closest('[role=option]') : null;
      if (option !== null)
        this.choose(
          this.options().findIndex((o) => o === option),
          false,
        );
    });
  }

  open(): void {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.query.focus();
    this.query.select();
  }

  toggle(): void {
    if (this.dialog.open) this.dialog.close();
    else this.open();
  }

  private options(): readonly HTMLAnchorElement[] {
    return [...this.list.querySelectorAll<HTMLAnchorElement>('[role=option]')];
  }

  private typed(): void {
    clearTimeout(this.timer);
    this.asked?.abort();
    [this.fresh, this.goes] = [false, false];
    const query = this.query.value.trim();
    if (query === '') {
      this.show({ said: this.begin, groups: [], all: '' });
      return;
    }
    this.timer = window.setTimeout(() => void this.ask(query), rest);
  }

  private async ask(query: string): Promise<void> {
    const asked = new AbortController();
    this.asked = asked;
    const where = must(this.dialog.dataset['search'], 'data-search');
    try {
      const answer = await fetch(`${where}?q=${encodeURIComponent(query)}`, { signal: asked.signal });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const found = readFound(await answer.text());
      if (!asked.signal.aborted) this.show(found);
    } catch (error) {
      if (asked.signal.aborted) return;
      console.error(error);
      this.show({ said: this.dialog.dataset['failed'] ?? '', groups: [], all: '' });
    }
  }

  private show(found: Found): void {
    let n = 0;
    const groups = found.groups.map((g, i) => {
      const head = make(
        'div',
        { class: 'search-kind', id: `search-kind-${i}`, role: 'presentation' },
        g.name,
      );
      const hits = g.hits.map((h) => drawn(h, `search-hit-${n++}`));
      return make('div', { role: 'group', 'aria-labelledby': head.id }, head, ...hits);
    });
    this.list.replaceChildren(...groups);
    this.list.hidden = n === 0;
    this.list.scrollTop = 0;
    this.query.setAttribute('aria-expanded', String(n > 0));
    this.said.textContent = found.said;
    this.all.hidden = n === 0;
    if (found.all !== '') this.all.href = found.all;
    this.fresh = true;
    this.choose(n > 0 ? 0 : -1, false);
    if (this.goes) this.go();
  }

  private choose(i: number, scroll: boolean): void {
    const options = this.options();
    options[this.chosen]?.setAttribute('aria-selected', 'false');
    const option = options[i];
    this.chosen = option === undefined ? -1 : i;
    if (option === undefined) {
      this.query.removeAttribute('aria-activedescendant');
      return;
    }
    option.setAttribute('aria-selected', 'true');
    this.query.setAttribute('aria-activedescendant', option.id);
    if (scroll && i === 0)
      this.list.scrollTop = 0; // with the kind above it
    else if (scroll) option.scrollIntoView({ block: 'nearest' });
  }

  private key(e: KeyboardEvent): void {
    e.stopPropagation(); // the workbench's own keys rest
    const n = this.options().length;
    if (e.target !== this.query || e.isComposing || n + Number(!this.fresh) === 0) return;
    const to = { ArrowDown: (this.chosen + 1) % n, ArrowUp: (this.chosen - 1 + n) % n }[e.key];
    if (to !== undefined && n > 0) {
      e.preventDefault();
      this.choose(to, true);
    } else if (e.key === 'Enter') {
      e.preventDefault();
      if (this.fresh) this.go();
      else this.goes = true; // once the answer is there
    }
  }

  private go(): void {
    this.goes = false;
    this.options()[this.chosen]?.click();
  }
}

function drawn(h: Hit, id: string): HTMLElement {
  const place = make('span', { class: 'found-place' }, h.place);
  if (h.heading.length > 0) place.append(h.place === '' ? '' : ' · ', ...marked(h.heading));
  return make(
    'a',
    { class: 'search-hit', id, role: 'option', 'aria-selected': 'false', href: h.href, tabindex: -1 },
    make('span', { class: 'search-title' }, ...marked(h.title)),
    place,
    ...(h.text.length === 0 ? [] : [make('span', { class: 'found-text' }, ...marked(h.text))]),
  );
}

function marked(parts: readonly Part[]): readonly (Node | string)[] {
  return parts.map((p) => (p.found ? make('mark', {}, p.text) : p.text));
}
