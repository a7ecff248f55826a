/**
 * The workbench's document: bar, panes, the place for words, foot. Which
 * panes there are and how they lie is the reader's choice (layout.ts), kept
 * by this browser for each lab; a picture is opened when it is first shown.
 */
import { must } from '../event/check';
import { patch } from '../dom/draw';
import { keep, kept } from '../dom/keep';
import { make } from '../dom/make';
import { type Item, menu, type Menu } from '../dom/menu';
import { pictures } from '../picture/all';
import { consoleLines } from '../picture/console';
import type { EventList } from '../picture/events';
import type { Desk } from '../picture/picture';
import type { Say } from '../words/say';
import type { Cost } from './cost';
import { Dock } from './dock';
import type { Explore } from './explore';
import { keyOf } from './keys';
import {
  add,
  type Cell,
  columnOf,
  format,
  gather,
  initial,
  type Layout,
  move,
  panesOf,
  parseLayout,
  remove,
  show,
  stack,
  tabsWith,
} from './layout';
import { type Pane, pane } from './pane';
import type { Params } from './params';
import type { Scene } from '../picture/scene';

/** Narrower than this, in px, a workbench shows one thing at a time (as in bench.css). */
const tabsBelow = 560;

/** What is shown in a pane, and how it is drawn. */
type Framed = {
  readonly pane: Pane;
  /** Draws a moment; started says that there is one. */
  readonly draw: (scene: Scene, follow: boolean, started: boolean) => void;
  readonly measure: () => void;
  readonly restyle: () => void;
  /** What it says in one sentence, if it does. */
  readonly sentence?: (scene: Scene) => string;
};

/** The parts that a view is put together from. */
export type Parts = {
  readonly bar: HTMLElement;
  readonly foot: HTMLElement;
  readonly code: Pane;
  readonly controls: HTMLElement;
  readonly task: HTMLElement | undefined;
  readonly challenges: HTMLElement | undefined;
  readonly events: EventList;
  /** Undefined where nothing can be explored. */
  readonly explore: Explore | undefined;
  /** Undefined where nothing is run on the real runtime. */
  readonly cost: Cost | undefined;
  /** Where a person brings something, in the place of a program. */
  readonly brought: HTMLElement | undefined;
  readonly desk: Desk;
  /** Saves a picture as a file. */
  readonly picture: (id: string, body: HTMLElement, title: string, form: 'svg' | 'png') => void;
  /** More lines for the menu of what is shown. */
  readonly items: () => readonly Item[];
};

/** The height of Explore, which has much to say, where the code beside it has 100. */
const tall = 190;

const nothing = (): void => undefined;

/** The document of one workbench. */
export class View {
  readonly saying = make('div', { class: 'bench-say', role: 'group', tabindex: '0' });
  readonly live = make('div', { class: 'visually-hidden', 'aria-live': 'polite' });
  /** The menu of all that can be shown. */
  readonly menu: Menu;
  private readonly root: HTMLElement;
  private readonly params: Params;
  private readonly say: Say;
  private readonly parts: Parts;
  private readonly dock: Dock;
  private readonly tabs: HTMLElement;
  private readonly framed = new Map<string, Framed>();
  private readonly visible = new Set<Element>();
  /** Errors of pictures that the browser was told of. */
  private readonly reported = new Set<string>();
  private readonly watcher: IntersectionObserver;
  private readonly sizes: ResizeObserver;
  private readonly memory: string;
  private readonly first: Layout;
  private layout: Layout;
  private filled: string | undefined;
  /** The tab of each column, where there is room for one at a time. */
  private readonly tab: [string, string] = ['code', ''];

