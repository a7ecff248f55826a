/**
 * Charts: how queues, goroutines, metrics and latencies go over the run, on
 * the time axis that all pictures share. What is plotted is sampled a pixel
 * at a time (least and most), so that a run may be as long as it likes.
 */
import { must } from '../event/check';
import { h, patch } from '../dom/draw';
import { button, make, setText } from '../dom/make';
import { Series } from '../fold/series';
import { count, nanoseconds, type Say } from '../words/say';
import { positionAt, type Span, xAt } from './axis';
import {
  type Chart,
  charts as chartsOf,
  type Figures,
  figures,
  type Line,
  type Sampled,
  sampled,
} from './charts-lines';
import type { Plot, PlotParts, Stroke } from './charts-plot';
import { position } from './parts';
import type { Desk, Picture, Shown, Twin } from './picture';
import type { Scene } from './scene';

/** The picture. */
export const charts: Picture = { id: 'charts', open: (desk) => new Charts(desk) };

/** Dashes of a chart's lines, by which they differ without their colours. */
const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2], [1, 4]];

/** Rings around the values of quantiles, one within the other where they are equal. */
const dots: readonly number[] = [4, 9, 14];

/** Events that are read at a go, so that a picture that is opened late does not halt the page. */
const batch = 30_000;
const longest = 40;

/** What was sampled, and of what. */
type Sample = { readonly key: string; readonly span: Span; readonly drawn: Sampled };

/** The charts of one workbench. */
class Charts implements Shown {
  readonly body: HTMLElement;
  readonly tools: readonly HTMLElement[];
  private readonly desk: Desk;
  private readonly say: Say;
  private readonly menu: HTMLSelectElement;
  private readonly note = make('p', { class: 'charts-note dim' });
  private readonly legend = make('ul', { class: 'charts-legend' });
  private readonly place = make('div', { class: 'charts-plot', role: 'img' });
  private readonly future = make('div', { class: 'charts-future' });
  private size = { width: 0, height: 0 };
  private series: Series | undefined;
  private all: readonly Chart[] = [];
  private allOf = '';
  private scene: Scene | undefined;
  private choice = 'overview';
  private made: { readonly plot: Plot; readonly key: string } | undefined;
  private makePlot: ((e: HTMLElement, w: number, h: number, parts: PlotParts) => Plot) | undefined;
  private loading = false;
  private failed = false;
  private sample: Sample | undefined;
  private plotted: Sample | undefined;
  private fitted = { width: 0, height: 0 };

  constructor(desk: Desk) {
    const { say, sight } = desk;
    this.desk = desk;
    this.say = say;
    this.place.setAttribute('aria-label', say('ui.picture.charts'));
    this.menu = make('select', { class: 'charts-menu', 'aria-label': say('ui.charts.menu') });
    this.menu.addEventListener('change', () => {
      this.choice = this.menu.value;
      desk.redraw();
    });
    const zoom = (factor: number) => (): void => {
      if (this.scene !== undefined) sight.zoom(this.scene.log, factor, 0.5);
    };
    this.tools = [
      make(
        'span',
        { class: 'pane-tools' },
        this.menu,
        button('−', zoom(1.6), { class: 'tool', 'aria-label': say('ui.lanes.out') }),
        button('+', zoom(0.625), { class: 'tool', 'aria-label': say('ui.lanes.in') }),
        button(say('ui.lanes.fit'), () => sight.show(undefined), { class: 'tool' }),
      ),
    ];
    this.place.append(this.future);
    this.body = make('div', { class: 'charts' }, this.legend, this.note, this.place);
  }

  measure(): void {
    this.size = { width: this.place.clientWidth, height: this.place.clientHeight };
  }

  restyle(): void {
    this.drop();
  }

