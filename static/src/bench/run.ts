/** One run: its events, what is folded from them, and how it stands. */
import { Log } from '../event/log';
import { History } from '../fold/history';
import { findPools, type Pool } from '../fold/pools';
import { Timeline } from '../fold/timeline';
import { namesOf } from '../words/names';
import type { Say } from '../words/say';
import type { Telling } from '../words/sentences';
import { addBatch, type Message, type Problem } from './wire';

/** How a run stands. */
export type Phase = 'empty' | 'building' | 'running' | 'ended' | 'problems' | 'failed';

/** How many events the server may be ahead of the playhead. */
export const ahead = 1_000_000;

/** A run of one workbench; number 0 is none yet. */
export class Run {
  readonly number: number;
  readonly log = new Log();
  readonly history = new History(this.log);
  readonly timeline = new Timeline(this.log);
  readonly tell: Telling;
  phase: Phase;
  /** What the server does while it builds. */
  building = '';
  /** When the run was asked for, by the page's clock. */
  readonly since: number;
  sentence = '';
  outcome = '';
  problems: readonly Problem[] = [];
  error = '';
  private wanted = 0;
  private poolsAt = -1;
  private found: readonly Pool[] = [];

  constructor(number: number, since: number, say: Say) {
    this.number = number;
    this.since = since;
    this.phase = number === 0 ? 'empty' : 'building';
    this.tell = {
      log: this.log,
      history: this.history,
      names: namesOf(this.log, this.history, say),
      say,
    };
  }

  /** Says whether no more events will come. */
  get complete(): boolean {
    return this.phase === 'ended' || this.phase === 'problems' || this.phase === 'failed';
  }

  /** Says whether the server works on it. */
  get active(): boolean {
    return this.phase === 'building' || this.phase === 'running';
  }

  /** Takes in what the server says of this run. */
  hear(m: Message): void {
    switch (m.type) {
      case 'building':
        this.building = m.phase;
        return;
      case 'problems':
        this.phase = 'problems';
        this.problems = m.problems;
        return;
      case 'started':
        this.phase = 'running';
        return;
      case 'ended':
        this.phase = 'ended';
        this.sentence = m.sentence;
        this.outcome = m.outcome;
        return;
      case 'error':
        this.phase = 'failed';
        this.error = m.msg;
        return;
      case 'hello':
      case 'pong':
        return;
    }
  }

  /** Gives up a run that the server will not go on with. */
  abandon(reason: string): void {
    if (!this.active) return;
    this.phase = 'failed';
    this.error = reason;
  }

  /** Another run takes its place: no more will come of it. */
  halt(): void {
    if (this.active) this.phase = 'ended';
  }

  /** Takes in a batch of events. */
  add(data: ArrayBuffer): void {
    addBatch(this.log, data);
  }

  /** Folds up to n more events; says whether there are more to fold. */
  fold(n: number): boolean {
    this.history.extend(n);
    this.timeline.extend(n);
    return this.history.done < this.log.count;
  }

  /** What to ask the server for when the playhead is at seq; undefined if that was asked for. */
  want(seq: number): number | undefined {
    const next = seq + ahead;
    if (this.complete || this.number === 0 || next < this.wanted + ahead / 4) return undefined;
    this.wanted = next;
    return next;
  }

  /** Forgets what was asked for: a new connection knows nothing of it. */
  forgetWant(): void {
    this.wanted = 0;
  }

  /** The pools in what is folded. */
  pools(): readonly Pool[] {
    if (this.poolsAt !== this.history.done) {
      this.poolsAt = this.history.done;
      this.found = findPools(this.history);
    }
    return this.found;
  }
}
