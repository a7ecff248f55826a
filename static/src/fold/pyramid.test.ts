import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind } from '../event.gen';
import { at } from '../event/check';
import type { Log } from '../event/log';
import { logOf, textDef } from '../test/frames';
import { restless } from '../test/restless';
import { type Stretch, strip, walkCrowd } from '../picture/strip';
import { Crowds } from './crowds';
import { History } from './history';
import { type Life, Look } from './lives';
import { parts, Pyramid } from './pyramid';
import { looks, Reader, type Scale, Sums } from './sums';

const scales: readonly Scale[] = ['events', 'time'];
const seeds = [1, 2, 3, 4, 5];

function historyOf(log: Log): History {
  const history = new History(log);
  history.extend(log.count);
  return history;
}

function valueOf(log: Log, scale: Scale, seq: number): number {
  return scale === 'events' ? seq + 1 : at(log.t, seq);
}

function endOf(log: Log, scale: Scale): number {
  return scale === 'events' ? log.count : at(log.t, log.count - 1);
}

/** How long a life has each look between two places, span by span. */
function counted(log: Log, life: Life, scale: Scale, from: number, to: number): Float64Array {
  const out = new Float64Array(looks);
  for (let i = 0; i < life.starts.length; i++) {
    const begin = valueOf(log, scale, life.starts.at(i));
    const end = i + 1 < life.starts.length ? valueOf(log, scale, life.starts.at(i + 1)) : endOf(log, scale);
    const look = life.looks.at(i);
    out[look] = at(out, look) + Math.max(0, Math.min(end, to) - Math.max(begin, from));
  }
  out[Look.None] = 0;
  return out;
}

/** Says by how many parts a cell differs at most from shares. */
function off(cell: number, shares: Float64Array, whole: number): number {
  const has = new Float64Array(looks);
  for (let i = 0; i < parts; i++) has[(cell >>> (4 * i)) & 15] = at(has, (cell >>> (4 * i)) & 15) + 1;
  let most = 0;
  for (let look = 1; look < looks; look++) {
    most = Math.max(most, Math.abs(at(has, look) - (at(shares, look) / whole) * parts));
  }
  return most;
}

