/** What the elements and keys of the workbench's document stand for. */
import type { Press } from './keys';
import type { Mark } from '../picture/scene';

/** What an element stands for: a goroutine, an object, or neither. */
export function markOf(target: EventTarget | null): Mark | undefined {
  if (!(target instanceof Element)) return undefined;
  const e = target.closest('[data-g], [data-obj]');
  const g = e?.getAttribute('data-g');
  const obj = e?.getAttribute('data-obj');
  if (g !== undefined && g !== null) return { kind: 'g', g: Number(g) };
  if (obj !== undefined && obj !== null) return { kind: 'obj', obj: Number(obj) };
  return undefined;
}

/** The number in a data attribute of target or of what it is in; undefined if there is none below root. */
export function numberOf(target: Element, attribute: string, root: Element): number | undefined {
  const e = target.closest(`[${attribute}]`);
  return e === null || e === root ? undefined : Number(e.getAttribute(attribute));
}

/** Says whether a pointer over target is the business of what is there: lanes and the editor point by themselves. */
export function pointsItself(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('canvas, .cm-editor') !== null && markOf(target) === undefined
  );
}

/** A key press, as far as it matters. The scrubber takes the workbench's own keys. */
export function pressOf(e: KeyboardEvent): Press {
  const target = e.target instanceof Element ? e.target : undefined;
  const within = (selector: string): boolean => target !== undefined && target.closest(selector) !== null;
  return {
    key: e.key.length === 1 ? e.key.toLowerCase() : e.key,
    shift: e.shiftKey,
    alt: e.altKey,
    mod: e.ctrlKey || e.metaKey,
    inField:
      within('input, select, textarea, [contenteditable="true"], [role=separator], .menu') &&
      !within('.scrub'),
    onButton: within('button, a, summary'),
  };
}
