/**
 * Lanes: who ran when, and who waited for what. Two canvases, the bars at the
 * back, and buttons for the names; all scroll in one box, of which only what
 * is seen is drawn. Where there are very many goroutines they are in groups.
 */
import { captioned } from '../words/say';
import { must } from '../event/check';
import { h, type Node, patch } from '../dom/draw';
import { button, fitCanvas, make, setText } from '../dom/make';
import { menu } from '../dom/menu';
import { type Crowd, Crowds } from '../fold/crowds';
import { lookNames } from '../fold/lives';
import { traced } from '../fold/kind-of-run';
import { isSystem } from '../fold/origin';
import { Sums } from '../fold/sums';
import type { Say } from '../words/say';
import { positionAt, valueAt, whole } from './axis';
import { Film } from './film';
import { type Ink, inkOf } from './ink';
import {
  axisHeight,
  drawLanes,
  drawOverview,
  paintLanes,
  paintOverview,
  type Stage,
  stretch,
} from './lanes-draw';
import { handle, type Point } from './lanes-hand';
import { lanesLegend } from './lanes-legend';
import type { Cause, drawChain } from './lanes-cause';
import { crowdName, crowdState, hit, spanOf, tip, type View } from './lanes-tip';
import { lanesTwin } from './lanes-twin';
import type { Desk, Picture, Shown, Twin } from './picture';
import { crowdHeight, densities, groupings, nestHeight, Rows, sort } from './rows';
import { lookIn, type Scene, stateText } from './scene';
import { lastAt } from './strip';

/** The picture. */
export const lanes: Picture = { id: 'lanes', open: (desk) => new Lanes(desk) };

/** Spans taken into the levels of detail in one frame, and ms of it that may go into the overview. */
const spansAtOnce = 20_000;
const summing = 2;
const overviewHeight = 24;

/** What is known of the log that is shown. */
type Known = {
  readonly log: Scene['log'];
  readonly all: Crowds;
  /** Sums of single lives, for the table. */
  readonly sums: Map<number, Sums>;
};

/** The lanes of one workbench. */
class Lanes implements Shown {
  readonly body: HTMLElement;
  readonly tools: readonly HTMLElement[];
  private readonly scroller = make('div', { class: 'lanes-scroll', tabindex: '0', role: 'group' });
  private readonly spacer = make('div', { class: 'lanes-spacer' });
  private readonly names = make('div', { class: 'lanes-names' });
  private readonly back = make('canvas', { class: 'lanes-back', 'aria-hidden': 'true' });
  private readonly canvas = make('canvas', { class: 'lanes-canvas', role: 'img' });
  private readonly overview = make('canvas', {
    class: 'lanes-overview',
    'aria-hidden': 'true',
    hidden: true,
  });
  private readonly tip = make('div', { class: 'lanes-tip', 'aria-hidden': 'true', hidden: true });
  private readonly note = make('span', { class: 'pane-note' });
  private readonly scaleButton: HTMLButtonElement;
  private readonly desk: Desk;
  private readonly say: Say;
  private readonly rows = new Rows();
  private readonly film = new Film();
  private readonly small = new Film();
  private readonly widths = new Map<string, number>();
  /** The way back to a cause, once somebody asked for one. */
  private causes: { readonly panel: Cause; readonly draw: typeof drawChain } | undefined;
  private size = { width: 0, height: 0, names: 0, top: 0 };
  private ink: Ink | undefined;
  private scene: Scene | undefined;
  private known: Known | undefined;
  private pointer: Point | undefined;
  /** The focus came by the pointer: then arrows step, as everywhere. */
  private clicked = false;
  private overviewState = '';

  constructor(desk: Desk) {
    const { say } = desk;
    this.say = say;
    this.desk = desk;
    this.scaleButton = button(say('ui.lanes.by.events'), () => this.flip(), {
      class: 'tool lanes-scale',
      title: say('ui.lanes.axis'),
    });
    this.tools = [
      lanesLegend(say),
      make(
        'span',
        { class: 'pane-tools' },
        this.note,
        button(say('ui.cause'), () => void this.ask(), {
          class: 'tool lanes-ask',
          title: say('ui.cause.title'),
        }),
        this.rowsMenu(),
        this.scaleButton,
        button('−', () => this.zoom('out'), { class: 'tool', 'aria-label': say('ui.lanes.out') }),
        button('+', () => this.zoom('in'), { class: 'tool', 'aria-label': say('ui.lanes.in') }),
        button(say('ui.lanes.fit'), () => this.zoom('all'), { class: 'tool' }),
      ),
    ];
    this.canvas.setAttribute('aria-label', say('ui.picture.lanes.question'));
    this.scroller.setAttribute('aria-label', say('ui.picture.lanes'));
    const view = make('div', { class: 'lanes-view' }, this.back, this.canvas);
    this.spacer.append(this.names, view);
    this.scroller.append(this.spacer);
    this.body = make('div', { class: 'lanes' }, this.scroller, this.overview, this.tip);
    this.listen();
  }

