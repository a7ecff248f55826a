import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../event/check';
import { Class, Kind } from '../event.gen';
import { Log } from '../event/log';
import { History } from '../fold/history';
import { Series } from '../fold/series';
import { int, logOf, objectDef, type Rec, textDef } from '../test/frames';
import { recorded } from '../test/jsonl';
import { namesOf } from '../words/names';
import { whole } from './axis';
import { type Chart, charts, figures, sampled } from './charts-lines';

const say = (key: string): string => key;

function chartsOf(log: Log): ReadonlyMap<string, Chart> {
  const history = new History(log);
  history.extend(log.count);
  const series = new Series(log, history.order);
  series.extend(log.count);
  return new Map(charts(series, namesOf(log, history, say), say).map((c) => [c.id, c]));
}

test('the first chart has the busiest queues and how many goroutines there are', () => {
  const overview = must(chartsOf(recorded('fixed-pool')).get('overview'), 'overview');
  assert.deepEqual(
    overview.lines.map((l) => l.name),
    ['queue', 'results', 'ui.charts.alive'].filter((n) => overview.lines.some((l) => l.name === n)),
  );
  assert.equal(overview.lines[0]?.name, 'queue');
});

test('figures are those at the playhead and of what is seen', () => {
  const recs: Rec[] = [{ kind: Kind.GoCreate, peer: 1 }];
  for (let i = 1; i <= 10; i++) recs.push({ kind: Kind.Metric, g: 1, obj: 3, val: int(i * i), t: i * 10 });
  const log = logOf(recs, [textDef(1, 'hits'), objectDef(3, 1, Class.Expvar)]);
  const chart = must(chartsOf(log).get('metrics'), 'metrics');
  const all = whole(log, 'time');
  const [seen] = figures(chart, sampled(chart, log, all, 300), log, all, 4);
  assert.deepEqual([seen?.now, seen?.min, seen?.max], [9, 1, 100]);
  const part = { scale: 'events', from: 3, to: 5 } as const;
  const [some] = figures(chart, sampled(chart, log, part, 300), log, part, 4);
  assert.deepEqual([some?.now, some?.min, some?.max, some?.mean], [9, 4, 16, 6.5]);
});

test('a line begins with its first value and ends with the run', () => {
  const log = recorded('fixed-pool');
  const chart = must(chartsOf(log).get('overview'), 'overview');
  const { xs, columns } = sampled(chart, log, whole(log, 'events'), 500);
  const queue = must(columns[0], 'column');
  assert(Number.isNaN(queue[0]));
  for (let i = 0; i < xs.length; i++) assert((xs[i] ?? 0) <= log.count + 1 || Number.isNaN(queue[i]));
  assert(queue.some((v) => v > 0));
});

test('a latency has a value where something ended, and the last one counts', () => {
  const log = recorded('fixed-pool');
  const chart = must(chartsOf(log).get('channel'), 'channel');
  const span = whole(log, 'events');
  const drawn = sampled(chart, log, span, 500);
  const [p50, , p99] = figures(chart, drawn, log, span, log.count);
  assert(p50?.now !== undefined && p99?.max !== undefined);
  assert((p50.max ?? 0) <= p99.max);
  assert.equal(figures(chart, drawn, log, span, 0)[0]?.now, undefined);
});

for (const [what, log] of [
  ['no event', new Log()],
  ['one event', logOf([{ kind: Kind.GoCreate, peer: 1 }])],
] as const) {
  test(`every chart of a run with ${what} can be drawn`, () => {
    for (const chart of chartsOf(log).values()) {
      const span = whole(log, 'time');
      const drawn = sampled(chart, log, span, 40);
      assert.equal(drawn.columns.length, chart.lines.length);
      assert.equal(figures(chart, drawn, log, span, 1).length, chart.lines.length);
    }
  });
}
