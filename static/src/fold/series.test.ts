import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../event/check';
import { Kind, Reason } from '../event.gen';
import { int, logOf, type Rec, textDef } from '../test/frames';
import { recorded } from '../test/jsonl';
import { History } from './history';
import { Series } from './series';
import { bucketOf, middleOf, pixels, Samples, Steps } from './steps';

function seriesOf(recs: readonly Rec[]): Series {
  const log = logOf(recs, [textDef(1, 'order'), textDef(2, '2.5')]);
  const history = new History(log);
  history.extend(log.count);
  const series = new Series(log, history.order);
  while (series.done < log.count) series.extend(2);
  return series;
}

test('goroutines are counted by state', () => {
  const s = seriesOf([
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoStart, g: 1, p: 0, t: 40 },
    { kind: Kind.GoCreate, g: 1, peer: 2, t: 50 },
    { kind: Kind.GoPark, g: 1, n: Reason.SleepWait, t: 60 },
    { kind: Kind.GoStart, g: 2, p: 0, t: 90 },
    { kind: Kind.GoEnd, g: 2, t: 99 },
  ]);
  const at = (pos: number) => [s.running, s.runnable, s.blocked, s.alive].map((x) => x.valueAt(pos) ?? 0);
  assert.deepEqual([1, 3, 4, 5, 6].map(at), [
    [0, 1, 0, 1],
    [1, 1, 0, 2],
    [0, 1, 1, 2],
    [1, 0, 1, 2],
    [0, 0, 1, 1],
  ]);
  assert.deepEqual(s.untilRun.quantiles(0, 2, [0, 1]), [40, 40]);
});

test('a queue is what is in the channel and who waits to send', () => {
  const c = 7;
  const s = seriesOf([
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoCreate, peer: 2 },
    { kind: Kind.ChanMake, g: 1, obj: c, n: 1 },
    { kind: Kind.ChanSend, g: 1, obj: c, n: 1, t: 10 },
    { kind: Kind.GoPark, g: 1, obj: c, n: Reason.SendWait, t: 20 },
    { kind: Kind.ChanRecv, g: 2, obj: c, n: 1, peer: 1, t: 33 },
    { kind: Kind.GoReady, g: 2, peer: 1, obj: c, t: 33 },
    { kind: Kind.ChanRecv, g: 2, obj: c, n: 0, t: 50 },
  ]);
  const queue = must(s.queues.get(c), 'queue');
  assert.deepEqual(
    [2, 3, 4, 5, 6, 7, 8].map((pos) => queue.valueAt(pos)),
    [undefined, 0, 1, 2, 1, 1, 0],
  );
  assert.deepEqual(s.inChannel.quantiles(0, 1, [0.5]), [23]);
  assert.deepEqual(s.inChannel.quantiles(1, 2, [0.5]), [30], 'from when the sender began to wait');
});

test('who waits for a lock is counted until it is released', () => {
  const s = seriesOf([
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoPark, g: 1, obj: 9, n: Reason.MutexWait },
    { kind: Kind.GoReady, peer: 1, obj: 9 },
  ]);
  const lock = must(s.locks.get(9), 'lock');
  assert.deepEqual(
    [2, 3].map((pos) => lock.valueAt(pos)),
    [1, 0],
  );
});

test('metrics may be fractions; tasks and regions take their time', () => {
  const s = seriesOf([
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.Metric, g: 1, obj: 3, val: int(4) },
    { kind: Kind.Metric, g: 1, obj: 3, val: 2 },
    { kind: Kind.TaskBegin, g: 1, obj: 5, val: 1, t: 10 },
    { kind: Kind.RegionBegin, g: 1, obj: 5, val: 1, t: 12 },
    { kind: Kind.RegionEnd, g: 1, obj: 5, val: 1, t: 19 },
    { kind: Kind.TaskEnd, g: 1, obj: 5, t: 30 },
    { kind: Kind.RegionEnd, g: 1, t: 31 },
  ]);
  assert.deepEqual(
    [2, 3].map((pos) => s.metrics.get(3)?.valueAt(pos)),
    [4, 2.5],
  );
  assert.deepEqual(s.tasks.get('order')?.quantiles(0, 1, [0.5]), [20]);
  assert.deepEqual(s.regions.get('order')?.quantiles(0, 1, [0.5]), [7]);
});