  twin(scene: Scene): Twin {
    const known = this.knownOf(scene);
    this.rows.update(scene.log, scene.history, scene.selected);
    return lanesTwin(scene, this.rows, (g) => {
      const life = scene.history.lives.of(g);
      let sums = known.sums.get(g);
      if (sums === undefined) known.sums.set(g, (sums = new Sums(scene.log, life.starts)));
      sums.follow(life);
      return sums;
    });
  }

  /** Takes the colours anew: the theme has changed. */
  restyle(): void {
    this.ink = undefined;
    this.overviewState = '';
  }

  /** Measures the space that there is; call it when that may have changed, never while drawing. */
  measure(): void {
    const names = this.names.clientWidth;
    this.size = {
      width: Math.max(40, this.scroller.clientWidth - names),
      height: this.scroller.clientHeight,
      names,
      top: this.scroller.offsetTop,
    };
    this.overviewState = '';
    this.pointer = undefined;
  }

  draw(scene: Scene, follow: boolean): void {
    performance.mark('lanes');
    this.scene = scene;
    const { log, history, world } = scene;
    this.knownOf(scene);
    if (follow) this.desk.sight.follow(log, world.seq);
    const resized = this.causes?.panel.draw(scene) === true;
    if (resized || this.size.height === 0) this.measure(); // there is other room than before
    const { rows, size } = this;
    const { width, height } = size;
    rows.update(log, history, scene.selected);
    history.pyramids.allow(spansAtOnce);
    const ctx = fitCanvas(this.canvas, width, height);
    this.ink ??= inkOf(this.body, ctx);
    const scroll = Math.min(
      this.scroller.scrollTop,
      Math.max(0, axisHeight + rows.height - height + overviewHeight),
    );
    const span = this.desk.sight.of(log);
    const raster = this.film.of(width, height, this.ink);
    const stage: Stage = { ctx, ink: this.ink, raster, scene, span, width, height, scroll, rows };
    const letters = paintLanes(stage);
    this.film.show(this.back, width, height);
    const arrows = drawLanes(stage, letters, this.widths);
    const chain = this.causes?.panel.of(scene);
    if (chain !== undefined) this.causes?.draw(stage, chain);
    this.drawNames(stage);
    this.drawOverview(stage);
    this.drawTip();
    setText(this.scaleButton, this.say(`ui.lanes.by.${span.scale}`));
    const { g } = scene.tell.names;
    const notes = [
      rows.hidden === 0 ? '' : this.say('ui.lanes.hidden', { n: rows.hidden }),
      arrows === 'all' ? '' : this.say(`ui.lanes.arrows.${arrows}`, { g: g(scene.selected) }),
    ];
    setText(this.note, notes.filter((t) => t !== '').join(' · '));
    this.canvas.setAttribute(
      'aria-label',
      this.say('ui.lanes.label', { n: history.lives.count, total: log.count }),
    );
    this.body.dataset['zoomed'] = String(!this.desk.sight.all);
    if (rows.behind || history.pyramids.behind) this.desk.redraw();
    performance.measure('lanes', 'lanes');
    performance.clearMarks('lanes');
    performance.clearMeasures('lanes');
  }

  private knownOf(scene: Scene): Known {
    if (this.known?.log === scene.log) return this.known;
    this.overviewState = '';
    return (this.known = { log: scene.log, all: new Crowds(scene.log, 'all'), sums: new Map() });
  }

  private drawNames(stage: Stage): void {
    const { rows, scene, height, scroll } = stage;
    const names: Node[] = [];
    for (const canvas of [this.canvas, this.back]) {
      canvas.style.width = `${stage.width}px`;
      canvas.style.height = `${height}px`;
    }
    this.spacer.style.height = `${axisHeight + rows.height + (this.desk.sight.all ? 0 : overviewHeight)}px`;
    for (let i = Math.max(0, rows.at(scroll - axisHeight)); i < rows.count; i++) {
      const top = axisHeight + must(rows.tops[i], 'row');
      if (top > scroll + height) break;
      const item = rows.item(i);
      if (item.crowd !== undefined) names.push(this.crowdButton(scene, item.crowd, top));
      else if (rows.density !== 'thin') names.push(laneButton(scene, rows, item.g, top));
    }
    patch(this.names, names);
  }

