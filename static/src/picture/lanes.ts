/**
 * Lanes: who ran when, and who waited for what. A canvas for the bars, buttons
 * for the names; both scroll in one box, of which only what is seen is drawn.
 */
import { must } from '../event/check';
import { h, patch } from '../dom/draw';
import { button, fitCanvas, make, setText } from '../dom/make';
import type { Say } from '../words/say';
import { lookIn, type Scene, stateText } from './scene';
import { lookNames } from '../fold/lives';
import { positionAt, type Span } from './axis';
import { type Ink, inkOf } from './ink';
import { axisHeight, drawLanes, laneHeight } from './lanes-draw';
import { lanesTwin } from './lanes-twin';
import { legend } from './parts';
import type { Desk, Picture, Shown, Twin } from './picture';

/** The picture. */
export const lanes: Picture = { id: 'lanes', open: (desk) => new Lanes(desk) };

/** The lanes of one workbench. */
class Lanes implements Shown {
  readonly body: HTMLElement;
  readonly tools: readonly HTMLElement[];
  private readonly scroller = make('div', { class: 'lanes-scroll', tabindex: '0' });
  private readonly spacer = make('div', { class: 'lanes-spacer' });
  private readonly names = make('div', { class: 'lanes-names' });
  private readonly canvas = make('canvas', { class: 'lanes-canvas', role: 'img' });
  private readonly note = make('span', { class: 'pane-note' });
  private readonly scaleButton: HTMLButtonElement;
  private readonly desk: Desk;
  private readonly say: Say;
  private size = { width: 0, height: 0, names: 0 };
  private ink: Ink | undefined;
  private scene: Scene | undefined;
  private drag: { readonly x: number; readonly span: Span; moved: boolean } | undefined;

  constructor(desk: Desk) {
    const { say } = desk;
    this.say = say;
    this.desk = desk;
    this.scaleButton = button(say('ui.lanes.by.events'), () => desk.sight.flip(), {
      class: 'tool',
      title: say('ui.lanes.axis'),
    });
    this.tools = [
      legend(say),
      make(
        'span',
        { class: 'pane-tools' },
        this.note,
        this.scaleButton,
        button('−', () => this.zoomBy(1.6, 0.5), { class: 'tool', 'aria-label': say('ui.lanes.out') }),
        button('+', () => this.zoomBy(0.625, 0.5), { class: 'tool', 'aria-label': say('ui.lanes.in') }),
        button(say('ui.lanes.fit'), () => desk.sight.show(undefined), { class: 'tool' }),
      ),
    ];
    this.canvas.setAttribute('aria-label', say('ui.picture.lanes.question'));
    this.scroller.setAttribute('aria-label', say('ui.picture.lanes'));
    this.scroller.setAttribute('role', 'group');
    this.spacer.append(this.names, this.canvas);
    this.scroller.append(this.spacer);
    this.body = make('div', { class: 'lanes' }, this.scroller);
    this.listen();
  }

  twin(scene: Scene): Twin {
    return lanesTwin(scene);
  }

  /** Takes the colours anew: the theme has changed. */
  restyle(): void {
    this.ink = undefined;
  }

  /** Measures the space that there is; call it when that may have changed, never while drawing. */
  measure(): void {
    const names = this.names.clientWidth;
    this.size = {
      width: Math.max(40, this.scroller.clientWidth - names),
      height: this.scroller.clientHeight,
      names,
    };
  }

  draw(scene: Scene, follow: boolean): void {
    this.scene = scene;
    const { log, history, world } = scene;
    if (follow) this.desk.sight.follow(log, world.seq);
    const rows: number[] = [];
    for (const life of history.lives.all) if (life !== undefined) rows.push(life.g);
    const rowOf = new Map(rows.map((g, i) => [g, i]));
    if (this.size.height === 0) this.measure(); // shown for the first time since it was hidden
    const { width, height } = this.size;
    const ctx = fitCanvas(this.canvas, width, height);
    this.ink ??= inkOf(this.body, ctx);
    const scroll = this.scroller.scrollTop;
    this.spacer.style.height = `${axisHeight + rows.length * laneHeight}px`;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const span = this.desk.sight.of(log);
    setText(this.scaleButton, this.say(`ui.lanes.by.${span.scale}`));
    const arrows = drawLanes({ ctx, ink: this.ink, scene, span, width, height, scroll, rows, rowOf });
    setText(this.note, arrows ? '' : this.say('ui.lanes.arrows'));
    this.canvas.setAttribute('aria-label', this.say('ui.lanes.label', { n: rows.length, total: log.count }));
    this.drawNames(scene, rows, scroll);
  }

