import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advance, atStart, type Player, seek, step, tempo, toggle } from './player';

const playing = { ...atStart, playing: true };

test('a halted playhead stays where it is', () => {
  assert.deepEqual(advance(atStart, 1000, 100, true), atStart);
});

test('time is not lost between frames', () => {
  let p: Player = { ...playing, speed: 16 };
  for (let i = 0; i < 100; i++) p = advance(p, 10, 1000, false);
  assert.equal(p.seq, 16);
});

test('play waits at the end of what is there, and halts at the end of what will be', () => {
  const waiting = advance(playing, 60_000, 40, false);
  assert.deepEqual([waiting.seq, waiting.playing], [40, true]);
  const done = advance(playing, 60_000, 40, true);
  assert.deepEqual([done.seq, done.playing], [40, false]);
});

test('on auto a short run is slow enough to watch and a long one takes half a minute', () => {
  assert.equal(tempo(playing, 40), 4);
  assert.equal(tempo(playing, 3_000_000), 100_000);
});

test('steps and seeks halt, and stay within the run', () => {
  assert.deepEqual(step(playing, 1, 10), { ...playing, seq: 1, playing: false });
  assert.equal(step(atStart, -1, 10).seq, 0);
  assert.equal(seek(atStart, 99, 10).seq, 10);
});

test('play at the end of a complete run begins anew', () => {
  assert.deepEqual(toggle({ ...atStart, seq: 10 }, 10, true), { ...atStart, playing: true });
  assert.equal(toggle({ ...atStart, seq: 10 }, 10, false).seq, 10);
});
