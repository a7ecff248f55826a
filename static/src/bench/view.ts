/** The workbench's document: bar, panes, the place for words, foot. Made once; panes keep their size. */
import { must } from '../event/check';
import { type Content, h, patch } from '../dom/draw';
import { make } from '../dom/make';
import { channels } from '../picture/channels';
import { consoleLines } from '../picture/console';
import type { EventList } from '../picture/events';
import type { Lanes } from '../picture/lanes';
import { lanesTwin } from '../picture/lanes-twin';
import type { Picture } from '../picture/parts';
import { pool } from '../picture/pool';
import { scheduler } from '../picture/scheduler';
import { lookNames } from '../fold/history';
import type { Say } from '../words/say';
import { type Pane, pane } from './pane';
import type { Params } from './params';
import type { Scene } from './scene';

/** Pictures that are drawn into the document, by name. */
const pictures: ReadonlyMap<string, Picture> = new Map([
  ['channels', channels],
  ['scheduler', scheduler],
  ['pool', pool],
]);

/** Narrower than this, in px, a workbench shows one thing at a time (as in bench.css). */
const tabsBelow = 560;

/** The parts that a view is put together from. */
export type Parts = {
  readonly bar: HTMLElement;
  readonly foot: HTMLElement;
  readonly code: Pane;
  readonly controls: HTMLElement;
  readonly task: HTMLElement | undefined;
  readonly lanes: Lanes;
  readonly events: EventList;
  /** Draw again: another tab or a twin is shown. */
  readonly redraw: () => void;
};

/** The document of one workbench. */
export class View {
  readonly saying = make('div', { class: 'bench-say' });
  readonly live = make('div', { class: 'visually-hidden', 'aria-live': 'polite' });
  private readonly root: HTMLElement;
  private readonly say: Say;
  private readonly panes: readonly Pane[];
  private readonly parts: Parts;
  private readonly tabs: HTMLElement;
  private readonly log: HTMLElement;
  private readonly consoleLines = make('div', { class: 'console-lines' });
  private readonly consoleBody = make('div', { class: 'console', tabindex: '0' }, this.consoleLines);
  private readonly visible = new Set<Element>();
  private readonly watcher: IntersectionObserver;

  constructor(root: HTMLElement, params: Params, say: Say, parts: Parts) {
    this.root = root;
    this.say = say;
    this.parts = parts;
    const flip = { say, flip: parts.redraw };
    const lanesFirst = [...params.pictures].sort((a, b) => Number(b === 'lanes') - Number(a === 'lanes'));
    this.panes = lanesFirst.flatMap((id) => this.picturePane(id, flip));
    const consolePane = pane('console', this.consoleBody, titled(say, 'console'));
    const eventsPane = pane('events', parts.events.body, titled(say, 'events'));
    this.log = make(
      'div',
      { class: 'bench-log', 'data-shown': 'console' },
      consolePane.root,
      eventsPane.root,
    );
    for (const p of [consolePane, eventsPane]) p.head.prepend(this.logTabs());
    const left = leftPanes(parts, params, say);
    const tabbed = [...left, ...this.panes, consolePane, eventsPane];
    this.tabs = this.tabBar(tabbed, params);
    this.watcher = new IntersectionObserver((entries) => this.seen(entries));
    for (const p of tabbed) this.watcher.observe(p.root);
    root.replaceChildren(
      parts.bar,
      this.tabs,
      make(
        'div',
        { class: 'bench-body' },
        make('div', { class: 'bench-left' }, ...left.map((p) => p.root)),
        make(
          'div',
          { class: 'bench-right' },
          make('div', { class: 'bench-pictures' }, ...this.panes.map((p) => p.root), this.log),
          this.saying,
        ),
      ),
      parts.foot,
      this.live,
    );
    const roomy = root.clientWidth > tabsBelow;
    this.show(parts.task !== undefined ? 'task' : roomy ? (this.panes[0]?.id ?? 'console') : 'code');
  }

  /** The tab that small screens show. */
  get tab(): string {
    return this.root.dataset['tab'] ?? '';
  }

  /** Shows a tab, where there is room for one at a time; of console and events always. */
  show(id: string): void {
    this.root.dataset['tab'] = id;
    if (id === 'console' || id === 'events') this.log.dataset['shown'] = id;
    for (const b of this.root.querySelectorAll('[data-show]')) {
      const on = b.getAttribute('data-show') === (this.tabs.contains(b) ? id : this.log.dataset['shown']);
      b.setAttribute('aria-pressed', String(on));
    }
    this.parts.redraw();
  }

