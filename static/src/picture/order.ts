/**
 * Happens-before: what is ordered before what? A space-time diagram (Lamport,
 * "Time, Clocks, and the Ordering of Events in a Distributed System", 1978):
 * goroutines as lines from top to bottom, their events as dots, the edges
 * between them as arrows, around the current event. Its past and its future
 * are told from what is concurrent; the path to a pinned event is drawn thick.
 */
import { clauses, captioned, sentences } from '../words/say';
import { at, must } from '../event/check';
import { type Content, h, type Node, patch } from '../dom/draw';
import { button, make, setText } from '../dom/make';
import type { Cone, Relation } from '../fold/order';
import { sentence } from '../words/sentences';
import { lastUpTo, matters, type Rows, rowsOf } from './order-rows';
import { eventLabel, eventName, goroutineName, placeWord, relationText, stepText } from './order-words';
import type { Desk, Picture, Shown, Twin } from './picture';
import type { Scene } from './scene';

/** The picture. */
export const order: Picture = { id: 'order', open: (desk) => new OrderPicture(desk) };

const rowHeight = 24;
const headHeight = 26;
const gapHeight = 14;
const column = { narrow: 40, wide: 54 };
const labels = { narrow: 170, wide: 300 };

type PlaceName = 'current' | 'before' | 'after' | 'concurrent';

/** All that is known of one moment. */
type Moment = {
  readonly current: number;
  readonly pinned: number | undefined;
  readonly relation: Relation | undefined;
  readonly rows: Rows;
  readonly place: (seq: number) => PlaceName;
};

class OrderPicture implements Shown {
  readonly body = make('div', { class: 'picture picture-order' });
  readonly tools: readonly HTMLElement[];
  private readonly desk: Desk;
  private readonly pinButton: HTMLButtonElement;
  private readonly allButton: HTMLButtonElement;
  private all = false;
  private width = 0;
  private scene: Scene | undefined;
  private compared: { readonly key: string; readonly relation: Relation } | undefined;

  constructor(desk: Desk) {
    const { say } = desk;
    this.desk = desk;
    this.pinButton = button(say('ui.order.pin'), () => this.pin(), { class: 'tool' });
    this.allButton = button(say('ui.order.all'), () => this.flip(), {
      class: 'tool',
      'aria-pressed': 'false',
    });
    this.tools = [make('span', { class: 'pane-tools' }, this.pinButton, this.allButton)];
  }

  measure(): void {
    const { clientWidth } = this.body;
    if (clientWidth > 0) this.width = Math.max(280, clientWidth - 20); // 0 while its table is shown
  }

  restyle(): void {}

  draw(scene: Scene, follow: boolean): void {
    this.scene = scene;
    if (this.width === 0) this.measure();
    const m = this.moment(scene);
    setText(this.pinButton, scene.tell.say(scene.pinned === undefined ? 'ui.order.pin' : 'ui.order.unpin'));
    if (m === undefined) {
      patch(this.body, [h('p', { key: 'sentence' }, scene.tell.say('ui.order.none'))]);
      return;
    }
    patch(this.body, [
      h('p', { key: 'sentence', class: 'order-sentence', 'aria-live': 'off' }, sentenceOf(scene, m)),
      diagram(scene, m, this.width),
      h('p', { key: 'legend', class: 'order-legend dim' }, scene.tell.say('ui.order.legend')),
      ...(m.rows.hidden > 0
        ? [h('p', { key: 'more', class: 'dim' }, scene.tell.say('ui.order.hidden', { n: m.rows.hidden }))]
        : []),
    ]);
    if (follow) this.body.querySelector('.order-row.is-current')?.scrollIntoView({ block: 'nearest' });
  }

