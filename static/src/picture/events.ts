/**
 * Events: everything that happened, in order, one sentence each. A list of
 * any length of which only what is seen is in the document; a list longer
 * than a browser can scroll is scrolled in proportion.
 */
import { at } from '../event/check';
import { type Content, h, patch } from '../dom/draw';
import { button, make, setText } from '../dom/make';
import { count, nanoseconds, type Say } from '../words/say';
import { kindWord, sentence, type Telling } from '../words/sentences';
import type { Scene } from './scene';

const rowHeight = 24;
const tallest = 8_000_000;
const searchBatch = 20_000;

/** The event list of one workbench. */
export class EventList {
  readonly body: HTMLElement;
  readonly search: HTMLInputElement;
  private readonly say: Say;
  private readonly scroller = make('div', { class: 'events-scroll', tabindex: '0' });
  private readonly rows = make('ol', { class: 'events-rows' });
  private readonly spacer = make('div', { class: 'events-spacer' });
  private readonly note = make('span', { class: 'dim', role: 'status' });
  private readonly redraw: () => void;
  private readonly seek: (seq: number) => void;
  private height = 200;
  private scene: Scene | undefined;
  private shown = -1;
  private looking = 0;

  constructor(say: Say, seek: (seq: number) => void, redraw: () => void) {
    this.say = say;
    this.seek = seek;
    this.redraw = redraw;
    this.search = make('input', {
      type: 'search',
      'aria-label': say('ui.events.search'),
      placeholder: say('ui.events.search'),
    });
    this.spacer.append(this.rows);
    this.scroller.append(this.spacer);
    const form = make(
      'form',
      { class: 'events-find', role: 'search' },
      this.search,
      button('↓', () => this.find(), { class: 'tool', 'aria-label': say('ui.events.search') }),
      this.note,
    );
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      this.find();
    });
    this.body = make('div', { class: 'events' }, form, this.scroller);
    this.scroller.addEventListener('scroll', () => this.redraw(), { passive: true });
  }

  /** Measures the space that there is. */
  measure(): void {
    this.height = this.scroller.clientHeight;
  }

  draw(scene: Scene): void {
    this.scene = scene;
    const total = scene.log.count;
    const full = Math.min(tallest, total * rowHeight);
    this.spacer.style.height = `${full}px`;
    const room = Math.max(1, full - this.height);
    const visible = Math.ceil(this.height / rowHeight) + 1;
    if (scene.world.seq !== this.shown) {
      this.shown = scene.world.seq;
      const first = Math.max(0, Math.min(total - visible + 1, this.shown - Math.ceil(visible / 2)));
      this.scroller.scrollTop = total <= visible ? 0 : (first / Math.max(1, total - visible + 1)) * room;
    }
    const part = Math.min(1, this.scroller.scrollTop / room);
    const first = Math.max(0, Math.round(part * Math.max(0, total - visible + 1)));
    this.rows.style.transform = `translateY(${Math.min(this.scroller.scrollTop, full - Math.min(full, visible * rowHeight))}px)`;
    const list: Content[] = [];
    for (let seq = first; seq < Math.min(total, first + visible); seq++) list.push(this.row(scene, seq));
    patch(this.rows, total === 0 ? [h('li', { class: 'empty' }, this.say('ui.picture.events.empty'))] : list);
  }

  private row(scene: Scene, seq: number): Content {
    const { log, tell, world } = scene;
    const g = at(log.g, seq);
    const here = seq === world.seq - 1;
    const lit = g !== 0 && scene.lit.gs.has(g) ? ' is-lit' : '';
    const text = sentence(tell, seq);
    return h(
      'li',
      {
        key: seq,
        class: `event${here ? ' is-now' : ''}${seq >= world.seq ? ' is-future' : ''}${lit}`,
        'data-seq': seq,
        'data-g': g === 0 ? undefined : g,
        'aria-setsize': log.count,
        'aria-posinset': seq + 1,
        'aria-current': here ? 'step' : undefined,
        title: text,
      },
      h('span', { class: 'event-seq' }, count(seq + 1)),
      h('span', { class: 'event-time' }, nanoseconds(at(log.t, seq))),
      h('span', { class: 'event-kind' }, kindWord(tell, seq)),
      h('span', { class: 'event-text' }, text),
    );
  }

  /** Goes to the next event whose sentence holds what is looked for. */
  private find(): void {
    if (this.scene === undefined || this.search.value.trim() === '') return;
    const { log, tell, world } = this.scene;
    const wanted = this.search.value.trim().toLowerCase();
    const turn = ++this.looking;
    const from = (seq: number, left: number): void => {
      if (turn !== this.looking) return;
      const found = searchFrom(tell, wanted, seq, Math.min(left, searchBatch));
      if (found !== undefined) {
        setText(this.note, '');
        this.seek(found + 1);
      } else if (left > searchBatch) {
        requestAnimationFrame(() => from((seq + searchBatch) % log.count, left - searchBatch));
      } else {
        setText(this.note, this.say('ui.events.none'));
      }
    };
    if (log.count > 0) from(world.seq % log.count, log.count);
  }
}

/** The first of n events from seq on (going round at the end) whose sentence holds wanted. */
function searchFrom(tell: Telling, wanted: string, seq: number, n: number): number | undefined {
  for (let i = 0; i < n; i++) {
    const s = (seq + i) % tell.log.count;
    if (sentence(tell, s).toLowerCase().includes(wanted)) return s;
  }
  return undefined;
}
