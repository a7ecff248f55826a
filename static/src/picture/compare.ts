/**
 * Compare: where two runs part. One run is kept (A) and stands beside the one
 * that all pictures show (B), aligned by the goroutines' roles.
 */
import { type Content, h, type Node, patch } from '../dom/draw';
import { button, fitCanvas, make, setText } from '../dom/make';
import { Comparison, loosely, type Parting } from '../fold/compare';
import type { Meeting } from '../fold/meetings';
import { count, type Say } from '../words/say';
import {
  type Align,
  drawHeads,
  drawSheet,
  extent,
  headHeight,
  positionOf,
  type Row,
  rowHeight,
  type Sheet,
} from './compare-draw';
import {
  durations,
  firstDivergence,
  looseSummary,
  ordersOf,
  orderWords,
  sourceOf,
  unknownWords,
} from './compare-real';
import {
  compareTwin,
  endings,
  firstStep,
  printed,
  type Printed,
  roleName,
  summary,
  told,
} from './compare-words';
import { type Ink, inkOf } from './ink';
import { legend } from './parts';
import type { Desk, Picture, Shown, Twin } from './picture';
import type { Pair, Scene, Taken } from './scene';

const mostRows = 60;
/** How many events are compared between two frames. */
const batch = 60_000;

/** The picture. */
export const compare: Picture = { id: 'compare', open: (desk) => new Compare(desk) };

/** What is known of a pair of runs, up to a number of events. */
type Known = {
  readonly comparison: Comparison;
  readonly differing: readonly Parting[];
  readonly rows: readonly Row[];
  /** In which order objects were used, where a run is the real runtime's. */
  readonly orders: readonly Meeting[];
  /** Roles that have no row. */
  readonly rest: number;
};

/** The comparison in one workbench. */
class Compare implements Shown {
  readonly body: HTMLElement;
  readonly tools: readonly HTMLElement[];
  private readonly desk: Desk;
  private readonly say: Say;
  private readonly head = make('div', { class: 'compare-head' });
  private readonly rows = make('div', { class: 'compare-rows' });
  private readonly canvas = make('canvas', { class: 'compare-canvas', role: 'img' });
  private readonly heads = make('canvas', { class: 'compare-canvas', 'aria-hidden': 'true' });
  private readonly plot: HTMLElement;
  private readonly words = make('div', { class: 'compare-words' });
  private readonly lines = make('div', { class: 'compare-lines' });
  private readonly console: HTMLDetailsElement;
  private readonly consoleSum = make('summary', {});
  private readonly alignButton: HTMLButtonElement;
  private align: Align = 'steps';
  /** What is seen of the axis, as parts of it. */
  private from = 0;
  private to = 1;
  private width = 0;
  private ink: Ink | undefined;
  private comparison: Comparison | undefined;
  private known: Known | undefined;
  private knownAt = '';
  private printed: Printed | undefined;
  private painted = '';
  private sheet: Sheet | undefined;

  constructor(desk: Desk) {
    const { say } = desk;
    this.desk = desk;
    this.say = say;
    this.alignButton = button(say('ui.compare.by.steps'), () => this.flip(), {
      class: 'tool',
      title: say('ui.compare.axis'),
    });
    this.tools = [
      legend(say),
      make(
        'span',
        { class: 'pane-tools' },
        this.alignButton,
        button('−', () => this.zoom(1.6, 0.5), { class: 'tool', 'aria-label': say('ui.lanes.out') }),
        button('+', () => this.zoom(0.625, 0.5), { class: 'tool', 'aria-label': say('ui.lanes.in') }),
        button(say('ui.lanes.fit'), () => this.look(0, 1), { class: 'tool' }),
      ),
    ];
    this.plot = make('div', { class: 'compare-plot' }, this.rows, this.canvas, this.heads);
    this.console = make('details', { class: 'compare-console' }, this.consoleSum, this.lines);
    this.body = make(
      'div',
      { class: 'compare', tabindex: '0' },
      this.head,
      this.plot,
      this.words,
      this.console,
    );
    this.body.setAttribute('role', 'group');
    this.body.setAttribute('aria-label', say('ui.picture.compare'));
    this.plot.hidden = this.words.hidden = this.console.hidden = true;
    this.listen();
  }