for (const scale of scales) {
  test(`every cell of a pyramid is what its spans add up to, by ${scale}`, () => {
    for (const seed of seeds) {
      const log = restless(seed, 5000, 2);
      for (const life of historyOf(log).lives.all.slice(1)) {
        if (life === undefined) continue;
        const pyramid = new Pyramid(log, life, scale);
        while (pyramid.extend(1 + (seed % 3) * 50) > 0);
        assert(pyramid.bytes < 64 * life.starts.length + 64_000, `${pyramid.bytes} bytes`);
        pyramid.levels.forEach((level, n) => {
          const bin = 2 ** (pyramid.power + n);
          for (let i = 0; i < level.length; i += 1 + (i % 29)) {
            const shares = counted(log, life, scale, i * bin, (i + 1) * bin);
            const far = off(at(level.cells, i), shares, bin);
            assert(far <= 1.0001, `seed ${seed}, G${life.g}, level ${n}, cell ${i}: ${far} parts off`);
          }
        });
      }
    }
  });

  test(`where there is room, each pixel of a strip is what its spans add up to, by ${scale}`, () => {
    for (const seed of seeds) {
      const log = restless(seed, 4000, 8);
      const history = historyOf(log);
      const end = endOf(log, scale);
      const row = new Uint32Array(300);
      for (const part of [1, 0.3, 0.02]) {
        const from = end * (1 - part) * 0.7;
        const see: Stretch = { scale, from, to: from + end * part * 1.1, end };
        const unit = (see.to - see.from) / row.length;
        const life = history.lives.of(2);
        strip(log, life, see, new Pyramid(log, life, scale), row); // it knows nothing yet: all is exact
        row.forEach((cell, x) => {
          const shares = counted(log, life, scale, from + x * unit, from + (x + 1) * unit);
          assert(off(cell, shares, unit) <= 1.0001, `seed ${seed}, part ${part}, x ${x}`);
        });
      }
    }
  });

  test(`a strip from a pyramid ends with what the pyramid does not know yet, by ${scale}`, () => {
    const log = restless(7, 30_000, 2);
    const life = historyOf(log).lives.of(1);
    const end = endOf(log, scale);
    const pyramid = new Pyramid(log, life, scale);
    pyramid.extend(life.starts.length - 400);
    const see: Stretch = { scale, from: 0, to: end, end };
    const row = new Uint32Array(200);
    strip(log, life, see, pyramid, row);
    assert(
      row.every((cell, x) => x === 0 || cell !== 0),
      'no pixel of a life is empty',
    );
  });

  test(`sums are exact at every place, for one goroutine and for a group, by ${scale}`, () => {
    for (const seed of seeds) {
      const log = restless(seed, 6000, 9);
      const history = historyOf(log);
      const crowds = new Crowds(log, 'name');
      while (crowds.extend(777, log.count));
      const end = endOf(log, scale);
      const odd = crowds.list.find((c) => c.key === 'odd');
      assert(odd !== undefined);
      const sums = new Sums(log, history.lives.of(1).starts);
      sums.follow(history.lives.of(1));
      const [one, all] = [new Reader(sums, scale), new Reader(odd.sums, scale)];
      for (let k = 1; k <= 40; k++) {
        const to = (end * k * k) / 1600;
        one.to(to);
        all.to(to);
        const want = new Float64Array(looks);
        for (const g of odd.members) {
          counted(log, history.lives.of(g), scale, 0, to).forEach(
            (v, look) => (want[look] = at(want, look) + v),
          );
        }
        for (let look = 1; look < looks; look++) {
          assert(Math.abs(at(all.sums, look) - at(want, look)) < 1e-6 * (1 + end), `seed ${seed}, ${k}`);
          const alone = counted(log, history.lives.of(1), scale, 0, to);
          assert(Math.abs(at(one.sums, look) - at(alone, look)) < 1e-6 * (1 + end), `seed ${seed}, ${k}`);
        }
      }
    }
  });
}

test('a group is drawn as high as the most that were alive at once', () => {
  const log = restless(3, 6000, 9);
  const crowds = new Crowds(log, 'all');
  crowds.extend(log.count, log.count);
  const [all] = crowds.list;
  assert(all !== undefined);
  assert.equal(all.members.length, 9);
  let highest = 0;
  const see: Stretch = { scale: 'events', from: 0, to: log.count, end: log.count };
  walkCrowd(new Reader(all.sums, 'events'), see, log.count, all.sums.most, (_x0, _x1, shares) => {
    const sum = shares.reduce((a, b) => a + b, 0);
    assert(sum <= 1.000001);
    highest = Math.max(highest, sum);
  });
  assert(highest > 0.999);
});

test('who gets labels leaves those without, and those it starts inherit them', () => {
  const log = logOf(
    [
      { kind: Kind.GoCreate, peer: 1 },
      { kind: Kind.GoStart, g: 1 },
      { kind: Kind.GoCreate, g: 1, peer: 2 },
      { kind: Kind.Label, g: 1, val: 1 },
      { kind: Kind.GoCreate, g: 1, peer: 3 },
      { kind: Kind.Label, g: 1, val: 0 },
    ],
    [textDef(1, 'role=server')],
  );
  const crowds = new Crowds(log, 'label');
  crowds.extend(log.count, log.count);
  assert.deepEqual(
    crowds.list.map((c) => [c.key, c.members]),
    [
      ['', [2]],
      ['role=server', [1, 3]],
    ],
  );
  const [unlabelled] = crowds.list;
  assert(unlabelled !== undefined);
  const before = new Reader(unlabelled.sums, 'events');
  before.to(3);
  assert.equal(at(before.counts, Look.Running), 1, 'until then it was one of those without');
});
