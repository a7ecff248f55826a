/** Measurements: says how far one is while the page waits for it. */
import { must } from '../event/check';
import { type Enhance, post, replaced } from './predict';

/** How often it is asked how far a measurement is, and how long nothing is said at first, in ms. */
const pace = 300;

/** Enhances a measurement's form; fresh enhances the one that comes in its place. */
export function enhanceMeasure(form: HTMLFormElement, fresh: Enhance): void {
  const url = must(form.dataset['measure'], 'data-measure');
  const says = must(form.querySelector('[role=status]'), 'status of a measurement');
  if (form.dataset['busy'] !== undefined) void look();
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    void measure(e.submitter);
  });

  /** Posts the form, and says meanwhile how far it is. */
  async function measure(submitter: HTMLElement | null): Promise<void> {
    let waits = true;
    const posted = post(form, submitter, fresh).finally(() => (waits = false));
    for (const b of form.querySelectorAll('button')) b.disabled = true; // the form was read
    await follow(() => waits);
    await posted;
  }

  /** Waits for what somebody else began, and shows the form anew. */
  async function look(): Promise<void> {
    await follow(() => form.isConnected);
    if (!form.isConnected) return;
    const page = await fetch(location.href);
    if (page.ok) replaced(form, await page.text(), fresh);
  }

  /** Says how far it is until it is done, or nobody goes on waiting. */
  async function follow(waits: () => boolean): Promise<void> {
    for (;;) {
      await new Promise((later) => setTimeout(later, pace));
      if (!waits()) return;
      const state = await stateAt(url);
      if (!waits()) return;
      if (!state.busy) return;
      if (says.textContent !== state.says) says.textContent = state.says;
    }
  }
}

/** What the server says of a measurement. */
async function stateAt(url: string): Promise<{ readonly busy: boolean; readonly says: string }> {
  const answer = await fetch(url);
  const state: unknown = answer.ok ? await answer.json() : undefined;
  if (typeof state !== 'object' || state === null || !('busy' in state) || !('says' in state))
    return { busy: false, says: '' };
  return { busy: state.busy === true, says: String(state.says) };
}