  private crowdButton(scene: Scene, crowd: Crowd, top: number): Node {
    const open = this.rows.isOpen(crowd);
    const name = crowdName(scene, this.rows.by(scene.history), crowd);
    return h(
      'button',
      {
        key: `crowd ${crowd.id}`,
        type: 'button',
        class: 'lane-name lane-crowd',
        'data-crowd': crowd.id,
        'aria-expanded': String(open),
        title: captioned(scene.tell.say, name, crowdState(scene, crowd, scene.world.seq)),
        'style:top': `${top}px`,
        'style:height': `${crowdHeight}px`,
      },
      h('i', { class: 'lane-fold' }, open ? '▾' : '▸'),
      h('bdi', {}, name),
    );
  }

  private drawOverview(stage: Stage): void {
    const hidden = this.desk.sight.all;
    this.overview.hidden = hidden;
    const { known } = this;
    if (hidden || known === undefined) return;
    if (sort(known.all, summing, stage.scene.history.done)) this.desk.redraw();
    const crowd = known.all.list[0];
    if (crowd === undefined) return;
    const { width } = stage;
    const raster = this.small.of(width, overviewHeight, stage.ink);
    const state = `${known.all.done} ${stage.span.scale} ${width} ${stage.scene.log.count}`;
    if (state !== this.overviewState) {
      const full = whole(stage.scene.log, stage.span.scale);
      paintOverview(raster, crowd, full, { ...stretch(stage), from: full.from, to: full.to });
      this.overviewState = state;
    }
    this.small.show(this.overview, width, overviewHeight);
    this.overview.style.width = `${width}px`;
    drawOverview(fitCanvas(this.overview, width, overviewHeight), stage.ink, stage, width, overviewHeight);
  }

  private drawTip(): void {
    const { pointer, view } = this;
    const found = pointer === undefined || view === undefined ? undefined : hit(view, pointer.x, pointer.y);
    this.tip.hidden = found === undefined;
    if (found === undefined || pointer === undefined || view === undefined) return;
    patch(this.tip, tip(view, found));
    const { size } = this;
    const right = pointer.x > size.width / 2;
    const low = pointer.y > size.height / 2;
    const across = right ? size.width - pointer.x + 14 : size.names + pointer.x + 14;
    const down = low ? size.height - pointer.y + 12 : size.top + pointer.y + 14;
    const { style } = this.tip;
    style.left = right ? 'auto' : `${across}px`;
    style.right = right ? `${across}px` : 'auto';
    style.top = low ? 'auto' : `${down}px`;
    style.bottom = low ? `${down}px` : 'auto';
  }

  private get view(): View | undefined {
    const { scene, rows, size } = this;
    if (scene === undefined) return undefined;
    const { scrollTop } = this.scroller;
    return { scene, span: this.desk.sight.of(scene.log), width: size.width, scroll: scrollTop, rows };
  }

  private rowsMenu(): HTMLElement {
    const { say, rows, desk } = this;
    const choose = (act: () => void) => () => {
      act();
      desk.redraw();
    };
    return menu(
      { label: say('ui.lanes.rows'), title: say('ui.lanes.rows.title'), cls: 'tool lanes-rows' },
      () => [
        { heading: say('ui.lanes.group') },
        ...groupings.map((by) => ({
          label: say(`ui.lanes.group.${by}`),
          checked: this.scene !== undefined && rows.by(this.scene.history) === by,
          act: choose(() => rows.group(by)),
        })),
        { heading: say('ui.lanes.density') },
        ...densities.map((density) => ({
          label: say(`ui.lanes.density.${density}`),
          checked: rows.density === density,
          act: choose(() => (rows.density = density)),
        })),
        ...(this.scene !== undefined && traced(this.scene.log)
          ? [
              { heading: say('ui.lanes.runtime') },
              {
                label: say('ui.lanes.system.show'),
                checked: rows.system,
                act: choose(() => (rows.system = !rows.system)),
              },
            ]
          : []),
      ],
    ).body;
  }

  /** Asks for the cause of the delay at the playhead. */
  private async ask(): Promise<void> {
    if (this.causes === undefined) {
      const { Cause, drawChain } = await import('./lanes-cause');
      this.causes ??= { panel: new Cause(this.say, () => this.desk.redraw()), draw: drawChain };
      this.scroller.before(this.causes.panel.body);
    }
    if (this.scene === undefined || this.scene.selected === 0) return;
    this.causes.panel.ask(this.scene);
    this.desk.redraw();
  }

  private zoom(step: 'in' | 'out' | 'all'): void {
    if (this.scene !== undefined) this.desk.sight.step(this.scene.log, step, this.scene.world.seq);
  }

  private flip(): void {
    if (this.scene !== undefined) this.desk.sight.flip(this.scene.log);
  }

