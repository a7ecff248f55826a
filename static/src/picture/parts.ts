/** What pictures have in common: chips for goroutines, values, and text twins. */
import { must } from '../event/check';
import { type Attrs, type Content, h, type Node, patch } from '../dom/draw';
import { make } from '../dom/make';
import { menu } from '../dom/menu';
import { valueText } from '../event/log';
import { lookNames } from '../fold/lives';
import { count, captioned, type Say } from '../words/say';
import { beginning, visible } from '../words/visible';
import type { Twin } from './picture';
import { lookIn, type Scene, stateText } from './scene';

const mostChips = 24;
const longest = 18;

/** A goroutine as a chip, in the colour and texture of what it does; extra follows its name. */
export function chip(scene: Scene, g: number, extra = ''): Node {
  const look = must(lookNames[lookIn(scene.world, g)], 'look');
  const lit = scene.lit.gs.has(g) ? ' is-lit' : '';
  const name = scene.tell.names.g(g);
  const found = scene.found?.hasActor(g) === true;
  return h(
    'button',
    {
      key: `g${g}`,
      type: 'button',
      class: `chip look-${look}${lit}${found ? ' is-found' : ''}`,
      'data-g': g,
      'aria-pressed': scene.selected === g ? 'true' : 'false',
      title: `${captioned(scene.tell.say, name, stateText(scene, g))}${found ? scene.tell.say('ui.events.matches') : ''}`,
    },
    h(
      'span',
      { class: 'chip-text' },
      h('bdi', {}, visible(name)),
      extra === '' ? '' : h('b', {}, ' ', h('bdi', {}, extra)),
    ),
  );
}

/** Chips for goroutines, the first of them only where there are many. */
export function chips(scene: Scene, gs: readonly number[], extra?: (g: number) => string): Content[] {
  const seen = new Set<number>();
  const out: Content[] = [];
  for (const g of gs) {
    if (seen.has(g)) continue; // a select may wait twice
    seen.add(g);
    if (seen.size <= mostChips) out.push(chip(scene, g, extra?.(g) ?? ''));
  }
  if (seen.size > mostChips) {
    out.push(more(scene, seen.size - mostChips));
  }
  return out;
}

/** A value, cut to a readable length, with nothing invisible in it. */
export function value(scene: Scene, val: number, most = longest): string {
  return beginning(valueText(scene.log, val), most);
}

/** The most of a value that is written where there is room. */
const mostTitle = 400;

/** A value in a box; attrs may make it a button (with data-do) or let it move (with data-fly). */
export function valueBox(scene: Scene, val: number, attrs: Attrs = {}): Node {
  const does = 'data-do' in attrs;
  const title = attrs['title'] ?? value(scene, val, mostTitle);
  return h(
    does ? 'button' : 'span',
    { ...attrs, ...(does ? { type: 'button' } : {}), class: `slot ${attrs['class'] ?? ''}`.trimEnd(), title },
    h('bdi', {}, value(scene, val) || '\u00a0'),
  );
}

/** The first of a list's parts, and how many more there are. */
export function firstOf<T>(
  scene: Scene,
  list: readonly T[],
  most: number,
  one: (t: T, i: number) => Content,
): Content[] {
  const out = list.slice(0, most).map(one);
  if (list.length > most) out.push(more(scene, list.length - most));
  return out;
}

/** "7 more". */
export function more(scene: Scene, n: number): Node {
  return h('span', { key: 'more', class: 'dim' }, scene.tell.say('ui.channels.more', { n: count(n) }));
}

/** A channel's or lock's name, which lights up with it. */
export function objectName(scene: Scene, id: number): Node {
  const lit = scene.lit.objs.has(id) ? ' is-lit' : '';
  return h(
    'button',
    { key: `obj${id}`, type: 'button', class: `object${lit}`, 'data-obj': id },
    h('bdi', {}, visible(scene.tell.names.obj(id))),
  );
}

/** The words "3 of 8" and the like that begin every twin's sentence. */
export function position(scene: Scene): { readonly seq: number; readonly total: number } {
  return { seq: scene.world.seq, total: scene.log.count };
}

/** Draws a twin as a table. */
export function table(twin: Twin): readonly Content[] {
  return [
    h('p', { class: 'twin-sentence' }, twin.sentence),
    h(
      'table',
      { class: 'twin-table' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          twin.head.map((c) => h('th', { scope: 'col' }, c)),
        ),
      ),
      h(
        'tbody',
        {},
        twin.rows.map((row) =>
          h(
            'tr',
            {},
            row.map((c, i) =>
              h(i === 0 ? 'th' : 'td', i === 0 ? { scope: 'row' } : {}, h('bdi', {}, visible(c))),
            ),
          ),
        ),
      ),
    ),
  ];
}

/** What the colours and textures mean, in words; then what more is. */
export function legend(say: Say, more: readonly Node[] = []): HTMLElement {
  const list = make('ul', { class: 'legend-list', tabindex: 0, 'aria-label': say('ui.legend') });
  const looks = lookNames
    .filter((n) => n !== 'none')
    .map((n) => h('li', {}, h('i', { class: `swatch look-${n}` }), say(`ui.look.${n}`)));
  patch(list, [...looks, ...more]);
  return menu({ label: say('ui.legend'), cls: 'tool legend', top: list }, () => []).body;
}
