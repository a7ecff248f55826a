/** Where a workbench is in its run: the player, the place that it is on its way to, and whether the end was seen. */
import {
  advance,
  atStart,
  type Player,
  seek,
  type Speed,
  step,
  stepGoroutine,
  tempo,
  toggle,
} from '../fold/player';
import { Kind } from '../event.gen';
import type { Run } from './run';
import { asks } from './hand';

/** Further than any run goes: where End leads while it is not known. */
const endless = 2 ** 40;
/** Events a second, at least, between two choices: what a choice led to is to be seen, and soon over. */
const brisk = 30;

/** The playback of one workbench. */
export class Playback {
  player: Player = atStart;
  /** The playhead has been at the run's end: how it ended may be told. */
  told = false;
  /** A run by hand stops, too, where only one goroutine can run. */
  stopsAlone = false;
  private goal: number | undefined;
  private hurries = false;

  /** Begins a run: plays from its first event, or goes to event goal. */
  begin(goal?: number): void {
    this.player = { ...atStart, speed: this.player.speed, playing: true };
    this.told = false;
    this.hurries = false;
    this.goal = goal;
  }

  setSpeed(speed: Speed): void {
    this.player = { ...this.player, speed, part: 0 };
  }

  seek(run: Run, seq: number): void {
    this.goal = undefined;
    this.player = seek(this.player, seq, run.log.count);
  }

  /** Begins a run of which all up to its first open question was seen before. */
  beginAtQuestion(): void {
    this.begin(endless);
  }

  /** Plays on, after a choice was made; still jumps there. */
  resume(still: boolean): void {
    this.player = { ...this.player, playing: true };
    this.hurries = true;
    if (still) this.goal = endless;
  }

  /** Plays, or halts. */
  toggle(run: Run): void {
    this.goal = undefined;
    this.player = toggle(this.player, run.log.count, run.complete);
  }

  /** Goes by so many events. */
  step(run: Run, by: number): void {
    this.goal = undefined;
    this.player = step(this.player, by, run.log.count);
  }

  /** Goes to goroutine g's next event, or its last one. */
  own(run: Run, g: number, by: 1 | -1): void {
    this.goal = undefined;
    this.player = stepGoroutine(this.player, run.log, g, by);
  }

  /** Goes to the run's end, wherever that will be. */
  end(run: Run): void {
    this.player = seek(this.player, run.log.count, run.log.count);
    this.goal = run.complete ? undefined : endless;
  }

  /** Moves on by ms of time; returns up to which event the server should go now, if it should be told. */
  move(run: Run, ms: number): number | undefined {
    const { count } = run.log;
    if (this.goal !== undefined) {
      this.player = seek(this.player, this.goal, count);
      if (count >= this.goal || run.complete) this.goal = undefined;
    }
    const before = this.player.seq;
    if (count > 0) this.player = advance(this.player, this.hurried(ms, count), count, run.complete);
    const alone = this.stopsAlone ? loneStart(run, before, this.player.seq) : undefined;
    if (alone !== undefined) this.player = seek(this.player, alone, count);
    if (run.complete && this.player.seq >= count) this.told = true;
    if ((count === 0 && run.complete) || asks(run, this.player.seq)) {
      this.player = { ...this.player, playing: false };
      this.goal = undefined;
      this.hurries = false;
    }
    return run.want(Math.max(this.player.seq, this.goal ?? 0));
  }

  private hurried(ms: number, count: number): number {
    return this.hurries ? ms * Math.max(1, brisk / tempo(this.player, count)) : ms;
  }
}

/** The first event from (not itself) up to before to that starts a goroutine which nobody picked, in a run by hand. */
function loneStart(run: Run, from: number, to: number): number | undefined {
  if (!run.byHand) return undefined;
  const { kind } = run.log;
  for (let i = from + 1; i < to; i++) {
    if (kind[i] !== Kind.GoStart) continue;
    const asked =
      kind[i - 1] === Kind.Choice || (kind[i - 1] === Kind.GoYield && kind[i - 2] === Kind.Choice);
    if (!asked) return i;
  }
  return undefined;
}