test('in a recorded run every goroutine that was alive is over or counted', () => {
  const log = recorded('fixed-pool');
  const history = new History(log);
  history.extend(log.count);
  const s = new Series(log, history.order);
  s.extend(log.count);
  for (let pos = 1; pos <= log.count; pos++) {
    const [run, can, wait, all] = [s.running, s.runnable, s.blocked, s.alive].map((x) => x.valueAt(pos) ?? 0);
    assert.equal((run ?? 0) + (can ?? 0) + (wait ?? 0), all, `after ${pos} events`);
  }
  assert(s.inChannel.seqs.length > 0);
});

test('the least and the most of any part are those of its values', () => {
  const steps = new Steps();
  const values: number[] = [];
  for (let i = 0; i < 1000; i++) {
    values.push((i * 7919) % 1013);
    steps.push(i * 2, i, must(values[i], 'value'));
  }
  for (const [i, j] of [
    [0, 999],
    [0, 0],
    [5, 70],
    [63, 64],
    [64, 127],
    [100, 901],
  ] as const) {
    const part = values.slice(i, j + 1);
    assert.deepEqual(steps.range(i, j), { min: Math.min(...part), max: Math.max(...part) });
  }
});

test('a spike between two pixels is seen', () => {
  const steps = new Steps();
  for (let i = 0; i < 10_000; i++) steps.push(i, i, i === 5003 ? 99 : 1);
  const p = pixels(steps, Float64Array.from([0, 2500, 5000, 7500, 10_000, 12_500]), 10_000);
  assert.deepEqual([...p.first], [1, 1, 99, 1, 1]);
  assert.deepEqual([...p.second], [1, 1, 1, 1, 1]);
});

test('there is nothing before the first value and after the end', () => {
  const steps = new Steps();
  steps.push(5, 50, 3);
  const p = pixels(steps, Float64Array.from([0, 4, 8, 12, 16]), 10);
  assert.deepEqual([...p.second], [NaN, 3, 3, NaN]);
  assert.equal(new Steps().valueAt(9), undefined);
  assert.deepEqual([...pixels(new Steps(), Float64Array.from([0, 1]), 1).first], [NaN]);
});

test('a mean is over time', () => {
  const steps = new Steps();
  steps.push(0, 0, 10);
  steps.push(1, 90, 0);
  assert.equal(steps.mean(1, 2, 0, 100), 9);
  assert.equal(steps.mean(1, 2, 80, 100), 5);
  assert.equal(steps.mean(2, 2, 90, 90), 0);
});

test('buckets are right to 3 %', () => {
  for (let ns = 0; ns < 2 ** 53; ns = Math.floor(ns * 1.37) + 1) {
    assert(Math.abs(middleOf(bucketOf(ns)) - ns) <= ns * 0.032, `${ns}: ${middleOf(bucketOf(ns))}`);
  }
  assert(bucketOf(Infinity) >= bucketOf(2 ** 52));
});

test('quantiles are those of the sorted durations', () => {
  const s = new Samples();
  for (let i = 0; i < 100; i++) s.push(i, (i * 37) % 100 < 95 ? 10 : 40);
  assert.deepEqual(s.quantiles(0, 100, [0.5, 0.95, 0.99]), [10, 10, 40]);
  assert.deepEqual(s.quantiles(0, 100, [0.5]), [10], 'asking leaves nothing behind');
  assert.equal(s.quantiles(3, 3, [0.5]), undefined);
  assert.deepEqual(
    [0, 1, 100].map((pos) => s.countAt(pos)),
    [0, 1, 100],
  );
});
