/**
 * Events: everything that happened, in order, one sentence each. A list of
 * any length of which only what is seen is in the document; a list longer
 * than a browser can scroll is scrolled in proportion. Where something is
 * looked for, it can hold what was found and nothing else.
 */
import { at } from '../event/check';
import { type Content, h, patch } from '../dom/draw';
import { make } from '../dom/make';
import type { Found } from '../fold/found';
import { originOf } from '../fold/origin';
import { count, nanoseconds, type Say } from '../words/say';
import { kindWord, sentence } from '../words/sentences';
import type { Scene } from './scene';

const rowHeight = 24;
const tallest = 8_000_000;

/** The event list of one workbench. */
export class EventList {
  readonly body: HTMLElement;
  private readonly say: Say;
  private readonly scroller = make('div', { class: 'events-scroll', tabindex: '0' });
  private readonly rows = make('ol', { class: 'events-rows' });
  private readonly spacer = make('div', { class: 'events-spacer' });
  private readonly filters: () => boolean;
  private height = 200;
  private shown = '';

  /** A list below search, of what was found only where filters says so. */
  constructor(say: Say, search: HTMLElement, filters: () => boolean, redraw: () => void) {
    this.say = say;
    this.filters = filters;
    this.spacer.append(this.rows);
    this.scroller.append(this.spacer);
    this.body = make('div', { class: 'events' }, search, this.scroller);
    this.scroller.addEventListener('scroll', redraw, { passive: true });
  }

  /** Measures the space that there is. */
  measure(): void {
    this.height = this.scroller.clientHeight;
  }

  draw(scene: Scene): void {
    const found = this.filters() ? scene.found : undefined;
    const total = found?.count ?? scene.log.count;
    const full = Math.min(tallest, total * rowHeight);
    this.spacer.style.height = `${full}px`;
    const room = Math.max(1, full - this.height);
    const visible = Math.ceil(this.height / rowHeight) + 1;
    const now = found === undefined ? scene.world.seq : found.seqs.lastUpTo(scene.world.seq - 1) + 1;
    const shown = `${scene.world.seq} ${found === undefined ? '' : now}`;
    if (shown !== this.shown) {
      this.shown = shown;
      const first = Math.max(0, Math.min(total - visible + 1, now - Math.ceil(visible / 2)));
      this.scroller.scrollTop = total <= visible ? 0 : (first / Math.max(1, total - visible + 1)) * room;
    }
    const part = Math.min(1, this.scroller.scrollTop / room);
    const first = Math.max(0, Math.round(part * Math.max(0, total - visible + 1)));
    this.rows.style.transform = `translateY(${Math.min(this.scroller.scrollTop, full - Math.min(full, visible * rowHeight))}px)`;
    const list: Content[] = [];
    for (let i = first; i < Math.min(total, first + visible); i++)
      list.push(this.row(scene, i, total, found));
    const empty = scene.log.count === 0 ? 'ui.picture.events.empty' : 'ui.events.none';
    patch(this.rows, total === 0 ? [h('li', { class: 'empty' }, this.say(empty))] : list);
  }

  /** Row i of a list of so many rows. */
  private row(scene: Scene, i: number, total: number, found: Found | undefined): Content {
    const seq = found?.seqs.at(i) ?? i;
    const { log, tell, world } = scene;
    const g = at(log.g, seq);
    const here = seq === world.seq - 1;
    const lit = g !== 0 && scene.lit.gs.has(g) ? ' is-lit' : '';
    const mark = scene.found?.has(seq) === true ? ' is-found' : '';
    const text = sentence(tell, seq);
    const origin = originOf(log, seq);
    const about = tell.say('ui.picture.about');
    return h(
      'li',
      {
        key: seq,
        class: `event${here ? ' is-now' : ''}${seq >= world.seq ? ' is-future' : ''}${lit}${mark}`,
        'data-seq': seq,
        'data-g': g === 0 ? undefined : g,
        'aria-setsize': total,
        'aria-posinset': i + 1,
        'aria-current': here ? 'step' : undefined,
        title:
          origin === 'model'
            ? text
            : tell.say('ui.origin', { text, origin: tell.say(`ui.about.from.${origin}`) }),
        'data-origin': origin,
      },
      h('span', { class: 'event-seq' }, count(seq + 1)),
      h('span', { class: 'event-time' }, nanoseconds(at(log.t, seq))),
      h('span', { class: 'event-kind' }, kindWord(tell, seq)),
      h('bdi', { class: 'event-text' }, text),
      h(
        'button',
        { type: 'button', class: 'event-about', 'data-about': true, title: about, 'aria-label': about },
        'i',
      ),
    );
  }
}