  constructor(root: HTMLElement, params: Params, say: Say, parts: Parts) {
    this.root = root;
    this.params = params;
    this.say = say;
    this.parts = parts;
    this.saying.setAttribute('aria-label', say('ui.saying'));
    this.watcher = new IntersectionObserver((entries) => this.seen(entries));
    this.sizes = new ResizeObserver(() => {
      this.measure();
      parts.desk.redraw();
    });
    this.memory = `interleave:panes:${params.lab}:${params.part}`;
    this.first = initial(
      this.leftPanes(),
      params.pictures.filter((id) => pictures.has(id)),
    );
    this.layout = parseLayout(kept(this.memory) ?? '', (id) => this.knows(id)) ?? this.first;
    this.dock = new Dock({
      say,
      pane: (id) => this.frame(id).pane,
      tabs: (cell) => this.cellTabs(cell),
      below: this.saying,
      resized: (l) => this.keepLayout(l),
    });
    this.menu = menu({ label: say('ui.panes'), title: say('ui.panes.title'), cls: 'bar-panes' }, () =>
      this.items(),
    );
    this.tabs = make('nav', { class: 'bench-tabs', 'aria-label': params.title });
    root.replaceChildren(parts.bar, this.tabs, this.dock.body, parts.foot, this.live);
    this.arrange(this.layout);
    const roomy = root.clientWidth > tabsBelow;
    const picture = this.rightPanes()[0] ?? 'console';
    const first = parts.brought === undefined ? 'code' : 'brought';
    this.show(parts.task !== undefined ? 'task' : roomy ? picture : first);
  }

  /** The panes as they lie, as text; undefined if they lie as the lab opens with them. */
  get panes(): string | undefined {
    const text = format(this.layout);
    return text === format(this.first) ? undefined : text;
  }

  /** Lays the panes as a text says; a text that is none changes nothing. */
  setPanes(text: string): void {
    const l = parseLayout(text, (id) => this.knows(id));
    if (l !== undefined) this.arrange(l);
  }

  /** Shows a pane, which is opened if it is not there; where there is room for one at a time, it is that one. */
  show(id: string): void {
    if (!this.knows(id)) return;
    if (!panesOf(this.layout).includes(id)) {
      this.arrange(id === 'explore' ? this.withExplore() : add(this.layout, id, this.home(id)));
    }
    if (tabsWith(this.layout, id).length > 1) this.arrange(show(this.layout, id));
    if (this.filled !== undefined && this.filled !== id) this.fill(undefined);
    this.tab[columnOf(this.layout, id) ?? 1] = id;
    this.root.dataset['tab'] = id;
    this.mark();
    this.parts.desk.redraw();
  }

  /** Explore, as tall as may be: beside what is small and can wait, where the panes lie as at first. */
  private withExplore(): Layout {
    const { first, layout } = this;
    if (format(layout) !== format(first)) return add(layout, 'explore', 0, tall);
    const small = this.leftPanes().filter((p) => p === 'challenges' || p === 'controls');
    return gather(layout, [...small, 'explore'], 0, tall);
  }

  /** A run begins: shows it where only one thing is shown at a time. */
  showRun(): void {
    if (columnOf(this.layout, this.root.dataset['tab'] ?? '') === 0)
      this.show(this.rightPanes()[0] ?? 'console');
  }

  /** Lets the pane that has the focus, or the pointer, fill the workbench; or ends that. */
  flipFill(): void {
    const over = this.root.querySelector('.pane:focus-within') ?? this.root.querySelector('.pane:hover');
    const id = over?.getAttribute('data-pane') ?? this.rightPanes()[0];
    this.fill(this.filled === undefined ? id : undefined);
  }

  /** Ends the filling, if a pane fills the workbench; says whether one did. */
  unfill(): boolean {
    if (this.filled === undefined) return false;
    this.fill(undefined);
    return true;
  }

  /** Draws all panes that are seen. */
  draw(scene: Scene, follow: boolean, started: boolean): void {
    for (const f of this.framed.values()) {
      if (this.visible.has(f.pane.root)) this.drawOne(f, scene, follow, started);
    }
  }

  /** A picture that fails says so in its own pane, and the others go on. */
  private drawOne(f: Framed, scene: Scene, follow: boolean, started: boolean): void {
    try {
      f.draw(scene, follow, started);
      f.pane.fails('');
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      f.pane.fails(this.say('ui.broken.picture', { error: text }));
      if (!this.reported.has(text)) reportError(error);
      this.reported.add(text);
    }
  }

