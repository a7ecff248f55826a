/** Where a workbench is in its run: the player, the place that it is on its way to, and whether the end was seen. */
import { advance, atStart, type Player, seek, type Speed, step, stepGoroutine, toggle } from '../fold/player';
import type { Run } from './run';
import { asks } from './saying';

/** Further than any run goes: where End leads while it is not known. */
const endless = 2 ** 40;

/** The playback of one workbench. */
export class Playback {
  player: Player = atStart;
  /** The playhead has been at the run's end: how it ended may be told. */
  told = false;
  private goal: number | undefined;

  /** Begins a run: plays from its first event, or goes to event goal. */
  begin(goal?: number): void {
    this.player = { ...atStart, speed: this.player.speed, playing: true };
    this.told = false;
    this.goal = goal;
  }

  setSpeed(speed: Speed): void {
    this.player = { ...this.player, speed, part: 0 };
  }

  seek(run: Run, seq: number): void {
    this.goal = undefined;
    this.player = seek(this.player, seq, run.log.count);
  }

  /** Plays on, after a choice was made. */
  resume(): void {
    this.player = { ...this.player, playing: true };
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
    if (count > 0) this.player = advance(this.player, ms, count, run.complete);
    if (run.complete && this.player.seq >= count) this.told = true;
    if ((count === 0 && run.complete) || asks(run, this.player.seq)) {
      this.player = { ...this.player, playing: false };
    }
    return run.want(Math.max(this.player.seq, this.goal ?? 0));
  }
}