  twin(scene: Scene): Twin {
    const { say } = scene.tell;
    const m = this.moment(scene);
    const head = ['seq', 'g', 'what', 'is', 'why'].map((name) => say(`ui.order.head.${name}`));
    if (m === undefined) return { sentence: say('ui.order.none'), head, rows: [] };
    const rows = m.rows.seqs.map((seq) => [
      String(seq + 1),
      goroutineName(scene.tell, at(scene.log.g, seq)),
      sentence(scene.tell, seq),
      placeWord(scene.tell, m.place(seq)),
      clauses(
        scene.tell.say,
        scene.history.order.into(seq).map((step) => stepText(scene.tell, step)),
      ),
    ]);
    return { sentence: sentenceOf(scene, m), head, rows };
  }

  private pin(): void {
    const { scene } = this;
    if (scene === undefined) return;
    this.desk.pin(scene.pinned ?? this.nearest(scene, scene.world.seq - 1));
  }

  private flip(): void {
    this.all = !this.all;
    this.allButton.setAttribute('aria-pressed', String(this.all));
    this.desk.redraw();
  }

  private nearest(scene: Scene, seq: number): number | undefined {
    return lastUpTo(scene.log, Math.min(seq, scene.history.done - 1), this.keeps(scene));
  }

  private keeps(scene: Scene): (seq: number) => boolean {
    const { log, history } = scene;
    return (seq) => seq < history.done && (this.all || matters(log, history.order, seq));
  }

  private moment(scene: Scene): Moment | undefined {
    const { log, history, world } = scene;
    const current = this.nearest(scene, world.seq - 1);
    if (current === undefined) return undefined;
    const pinned =
      scene.pinned === undefined || scene.pinned >= history.done
        ? undefined
        : this.nearest(scene, scene.pinned);
    const relation = pinned === undefined ? undefined : this.relation(scene, pinned, current);
    const wide = this.width >= 480;
    const room = Math.floor(
      (this.width - (wide ? labels.wide : labels.narrow)) / (wide ? column.wide : column.narrow),
    );
    const rows = rowsOf(log, current, pinned, relation, Math.max(3, room), this.keeps(scene));
    return { current, pinned, relation, rows, place: places(scene, current, pinned, relation, rows) };
  }

  private relation(scene: Scene, a: number, b: number): Relation {
    const key = `${a} ${b} ${scene.history.done >= Math.max(a, b)}`;
    if (this.compared?.key !== key) this.compared = { key, relation: scene.history.order.relation(a, b) };
    return this.compared.relation;
  }
}

/** How each shown event lies to the current one. What lies far away is known of the pinned event and its path alone. */
function places(
  scene: Scene,
  current: number,
  pinned: number | undefined,
  relation: Relation | undefined,
  rows: Rows,
): (seq: number) => PlaceName {
  const { order } = scene.history;
  const near = rows.seqs.filter((seq) => Math.abs(seq - current) < 50_000);
  const past: Cone = order.past(current, near[0] ?? current);
  const future: Cone = order.future(current, (near.at(-1) ?? current) + 1);
  const far = relation?.kind === 'before' ? 'before' : relation?.kind === 'after' ? 'after' : 'concurrent';
  return (seq) => {
    if (seq === current) return 'current';
    if (seq === pinned || Math.abs(seq - current) >= 50_000) return far;
    if (seq < current) return past.has(seq) ? 'before' : 'concurrent';
    return future.has(seq) ? 'after' : 'concurrent';
  };
}

function sentenceOf(scene: Scene, m: Moment): string {
  const { say } = scene.tell;
  if (m.pinned !== undefined && m.relation !== undefined)
    return relationText(scene.tell, m.pinned, m.current, m.relation);
  const steps = scene.history.order.into(m.current).map((step) => stepText(scene.tell, step));
  const name = eventName(scene.tell, m.current);
  const why =
    steps.length === 0 ? say('ui.order.alone') : say('ui.order.because', { because: clauses(say, steps) });
  return sentences(say, [say('ui.order.current', { name }), why, say('ui.order.hint')]);
}

/** Where rows lie: y of each event, and where events between two rows are left out. */
type Grid = {
  readonly y: ReadonlyMap<number, number>;
  readonly x: (g: number) => number;
  readonly gaps: readonly { readonly y: number; readonly n: number }[];
  readonly height: number;
  readonly width: number;
};