  /** The sentence of the picture that has the focus, or else of the first that is seen. */
  sentence(scene: Scene): string {
    const focused = [...this.framed.values()].find((f) => f.pane.root.contains(document.activeElement));
    const seen = [...this.framed.values()].find(
      (f) => f.sentence !== undefined && this.visible.has(f.pane.root),
    );
    return (focused?.sentence === undefined ? seen : focused)?.sentence?.(scene) ?? '';
  }

  /** Measures the space that there is for every picture. */
  measure(): void {
    for (const f of this.framed.values()) f.measure();
  }

  /** Takes the colours anew: the theme has changed. */
  restyle(): void {
    for (const f of this.framed.values()) f.restyle();
  }

  private leftPanes(): readonly string[] {
    const challenges = this.parts.challenges === undefined ? [] : ['challenges'];
    const task = this.parts.task === undefined ? [] : ['task'];
    if (this.parts.brought !== undefined) return ['brought'];
    return [...task, ...challenges, 'code', 'controls'];
  }

  /** The panes that open in the left column. */
  private homely(): readonly string[] {
    const { explore, cost } = this.parts;
    return [
      ...this.leftPanes(),
      ...(explore === undefined ? [] : ['explore']),
      ...(cost === undefined ? [] : ['cost']),
    ];
  }

  private rightPanes(): readonly string[] {
    return panesOf({ ...this.layout, columns: [[], this.layout.columns[1]] });
  }

  private home(id: string): 0 | 1 {
    return this.homely().includes(id) ? 0 : 1;
  }

  /** All panes that there can be. */
  private all(): readonly string[] {
    return [...this.homely(), ...pictures.keys(), 'console', 'events'];
  }

  private knows(id: string): boolean {
    return this.all().includes(id);
  }

  /** Lays the panes anew and keeps that. */
  private change(l: Layout): void {
    this.arrange(l);
    this.keepLayout(l);
  }

  private keepLayout(l: Layout): void {
    this.layout = l;
    const text = format(l);
    keep(this.memory, text === format(this.first) ? undefined : text);
  }

  private arrange(l: Layout): void {
    this.layout = l;
    this.dock.draw(l);
    for (const column of [0, 1] as const) {
      const there = panesOf(l).filter((id) => columnOf(l, id) === column);
      if (!there.includes(this.tab[column])) this.tab[column] = there[0] ?? '';
    }
    const open = this.root.dataset['tab'] ?? '';
    if (open !== '' && columnOf(l, open) === undefined) this.root.dataset['tab'] = this.tab[1];
    if (this.filled !== undefined && columnOf(l, this.filled) === undefined) this.filled = undefined;
    this.tabs.replaceChildren(...panesOf(l).map((id) => this.tabButton(id, true)));
    this.mark();
    this.parts.desk.redraw();
  }

