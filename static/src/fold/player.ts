/**
 * The playhead: a pure state machine. `seq` is the number of events that the
 * pictures show as past. Virtual time has no tempo that suits the eye (an
 * event may follow after 25 ns or after an hour), so play goes by events.
 */

/** Events a second, or 'auto': as many as bring the whole run past in half a minute, at least four. */
export type Speed = number | 'auto';

/** The speeds that can be chosen. */
export const speeds: readonly Speed[] = ['auto', 1, 4, 16, 100, 1000, 100_000];

export type Player = {
  readonly seq: number;
  /** Part of the next event that has been played, 0 to 1. */
  readonly part: number;
  readonly playing: boolean;
  readonly speed: Speed;
};

/** The playhead before a run. */
export const atStart: Player = { seq: 0, part: 0, playing: false, speed: 'auto' };

const wholeRun = 30;
const slowest = 4;

/** Events a second at which p plays a log of this length. */
export function tempo(p: Player, length: number): number {
  return p.speed === 'auto' ? Math.max(slowest, length / wholeRun) : p.speed;
}

/** p after ms more milliseconds; length events are there, and more may come unless complete. */
export function advance(p: Player, ms: number, length: number, complete: boolean): Player {
  if (!p.playing) return p;
  const gone = p.part + (ms / 1000) * tempo(p, length);
  const seq = Math.min(length, p.seq + Math.floor(gone));
  if (seq < length) return { ...p, seq, part: gone % 1 };
  return { ...p, seq, part: 0, playing: !complete };
}

/** p at event seq, halted. */
export function seek(p: Player, seq: number, length: number): Player {
  return { ...p, seq: Math.max(0, Math.min(length, Math.round(seq))), part: 0, playing: false };
}

/** p one event on (or back, with by = -1), halted. */
export function step(p: Player, by: number, length: number): Player {
  return seek(p, p.seq + by, length);
}

/** p playing, from the start if it stands at the end of a complete log; or halted if it plays. */
export function toggle(p: Player, length: number, complete: boolean): Player {
  if (p.playing) return { ...p, playing: false };
  return { ...p, seq: complete && p.seq >= length ? 0 : p.seq, part: 0, playing: true };
}