  draw(scene: Scene, follow: boolean): void {
    const { log, world } = scene;
    if (follow) this.desk.sight.follow(log, world.seq);
    const chart = this.chart(scene);
    this.options(chart);
    const span = this.desk.sight.of(log);
    if (this.size.width === 0) this.measure(); // shown for the first time since it was hidden
    const sample = this.sampleOf(scene, chart, span);
    const { lines } = chart;
    const reading = must(this.series, 'series').done < scene.history.done;
    this.body.classList.toggle('is-blank', lines.length === 0);
    setText(this.note, this.noteText(chart, reading, scene));
    if (reading) this.desk.redraw();
    const now = figures(chart, sample.drawn, log, span, world.seq);
    patch(
      this.legend,
      lines.map((line, i) => this.legendItem(scene, chart, line, i, now[i])),
    );
    if (lines.length > 0) this.plot(chart, sample);
    this.place.setAttribute('aria-label', this.label(scene, chart, span));
    this.drawPlayhead(scene, span);
  }

  twin(scene: Scene): Twin {
    const { say } = this;
    const { log, world } = scene;
    const chart = this.chart(scene);
    const span = this.desk.sight.of(log);
    const { drawn } = this.sampleOf(scene, chart, span);
    const all = figures(chart, drawn, log, span, world.seq);
    return {
      sentence: chart.lines.length === 0 ? say('ui.charts.nothing') : this.label(scene, chart, span),
      head: ['line', 'now', 'min', 'max', 'mean'].map((k) => say(`ui.charts.head.${k}`)),
      rows: chart.lines.map((line, i) => {
        const f = must(all[i], 'figures');
        return [line.name, ...[f.now, f.min, f.max, f.mean].map((v) => this.text(chart, v))];
      }),
    };
  }

  /** The chart that is chosen, of what is there by now. */
  private chart(scene: Scene): Chart {
    const { log, history, tell } = scene;
    if (this.scene?.log !== log || this.series === undefined) {
      this.series = new Series(log, history.order);
      this.sample = undefined;
    }
    this.scene = scene;
    const { series } = this;
    series.extend(batch);
    const key = String(series.done);
    if (this.allOf !== key || this.sample === undefined) {
      this.all = chartsOf(series, tell.names, this.say);
      this.allOf = key;
    }
    return this.all.find((c) => c.id === this.choice) ?? must(this.all[0], 'chart');
  }

  private sampleOf(scene: Scene, chart: Chart, span: Span): Sample {
    const width = Math.max(1, Math.floor(this.made?.plot.area().width ?? this.size.width));
    const done = must(this.series, 'series').done;
    const key = [chart.id, chart.lines.length, done, width, span.scale, span.from, span.to].join(' ');
    if (this.sample?.key !== key) this.sample = { key, span, drawn: sampled(chart, scene.log, span, width) };
    return this.sample;
  }

  private options(chart: Chart): void {
    patch(
      this.menu,
      this.all.map((c) =>
        h(
          'option',
          { key: c.id, value: c.id, disabled: c.lines.length === 0 && c.id !== chart.id },
          short(c.label),
        ),
      ),
    );
    if (this.menu.value !== chart.id) this.menu.value = chart.id;
  }

  private noteText(chart: Chart, reading: boolean, scene: Scene): string {
    if (reading) {
      const done = must(this.series, 'series').done;
      return this.say('ui.charts.reading', { n: count(done), total: count(scene.log.count) });
    }
    if (chart.lines.length === 0) return this.say('ui.charts.nothing');
    if (this.failed) return this.say('ui.charts.failed');
    return chart.more > 0 ? this.say('ui.charts.more', { n: count(chart.more) }) : '';
  }

  /** A line's dashes, its name and its value at the playhead. */
  private legendItem(scene: Scene, chart: Chart, line: Line, i: number, f: Figures | undefined) {
    const sign = h(
      'svg',
      { class: 'charts-sign', viewBox: '0 0 30 14', 'aria-hidden': 'true', '--tone': `var(--${line.tone})` },
      h('line', { x1: 1, y1: 7, x2: 29, y2: 7, 'stroke-dasharray': (dashes[i] ?? []).join(' ') }),
      line.kind === 'quantile' ? h('circle', { cx: 15, cy: 7, r: (dots[i] ?? 0) / 2 - 1 }) : '',
    );
    const lit = scene.lit.objs.has(line.obj) ? ' is-lit' : '';
    const name =
      line.obj === 0
        ? h('bdi', { class: 'charts-name' }, short(line.name))
        : h(
            'button',
            { type: 'button', class: `object${lit}`, 'data-obj': line.obj, title: line.name },
            h('bdi', {}, short(line.name)),
          );
    return h('li', { key: `${chart.id} ${i}` }, sign, name, h('b', {}, this.text(chart, f?.now)));
  }