  draw(scene: Scene): void {
    const { pair } = scene;
    const known = pair === undefined || pair.a.log === pair.b.log ? undefined : this.compared(pair);
    this.plot.hidden = this.words.hidden = this.console.hidden = known === undefined;
    if (known === undefined || pair === undefined) {
      patch(this.head, [this.invitation(scene)]);
      return;
    }
    patch(this.head, this.headWords(known, pair));
    patch(this.words, this.bodyWords(known, pair));
    this.drawConsole(known, pair);
    this.drawPlot(scene, known, pair);
  }

  twin(scene: Scene): Twin {
    const { pair } = scene;
    const known = pair === undefined || pair.a.log === pair.b.log ? undefined : this.compared(pair);
    if (known === undefined || pair === undefined) {
      return { sentence: this.say('ui.picture.compare.empty'), head: [], rows: [] };
    }
    const { comparison, differing } = known;
    const roles = comparison.roles.all.slice(1).map((r) => r.id);
    return compareTwin(comparison, roles, differing, pair, this.say);
  }

  /** Takes the colours anew: the theme has changed. */
  restyle(): void {
    this.ink = undefined;
    this.painted = '';
  }

  /** Measures the space that there is; 0 while it is hidden. */
  measure(): void {
    const { clientWidth } = this.plot;
    this.width = clientWidth === 0 ? 0 : Math.max(40, clientWidth - this.rows.clientWidth);
    this.painted = '';
  }

  /** Compares on; what is known is gathered anew when there is more. */
  private compared(pair: Pair): Known | undefined {
    let c = this.comparison;
    const stale = c?.b.done === 0 && c.loose !== loosely(pair.a.log, pair.b.log);
    if (c === undefined || c.a.log !== pair.a.log || c.b.log !== pair.b.log || stale) {
      c = this.comparison = new Comparison(pair.a, pair.b);
      this.known = undefined;
      this.knownAt = '';
      this.look(0, 1);
    }
    if (c.extend(batch)) this.desk.redraw();
    const state = `${c.a.done} ${c.b.done}`;
    if (state === this.knownAt) return this.known;
    this.knownAt = state;
    this.printed = undefined;
    this.known = gathered(c);
    return this.known;
  }

  private invitation(scene: Scene): Node {
    const { say } = this;
    const { runs } = this.desk;
    const kept = scene.pair?.a;
    const ask = (key: string, act: string): Node =>
      h('button', { key, type: 'button', class: 'button', 'data-compare': act }, say(key));
    if (runs === undefined) return h('p', { class: 'empty' }, say('ui.picture.compare.empty'));
    if (kept === undefined) {
      const acts = h('p', {}, ask('ui.compare.keep', 'keep'), ' ', ask('ui.compare.again', 'again'));
      return h('div', { key: 'none', class: 'empty' }, h('p', {}, say('ui.compare.how')), acts);
    }
    const acts = h('p', {}, ask('ui.compare.next', 'next'), ' ', ask('ui.compare.drop', 'drop'));
    return h('div', { key: 'kept', class: 'empty' }, h('p', {}, keptText(kept, say)), acts);
  }

  private headWords(known: Known, pair: Pair): readonly Content[] {
    const { say } = this;
    const { comparison: c, differing } = known;
    const side = (name: 'a' | 'b', text: string, act: string): Node =>
      h(
        'p',
        { key: name, class: 'compare-run' },
        h('b', { class: 'compare-side' }, name.toUpperCase()),
        c.loose ? h('b', {}, say(`ui.compare.source.${sourceOf(pair[name].log)}`), ' ') : '',
        h('span', {}, text),
        h('button', { type: 'button', class: 'link', 'data-compare': act }, say(`ui.compare.${act}`)),
      );
    return [
      h(
        'div',
        { class: 'compare-runs' },
        side('a', keptText(pair.a, say), 'drop'),
        side('b', runText(pair.b, say), 'swap'),
      ),
      h(
        'p',
        { key: 'verdict', class: 'compare-verdict' },
        c.loose
          ? looseSummary(c, differing.length, known.orders, say)
          : summary(c, differing.length, pair, say),
      ),
    ];
  }

