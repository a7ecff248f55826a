/** The islands that need the engine: workbenches and moments. */
import { Workbench } from './bench/island';
import { Momentary } from './bench/moment';

/** Makes an island of an element; what goes wrong is said in its place. */
export function mount(root: HTMLElement): void {
  try {
    if (root.dataset['workbench'] !== undefined) new Workbench(root);
    else new Momentary(root);
  } catch (error) {
    const p = document.createElement('p');
    p.className = 'problem';
    p.setAttribute('role', 'alert');
    p.textContent = error instanceof Error ? error.message : String(error);
    root.prepend(p);
    throw error;
  }
}