function gridOf(rows: Rows, width: number): Grid {
  const step = width >= 480 ? column.wide : column.narrow;
  const y = new Map<number, number>();
  const gaps: { y: number; n: number }[] = [];
  let now = headHeight;
  let last: number | undefined;
  for (const seq of rows.seqs) {
    if (last !== undefined && seq - last > 200) {
      gaps.push({ y: now + gapHeight / 2, n: seq - last - 1 });
      now += gapHeight;
    }
    y.set(seq, now + rowHeight / 2);
    now += rowHeight;
    last = seq;
  }
  const index = new Map(rows.gs.map((g, i) => [g, i]));
  return {
    y,
    x: (g) => (index.get(g) ?? 0) * step + step / 2,
    gaps,
    height: now + 4,
    width: rows.gs.length * step,
  };
}

function diagram(scene: Scene, m: Moment, width: number): Node {
  const grid = gridOf(m.rows, width);
  return h(
    'div',
    { key: 'diagram', class: 'order-diagram', 'style:height': `${grid.height}px` },
    m.rows.gs.map((g) => header(scene, g, grid)),
    h(
      'svg',
      { key: 'lines', class: 'order-lines', 'aria-hidden': 'true', width: grid.width, height: grid.height },
      m.rows.gs.flatMap((g) => lifeline(scene, m, grid, g)),
      arrows(scene, m, grid),
      path(scene, m, grid),
      m.rows.seqs.map((seq) => dot(scene, m, grid, seq)),
    ),
    grid.gaps.map((gap) =>
      h(
        'span',
        {
          key: `gap${gap.y}`,
          class: 'order-gap',
          'style:top': `${gap.y - 8}px`,
          'style:left': `${grid.width + 6}px`,
        },
        scene.tell.say('ui.order.gap', { n: gap.n }),
      ),
    ),
    m.rows.seqs.map((seq) => label(scene, m, grid, seq)),
  );
}

function header(scene: Scene, g: number, grid: Grid): Node {
  const lit = scene.lit.gs.has(g) ? ' is-lit' : '';
  const name = goroutineName(scene.tell, g);
  const short = g === 0 ? name : `G${g}`;
  const attrs = { key: `g${g}`, class: `order-head${lit}`, title: name, 'style:left': `${grid.x(g)}px` };
  if (g === 0) return h('span', attrs, short);
  return h('button', { ...attrs, type: 'button', 'data-g': g, 'aria-label': name }, short);
}

/** A goroutine's line: what of it lies before the current event, after it, and beside it. */
function lifeline(scene: Scene, m: Moment, grid: Grid, g: number): Content[] {
  const x = grid.x(g);
  const own = m.rows.seqs.filter((seq) => at(scene.log.g, seq) === g);
  const before = own.filter((seq) => m.place(seq) === 'before' || m.place(seq) === 'current').at(-1);
  const after = own.find((seq) => m.place(seq) === 'after' || m.place(seq) === 'current');
  const top = headHeight - 2;
  const end = grid.height - 2;
  const from = before === undefined ? top : must(grid.y.get(before), 'row');
  const to = after === undefined ? end : must(grid.y.get(after), 'row');
  const part = (name: string, a: number, b: number): Content[] =>
    b > a ? [h('path', { key: `${name}${g}`, class: `order-life is-${name}`, d: `M${x} ${a}V${b}` })] : [];
  const band = (name: string, a: number, b: number): Content[] =>
    b > a
      ? [
          h('rect', {
            key: `${name}cone${g}`,
            class: `order-cone is-${name}`,
            x: x - 11,
            y: a,
            width: 22,
            height: b - a,
            rx: 4,
          }),
        ]
      : [];
  return [
    ...band('before', before === undefined ? top : top, before === undefined ? top : from + 9),
    ...band('after', after === undefined ? end : to - 9, end),
    ...part('before', top, before === undefined ? top : from),
    ...part('concurrent', from, to),
    ...part('after', to, end),
  ];
}

