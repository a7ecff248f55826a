/** What a chart can show, and the lines that it is made of. */
import { at } from '../event/check';
import type { Log } from '../event/log';
import type { Series } from '../fold/series';
import { pixels, type Samples, type Steps } from '../fold/steps';
import type { Names } from '../words/names';
import type { Say } from '../words/say';
import { positionAt, type Span, valueAt } from './axis';

/** A line of a chart: a value at each position, or a quantile of durations. */
export type Line = {
  readonly name: string;
  /** The object that it is about; 0 if it is about none. */
  readonly obj: number;
  /** The CSS variable of its colour. */
  readonly tone: string;
} & (
  | { readonly kind: 'steps'; readonly steps: Steps }
  | { readonly kind: 'quantile'; readonly samples: Samples; readonly which: number }
);

/** What a chart shows: what it is called in its menu and keyed by, and its lines. */
export type Chart = {
  readonly id: string;
  readonly label: string;
  readonly unit: 'count' | 'ns';
  readonly lines: readonly Line[];
  /** Lines that there was no room for. */
  readonly more: number;
};

/** The least, the most and the mean of what is seen of a line, and its value at the playhead. */
export type Figures = {
  readonly now: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly mean: number | undefined;
};

/** What is drawn of a chart: xs on the span's scale, and a column of values for each line. */
export type Sampled = { readonly xs: Float64Array; readonly columns: readonly Float64Array[] };

const mostLines = 6;
const mostTypes = 12;
/** A chart of quantiles has a point for so many px. */
const binWidth = 14;

/** The quantiles that are drawn. */
export const quantiles: readonly number[] = [0.5, 0.95, 0.99];
const quantileNames = ['p50', 'p95', 'p99'] as const;

const tones = ['accent', 'look-send', 'look-lock', 'look-recv', 'look-select', 'soft'] as const;
const quantileTones = ['accent', 'look-send', 'bad'] as const;

/** All charts of a run so far: the first is what a chart opens with. */
export function charts(series: Series, names: Names, say: Say): readonly Chart[] {
  const label = (id: string): string => say(`ui.charts.of.${id}`);
  const queues = busiest(series.queues, names);
  const alive: Line = {
    kind: 'steps',
    name: say('ui.charts.alive'),
    obj: 0,
    tone: 'ink',
    steps: series.alive,
  };
  const states = (['running', 'runnable', 'blocked'] as const).map((state): Line => ({
    kind: 'steps',
    name: say(`ui.charts.${state}`),
    obj: 0,
    tone: state === 'blocked' ? 'look-lock' : `look-${state}`,
    steps: series[state],
  }));
  const top = queues.slice(0, 3);
  const all: Chart[] = [
    { id: 'overview', label: label('overview'), unit: 'count', lines: [...top, alive], more: 0 },
    { id: 'goroutines', label: label('goroutines'), unit: 'count', lines: [...states, alive], more: 0 },
    capped('queues', label('queues'), queues),
    capped('locks', label('locks'), busiest(series.locks, names)),
    capped('metrics', label('metrics'), busiest(series.metrics, names)),
    spread('channel', label('channel'), series.inChannel),
    spread('start', label('start'), series.untilRun),
  ];
  for (const [kind, spans] of [
    ['task', series.tasks],
    ['region', series.regions],
  ] as const) {
    for (const [type, samples] of [...spans].slice(0, mostTypes)) {
      all.push(spread(`${kind} ${type}`, say(`ui.charts.of.${kind}`, { type }), samples));
    }
  }
  return all;
}

/** Steps of objects, those that change the most first; what has never been other than 0 is left out. */
function busiest(from: ReadonlyMap<number, Steps>, names: Names): readonly Line[] {
  return [...from]
    .filter(([, steps]) => steps.seqs.length > 1 || steps.last !== 0)
    .sort(([a, x], [b, y]) => y.seqs.length - x.seqs.length || a - b)
    .map(([obj, steps], i) => ({
      kind: 'steps',
      name: i < mostLines ? names.obj(obj) : '',
      obj,
      tone: tones[i % tones.length] ?? 'ink',
      steps,
    }));
}

function capped(id: string, label: string, lines: readonly Line[]): Chart {
  const shown = lines.slice(0, mostLines);
  return { id, label, unit: 'count', lines: shown, more: lines.length - shown.length };
}

