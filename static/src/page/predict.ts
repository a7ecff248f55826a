/** Predictions: posts the form without leaving the place, and shows what the page says then. */

/** Enhances a prediction's form. */
export function enhancePrediction(form: HTMLFormElement): void {
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    void post(form, e.submitter);
  });
}

/** Posts form and puts the answer's element of the same id in its place; where that fails, posts it plainly. */
async function post(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) body.append(name, String(value));
  const answer = await fetch(form.action, { method: 'POST', body });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const next = page.getElementById(form.id);
  if (!answer.ok || next === null) {
    form.submit();
    return;
  }
  const here = document.importNode(next, true);
  form.replaceWith(here);
  if (here instanceof HTMLFormElement) enhancePrediction(here);
  here.setAttribute('tabindex', '-1');
  here.focus();
}