  private bodyWords(known: Known, pair: Pair): readonly Content[] {
    const { say } = this;
    const { comparison: c, differing } = known;
    const out: Content[] = [];
    if (known.rest > 0) {
      out.push(h('p', { key: 'rest', class: 'dim' }, say('ui.compare.rest', { n: count(known.rest) })));
    }
    if (c.loose) {
      out.push(...firstDivergence(c, differing, known.orders, pair, say));
      out.push(...orderWords(c, known.orders, pair, say), ...durations(c, pair, say));
      out.push(...unknownWords(pair, say));
    } else if (c.parted !== undefined) {
      out.push(h('p', { key: 'part' }, say('ui.compare.at')));
      out.push(told('part', 'a', pair.a, within(pair.a, c.parted), say));
      out.push(told('part', 'b', pair.b, within(pair.b, c.parted), say));
      out.push(...firstStep(c, differing[0], pair, say));
    }
    out.push(h('p', { key: 'end' }, say('ui.compare.ends')));
    out.push(...endings(pair, say));
    return out;
  }

  private drawConsole(known: Known, pair: Pair): void {
    this.console.hidden = !known.comparison.settled;
    if (this.console.hidden) return;
    this.printed ??= printed(pair, this.say);
    const key = this.printed.same ? 'ui.compare.console.same' : 'ui.compare.console';
    setText(this.consoleSum, this.say(key, { n: count(this.printed.different) }));
    if (this.console.open) patch(this.lines, this.printed.lines);
  }

  private drawPlot(scene: Scene, known: Known, pair: Pair): void {
    const { comparison, rows } = known;
    this.drawRows(scene, known, pair);
    if (this.width === 0) this.measure();
    const { width, align } = this;
    const height = headHeight + rows.length * rowHeight;
    setText(this.alignButton, this.say(`ui.compare.by.${align}`));
    const full = extent(comparison, pair, align);
    const sheet = { comparison, pair, rows, align, from: this.from * full, to: this.to * full, width };
    this.sheet = sheet;
    const state = `${this.knownAt} ${align} ${this.from} ${this.to} ${width} ${window.devicePixelRatio}`;
    if (state !== this.painted || this.ink === undefined) {
      for (const c of [this.canvas, this.heads]) {
        c.style.width = `${width}px`;
        c.style.height = `${height}px`;
      }
      const ctx = fitCanvas(this.canvas, width, height);
      this.ink ??= inkOf(this.body, ctx);
      drawSheet(ctx, this.ink, sheet);
      this.painted = state;
      const label = this.say('ui.compare.label', { n: rows.length });
      this.canvas.setAttribute('aria-label', label);
    }
    const role = comparison.b.cast.of(scene.selected);
    const pos = scene.world.seq;
    drawHeads(fitCanvas(this.heads, width, height), this.ink, sheet, {
      a: comparison.inStep(pos, role),
      b: pos,
    });
  }

  private drawRows(scene: Scene, known: Known, pair: Pair): void {
    const { say } = this;
    const { comparison: c } = known;
    patch(
      this.rows,
      known.rows.map(({ role, parting }, i) => {
        const g = c.b.cast.player(role);
        const seq = parting === undefined ? undefined : c.stepAt(c.b, parting);
        const name = roleName(c, pair, role, say);
        const differs =
          parting === undefined
            ? h('small', { class: 'dim' }, say('ui.compare.none'))
            : h(
                seq === undefined ? 'small' : 'button',
                seq === undefined
                  ? {}
                  : { type: 'button', class: 'link', 'data-seq': seq, title: say('ui.compare.go') },
                say('ui.compare.differs', { n: count(parting.step + 1) }),
              );
        const lit = scene.lit.gs.has(g) && g !== 0 ? ' is-lit' : '';
        return h(
          'div',
          {
            key: role,
            class: `compare-row${lit}`,
            'data-g': g === 0 ? undefined : g,
            'style:top': `${headHeight + i * rowHeight}px`,
          },
          h(
            g === 0 ? 'span' : 'button',
            {
              class: 'compare-name',
              title: `${c.roles.all[role]?.path ?? ''} ${name}`,
              ...(g === 0
                ? {}
                : { type: 'button', 'data-g': g, 'aria-pressed': scene.selected === g ? 'true' : 'false' }),
            },
            h('bdi', {}, name),
          ),
          differs,
          h('i', { class: 'compare-letter', 'aria-hidden': 'true' }, 'A'),
          h('i', { class: 'compare-letter', 'aria-hidden': 'true' }, 'B'),
        );
      }),
    );
    this.plot.style.height = `${headHeight + known.rows.length * rowHeight}px`;
  }

