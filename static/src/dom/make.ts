/** Makes elements that stay for as long as their island does. */
import { must } from '../event/check';

type Props = Readonly<Record<string, string | number | boolean | undefined>>;

/** A new element with attributes (false and undefined set none) and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly (globalThis.Node | string)[]
): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value !== undefined && value !== false) e.setAttribute(name, value === true ? '' : String(value));
  }
  e.append(...children);
  return e;
}

/** A button that does act when it is pressed. */
export function button(label: string, act: () => void, props: Props = {}): HTMLButtonElement {
  const b = make('button', { type: 'button', class: 'button', ...props }, label);
  b.addEventListener('click', act);
  return b;
}

/** Sets a text, without touching the document where it is the same. */
export function setText(e: Element, text: string): void {
  if (e.textContent !== text) e.textContent = text;
}

/** The JSON in the script element with this id. */
export function scriptText(id: string): string {
  return must(document.getElementById(id), `script ${id}`).textContent ?? '';
}

/** The context of a canvas, its pixels fitted to w by h at the screen's resolution. */
export function fitCanvas(canvas: HTMLCanvasElement, w: number, height: number): CanvasRenderingContext2D {
  const ratio = window.devicePixelRatio;
  const pw = Math.max(1, Math.round(w * ratio));
  const ph = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== pw) canvas.width = pw;
  if (canvas.height !== ph) canvas.height = ph;
  const ctx = must(canvas.getContext('2d'), 'canvas');
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  return ctx;
}

/** The time now, for what moves. */
export function clock(): number {
  return performance.now();
}