function spread(id: string, label: string, samples: Samples): Chart {
  const lines = quantileNames.map((name, which): Line => ({
    kind: 'quantile',
    name,
    obj: 0,
    tone: quantileTones[which] ?? 'ink',
    samples,
    which,
  }));
  return { id, label, unit: 'ns', lines: samples.seqs.length === 0 ? [] : lines, more: 0 };
}

/** What is seen of a chart in a width of so many px. */
export function sampled(chart: Chart, log: Log, span: Span, width: number): Sampled {
  const first = chart.lines[0];
  if (first?.kind === 'quantile') return bins(chart, first.samples, log, span, width);
  const edges = new Float64Array(width + 1);
  for (let x = 0; x <= width; x++) edges[x] = positionAt(span, log, width, x);
  const end = valueAt(span.scale, log, log.count);
  const scale = (span.to - span.from) / width;
  const xs = new Float64Array(2 * width);
  for (let x = 0; x < width; x++) {
    xs[2 * x] = span.from + x * scale;
    xs[2 * x + 1] = span.from + (x + 0.5) * scale;
  }
  const columns = chart.lines.map((line) => {
    const column = new Float64Array(2 * width).fill(NaN);
    if (line.kind !== 'steps') return column;
    const p = pixels(line.steps, edges, log.count);
    for (let x = 0; x < width && at(xs, 2 * x) <= end; x++) {
      column[2 * x] = at(p.first, x);
      column[2 * x + 1] = at(p.second, x);
    }
    return column;
  });
  return { xs, columns };
}

/** Quantiles of the durations that are over in each of some equal parts of the span. */
function bins(chart: Chart, samples: Samples, log: Log, span: Span, width: number): Sampled {
  const n = Math.max(1, Math.floor(width / binWidth));
  const xs = new Float64Array(n);
  const columns = chart.lines.map(() => new Float64Array(n).fill(NaN));
  for (let b = 0; b < n; b++) {
    xs[b] = span.from + ((b + 0.5) / n) * (span.to - span.from);
    const found = quantilesIn(samples, log, span, n, b);
    found?.forEach((v, i) => {
      const column = columns[i];
      if (column !== undefined) column[b] = v;
    });
  }
  return { xs, columns };
}

function quantilesIn(
  samples: Samples,
  log: Log,
  span: Span,
  n: number,
  b: number,
): readonly number[] | undefined {
  const from = samples.countAt(positionAt(span, log, n, b));
  const to = samples.countAt(positionAt(span, log, n, b + 1));
  return samples.quantiles(from, to, quantiles);
}

/** The figures of every line: at position pos, and of what is seen. */
export function figures(chart: Chart, drawn: Sampled, log: Log, span: Span, pos: number): readonly Figures[] {
  return chart.lines.map((line, i) => {
    const column = drawn.columns[i];
    if (line.kind === 'steps') return stepFigures(line.steps, log, span, pos);
    return column === undefined ? nothing : binFigures(column, log, span, pos);
  });
}

const nothing: Figures = { now: undefined, min: undefined, max: undefined, mean: undefined };

function stepFigures(steps: Steps, log: Log, span: Span, pos: number): Figures {
  const now = steps.valueAt(pos);
  const from = positionAt(span, log, 1, 0);
  const to = positionAt(span, log, 1, 1);
  const j = steps.indexAt(to);
  if (j < 0) return { ...nothing, now };
  const { min, max } = steps.range(Math.max(0, steps.indexAt(from)), j);
  const time = (p: number): number => valueAt('time', log, Math.floor(p));
  return { now, min, max, mean: steps.mean(from, to, time(from), time(to)) };
}

function binFigures(column: Float64Array, log: Log, span: Span, pos: number): Figures {
  const seen = column.filter((v) => !Number.isNaN(v));
  const part = (valueAt(span.scale, log, pos) - span.from) / (span.to - span.from);
  const before = column.subarray(0, Math.max(0, Math.floor(part * column.length) + 1));
  if (seen.length === 0) return nothing;
  return {
    now: before.findLast((v) => !Number.isNaN(v)),
    min: seen.reduce((a, b) => Math.min(a, b)),
    max: seen.reduce((a, b) => Math.max(a, b)),
    mean: seen.reduce((a, b) => a + b, 0) / seen.length,
  };
}
