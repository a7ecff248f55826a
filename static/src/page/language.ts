/** The way to the same page in another language: it leads to the same place of the page. */

/** Lets a link lead to what the reader sees at the top of the page now. */
export function keepPlace(link: HTMLAnchorElement): void {
  link.addEventListener('click', () => {
    link.hash = placeOf(location.hash, anchors(), scrollY);
  });
}

/** A part of the page that an address can name, and how far down it begins. */
export interface Anchor {
  readonly id: string;
  readonly top: number;
}

/**
 * The hash of the place that is seen at the top: the address's own while the
 * page has not been scrolled, else the last part that begins above.
 */
export function placeOf(hash: string, parts: readonly Anchor[], scrolled: number): string {
  if (scrolled <= 0) return hash;
  const begun = parts.filter((a) => a.top <= scrolled + 120);
  const last = begun.reduce<Anchor | undefined>(
    (a, b) => (a === undefined || b.top >= a.top ? b : a),
    undefined,
  );
  return last === undefined ? hash : `#${last.id}`;
}

function anchors(): readonly Anchor[] {
  return [...document.querySelectorAll('article :is(h2, h3, form)[id]')].map((e) => ({
    id: e.id,
    top: e.getBoundingClientRect().top + scrollY,
  }));
}