  private flip(): void {
    this.align = this.align === 'steps' ? 'time' : 'steps';
    this.look(0, 1);
  }

  private zoom(factor: number, where: number): void {
    const size = Math.max(0.0005, Math.min(1, (this.to - this.from) * factor));
    const pivot = this.from + (this.to - this.from) * where;
    const from = Math.max(0, Math.min(1 - size, pivot - size * where));
    this.look(from, from + size);
  }

  private look(from: number, to: number): void {
    this.from = from;
    this.to = to;
    this.desk.redraw();
  }

  private listen(): void {
    const { heads, desk } = this;
    this.console.addEventListener('toggle', () => desk.redraw());
    this.body.addEventListener('click', (e) => this.asked(e));
    heads.addEventListener('wheel', (e) => this.wheel(e), { passive: false });
    heads.addEventListener('pointermove', (e) => {
      const row = this.rowAt(e.offsetY);
      const g = row === undefined ? 0 : (this.comparison?.b.cast.player(row.role) ?? 0);
      desk.point(g === 0 ? undefined : { kind: 'g', g });
    });
    heads.addEventListener('pointerleave', () => desk.point(undefined));
    heads.addEventListener('click', (e) => {
      const row = this.rowAt(e.offsetY);
      if (row === undefined || this.sheet === undefined) return;
      const g = this.sheet.comparison.b.cast.player(row.role);
      if (g !== 0) desk.select({ kind: 'g', g });
      desk.seek(positionOf(this.sheet, row.role, e.offsetX));
    });
  }

  private rowAt(y: number): Row | undefined {
    return this.sheet?.rows[Math.floor((y - headHeight) / rowHeight)];
  }

  private wheel(e: WheelEvent): void {
    const sideways = e.shiftKey ? e.deltaY + e.deltaX : e.deltaX;
    if (e.ctrlKey || e.metaKey) {
      e.preventDefault();
      this.zoom(Math.exp(e.deltaY / 200), e.offsetX / this.width);
    } else if (Math.abs(sideways) > Math.abs(e.shiftKey ? 0 : e.deltaY) && this.to - this.from < 1) {
      e.preventDefault();
      const by = (sideways / this.width) * (this.to - this.from);
      const from = Math.max(0, Math.min(1 - (this.to - this.from), this.from + by));
      this.look(from, from + this.to - this.from);
    }
  }

  private asked(e: MouseEvent): void {
    const act = e.target instanceof Element ? e.target.getAttribute('data-compare') : null;
    const { runs } = this.desk;
    if (act === null || runs === undefined) return;
    this.body.focus({ preventScroll: true }); // the button goes away
    if (act === 'keep' || act === 'again') runs.keep();
    if (act === 'again' || act === 'next') runs.again();
    if (act === 'swap') runs.swap();
    if (act === 'drop') runs.drop();
  }
}

/** What there is to show: all roles, or if they are many those that differ first. */
function gathered(comparison: Comparison): Known {
  const differing = comparison.differing();
  const parting = new Map(differing.map((p) => [p.role, p]));
  const all = comparison.roles.all.map((r) => r.id).filter((id) => id !== 0 && !comparison.isForeign(id));
  const first = all.length > mostRows ? [...new Set([...parting.keys(), ...all.slice(0, mostRows)])] : all;
  const rows = first
    .slice(0, mostRows)
    .sort((a, b) => a - b)
    .map((role) => ({ role, parting: parting.get(role) }));
  return { comparison, differing, rows, orders: ordersOf(comparison), rest: all.length - rows.length };
}

function within(run: Taken, seq: number): number | undefined {
  return seq < run.log.count ? seq : undefined;
}

function runText(run: Taken, say: Say): string {
  return say('ui.compare.run', { title: run.title, n: count(run.log.count) });
}

function keptText(run: Taken, say: Say): string {
  return say('ui.compare.kept', { title: run.title, n: count(run.log.count), size: size(run) });
}

/** About how much memory a run takes: its columns, and what is folded from them. */
function size(run: Taken): string {
  const bytes = run.log.count * bytesAnEvent;
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** 32 of its record, and about as much again in the histories. */
const bytesAnEvent = 64;
