import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frame, int, objectDef, scheduleDef, siteDef, textDef } from '../test/frames';
import { addFrame, FrameError } from './frame';
import { Kind } from '../event.gen';
import { duration, Log, valueInt, valueText } from './log';

const one = {
  kind: Kind.ChanSend,
  t: 5_000_000_123,
  g: 2,
  obj: 7,
  peer: 3,
  val: int(-4),
  n: -1,
  site: 9,
  p: 1,
};

/** The same at a place that is not known. */
const plain = { ...one, site: 0 };

test('a frame becomes columns and tables', () => {
  const log = new Log();
  const defs = [textDef(1, 'größer'), siteDef(9, 10, 1), objectDef(7, 1)];
  assert.equal(addFrame(log, frame(0, [one], defs)), 1);
  assert.deepEqual(
    [log.t[0], log.g[0], log.obj[0], log.peer[0], log.n[0], log.site[0], log.kind[0], log.p[0]],
    [5_000_000_123, 2, 7, 3, -1, 9, Kind.ChanSend, 1],
  );
  assert.equal(valueText(log, log.val[0] ?? 0), '-4');
  assert.equal(log.text(1), 'größer');
  assert.equal(log.sites.get(9)?.line, 10);
  assert.equal(log.objects.get(7)?.name, 1);
  assert.equal(log.maxG, 2);
});

test('the schedule of a run comes with its end', () => {
  const log = new Log();
  addFrame(log, frame(0, [plain], [scheduleDef('1 - 0\n')]));
  assert.equal(log.schedule, '1 - 0\n');
});

test('frames continue one another through every growth of the columns', () => {
  const log = new Log();
  const batch = Array.from({ length: 700 }, (_, i) => ({ ...plain, t: i }));
  for (let i = 0; i < 5; i++) addFrame(log, frame(i * 700, batch));
  assert.equal(log.count, 3500);
  assert.equal(log.t[3499], 699);
});

test('a frame that leaves a gap or repeats is refused', () => {
  const log = new Log();
  addFrame(log, frame(0, [plain]));
  assert.throws(() => addFrame(log, frame(2, [plain])), /starts at event 2, but 1 was due/);
  assert.throws(() => addFrame(log, frame(0, [plain])), FrameError);
  assert.equal(log.count, 1);
});

test('malformed frames are refused and add nothing', () => {
  const good = frame(0, [plain, plain], [textDef(1, 'x')]);
  const broken: readonly [string, (b: Uint8Array) => Uint8Array][] = [
    ['empty', () => new Uint8Array()],
    ['short header', (b) => b.slice(0, 20)],
    ['cut record', (b) => b.slice(0, -1)],
    ['one byte more', (b) => new Uint8Array([...b, 0])],
    ['magic', (b) => changed(b, 0, 0)],
    ['reserved field', (b) => changed(b, 20, 1)],
    ['definitions not a multiple of 8', (b) => changed(b, 4, 15)],
    ['definition longer than the definitions', (b) => changed(b, 24, 200)],
    ['definition of an unknown kind', (b) => changed(b, 28, 77)],
    ['kind 0', (b) => changed(b, b.length - 2, 0)],
    ['unknown kind', (b) => changed(b, b.length - 2, 250)],
    ['text that was never defined', (b) => changed(b, b.length - 9, 0)],
    ['place that was never defined', (b) => changed(b, b.length - 4, 3)],
    ['definition whose length wraps around', (b) => changed(changed(b, 27, 255), 26, 255)],
  ];
  for (const [name, breaks] of broken) {
    const log = new Log();
    assert.throws(() => addFrame(log, breaks(good)), FrameError);
    assert.equal(log.count, 0, name);
  }
});

function changed(b: Uint8Array, i: number, v: number): Uint8Array {
  const c = b.slice();
  c[i] = v;
  return c;
}

test('the definition of a schedule is passed over', () => {
  const log = new Log();
  addFrame(log, frame(0, [plain], [{ kind: 4, payload: new Uint8Array(9) }]));
  assert.equal(log.count, 1);
});

test('small integers keep their sign', () => {
  for (const i of [0, 1, -1, 2 ** 30 - 1, -(2 ** 30)]) assert.equal(valueInt(int(i)), i);
  assert.equal(valueInt(12), undefined);
});

test('a duration is put together from two fields', () => {
  const log = new Log();
  addFrame(log, frame(0, [{ kind: Kind.Sleep, peer: 2, n: -1 }]));
  assert.equal(duration(log, 0), 2 * 2 ** 32 + 0xffffffff);
});
