/** Predictions and practice: posts the form without leaving the place, and shows what the page says then. */

/** Makes what works with scripts of what the server drew. */
export type Enhance = (fresh: HTMLElement) => void;

/** After so many ms it is said that something takes its time. */
const patience = 300;

/**
 * Enhances a form whose answer is the page with that form in it; fresh
 * enhances that one. One that still has to be explored is, once it is seen.
 */
export function enhancePrediction(form: HTMLFormElement, fresh: Enhance): void {
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    void post(form, e.submitter, fresh);
  });
  if (form.dataset['predictNow'] === undefined) return;
  const sight = new IntersectionObserver((entries) => {
    if (!entries.some((e) => e.isIntersecting)) return;
    sight.disconnect();
    void post(form, null, fresh, false);
  });
  sight.observe(form);
}

/**
 * Posts form and puts the answer's element of the same id in its place; where
 * that fails, posts it plainly. What the reader did not ask for (focus: false)
 * takes no focus, and is left as it is where it fails.
 */
export async function post(
  form: HTMLFormElement,
  submitter: HTMLElement | null,
  fresh: Enhance,
  focus = true,
): Promise<void> {
  if (form.ariaBusy === 'true') return;
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) body.append(name, String(value));
  const tell = wait(form);
  const answer = await fetch(form.action, { method: 'POST', body });
  const text = await answer.text();
  tell();
  const here = answer.ok ? replaced(form, text, fresh) : undefined;
  if (here === undefined) {
    if (focus) form.submit();
    return;
  }
  if (!focus) return;
  here.setAttribute('tabindex', '-1');
  here.focus();
}

/** Puts the element of the same id on a page in the place of element; undefined if there is none. */
export function replaced(element: HTMLElement, page: string, fresh: Enhance): HTMLElement | undefined {
  const next = new DOMParser().parseFromString(page, 'text/html').getElementById(element.id);
  if (next === null) return undefined;
  const here = document.importNode(next, true);
  element.replaceWith(here);
  fresh(here);
  return here;
}

/** Lets the form say that it waits, if it has words for that and it takes a while; returns what ends it. */
function wait(form: HTMLFormElement): () => void {
  const words = form.querySelector<HTMLElement>('[data-predict-wait]');
  form.ariaBusy = 'true';
  const timer = setTimeout(() => {
    if (words !== null) words.hidden = false;
  }, patience);
  return () => {
    clearTimeout(timer);
    form.ariaBusy = null;
    if (words !== null) words.hidden = true;
  };
}
