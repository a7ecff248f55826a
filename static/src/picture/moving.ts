/**
 * Pictures in which goroutines and values move from place to place: what has
 * the same name before and after a step (data-fly, or a chip's goroutine) is
 * seen to go from where it was to where it is. First the places are measured,
 * then the new ones, then each element plays the difference (Paul Lewis's FLIP).
 */
import { type Content, patch } from '../dom/draw';
import { make } from '../dom/make';
import type { Desk, Picture, Twin } from './picture';
import type { Scene } from './scene';

/** How long a move takes, in ms. */
const moveTime = 180;
/** A playhead that moved by more events than this jumps. */
const nearby = 8;
/** More moving things than this are not followed. */
const mostMoving = 400;

/** What a picture with a state of its own is made of. */
export type Acting = {
  readonly draw: (scene: Scene) => readonly Content[];
  readonly twin: (scene: Scene) => Twin;
  readonly tools?: readonly HTMLElement[];
  /** An element with data-do was pressed: the words of that attribute. */
  readonly press?: (words: readonly string[]) => void;
  /** What a press may have opened: it is brought into sight. */
  readonly opens?: string;
};

/** A picture whose parts move, and which may have a state of its own. */
export function moving(id: string, act: (desk: Desk) => Acting): Picture {
  const nothing = (): void => undefined;
  return {
    id,
    open: (desk) => {
      // As in drawn: keys must reach all of what scrolls.
      const body = make('div', {
        class: `picture picture-${id}`,
        tabindex: '0',
        role: 'group',
        'aria-label': desk.say(`ui.picture.${id}`),
      });
      const acting = act(desk);
      let last = -1;
      let pressedNow = false;
      body.addEventListener('click', (e) => {
        const pressed = e.target instanceof Element ? e.target.closest('[data-do]') : null;
        if (pressed === null) return;
        acting.press?.((pressed.getAttribute('data-do') ?? '').split(' '));
        pressedNow = true;
        desk.redraw();
      });
      return {
        body,
        tools: acting.tools ?? [],
        draw: (scene) => {
          const { seq } = scene.world;
          const follows = last >= 0 && seq !== last && Math.abs(seq - last) <= nearby;
          last = seq;
          const draw = (): void => patch(body, acting.draw(scene));
          keepingFocus(body, follows ? () => move(body, draw) : draw);
          if (pressedNow && acting.opens !== undefined) {
            body.querySelector(acting.opens)?.scrollIntoView({ block: 'nearest' });
          }
          pressedNow = false;
        },
        twin: acting.twin,
        measure: nothing,
        restyle: nothing,
      };
    },
  };
}

function move(body: HTMLElement, draw: () => void): void {
  const before = places(body);
  draw();
  if (before.size === 0) return;
  for (const [name, { element, box }] of places(body)) {
    const was = before.get(name)?.box;
    if (was === undefined) continue;
    const dx = was.left - box.left;
    const dy = was.top - box.top;
    if (Math.abs(dx) + Math.abs(dy) < 2) continue;
    element.animate([{ transform: `translate(${dx}px, ${dy}px)` }, { transform: 'none' }], {
      duration: moveTime,
      easing: 'ease-out',
    });
  }
}

type Placed = { readonly element: Element; readonly box: DOMRect };

/** Where everything that moves is, by its name; nothing if movement is not wanted or there is too much of it. */
function places(body: HTMLElement): Map<string, Placed> {
  const found = new Map<string, Placed>();
  const all = body.querySelectorAll(movers);
  if (all.length > mostMoving || matchMedia('(prefers-reduced-motion: reduce)').matches) return found;
  for (const element of all) {
    const box = element.getBoundingClientRect();
    if (box.width > 0) found.set(nameOf(element), { element, box });
  }
  return found;
}

const movers = '[data-fly], .chip[data-g]';

function nameOf(e: Element): string {
  return e.getAttribute('data-fly') ?? `g${e.getAttribute('data-g') ?? ''}`;
}

/** Draws; what had the focus keeps it, also if it stands elsewhere now. */
function keepingFocus(body: HTMLElement, draw: () => void): void {
  const focused = document.activeElement;
  const name = focused !== null && body.contains(focused) && focused.matches(movers) ? nameOf(focused) : '';
  draw();
  if (name === '' || focused === null || body.contains(focused)) return;
  for (const e of body.querySelectorAll(movers)) {
    if (e instanceof HTMLElement && nameOf(e) === name) return e.focus({ preventScroll: true });
  }
}