  /** A run begins: shows it where only one thing is shown at a time. */
  showRun(): void {
    const before = ['code', 'task', 'controls'].includes(this.tab);
    if (before) this.show(this.panes[0]?.id ?? 'console');
  }

  /** Draws all panes that are seen. */
  draw(scene: Scene, follow: boolean, started: boolean): void {
    for (const p of this.panes) {
      if (!this.visible.has(p.root)) continue;
      if (!started) this.drawEmpty(p);
      else if (p.id === 'lanes') this.drawLanes(p, scene, follow);
      else this.drawPicture(p, scene);
    }
    if (this.visible.has(must(this.consoleBody.parentElement, 'console'))) {
      patch(this.consoleLines, consoleLines(scene));
    }
    if (this.visible.has(must(this.parts.events.body.parentElement, 'events'))) this.parts.events.draw(scene);
  }

  /** Lets go of what watches the document. */
  close(): void {
    this.watcher.disconnect();
  }

  private drawLanes(p: Pane, scene: Scene, follow: boolean): void {
    p.root.classList.remove('is-empty');
    p.drawTwin(() => lanesTwin(scene));
    if (!p.asTable()) this.parts.lanes.draw(scene, follow);
  }

  private drawPicture(p: Pane, scene: Scene): void {
    const picture = must(pictures.get(p.id), `picture ${p.id}`);
    p.drawTwin(() => picture.twin(scene));
    if (!p.asTable()) patch(p.body, picture.draw(scene));
  }

  private drawEmpty(p: Pane): void {
    const text = this.say(`ui.picture.${p.id}.empty`);
    if (p.id === 'lanes') {
      p.root.classList.add('is-empty');
      p.body.dataset['empty'] = text;
    } else {
      patch(p.body, [h('p', { class: 'empty' }, text)]);
    }
  }

  private picturePane(id: string, twin: { readonly say: Say; readonly flip: () => void }): readonly Pane[] {
    if (id === 'code' || id === 'console' || id === 'events') return []; // always there
    const { lanes } = this.parts;
    if (id === 'lanes') {
      return [
        pane(id, lanes.body, { ...titled(this.say, id), tools: [legend(this.say), lanes.tools], twin }),
      ];
    }
    must(pictures.get(id), `picture ${id}`);
    return [pane(id, make('div', { class: `picture picture-${id}` }), { ...titled(this.say, id), twin })];
  }

  private tabBar(panes: readonly Pane[], params: Params): HTMLElement {
    const name = (id: string): string => {
      const key = `ui.tab.${id}`;
      const text = this.say(key);
      return text === key ? this.say(`ui.picture.${id}`) : text;
    };
    return make(
      'nav',
      { class: 'bench-tabs', 'aria-label': params.title },
      ...panes.map((p) => this.tabButton(p.id, name(p.id))),
    );
  }

  private logTabs(): HTMLElement {
    return make(
      'span',
      { class: 'log-tabs' },
      ...['console', 'events'].map((id) => this.tabButton(id, this.say(`ui.tab.${id}`))),
    );
  }

  private tabButton(id: string, label: string): HTMLElement {
    const b = make('button', { type: 'button', class: 'tab', 'data-show': id }, label);
    b.addEventListener('click', () => this.show(id));
    return b;
  }

  private seen(entries: readonly IntersectionObserverEntry[]): void {
    for (const e of entries) {
      if (e.isIntersecting) this.visible.add(e.target);
      else this.visible.delete(e.target);
    }
    this.parts.redraw();
  }
}

/** The panes beside the pictures: task, code, controls. */
function leftPanes(parts: Parts, params: Params, say: Say): readonly Pane[] {
  const controls = pane('controls', parts.controls, {
    title: say('ui.controls.title'),
    question: say('ui.controls.question'),
  });
  if (parts.task === undefined) return [parts.code, controls];
  const question = say('ui.exercise.points', { n: params.points });
  return [pane('task', parts.task, { title: say('ui.exercise.task'), question }), parts.code, controls];
}

function titled(say: Say, id: string): { readonly title: string; readonly question: string } {
  return { title: say(`ui.picture.${id}`), question: say(`ui.picture.${id}.question`) };
}

/** What the colours and textures mean, in words. */
function legend(say: Say): HTMLElement {
  const list = make('ul', { class: 'legend-list' });
  const items: Content[] = lookNames
    .filter((n) => n !== 'none')
    .map((n) => h('li', {}, h('i', { class: `swatch look-${n}` }), say(`ui.look.${n}`)));
  patch(list, items);
  return make('details', { class: 'legend' }, make('summary', { class: 'tool' }, say('ui.legend')), list);
}