  private listen(): void {
    const { scroller, desk } = this;
    scroller.addEventListener('scroll', () => desk.redraw(), { passive: true });
    scroller.addEventListener('pointerdown', () => (this.clicked = true));
    scroller.addEventListener('blur', () => (this.clicked = false));
    scroller.addEventListener('keydown', (e) => this.pressed(e));
    this.names.addEventListener('click', (e) => this.unfold(e));
    handle(this.canvas, {
      sight: desk.sight,
      shown: () => (this.scene === undefined ? undefined : { log: this.scene.log, width: this.size.width }),
      hover: (point) => this.hover(point),
      tap: (point) => this.tap(point),
      double: (point) => this.double(point),
    });
    const drag = (e: PointerEvent): void => {
      if (e.buttons !== 1 || this.scene === undefined) return;
      this.overview.setPointerCapture(e.pointerId);
      const full = whole(this.scene.log, desk.sight.scale);
      desk.sight.centre(this.scene.log, full.from + (e.offsetX / this.size.width) * (full.to - full.from));
    };
    this.overview.addEventListener('pointerdown', drag);
    this.overview.addEventListener('pointermove', drag);
  }

  private hover(point: Point | undefined): void {
    this.pointer = point;
    const found =
      point === undefined || this.view === undefined ? undefined : hit(this.view, point.x, point.y);
    this.desk.point(found?.g === undefined ? undefined : { kind: 'g', g: found.g });
    this.desk.redraw();
  }

  private tap(point: Point): void {
    const { view } = this;
    if (view === undefined) return;
    const found = hit(view, point.x, point.y);
    this.pointer = point;
    if (found?.g !== undefined) this.desk.select({ kind: 'g', g: found.g });
    const pos =
      found?.mark === undefined ? positionAt(view.span, view.scene.log, view.width, point.x) : found.mark + 1;
    this.desk.seek(Math.round(pos));
  }

  /** Zooms to the span that is there. */
  private double(point: Point): void {
    const { view } = this;
    const found = view === undefined ? undefined : hit(view, point.x, point.y);
    if (found?.g !== undefined && found.i !== undefined) this.zoomTo(found.g, found.i);
  }

  private zoomTo(g: number, i: number): void {
    if (this.scene === undefined) return;
    const { log, history } = this.scene;
    const { scale } = this.desk.sight;
    const span = spanOf(this.scene, history.lives.of(g), i);
    const from = valueAt(scale, log, span.from);
    const to = Math.max(valueAt(scale, log, span.to), from + 1);
    const margin = Math.max(2, (to - from) * 0.25);
    this.desk.sight.go(log, { scale, from: from - margin, to: to + margin });
  }

  private unfold(e: Event): void {
    const id =
      e.target instanceof Element ? e.target.closest('[data-crowd]')?.getAttribute('data-crowd') : undefined;
    if (id === undefined || id === null) return;
    for (let i = 0; i < this.rows.count; i++) {
      const { crowd } = this.rows.item(i);
      if (crowd?.id !== Number(id)) continue;
      this.rows.toggle(crowd);
      break;
    }
    this.desk.redraw();
  }

  /** Keys while the focus is on the lanes themselves, where it came by a key. */
  private pressed(e: KeyboardEvent): void {
    const { scene, clicked } = this;
    const { sight } = this.desk;
    if (scene === undefined || e.target !== this.scroller || e.ctrlKey || e.metaKey || e.altKey) return;
    const { log } = scene;
    const acts: Readonly<Record<string, () => void>> = {
      '+': () => this.zoom('in'),
      '=': () => this.zoom('in'),
      '-': () => this.zoom('out'),
      '0': () => this.zoom('all'),
      d: () => void this.ask(),
      Enter: () => {
        const i = lastAt(log, scene.history.lives.of(scene.selected), 'events', scene.world.seq);
        if (i >= 0) this.zoomTo(scene.selected, i);
      },
      ...(clicked || sight.all
        ? {}
        : {
            ArrowLeft: () => sight.pan(log, -0.125),
            ArrowRight: () => sight.pan(log, 0.125),
            Home: () => sight.pan(log, -1e9),
            End: () => sight.pan(log, 1e9),
          }),
    };
    const act = acts[e.key];
    if (act === undefined || (e.shiftKey && e.key !== '+')) return;
    e.preventDefault();
    e.stopPropagation();
    act();
  }
}

function laneButton(scene: Scene, rows: Rows, g: number, top: number): Node {
  const look = must(lookNames[lookIn(scene.world, g)], 'look');
  const lit = scene.lit.gs.has(g) ? ' is-lit' : '';
  const own = traced(scene.log) && isSystem(scene.history.lives.of(g).name) ? ' lane-system' : '';
  return h(
    'button',
    {
      key: g,
      type: 'button',
      class: `lane-name lane-${rows.density}${own}${lit}`,
      'data-g': g,
      'aria-pressed': scene.selected === g ? 'true' : 'false',
      title: stateText(scene, g),
      'style:top': `${top + rows.nests(scene.history, g) * nestHeight}px`,
    },
    h('i', { class: `swatch look-${look}` }),
    h('bdi', {}, scene.tell.names.g(g)),
  );
}
