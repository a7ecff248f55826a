/** The workbench's document: bar, panes, the place for words, foot. Made once; panes keep their size. */
import { must } from '../event/check';
import { patch } from '../dom/draw';
import { make } from '../dom/make';
import { pictures } from '../picture/all';
import { consoleLines } from '../picture/console';
import type { EventList } from '../picture/events';
import type { Desk, Shown } from '../picture/picture';
import type { Say } from '../words/say';
import { type Pane, pane } from './pane';
import type { Params } from './params';
import type { Scene } from '../picture/scene';

/** Narrower than this, in px, a workbench shows one thing at a time (as in bench.css). */
const tabsBelow = 560;

/** Views that every workbench has, whatever its lab names. */
const alwaysThere: readonly string[] = ['code', 'console', 'events'];

/** The parts that a view is put together from. */
export type Parts = {
  readonly bar: HTMLElement;
  readonly foot: HTMLElement;
  readonly code: Pane;
  readonly controls: HTMLElement;
  readonly task: HTMLElement | undefined;
  readonly events: EventList;
  readonly desk: Desk;
};

/** A picture in its pane. */
type Framed = { readonly pane: Pane; readonly shown: Shown };

/** The document of one workbench. */
export class View {
  readonly saying = make('div', { class: 'bench-say' });
  readonly live = make('div', { class: 'visually-hidden', 'aria-live': 'polite' });
  private readonly root: HTMLElement;
  private readonly say: Say;
  private readonly framed: readonly Framed[];
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
    const lanesFirst = [...params.pictures].sort((a, b) => Number(b === 'lanes') - Number(a === 'lanes'));
    this.framed = lanesFirst.filter((id) => !alwaysThere.includes(id)).map((id) => this.frame(id));
    const panes = this.framed.map((f) => f.pane);
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
    const tabbed = [...left, ...panes, consolePane, eventsPane];
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
          make('div', { class: 'bench-pictures' }, ...panes.map((p) => p.root), this.log),
          this.saying,
        ),
      ),
      parts.foot,
      this.live,
    );
    const roomy = root.clientWidth > tabsBelow;
    this.show(parts.task !== undefined ? 'task' : roomy ? (panes[0]?.id ?? 'console') : 'code');
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
    this.parts.desk.redraw();
  }

  /** A run begins: shows it where only one thing is shown at a time. */
  showRun(): void {
    const before = ['code', 'task', 'controls'].includes(this.tab);
    if (before) this.show(this.framed[0]?.pane.id ?? 'console');
  }

  /** Draws all panes that are seen. */
  draw(scene: Scene, follow: boolean, started: boolean): void {
    for (const f of this.framed) {
      if (!this.visible.has(f.pane.root)) continue;
      f.pane.root.classList.toggle('is-empty', !started);
      if (!started) continue;
      f.pane.drawTwin(() => f.shown.twin(scene));
      if (!f.pane.asTable()) f.shown.draw(scene, follow);
    }
    if (this.visible.has(must(this.consoleBody.parentElement, 'console'))) {
      patch(this.consoleLines, consoleLines(scene));
    }
    if (this.visible.has(must(this.parts.events.body.parentElement, 'events'))) this.parts.events.draw(scene);
  }

  /** Measures the space that there is for every picture. */
  measure(): void {
    for (const f of this.framed) f.shown.measure();
    this.parts.events.measure();
  }

  /** Takes the colours anew: the theme has changed. */
  restyle(): void {
    for (const f of this.framed) f.shown.restyle();
  }

  /** Lets go of what watches the document. */
  close(): void {
    this.watcher.disconnect();
  }

  private frame(id: string): Framed {
    const { desk } = this.parts;
    const shown = must(pictures.get(id), `picture ${id}`).open(desk);
    const twin = { say: this.say, flip: desk.redraw };
    const framed = pane(id, shown.body, { ...titled(this.say, id), tools: shown.tools, twin });
    framed.body.dataset['empty'] = this.say(`ui.picture.${id}.empty`);
    return { pane: framed, shown };
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
    this.parts.desk.redraw();
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
