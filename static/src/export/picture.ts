/**
 * A picture as a file: its elements with their computed styles written out,
 * and canvases as images, within an SVG (a foreignObject: browsers draw it,
 * drawing programs may not); or that SVG painted at twice its size, as PNG.
 */
import { must } from '../event/check';

/** More elements than these make no file that anybody can open. */
const mostElements = 6000;
const scale = 2;

/** The properties that a picture's look depends on. */
const properties: readonly string[] = [
  ...[
    'display',
    'position',
    'inset',
    'width',
    'height',
    'min-width',
    'min-height',
    'max-width',
    'max-height',
  ],
  ...[
    'box-sizing',
    'margin',
    'padding',
    'border-top',
    'border-right',
    'border-bottom',
    'border-left',
    'border-radius',
    'border-collapse',
    'border-spacing',
  ],
  ...['background', 'background-color', 'background-image', 'background-size', 'background-position'],
  ...['color', 'font', 'font-variant-numeric', 'text-align', 'white-space', 'text-overflow', 'overflow'],
  ...['overflow-wrap', 'text-decoration', 'vertical-align', 'line-height', 'letter-spacing', 'opacity'],
  ...['visibility', 'z-index', 'transform', 'transform-origin', 'outline', 'outline-offset', 'box-shadow'],
  ...['flex', 'flex-direction', 'flex-wrap', 'align-items', 'align-self', 'justify-content', 'gap', 'order'],
  ...[
    'grid-template-columns',
    'grid-template-rows',
    'grid-column',
    'grid-row',
    'grid-auto-rows',
    'list-style',
  ],
  ...['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'paint-order', 'text-anchor'],
  ...['dominant-baseline', 'clip-path', 'float', 'border-image', 'unicode-bidi', 'direction', 'marker-end'],
];

const page = 'http://www.w3.org/1999/xhtml';
const svg = 'http://www.w3.org/2000/svg';

/** A picture as SVG text; undefined if it has too many elements. */
export function pictureSVG(e: HTMLElement, title: string): string | undefined {
  if (e.querySelectorAll('*').length > mostElements) return undefined;
  const { width, height } = e.getBoundingClientRect();
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  const doc = document.implementation.createDocument(svg, 'svg');
  const root = doc.documentElement;
  root.setAttribute('width', String(w));
  root.setAttribute('height', String(h));
  root.setAttribute('viewBox', `0 0 ${w} ${h}`);
  const name = doc.createElementNS(svg, 'title');
  name.textContent = visible(title);
  const frame = doc.createElementNS(svg, 'foreignObject');
  frame.setAttribute('width', String(w));
  frame.setAttribute('height', String(h));
  const copy = copied(e);
  const ground = getComputedStyle(e.closest('.pane') ?? e).backgroundColor;
  copy.style.setProperty('background-color', ground);
  copy.style.setProperty('width', `${w}px`);
  copy.style.setProperty('height', `${h}px`);
  frame.append(copy);
  root.append(name, frame);
  return new XMLSerializer().serializeToString(doc);
}

/** An SVG painted as PNG, at twice its size. */
export async function picturePNG(text: string, width: number, height: number): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width) * scale;
  canvas.height = Math.ceil(height) * scale;
  must(canvas.getContext('2d'), 'canvas').drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('the picture is too large for an image'));
      else resolve(blob);
    }, 'image/png');
  });
}

/** Text without the control characters that XML has no place for. */
function visible(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
}

/** A copy of e with its look written out: what it was given by classes, canvases and generated content. */
function copied(e: HTMLElement): HTMLElement {
  const copy = copyOf(e);
  return copy instanceof HTMLElement ? copy : document.createElement('div');
}

function copyOf(e: Element): Element | undefined {
  const style = getComputedStyle(e);
  if (style.display === 'none') return undefined;
  if (e instanceof HTMLCanvasElement) return image(e, style);
  const drawn = e.namespaceURI === svg;
  // A button's own look is the browser's; a copy is there to be seen.
  const tag = e instanceof HTMLButtonElement || e instanceof HTMLInputElement ? 'span' : e.localName;
  const copy = document.createElementNS(drawn ? svg : page, tag);
  if (drawn) for (const a of e.attributes) copy.setAttribute(a.name, a.value);
  look(copy, style);
  for (const where of ['::before', '::after'] as const) {
    const made = generated(e, where);
    if (made !== undefined) copy.append(made);
    if (where === '::after') break;
    for (const child of e.childNodes) {
      if (child instanceof Text) copy.append(visible(child.data));
      else if (child instanceof Element) copy.append(...[copyOf(child)].filter((c) => c !== undefined));
    }
  }
  if (e.scrollTop > 0 && copy.firstElementChild instanceof HTMLElement) {
    copy.firstElementChild.style.setProperty('margin-top', `${-e.scrollTop}px`);
  }
  return copy;
}

function image(canvas: HTMLCanvasElement, style: CSSStyleDeclaration): Element {
  const copy = document.createElement('img');
  copy.setAttribute('src', canvas.toDataURL('image/png'));
  look(copy, style);
  return copy;
}

/** What the style sheet puts before or after an element. */
function generated(e: Element, where: '::before' | '::after'): Element | undefined {
  const style = getComputedStyle(e, where);
  const { content } = style;
  if (content === 'none' || content === 'normal' || style.display === 'none') return undefined;
  const copy = document.createElement('span');
  look(copy, style);
  const text = /^"((?:[^"\\]|\\.)*)"/.exec(content)?.[1] ?? '';
  copy.textContent = visible(text.replace(/\\(.)/g, '$1'));
  return copy;
}

function look(copy: Element, style: CSSStyleDeclaration): void {
  if (!(copy instanceof HTMLElement || copy instanceof SVGElement)) return;
  for (const name of properties) {
    const value = style.getPropertyValue(name);
    if (value !== '') copy.style.setProperty(name, value);
  }
}
