/**
 * Terms of the glossary in a lesson: what a term means stands on a card beside it while the pointer or the focus is on the
 * term or on the card, or after a tap. Escape puts the card away, and so does a tap anywhere else.
 */

/** How long the pointer rests on a term before its card comes, and is away before it goes; ms. */
const [rest, grace] = [120, 250];

const margin = 8;

/** Says of each term that its card tells more. */
export function enhanceTerm(term: HTMLElement): void {
  const card = cardOf(term);
  if (card === null) return;
  card.hidden = false; // it is a popover, and not open
  term.setAttribute('aria-describedby', `${card.id}-says`);
}

/** Shows cards from now on, of all terms that are or come on the page. */
export function followTerms(): void {
  if (!('popover' in HTMLElement.prototype)) return;
  new Cards().watch();
}

class Cards {
  private term: HTMLElement | undefined;
  private card: HTMLElement | undefined;
  private timer: number | undefined;
  /** Whether the card was open when a finger came down on its term, and whether it was a finger. */
  private wasOpen = false;
  private finger = false;

  watch(): void {
    document.addEventListener('pointerover', (e) => this.over(e));
    document.addEventListener('pointerdown', (e) => this.down(e), true);
    document.addEventListener('click', (e) => this.click(e));
    document.addEventListener('focusin', (e) => this.focus(e));
    document.addEventListener('keydown', (e) => this.key(e), true);
    window.addEventListener('resize', () => this.hide());
  }

  private over(e: PointerEvent): void {
    if (e.pointerType === 'touch') return;
    const term = termAt(e.target);
    clearTimeout(this.timer);
    if (term !== undefined && term !== this.term) this.timer = window.setTimeout(() => this.show(term), rest);
    else if (this.card !== undefined && !this.holds(e.target) && !this.holds(document.activeElement)) {
      this.timer = window.setTimeout(() => this.hide(), grace);
    }
  }

  private down(e: PointerEvent): void {
    const term = termAt(e.target);
    this.finger = e.pointerType === 'touch';
    this.wasOpen = term !== undefined && term === this.term;
    if (!this.holds(e.target)) this.hide();
  }

  private click(e: MouseEvent): void {
    const term = termAt(e.target);
    if (term === undefined || !this.finger) return;
    this.finger = false;
    if (cardOf(term) === null) return;
    e.preventDefault();
    if (this.wasOpen) this.hide();
    else this.show(term);
  }

  private focus(e: FocusEvent): void {
    const term = termAt(e.target);
    if (term !== undefined && term.matches(':focus-visible')) this.show(term);
    else if (term === undefined && !this.holds(e.target)) this.hide();
  }

  private key(e: KeyboardEvent): void {
    if (e.key !== 'Escape' || this.card === undefined) return;
    e.stopPropagation();
    e.preventDefault();
    const within = this.card.contains(document.activeElement);
    const term = this.term;
    this.hide();
    if (within) term?.focus();
    this.hide();
  }

  /** Whether something is part of the term or the card that is shown. */
  private holds(target: EventTarget | null): boolean {
    if (!(target instanceof Node)) return false;
    return this.term?.contains(target) === true || this.card?.contains(target) === true;
  }

  private show(term: HTMLElement): void {
    if (term === this.term) return;
    const card = cardOf(term);
    this.hide();
    if (card === null || !term.isConnected) return;
    [this.term, this.card] = [term, card];
    term.after(card); // so that the focus goes from the one to the other
    card.showPopover();
    place(card, term);
  }

  private hide(): void {
    clearTimeout(this.timer);
    if (this.card?.matches(':popover-open') === true) this.card.hidePopover();
    [this.term, this.card] = [undefined, undefined];
  }
}

function termAt(target: EventTarget | null): HTMLElement | undefined {
  const term = target instanceof Element ? target.closest('a[data-term]') : null;
  return term instanceof HTMLElement ? term : undefined;
}

function cardOf(term: HTMLElement): HTMLElement | null {
  return document.getElementById(`term-${term.dataset['term'] ?? ''}`);
}

/** Puts a card below its term, or above it, within the window; it moves with the page. */
function place(card: HTMLElement, term: HTMLElement): void {
  const lines = term.getClientRects();
  const from = lines[0] ?? term.getBoundingClientRect();
  const last = lines[lines.length - 1] ?? from;
  const { offsetWidth, offsetHeight } = card;
  const left = Math.max(
    margin,
    Math.min(from.left, document.documentElement.clientWidth - offsetWidth - margin),
  );
  const fits = last.bottom + 2 + offsetHeight + margin <= window.innerHeight;
  const top = fits || from.top < offsetHeight + margin ? last.bottom + 2 : from.top - offsetHeight - 2;
  card.style.setProperty('left', `${left + window.scrollX}px`);
  card.style.setProperty('top', `${top + window.scrollY}px`);
}