  /** A value with its unit. */
  private text(chart: Chart, v: number | undefined): string {
    if (v === undefined) return this.say('ui.charts.none');
    if (chart.unit === 'ns') return nanoseconds(Math.round(v));
    return Number.isInteger(v) ? count(v) : Number(v.toPrecision(4)).toString();
  }

  private label(scene: Scene, chart: Chart, span: Span): string {
    const text = axisText(span);
    return this.say('ui.charts.sentence', {
      ...position(scene),
      what: chart.label,
      from: text(Math.max(0, span.from)),
      to: text(span.to),
    });
  }

  private plot(chart: Chart, sample: Sample): void {
    if (this.makePlot === undefined) {
      this.load();
      return;
    }
    const { width, height } = this.size;
    if (width < 10 || height < 10) return;
    const key = `${chart.id} ${chart.lines.length} ${sample.span.scale}`;
    if (this.made?.key !== key) {
      this.drop();
      this.made = { key, plot: this.makePlot(this.place, width, height, this.parts(chart, sample.span)) };
      this.desk.redraw(); // the plot's area is known now
    }
    const { plot } = this.made;
    if (this.fitted !== this.size) {
      plot.size(width, height);
      this.fitted = this.size;
    }
    if (this.plotted === sample) return;
    const { xs, columns } = sample.drawn;
    plot.set({ xs, lines: columns, from: sample.span.from, to: sample.span.to });
    this.plotted = sample;
  }

  private parts(chart: Chart, span: Span): PlotParts {
    const style = getComputedStyle(this.body);
    const plain = matchMedia('(forced-colors: active)').matches;
    const colour = (name: string): string => style.getPropertyValue(plain ? '--ink' : `--${name}`).trim();
    const strokes = chart.lines.map((line, i): Stroke => ({
      colour: colour(line.tone),
      dash: dashes[i] ?? [],
      dot: line.kind === 'quantile' ? (dots[i] ?? 0) : 0,
    }));
    return {
      strokes,
      ink: colour('soft'),
      grid: colour('line'),
      font: '12px system-ui, sans-serif',
      xText: axisText(span),
      yText: (v) => this.text(chart, v),
      brushed: (from, to) => this.desk.sight.show({ scale: span.scale, from, to }),
      clicked: (v) => {
        const { scene } = this;
        if (scene === undefined) return;
        const pos = positionAt({ scale: span.scale, from: v, to: v + 1 }, scene.log, 1, 0);
        this.desk.seek(Math.round(pos));
      },
    };
  }

  private drop(): void {
    this.made?.plot.close();
    this.made = undefined;
    this.plotted = undefined;
    this.fitted = { width: 0, height: 0 };
  }

  /** Fetches what draws plots, when it is needed for the first time. */
  private load(): void {
    if (this.loading) return;
    this.loading = true;
    import('./charts-plot').then(
      (part) => {
        this.makePlot = part.plotIn;
        this.desk.redraw();
      },
      () => {
        this.failed = true; // the legend and the table say the same without it
        this.desk.redraw();
      },
    );
  }

  /** What has not happened yet is pale, from the playhead on. */
  private drawPlayhead(scene: Scene, span: Span): void {
    const area = this.made?.plot.area();
    this.future.hidden = area === undefined;
    if (area === undefined) return;
    const x = xAt(span, scene.log, area.width, scene.world.seq);
    const left = Math.max(0, Math.min(area.width, x));
    const { style } = this.future;
    style.left = `${area.left + left}px`;
    style.top = `${area.top}px`;
    style.width = `${area.width - left}px`;
    style.height = `${area.height}px`;
    this.future.classList.toggle('is-beyond', x < 0 || x > area.width);
  }
}

function axisText(span: Span): (v: number) => string {
  return span.scale === 'events' ? (v) => count(Math.round(v)) : (v) => nanoseconds(Math.round(v));
}

function short(text: string): string {
  const seen = text.replace(/[\u0000-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)));
  return seen.length > longest ? `${seen.slice(0, longest - 1)}…` : seen;
}
