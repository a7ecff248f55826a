import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addFrame, FrameError, headerSize, recordSize } from '../event/frame';
import { Log } from '../event/log';
import { recorded, recordedFrame } from '../test/jsonl';
import { stream } from '../test/random-run';
import { namesOf } from '../words/names';
import { sentence } from '../words/sentences';
import { worldText } from './dump';
import { History } from './history';
import { LawError } from './law';
import { findPools } from './pools';
import { Timeline } from './timeline';

const rounds = 300;
const runs = ['busy', 'real', 'racing', 'readers', 'deadlines', 'fixed-pool', 'oncewaits', 'pull', 'tickers'];

/** Makes a frame that is not quite the given one. */
function mutated(good: Uint8Array, random: (below: number) => number): Uint8Array {
  const bytes = good.slice();
  const view = new DataView(bytes.buffer);
  const start = headerSize + view.getUint32(4, true);
  const count = view.getUint32(16, true);
  const record = (): number => start + recordSize * random(count);
  for (let n = 1 + random(3); n > 0; n--) {
    switch (random(6)) {
      case 0: // any byte
        view.setUint8(random(bytes.length), random(256));
        break;
      case 1: // a field that names somebody or something, by a small number or a great one
        view.setUint32(record() + 8 + 4 * random(5), random(2) === 0 ? random(12) : random(2 ** 32), true);
        break;
      case 2: // another kind
        view.setUint8(record() + 30, 1 + random(70));
        break;
      case 3: // an event comes at another time
        swap(bytes, record(), record());
        break;
      case 4: // an event comes twice
        bytes.copyWithin(record(), record(), start);
        bytes.set(good.subarray(start, start + recordSize), record());
        break;
      default: // it is cut off
        if (random(8) === 0) return bytes.slice(0, random(bytes.length));
    }
  }
  return bytes;
}

function swap(bytes: Uint8Array, a: number, b: number): void {
  const one = bytes.slice(a, a + recordSize);
  bytes.copyWithin(a, b, b + recordSize);
  bytes.set(one, b);
}

/** Folds what the frame holds as far as it holds to the laws; says how far that is. */
function fold(bytes: Uint8Array): { readonly log: Log; readonly timeline: Timeline } | undefined {
  const log = new Log();
  try {
    addFrame(log, bytes);
  } catch (error) {
    assert(error instanceof FrameError, String(error));
    return undefined;
  }
  const timeline = new Timeline(log);
  try {
    timeline.extend(log.count);
  } catch (error) {
    assert(error instanceof LawError, String(error));
    assert.equal(error.seq, timeline.folded);
    log.cut(error.seq);
    timeline.cut(error.seq);
  }
  return { log, timeline };
}

for (const name of runs) {
  test(`${name}: frames that were tampered with are refused, or shown as far as they make sense`, () => {
    const random = stream(7);
    const good = recordedFrame(name);
    for (let round = 0; round < rounds; round++) {
      const found = fold(mutated(good, random));
      if (found === undefined) continue;
      const { log, timeline } = found;
      const history = new History(log);
      const { uses, heat, parties, contexts, memory, flow, machine, notes, refusals, margin } = history;
      assert([uses, heat, parties, contexts, memory, flow, machine, notes, refusals, margin].length > 0);
      history.extend(log.count);
      findPools(history);
      const tell = { log, history, names: namesOf(log, history, (key) => key), say: (key: string) => key };
      for (let seq = 0; seq < log.count; seq++) sentence(tell, seq);
      for (const seq of [log.count, 0, random(log.count + 1)]) worldText(timeline.at(seq), log);
    }
  });
}

test('what was folded before an event that fits nothing stays as it was', () => {
  const log = recorded('fixed-pool');
  const before = worldText(new Timeline(log).at(200), log);
  log.g[200] = 99;
  const timeline = new Timeline(log);
  assert.throws(() => timeline.extend(log.count), LawError);
  assert.equal(timeline.folded, 200);
  log.cut(200);
  timeline.cut(200);
  assert.equal(log.count, 200);
  assert.equal(worldText(timeline.at(200), log), before);
});
