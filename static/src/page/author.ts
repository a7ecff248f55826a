/**
 * Keeps a page up with what its author edits elsewhere. The server tells the version of what pages are made of; a page
 * of another one fetches itself anew and puts in what is different, so that the reader's place, and what was done on the
 * page, stay. A page that is not in sight asks once it is.
 */
import { must } from '../event/check';

/** What a page is made of that may change under the reader. */
const parts = 'article.prose, [data-author-board], [data-author-preview], .page-home main';

type Enhance = (roots: readonly Element[]) => void;

/** Follows the changes of which notes tell the address; enhance makes islands of what is new. */
export function followAuthor(notes: HTMLElement, enhance: Enhance): void {
  new Follower(notes, enhance).watch();
}

class Follower {
  private readonly notes: HTMLElement;
  private readonly enhance: Enhance;
  private stream: EventSource | undefined;
  private busy = false;
  private again = false;
  /** What each child was when the server drew it. */
  private readonly drawn = new WeakMap<Element, string>();

  constructor(notes: HTMLElement, enhance: Enhance) {
    this.notes = notes;
    this.enhance = enhance;
    for (const part of partsOf(document))
      for (const child of part.children) this.drawn.set(child, keyOf(child));
    // The place is kept here; the browser doing so, too, would be once too often.
    document.documentElement.style.overflowAnchor = 'none';
  }

  watch(): void {
    const look = (): void => (document.visibilityState === 'visible' ? this.open() : this.close());
    document.addEventListener('visibilitychange', look);
    window.addEventListener('pagehide', () => this.close());
    window.addEventListener('pageshow', look);
    look();
  }

  private open(): void {
    if (this.stream !== undefined) return;
    const board = document.querySelector('[data-author-board]') !== null;
    const address = must(this.notes.dataset['authorChanges'], 'data-author-changes');
    this.stream = new EventSource(address + (board ? '?board' : ''));
    this.stream.addEventListener('content', (e) => {
      if (e instanceof MessageEvent && e.data !== this.notes.dataset['author']) void this.renew();
    });
    this.stream.addEventListener('board', () => void this.renew());
  }

  private close(): void {
    this.stream?.close();
    this.stream = undefined;
  }

  /** Fetches the page and takes in what is different; one at a time, the last of many. */
  private async renew(): Promise<void> {
    this.again = true;
    if (this.busy) return;
    this.busy = true;
    while (this.again) {
      this.again = false;
      try {
        await this.fetch();
      } catch (error) {
        console.error(error); // the next change tries again
      }
    }
    this.busy = false;
  }

  private async fetch(): Promise<void> {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const notes = page.getElementById(this.notes.id);
    if (notes === null) return; // the server is another one by now
    const here = partsOf(document);
    const there = partsOf(page);
    if (page.body.className !== document.body.className || here.length !== there.length) {
      location.reload();
      return;
    }
    this.notes.dataset['author'] = notes.dataset['author'];
    if (this.notes.innerHTML !== notes.innerHTML) {
      const fresh = [...notes.children].map((e) => document.importNode(e, true));
      keepOpen([...this.notes.children], fresh);
      this.notes.replaceChildren(...fresh);
    }
    document.title = page.title;
    const fresh: Element[] = [];
    here.forEach((part, i) => fresh.push(...this.merge(part, must(there[i], 'part'))));
    this.enhance(fresh);
    for (const bench of document.querySelectorAll<HTMLElement>('[data-workbench]')) {
      const id = `params-${bench.dataset['workbench'] ?? ''}`;
      const [was, is] = [document.getElementById(id), page.getElementById(id)];
      if (was === null || is === null) continue;
      was.textContent = is.textContent;
      bench.dispatchEvent(new CustomEvent('interleave:renew', { detail: is.textContent }));
    }
  }

  /** Makes part's children those of now, and keeps each that is the same; what is in sight stays where it is. */
  private merge(part: Element, now: Element): readonly Element[] {
    const old = [...part.children];
    const next = [...now.children];
    const same = (i: number, j: number): boolean => {
      const [a, b] = [old[i], next[j]];
      return a !== undefined && b !== undefined && this.drawn.get(a) === keyOf(b);
    };
    let first = 0;
    while (first < Math.min(old.length, next.length) && same(first, first)) first++;
    let last = 0;
    while (
      last < Math.min(old.length, next.length) - first &&
      same(old.length - 1 - last, next.length - 1 - last)
    ) {
      last++;
    }
    const gone = old.slice(first, old.length - last);
    const come = next.slice(first, next.length - last).map((e) => {
      const node = document.importNode(e, true);
      this.drawn.set(node, keyOf(e));
      return node;
    });
    if (gone.length === 0 && come.length === 0) return [];
    const anchor = old.find((e) => !gone.includes(e) && e.getBoundingClientRect().bottom > 60);
    const before = anchor?.getBoundingClientRect().top;
    const left = new Map([...part.querySelectorAll('[role=region]')].map((e, i) => [i, e.scrollLeft]));
    keepOpen(gone, come);
    const place = old[old.length - last] ?? null;
    for (const e of come) part.insertBefore(e, place);
    for (const e of gone) {
      for (const moment of e.matches('[data-moment]') ? [e] : e.querySelectorAll('[data-moment]')) {
        moment.dispatchEvent(new CustomEvent('interleave:gone'));
      }
      e.remove();
    }
    part.querySelectorAll('[role=region]').forEach((e, i) => (e.scrollLeft = left.get(i) ?? 0));
    if (anchor !== undefined && before !== undefined) {
      window.scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: 'instant' });
    }
    return come;
  }
}

/** What was opened and where the focus was stays so, by ids. */
function keepOpen(gone: readonly Element[], come: readonly Element[]): void {
  const open = new Map<string, boolean>();
  for (const e of gone) {
    for (const d of [e, ...e.querySelectorAll('details')]) {
      if (d instanceof HTMLDetailsElement && d.id !== '') open.set(d.id, d.open);
    }
  }
  for (const e of come) {
    for (const d of [e, ...e.querySelectorAll('details')]) {
      if (d instanceof HTMLDetailsElement) d.open = open.get(d.id) ?? d.open;
    }
  }
}

function partsOf(page: Document): readonly Element[] {
  return [...page.querySelectorAll(parts)];
}

/** What an element is, but for the number that its page's styles carry. */
function keyOf(e: Element): string {
  return e.outerHTML.replace(/"nonce":"[^"]*"/g, '');
}