function arrows(scene: Scene, m: Moment, grid: Grid): Content[] {
  const out: Content[] = [];
  for (const seq of m.rows.seqs) {
    for (const step of scene.history.order.into(seq)) {
      const y = grid.y.get(step.from);
      const there = must(grid.y.get(seq), 'row');
      const g = at(scene.log.g, step.from);
      if (y === undefined && !m.rows.gs.includes(g)) continue;
      const key = `a${step.from} ${seq}`;
      out.push(
        arrow(
          key,
          [grid.x(g), y ?? headHeight],
          [grid.x(at(scene.log.g, seq)), there],
          y === undefined ? ' is-old' : '',
        ),
      );
    }
  }
  return out;
}

type Point = readonly [number, number];

/** An arrow from dot to dot, that ends at the dot's edge. */
function arrow(key: string, from: Point, to: Point, state: string): Node {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const length = Math.max(1, Math.hypot(dx, dy));
  const [ux, uy] = [dx / length, dy / length];
  const [ex, ey] = [to[0] - ux * 7, to[1] - uy * 7];
  const side = (by: number): string => `${ex - ux * 8 - uy * by} ${ey - uy * 8 + ux * by}`;
  return h(
    'g',
    { key, class: `order-arrow${state}` },
    h('path', { class: 'order-edge', d: `M${from[0]} ${from[1]}L${ex - ux * 6} ${ey - uy * 6}` }),
    h('path', { class: 'order-tip', d: `M${ex} ${ey}L${side(4)}L${side(-4)}Z` }),
  );
}

/** The path between the pinned and the current event. */
function path(scene: Scene, m: Moment, grid: Grid): Content[] {
  if (m.pinned === undefined || m.relation === undefined || !('path' in m.relation)) return [];
  const spots: number[] = [Math.min(m.pinned, m.current)];
  for (const step of m.relation.path) spots.push(step.from, step.to);
  spots.push(Math.max(m.pinned, m.current));
  const points = spots
    .filter((seq) => grid.y.has(seq))
    .map((seq) => `${grid.x(at(scene.log.g, seq))} ${must(grid.y.get(seq), 'row')}`);
  return [h('path', { key: 'path', class: 'order-path', d: `M${points.join('L')}` })];
}

/** An event: a full dot before the current one, a diamond after it, a ring beside it; the pinned one is a square. */
function dot(scene: Scene, m: Moment, grid: Grid, seq: number): Node {
  const x = grid.x(at(scene.log.g, seq));
  const y = must(grid.y.get(seq), 'row');
  const place = m.place(seq);
  const attrs = { key: `d${seq}`, class: `order-dot is-${place}${seq === m.pinned ? ' is-pinned' : ''}` };
  if (seq === m.pinned) return h('rect', { ...attrs, x: x - 6, y: y - 6, width: 12, height: 12 });
  if (place === 'after') return h('path', { ...attrs, d: `M${x} ${y - 6}l6 6-6 6-6-6z` });
  return h('circle', { ...attrs, cx: x, cy: y, r: place === 'current' ? 7 : 5 });
}

function label(scene: Scene, m: Moment, grid: Grid, seq: number): Node {
  const { tell, log } = scene;
  const place = m.place(seq);
  const y = must(grid.y.get(seq), 'row');
  const where = tell.names.place(at(log.site, seq));
  const flag =
    seq === m.pinned
      ? tell.say('ui.order.pinned')
      : place === 'current'
        ? tell.say('ui.order.is.current')
        : '';
  return h(
    'button',
    {
      key: `l${seq}`,
      type: 'button',
      class: `order-row is-${place}`,
      'data-seq': seq,
      title: sentences(tell.say, [
        captioned(tell.say, String(seq + 1), sentence(tell, seq)),
        placeWord(tell, place),
      ]),
      'style:top': `${y - rowHeight / 2}px`,
      'style:padding-left': `${grid.width + 6}px`,
    },
    flag === '' ? '' : h('b', { class: 'order-flag' }, flag),
    h('bdi', {}, eventLabel(tell, seq)),
    where === '' ? '' : h('small', {}, ` ${where}`),
  );
}
