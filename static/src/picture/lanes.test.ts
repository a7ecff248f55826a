import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Class, Kind, Reason, Why } from '../event.gen';
import type { Log } from '../event/log';
import { History } from '../fold/history';
import { Timeline } from '../fold/timeline';
import { logOf, objectDef, type Rec, textDef } from '../test/frames';
import { recorded } from '../test/jsonl';
import { restless } from '../test/restless';
import { namesOf } from '../words/names';
import { visible } from '../words/say';
import { labelled, onScale, positionAt, type Span, valueAt, whole, xAt, zoom } from './axis';
import { arrowOf, arrowsIn } from './lanes-arrows';
import { axisHeight } from './lanes-draw';
import { pinched } from './lanes-hand';
import { markOf, marksIn } from './lanes-marks';
import { hit } from './lanes-tip';
import { crowdHeight, Rows } from './rows';
import { light, type Scene } from './scene';

function sceneOf(log: Log): Scene {
  const history = new History(log);
  history.extend(log.count);
  const say = (key: string): string => key;
  const tell = { log, history, names: namesOf(log, history, say), say };
  const timeline = new Timeline(log);
  const world = { ...timeline.at(0), seq: log.count }; // these runs keep no laws; lanes need none
  const aside = (seq: number): typeof world => timeline.at(seq);
  return {
    log,
    history,
    world,
    pools: [],
    pair: undefined,
    pinned: undefined,
    aside,
    tell,
    lit: light([], world, tell),
    selected: 1,
  };
}

const near = (a: number, b: number): void =>
  assert(Math.abs(a - b) < 1e-6 * (1 + Math.abs(b)), `${a}, not ${b}`);

test('what is under the pointer stays there while it zooms', () => {
  const log = restless(1, 5000, 5);
  for (const scale of ['events', 'time'] as const) {
    let span = whole(log, scale);
    const value = (s: Span, where: number): number => s.from + where * (s.to - s.from);
    for (const [factor, where] of [
      [0.5, 0.3],
      [0.1, 0.8],
      [0.7, 0.55],
      [1.5, 0.4],
    ] as const) {
      const next = zoom(span, log, factor, where);
      near(value(next, where), value(span, where));
      near(next.to - next.from, (span.to - span.from) * factor);
      span = next;
    }
  }
});

test('a zoom ends at a few events or nanoseconds, and at the whole run', () => {
  const log = restless(1, 5000, 5);
  for (const [scale, least] of [
    ['events', 4],
    ['time', 8],
  ] as const) {
    const full = whole(log, scale);
    const deep = zoom(full, log, 1e-12, 0.5);
    assert.equal(deep.to - deep.from, least);
    assert.deepEqual(zoom(deep, log, 1e12, 0.5), full);
  }
});

test('pinching keeps both fingers on what they touched', () => {
  const log = restless(1, 5000, 5);
  const span: Span = { scale: 'events', from: 1000, to: 2000 };
  const next = pinched(log, span, 500, [100, 200], [50, 250]);
  assert(next !== undefined);
  const value = (s: Span, x: number): number => s.from + (x / 500) * (s.to - s.from);
  near(value(next, 50), value(span, 100));
  near(value(next, 250), value(span, 200));
  assert.equal(pinched(log, span, 500, [0, 500], [245, 255]), undefined, 'out is the whole run');
});

test('the other scale shows the same events', () => {
  const log = restless(2, 5000, 5);
  const span: Span = { scale: 'events', from: 2000, to: 2400 };
  const time = onScale(span, log, 'time');
  assert(time.from <= valueAt('time', log, 2000) && time.to >= valueAt('time', log, 2400));
  const back = onScale(time, log, 'events');
  assert(back.from <= 2000 && back.to >= 2400 && back.to - back.from < 500, `${back.from} to ${back.to}`);
});

test('places and positions are each other’s inverse', () => {
  const log = restless(2, 5000, 5);
  const span: Span = { scale: 'events', from: 100, to: 200 };
  for (const pos of [100, 150, 199]) near(positionAt(span, log, 700, xAt(span, log, 700, pos)), pos);
});

test('ticks never say the same twice, down to nanoseconds', () => {
  for (const size of [8, 100, 4321, 1e6, 1e9]) {
    const labels = labelled({ scale: 'time', from: 1_234_567_890, to: 1_234_567_890 + size }, 6).map(
      (t) => t.label,
    );
    assert(labels.length > 1 && new Set(labels).size === labels.length, labels.join(' | '));
  }
});

test('rows are lanes; in groups, those of one function are one row until it is opened', () => {
  const scene = sceneOf(restless(4, 3000, 20));
  const rows = new Rows();
  rows.update(scene.log, scene.history, 1);
  assert.equal(rows.count, 20);
  assert.equal(rows.at(26 * 7 + 1), 7);
  assert.equal(rows.at(26 * 20), -1);
  rows.group('name');
  rows.update(scene.log, scene.history, 1);
  const shown = (): string[] =>
    Array.from({ length: rows.count }, (_, i) => {
      const item = rows.item(i);
      return item.crowd === undefined ? `G${item.g}` : item.crowd.key;
    });
  assert.deepEqual(
    shown()
      .filter((name) => name !== 'G1')
      .sort(),
    ['even', 'odd'],
  );
  assert.equal(rows.of(2), rows.of(4), 'its goroutines are where the group is');
  const odd = rows.item(rows.of(3)).crowd;
  assert(odd !== undefined);
  rows.toggle(odd);
  rows.update(scene.log, scene.history, 1);
  assert.equal(rows.count, 2 + 10);
  assert(rows.of(3) !== rows.of(5));
  assert.equal(rows.height, 2 * crowdHeight + 10 * 26);
});

