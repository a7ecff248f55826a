/** Where a workbench is in its run: the player, the place that it is on its way to, and whether the end was seen. */
import { clock } from '../dom/make';
import { back, forth, leave, nowhere } from '../fold/places';
import { type Fits, Hunt } from '../fold/travel';
import { advance, atStart, type Player, seek, type Speed, step, tempo, toggle } from '../fold/player';
import { Kind } from '../event.gen';
import type { Run } from './run';
import { asks } from './hand';

/** Further than any run goes: where End leads while it is not known. */
const endless = 2 ** 40;
/** Events a second, at least, between two choices: what a choice led to is to be seen, and soon over. */
const brisk = 30;

/** Events looked at between two looks at the clock, and the ms of a frame that a hunt may take. */
const huntBatch = 20_000;
const huntTime = 8;
/** Places left within so many ms of each other are one way. */
const oneWay = 900;

/** A hunt on its way, and what to do if it finds nothing. */
type Search = { readonly hunt: Hunt; readonly none: () => void };

/** The playback of one workbench. */
export class Playback {
  player: Player = atStart;
  /** The playhead has been at the run's end: how it ended may be told. */
  told = false;
  /** Where play from one event to another has to stop, if anywhere. */
  stops: (run: Run, from: number, to: number) => number | undefined = () => undefined;
  private goal: number | undefined;
  private search: Search | undefined;
  private places = nowhere;
  private leftAt = -Infinity;
  private hurries = false;

  /** Begins a run: plays from its first event, or goes to event goal. */
  begin(goal?: number): void {
    this.player = { ...atStart, speed: this.player.speed, playing: true };
    this.told = false;
    this.search = undefined;
    this.places = nowhere;
    this.hurries = false;
    this.goal = goal;
  }

  setSpeed(speed: Speed): void {
    this.player = { ...this.player, speed, part: 0 };
  }

  /** Goes to a place: so many events are past. A run that goes on goes that far. */
  seek(run: Run, seq: number): void {
    this.leave();
    this.halt();
    this.player = seek(this.player, seq, run.log.count);
    if (seq > run.log.count && !run.complete) this.goal = seq;
  }

  /** Begins a run of which all up to its first open question was seen before. */
  beginAtQuestion(): void {
    this.begin(endless);
  }

  /** Begins a run that nobody holds: shows its newest event, whatever that is, for as long as it goes on. */
  beginLive(): void {
    this.begin(endless);
    this.player = { ...this.player, playing: false };
  }

  /** Says whether the newest event is shown, whatever that is. */
  get live(): boolean {
    return this.goal === endless;
  }

  /** Plays on, after a choice was made; still jumps there. */
  resume(still: boolean): void {
    this.player = { ...this.player, playing: true };
    this.hurries = true;
    if (still) this.goal = endless;
  }

  /** Plays, or halts. */
  toggle(run: Run): void {
    this.halt();
    this.player = toggle(this.player, run.log.count, run.complete);
  }

  /** Goes by so many events. */
  step(run: Run, by: number): void {
    this.halt();
    this.player = step(this.player, by, run.log.count);
  }

  /** Goes to the next event that fits (by 1), or to the last one before; calls none if there is none. */
  hunt(run: Run, fits: Fits, by: 1 | -1, none: () => void): void {
    this.halt();
    this.player = { ...this.player, playing: false };
    this.search = { hunt: new Hunt(fits, this.player.seq, by), none };
    this.look(run);
  }

  /** Goes to the run's end, wherever that will be. */
  end(run: Run): void {
    this.seek(run, endless);
  }

  /** Says whether there is a place to go back to (or forth to, by 1). */
  canGo(by: 1 | -1): boolean {
    const { seq } = this.player;
    return (by < 0 ? back(this.places, seq) : forth(this.places, seq)) !== undefined;
  }

  /** Goes back to the place that was left last, or forth again. */
  go(run: Run, by: 1 | -1): void {
    const { seq } = this.player;
    const way = by < 0 ? back(this.places, seq) : forth(this.places, seq);
    if (way === undefined) return;
    this.halt();
    this.places = way.places;
    this.leftAt = -Infinity;
    this.player = seek(this.player, way.to, run.log.count);
  }

  /** Moves on by ms of time; returns up to which event the server should go now, if it should be told. */
  move(run: Run, ms: number): number | undefined {
    const { count } = run.log;
    if (this.goal !== undefined) {
      this.player = seek(this.player, this.goal, count);
      if (count >= this.goal || run.complete) this.goal = undefined;
    }
    this.look(run);
    const { seq: before, playing } = this.player;
    if (count > 0) this.player = advance(this.player, this.hurried(ms, count), count, run.complete);
    const stop = playing ? this.stops(run, before, this.player.seq) : undefined;
    if (stop !== undefined) this.player = seek(this.player, stop, count);
    if (run.complete && this.player.seq >= count) this.told = true;
    if ((count === 0 && run.complete) || asks(run, this.player.seq)) {
      this.player = { ...this.player, playing: false };
      this.goal = undefined;
      this.hurries = false;
    }
    const hunted = this.search?.hunt.forward === true ? count : 0;
    return run.want(Math.max(this.player.seq, this.goal ?? 0, hunted));
  }

  /** Says whether a hunt has more to look at right now. */
  hunting(run: Run): boolean {
    return this.search !== undefined && !this.search.hunt.spent(run.log);
  }

  /** Goes on with the hunt, for as long as a frame allows. */
  private look(run: Run): void {
    const { search } = this;
    if (search === undefined) return;
    const until = clock() + huntTime;
    let found: number | undefined;
    do found = search.hunt.look(run.log, huntBatch);
    while (found === undefined && !search.hunt.spent(run.log) && clock() < until);
    const over =
      search.hunt.spent(run.log) && (!search.hunt.forward || run.complete || asks(run, run.log.count));
    if (found === undefined && !over) return;
    this.search = undefined;
    if (found === undefined) return search.none();
    this.leave();
    this.player = seek(this.player, found + 1, run.log.count);
  }

  /** Notes the place that is left. */
  private leave(): void {
    const now = clock();
    if (now - this.leftAt > oneWay) this.places = leave(this.places, this.player.seq);
    this.leftAt = now;
  }

  private halt(): void {
    this.goal = undefined;
    this.search = undefined;
  }

  private hurried(ms: number, count: number): number {
    return this.hurries ? ms * Math.max(1, brisk / tempo(this.player, count)) : ms;
  }
}

/** The first event from (not itself) up to before to that starts a goroutine which nobody picked, in a run by hand. */
export function loneStart(run: Run, from: number, to: number): number | undefined {
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