  private drawNames(scene: Scene, rows: readonly number[], scroll: number): void {
    const first = Math.max(0, Math.floor(scroll / laneHeight) - 1);
    const last = Math.min(rows.length, Math.ceil((scroll + this.size.height) / laneHeight) + 1);
    patch(
      this.names,
      rows.slice(first, last).map((g, i) => {
        const look = must(lookNames[lookIn(scene.world, g)], 'look');
        const lit = scene.lit.gs.has(g) ? ' is-lit' : '';
        return h(
          'button',
          {
            key: g,
            type: 'button',
            class: `lane-name${lit}`,
            'data-g': g,
            'aria-pressed': scene.selected === g ? 'true' : 'false',
            title: stateText(scene, g),
            'style:top': `${axisHeight + (first + i) * laneHeight}px`,
          },
          h('i', { class: `swatch look-${look}` }),
          scene.tell.names.g(g),
        );
      }),
    );
  }

  private zoomBy(factor: number, where: number): void {
    if (this.scene !== undefined) this.desk.sight.zoom(this.scene.log, factor, where);
  }

  private listen(): void {
    const { canvas, scroller } = this;
    scroller.addEventListener('scroll', () => this.desk.redraw(), { passive: true });
    canvas.addEventListener('wheel', (e) => this.wheel(e), { passive: false });
    canvas.addEventListener('pointerdown', (e) => {
      if (this.scene === undefined || e.button !== 0) return;
      this.drag = { x: e.clientX, span: this.desk.sight.of(this.scene.log), moved: false };
      canvas.setPointerCapture(e.pointerId);
    });
    canvas.addEventListener('pointermove', (e) => this.move(e));
    canvas.addEventListener('pointerup', (e) => this.up(e));
    canvas.addEventListener('pointercancel', () => (this.drag = undefined));
    canvas.addEventListener('pointerleave', () => this.desk.point(undefined));
  }

  private wheel(e: WheelEvent): void {
    if (this.scene === undefined) return;
    const sideways = e.shiftKey ? e.deltaY + e.deltaX : e.deltaX;
    if (e.ctrlKey || e.metaKey) {
      e.preventDefault();
      this.zoomBy(Math.exp(e.deltaY / 200), e.offsetX / this.size.width);
    } else if (Math.abs(sideways) > Math.abs(e.shiftKey ? 0 : e.deltaY) && !this.desk.sight.all) {
      e.preventDefault();
      this.desk.sight.pan(this.scene.log, sideways / this.size.width);
    }
  }

  private move(e: PointerEvent): void {
    if (this.scene === undefined) return;
    if (this.drag === undefined) {
      const g = this.laneAt(e.offsetY);
      this.desk.point(g === undefined ? undefined : { kind: 'g', g });
      return;
    }
    const by = e.clientX - this.drag.x;
    if (Math.abs(by) > 4) this.drag.moved = true;
    if (this.drag.moved) this.desk.sight.pan(this.scene.log, -by / this.size.width, this.drag.span);
  }

  private up(e: PointerEvent): void {
    const { drag, scene } = this;
    this.drag = undefined;
    if (drag === undefined || drag.moved || scene === undefined) return;
    const g = this.laneAt(e.offsetY);
    if (g !== undefined) this.desk.select({ kind: 'g', g });
    const pos = positionAt(this.desk.sight.of(scene.log), scene.log, this.size.width, e.offsetX);
    this.desk.seek(Math.round(pos));
  }

  private laneAt(y: number): number | undefined {
    if (this.scene === undefined || y < axisHeight) return undefined;
    const row = Math.floor((y - axisHeight + this.scroller.scrollTop) / laneHeight);
    const lives = this.scene.history.lives.all.filter((life) => life !== undefined);
    return lives[row]?.g;
  }
}
