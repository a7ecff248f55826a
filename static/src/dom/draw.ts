/**
 * Drawing the document from values: a picture is a function from a scene to
 * Nodes, and `patch` makes an element's content equal to them. Elements are
 * kept by key (or place), so that hovering, focus and transitions survive.
 * An attribute that begins with -- sets a CSS property (the page's policy
 * forbids style attributes in markup, not this).
 */
import { must } from '../event/check';

export type Attrs = Readonly<Record<string, string | number | boolean | undefined>>;
export type Node = {
  readonly tag: string;
  readonly key: string;
  readonly attrs: Attrs;
  readonly content: readonly Content[];
};
export type Content = Node | string;

const svgSpace = 'http://www.w3.org/2000/svg';

/** What patch has drawn into an element. */
const drawn = new WeakMap<Element, readonly Content[]>();

/** A node; its key is the attribute `key`, which must be unique among its siblings. */
export function h(
  tag: string,
  attrs: Attrs = {},
  ...content: readonly (Content | readonly Content[])[]
): Node {
  return { tag, key: String(attrs['key'] ?? ''), attrs, content: content.flat() };
}

/** Makes parent's content equal to content. parent holds nothing that patch has not drawn. */
export function patch(parent: Element, content: readonly Content[]): void {
  const before = drawn.get(parent) ?? [];
  if (before.length === 0) parent.replaceChildren();
  const old = new Map<string, { readonly node: ChildNode; readonly was: Content }>();
  const nodes = [...parent.childNodes];
  before.forEach((was, i) => old.set(identity(was, i), { node: must(nodes[i], 'drawn element'), was }));
  let place: ChildNode | null = parent.firstChild;
  content.forEach((now, i) => {
    const id = identity(now, i);
    const kept = old.get(id);
    old.delete(id);
    const node = kept === undefined ? create(now, parent) : update(kept.node, kept.was, now);
    if (node === place) place = node.nextSibling;
    else parent.insertBefore(node, place);
  });
  for (const { node } of old.values()) node.remove();
  drawn.set(parent, content);
}

function identity(c: Content, i: number): string {
  if (typeof c === 'string') return `text ${i}`;
  return c.key === '' ? `${c.tag} ${i}` : `${c.tag} ${c.key}`;
}

function create(c: Content, parent: Element): ChildNode {
  if (typeof c === 'string') return document.createTextNode(c);
  const svg = c.tag === 'svg' || parent.namespaceURI === svgSpace;
  const element = svg ? document.createElementNS(svgSpace, c.tag) : document.createElement(c.tag);
  setAttrs(element, {}, c.attrs);
  patch(element, c.content);
  return element;
}

function update(node: ChildNode, was: Content, now: Content): ChildNode {
  if (was === now) return node;
  if (typeof now === 'string') {
    if (was !== now) node.nodeValue = now;
    return node;
  }
  if (typeof was === 'string' || !(node instanceof Element))
    throw new Error(`${now.tag} in the place of a text`);
  setAttrs(node, was.attrs, now.attrs);
  patch(node, now.content);
  return node;
}

function setAttrs(e: Element, was: Attrs, now: Attrs): void {
  for (const name of Object.keys(was)) {
    if (!(name in now)) setAttr(e, name, undefined);
  }
  for (const [name, value] of Object.entries(now)) {
    if (was[name] !== value) setAttr(e, name, value);
  }
}

function setAttr(e: Element, name: string, value: string | number | boolean | undefined): void {
  if (name === 'key') return;
  if (name.startsWith('--') || name.startsWith('style:')) {
    if (!(e instanceof HTMLElement || e instanceof SVGElement)) throw new Error(`${e.tagName} has no style`);
    const property = name.replace('style:', '');
    if (value === undefined || value === false) e.style.removeProperty(property);
    else e.style.setProperty(property, String(value));
    return;
  }
  if (value === undefined || value === false) e.removeAttribute(name);
  else e.setAttribute(name, value === true ? '' : String(value));
}
