import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind } from '../event.gen';
import { logOf } from '../test/frames';
import { recorded } from '../test/jsonl';
import { back, forth, leave, nowhere } from './places';
import { Hunt, ofGoroutine, ofKind, ofObject, ofSite } from './travel';

const log = recorded('rendezvous-deadlock');

/** All that a hunt finds, one after another. */
function all(fits: ConstructorParameters<typeof Hunt>[0], from: number, by: 1 | -1): number[] {
  const out: number[] = [];
  for (let pos = from; ;) {
    const seq = new Hunt(fits, pos, by).look(log, Infinity);
    if (seq === undefined) return out;
    out.push(seq);
    pos = seq + 1;
  }
}

test('a hunt finds every event that fits, forward and back', () => {
  for (const fits of [ofGoroutine(1), ofKind(2, Kind.GoPark), ofObject(1)]) {
    const there = all(fits, 0, 1);
    assert(there.length > 0);
    assert(there.every((seq) => fits(log, seq)));
    assert.deepEqual(all(fits, log.count + 1, -1), [...there].reverse());
  }
});

test('the event that the playhead has passed is not found again', () => {
  const own = logOf([
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoStart, g: 1 },
    { kind: Kind.GoEnd, g: 1 },
  ]);
  assert.equal(new Hunt(ofGoroutine(1), 2, -1).look(own, 9), undefined);
  assert.equal(new Hunt(ofGoroutine(1), 2, 1).look(own, 9), 2);
});

test('a hunt in pieces finds what one go finds, and goes on where the log has grown', () => {
  const fits = ofSite((site) => log.sites.get(site)?.line === 10);
  const once = new Hunt(fits, 0, 1).look(log, Infinity);
  const hunt = new Hunt(fits, 0, 1);
  let found: number | undefined;
  while (found === undefined && !hunt.spent(log)) found = hunt.look(log, 3);
  assert.equal(found, once);
  const growing = logOf([{ kind: Kind.GoCreate, peer: 1 }]);
  const later = new Hunt(ofGoroutine(1), 0, 1);
  assert.equal(later.look(growing, 9), undefined);
  assert(later.spent(growing));
  const grown = logOf([
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoStart, g: 1 },
  ]);
  assert.equal(later.look(grown, 9), 1);
});

test('places lead back and forth like the pages of a browser', () => {
  let p = leave(leave(nowhere, 3), 40);
  const first = back(p, 90);
  assert.equal(first?.to, 40);
  const second = back(first?.places ?? nowhere, 40);
  assert.equal(second?.to, 3);
  assert.equal(back(second?.places ?? nowhere, 3), undefined);
  assert.equal(forth(second?.places ?? nowhere, 3)?.to, 40);
  p = leave(second?.places ?? nowhere, 3);
  assert.equal(forth(p, 5), undefined, 'a new way forgets the old one');
  for (let i = 0; i < 500; i++) p = leave(p, i);
  assert.equal(p.past.length, 50);
});