test('the selected goroutine is seen though its group is closed', () => {
  const scene = sceneOf(restless(4, 3000, 20));
  const rows = new Rows();
  rows.group('name');
  rows.update(scene.log, scene.history, 8);
  assert.deepEqual(rows.item(rows.of(8)), { g: 8 });
  assert(rows.of(8) !== rows.of(6));
});

test('thousands of goroutines are grouped unless somebody wants to see all', () => {
  const scene = sceneOf(restless(4, 30_000, 1500));
  const rows = new Rows();
  rows.update(scene.log, scene.history, 1);
  assert(rows.count <= 3, `${rows.count} rows`);
  rows.group('none');
  rows.update(scene.log, scene.history, 1);
  assert.equal(rows.count, scene.history.lives.count);
});

test('a point hits the goroutine of its row, the span there, and a mark nearby', () => {
  const recs: Rec[] = [
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoStart, g: 1, p: 0 },
    { kind: Kind.GoCreate, g: 1, peer: 2 },
    { kind: Kind.GoPark, g: 1, n: Reason.SleepWait },
    { kind: Kind.GoStart, g: 2, p: 1 },
    { kind: Kind.GoPanic, g: 2 },
  ];
  while (recs.length < 100) recs.push({ kind: Kind.Output, g: 2 });
  const scene = sceneOf(logOf(recs));
  const rows = new Rows();
  rows.update(scene.log, scene.history, 1);
  const span: Span = { scale: 'events', from: 0, to: 100 };
  const view = { scene, span, width: 1000, scroll: 0, rows };
  const at = (x: number, row: number): ReturnType<typeof hit> => hit(view, x, axisHeight + row * 26 + 13);
  assert.equal(at(500, 0)?.g, 1);
  assert.equal(at(500, 0)?.i, 2, 'asleep');
  assert.equal(at(500, 1)?.i, 1, 'running');
  assert.equal(at(5, 1)?.i, undefined, 'not yet born');
  assert.equal(at(62, 1)?.mark, 5);
  assert.equal(at(62, 0)?.mark, undefined, 'not on this lane');
  assert.equal(at(500, 2), undefined);
  assert.equal(hit({ ...view, scroll: 26 }, 500, axisHeight + 13)?.g, 2, 'scrolled by a lane');
});

test('every alarm is marked at every zoom, however many spans there are', () => {
  const log = restless(5, 20_000, 6);
  const recs: Rec[] = [];
  for (let seq = 0; seq < log.count; seq++) {
    if (seq % 5000 === 4999) recs.push({ kind: Kind.Race, t: log.t[seq] ?? 0, g: 1, peer: 2 });
    recs.push({
      kind: log.kindAt(seq),
      t: log.t[seq] ?? 0,
      g: log.g[seq] ?? 0,
      peer: log.peer[seq] ?? 0,
      n: log.n[seq] ?? 0,
    });
  }
  const scene = sceneOf(logOf(recs));
  const all = marksIn(scene, whole(scene.log, 'events'), 200);
  assert.deepEqual(
    all.map((seq) => markOf(scene, seq)),
    Array(4).fill({ kind: 'race', g: 1 }),
  );
  const few = { scale: 'events', from: 4990, to: 5010 } as const;
  assert.equal(marksIn(scene, few, 200).length, 1);
});

test('arrows tell go, value, unlock and waking apart', () => {
  const scene = sceneOf(
    logOf(
      [
        { kind: Kind.GoCreate, peer: 1 },
        { kind: Kind.GoStart, g: 1, p: 0, n: Why.FromLocal },
        { kind: Kind.GoCreate, g: 1, peer: 2 },
        { kind: Kind.GoReady, g: 1, peer: 2, obj: 5 },
        { kind: Kind.GoReady, g: 1, peer: 2, obj: 6 },
        { kind: Kind.ChanMake, g: 1, obj: 7 },
        { kind: Kind.ChanClose, g: 1, obj: 7, n: 1 },
        { kind: Kind.GoReady, g: 1, peer: 2, obj: 7 },
        { kind: Kind.ChanSend, g: 1, obj: 7, peer: 2 },
        { kind: Kind.GoReady, g: 1, peer: 2, obj: 7 },
      ],
      [textDef(1, 'x'), objectDef(5, 1, Class.Mutex), objectDef(6, 1, Class.WaitGroup), objectDef(7, 1)],
    ),
  );
  const kinds = [2, 3, 4, 7, 9].map((seq) => arrowOf(scene, seq)?.kind);
  assert.deepEqual(kinds, ['go', 'lock', 'wake', 'wake', undefined]);
});

test('values have one arrow each, from who sent them', () => {
  const scene = sceneOf(recorded('fixed-pool'));
  const found = arrowsIn(scene, 0, scene.log.count, 0);
  const values = found.filter((a) => a.kind === 'value');
  assert(values.length > 10);
  assert(values.every((a) => a.fromSeq < a.toSeq && a.from !== a.to));
  const own = arrowsIn(scene, 0, scene.log.count, 2);
  assert.deepEqual(
    own,
    found.filter((a) => a.from === 2 || a.to === 2),
  );
});

test('a text of the program keeps to its line', () => {
  assert.equal(visible('a\nb\x7f'), 'a␊b␡');
  assert.equal(visible('שלום'), '\u2068שלום\u2069');
  assert.equal(visible('x'.repeat(10_000)).length, 201);
});