  /** Marks what is to be seen: the tabs, and what fills the workbench. */
  private mark(): void {
    const { root, filled } = this;
    const tab = root.dataset['tab'] ?? '';
    root.dataset['side'] = columnOf(this.layout, tab) === 0 ? 'left' : 'right';
    root.classList.toggle('is-filling', filled !== undefined);
    for (const e of this.dock.body.querySelectorAll(
      '.pane, .dock-cell, .dock-row, .bench-left, .bench-right',
    )) {
      const holds = (id: string | undefined): boolean =>
        id !== undefined &&
        (e.getAttribute('data-pane') === id || e.querySelector(`[data-pane="${id}"]`) !== null);
      e.classList.toggle('is-tab', holds(this.tab[0]) || holds(this.tab[1]));
      e.classList.toggle('is-filled', holds(filled));
    }
    for (const b of this.tabs.querySelectorAll('[data-show]')) {
      const on = b.getAttribute('data-show') === tab;
      b.setAttribute('aria-pressed', String(on));
      if (on) b.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }

  private fill(id: string | undefined): void {
    this.filled = id;
    if (id !== undefined) this.show(id);
    this.mark();
    this.parts.desk.redraw();
  }

  private frame(id: string): Framed {
    let f = this.framed.get(id);
    if (f !== undefined) return f;
    f = this.newFrame(id);
    this.framed.set(id, f);
    const { head, root, body } = f.pane;
    head.append(this.paneMenu(id).body);
    head.addEventListener('dblclick', (e) => {
      if (e.target instanceof Element && e.target.closest('button, input, summary, .menu') !== null) return;
      this.fill(this.filled === undefined ? id : undefined);
    });
    this.watcher.observe(root);
    this.sizes.observe(body);
    return f;
  }

  private newFrame(id: string): Framed {
    const { parts } = this;
    const plain = (p: Pane): Framed => ({ pane: p, draw: nothing, measure: nothing, restyle: nothing });
    switch (id) {
      case 'code':
        return plain(parts.code);
      case 'controls':
        return plain(pane(id, parts.controls, this.titled('ui.controls.title', 'ui.controls.question')));
      case 'challenges': {
        const body = must(parts.challenges, 'challenges');
        return plain(pane(id, body, this.titled('ui.challenges.title', 'ui.challenges.question')));
      }
      case 'task': {
        const question = this.say('ui.exercise.points', { n: this.params.points });
        return plain(pane(id, must(parts.task, 'task'), { title: this.say('ui.exercise.task'), question }));
      }
      case 'brought': {
        const body = must(parts.brought, 'what is brought');
        return plain(pane(id, body, this.titled('ui.brought.title', 'ui.brought.question')));
      }
      case 'cost':
        return this.cost(must(this.parts.cost, 'cost'));
      case 'explore':
        return this.explore(must(this.parts.explore, 'explore'));
      case 'console':
        return this.console();
      case 'events': {
        const { events } = parts;
        const p = pane(id, events.body, this.titledPicture(id));
        return { pane: p, draw: (s) => events.draw(s), measure: () => events.measure(), restyle: nothing };
      }
      default:
        return this.picture(id);
    }
  }

  private explore(explore: Explore): Framed {
    const { desk } = this.parts;
    const twin = { say: this.say, flip: desk.redraw };
    const p = pane('explore', explore.body, {
      ...this.titled('ui.explore.title', 'ui.explore.question'),
      tools: [explore.tools],
      twin,
    });
    const draw = (): void => {
      explore.draw();
      p.drawTwin(() => explore.twin());
    };
    return { pane: p, draw, measure: nothing, restyle: nothing };
  }

  private cost(cost: Cost): Framed {
    const { desk } = this.parts;
    const p = pane('cost', cost.body, {
      ...this.titled('ui.cost.title', 'ui.cost.question'),
      tools: [cost.tools],
      twin: { say: this.say, flip: desk.redraw },
    });
    const draw = (): void => {
      cost.draw();
      p.drawTwin(() => cost.twin());
    };
    return { pane: p, draw, measure: nothing, restyle: nothing };
  }

  private console(): Framed {
    const lines = make('div', { class: 'console-lines' });
    const body = make('div', { class: 'console', tabindex: '0' }, lines);
    return {
      pane: pane('console', body, this.titledPicture('console')),
      draw: (scene) => patch(lines, consoleLines(scene)),
      measure: nothing,
      restyle: nothing,
    };
  }

  private picture(id: string): Framed {
    const { desk } = this.parts;
    const shown = must(pictures.get(id), `picture ${id}`).open(desk);
    const twin = { say: this.say, flip: desk.redraw };
    const p = pane(id, shown.body, { ...this.titledPicture(id), tools: shown.tools, twin });
    p.body.dataset['empty'] = this.say(`ui.picture.${id}.empty`);
    return {
      pane: p,
      draw: (scene, follow, started) => {
        p.root.classList.toggle('is-empty', !started);
        if (!started) return;
        p.drawTwin(() => shown.twin(scene));
        if (!p.asTable()) shown.draw(scene, follow);
      },
      measure: () => shown.measure(),
      restyle: () => shown.restyle(),
      sentence: (scene) => shown.twin(scene).sentence,
    };
  }

  private titled(title: string, question: string): { readonly title: string; readonly question: string } {
    return { title: this.say(title), question: this.say(question) };
  }

  private titledPicture(id: string): { readonly title: string; readonly question: string } {
    return this.titled(`ui.picture.${id}`, `ui.picture.${id}.question`);
  }

  /** What a pane is called: on its tab, and in menus. */
  private name(id: string): string {
    const key = `ui.tab.${id}`;
    const text = this.say(key);
    return text === key ? this.say(`ui.picture.${id}`) : text;
  }

  private tabButton(id: string, on: boolean): HTMLElement {
    const b = make(
      'button',
      { type: 'button', class: 'tab', 'data-show': id, 'aria-pressed': String(on) },
      this.name(id),
    );
    b.addEventListener('click', () => {
      const cell = b.closest('.pane-head') !== null;
      this.show(id);
      if (!cell) return;
      this.keepLayout(this.layout);
      this.frame(id).pane.head.querySelector<HTMLElement>('[data-show][aria-pressed=true]')?.focus();
    });
    return b;
  }

  private cellTabs(cell: Cell): HTMLElement {
    return make('span', {}, ...cell.panes.map((id) => this.tabButton(id, id === cell.shown)));
  }

  /** The lines of the menu of pictures: each with its question, marked if it is open. */
  private items(): readonly Item[] {
    const open = new Set(panesOf(this.layout));
    const line = (id: string): Item => ({
      label: this.name(id),
      hint: this.questionOf(id),
      checked: open.has(id),
      act: () => {
        if (open.has(id)) this.change(remove(this.layout, id));
        else {
          this.show(id);
          this.keepLayout(this.layout);
        }
      },
    });
    return [
      { heading: this.say('ui.panes.pictures') },
      ...[...pictures.keys()].map(line),
      { heading: this.say('ui.panes.texts') },
      ...[...this.homely(), 'console', 'events'].map(line),
      { heading: this.say('ui.panes.layout') },
      { label: this.say('ui.panes.reset'), act: () => this.change(this.first) },
      ...this.parts.items(),
    ];
  }

  private questionOf(id: string): string {
    const key = ['code', 'controls', 'challenges', 'explore', 'cost', 'brought'].includes(id)
      ? `ui.${id}.question`
      : `ui.picture.${id}.question`;
    const text = this.say(key);
    return text === key ? '' : text;
  }

  private paneMenu(id: string): Menu {
    const { say } = this;
    const title = say('ui.pane.menu', { pane: this.name(id) });
    return menu({ label: '⋯', title, cls: 'tool pane-menu' }, () => {
      const l = this.layout;
      const way = (label: string, to: (l: Layout) => Layout): Item => ({
        label,
        disabled: to(l) === l,
        act: () => this.change(to(this.layout)),
      });
      return [
        {
          label: say(this.filled === id ? 'ui.pane.unfill' : 'ui.pane.fill'),
          key: keyOf('fill'),
          act: () => this.fill(this.filled === id ? undefined : id),
        },
        way(say('ui.pane.left'), (x) => move(x, id, 'left')),
        way(say('ui.pane.right'), (x) => move(x, id, 'right')),
        way(say('ui.pane.up'), (x) => move(x, id, 'up')),
        way(say('ui.pane.down'), (x) => move(x, id, 'down')),
        way(say('ui.pane.stack'), (x) => stack(x, id)),
        ...(pictures.has(id) ? (['svg', 'png'] as const) : []).map((form) => ({
          label: say(`ui.pane.${form}`),
          hint: say(`ui.pane.${form}.hint`),
          act: () => this.parts.picture(id, this.frame(id).pane.body, this.name(id), form),
        })),
        { label: say('ui.pane.close'), act: () => this.change(remove(this.layout, id)) },
        { label: say('ui.panes.reset'), act: () => this.change(this.first) },
      ];
    });
  }

  private seen(entries: readonly IntersectionObserverEntry[]): void {
    for (const e of entries) {
      if (e.isIntersecting) this.visible.add(e.target);
      else this.visible.delete(e.target);
    }
    this.parts.desk.redraw();
  }
}
