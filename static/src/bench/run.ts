/** One run: its events, what is folded from them, and how it stands. */
import { Kind } from '../event.gen';
import { Log } from '../event/log';
import { Choices } from '../fold/choices';
import { History } from '../fold/history';
import { type Insight, Insights } from '../fold/insights';
import { findPools, type Pool } from '../fold/pools';
import { Timeline } from '../fold/timeline';
import type { World } from '../fold/world';
import { namesOf } from '../words/names';
import type { Say } from '../words/say';
import type { Telling } from '../words/sentences';
import type { Settings } from './params';
import { addBatch, type Job, type Message, type Problem } from './wire';

/** How a run stands. */
export type Phase = 'empty' | 'building' | 'running' | 'ended' | 'problems' | 'failed';

/** How many events the server may be ahead of the playhead. */
export const ahead = 1_000_000;

/** How many insights are told. */
const mostInsights = 4;

/** A run of one workbench; number 0 is none yet. */
export class Run {
  readonly number: number;
  readonly log = new Log();
  /** How many of its first events are not kept any more. */
  readonly gone: number;
  readonly history = new History(this.log);
  readonly timeline = new Timeline(this.log);
  readonly tell: Telling;
  readonly choices = new Choices(this.log);
  /** What it was asked for with; once it has started, without a cut. */
  job: Job | undefined;
  phase: Phase;
  /** What the server does while it builds. */
  building = '';
  /** When the run was asked for, by the page's clock. */
  readonly since: number;
  sentence = '';
  outcome = '';
  problems: readonly Problem[] = [];
  error = '';
  private readonly lines = new Map<string, readonly string[]>();
  private wanted = 0;
  private readonly insights = new Insights(this.log);
  private best: readonly Insight[] | undefined;
  /** How many questions have been answered, as far as this page knows. */
  private answered = 0;
  private poolsAt = -1;
  private found: readonly Pool[] = [];

  /** A run of which so many events are not kept any more begins with what those came to. */
  constructor(number: number, since: number, say: Say, job?: Job, gone = { first: 0, events: 0 }) {
    this.number = number;
    this.gone = gone.events;
    this.log.base = gone.first;
    this.job = job;
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
    if (this.phase === 'failed') return;
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
        if (this.job !== undefined && this.job.cut > 0) {
          this.job = { ...this.job, policy: 'hand', schedule: m.schedule, choices: [], cut: 0 };
        }
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
      case 'dropped':
      case 'hello':
      case 'pong':
      case 'exploration':
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

  /** Takes in a batch of events. One that cannot be read is the end of the run: what came before stays. */
  add(data: ArrayBuffer): void {
    if (this.phase === 'failed') return;
    try {
      addBatch(this.log, data);
    } catch (error) {
      this.fail('ui.broken.frame', error);
      return;
    }
    this.choices.extend();
  }

  /** Says whether the model has nothing to do with it. */
  get real(): boolean {
    return this.job?.mode !== undefined;
  }

  /** Says whether it goes, or went, by the learner's choices. */
  get byHand(): boolean {
    return this.job !== undefined && (this.job.policy === 'hand' || this.job.cut > 0);
  }

  /** Says whether it stands still at its last event until somebody picks a goroutine. */
  get asking(): boolean {
    const { choices, job, phase, answered } = this;
    const known = Math.max(answered, job?.choices.length ?? 0);
    return phase === 'running' && choices.open && choices.asked.length > known;
  }

  /** The settings that lead to this run's choices again, if it goes by hand. */
  settings(): Settings | undefined {
    const { job, log, choices } = this;
    if (job === undefined || !this.byHand) return undefined;
    const flags = new Map(Object.entries(job.flags));
    if (log.schedule === '') return { ...job, flags, choices: choices.picked };
    return { ...job, flags, policy: 'replay', schedule: log.schedule, choices: [], every: false };
  }

  /** The open question was answered: the events that follow are on their way. */
  answer(): void {
    this.answered = this.choices.asked.length;
  }

  /** What to ask for to have this run again without its last choice; undefined if it has none. */
  undone(): Job | undefined {
    const { job, choices } = this;
    if (job === undefined || !this.byHand || choices.picked.length === 0) return undefined;
    return { ...job, choices: choices.picked.slice(0, -1) };
  }

  /** What to ask for to have this run again up to its first seq events, and then to choose; undefined if there is nothing to repeat. */
  forked(seq: number): Job | undefined {
    const { job, choices, log } = this;
    if (job === undefined || this.real || seq <= 0 || seq > log.count) return undefined;
    const isQuestion = (i: number): boolean => log.kind[i] === Kind.Choice;
    if (this.byHand && (isQuestion(seq - 1) || isQuestion(seq))) {
      return { ...job, choices: choices.picked.slice(0, choices.before(seq - 1)) };
    }
    const cut = Math.min(seq, Math.max(1, log.count - 1));
    return { ...job, choices: choices.picked.slice(0, choices.before(seq)), cut };
  }

  /** The text of a line of the program that runs, without the space around it. */
  line(file: string, line: number): string {
    const text = this.job?.files[file];
    if (text === undefined) return '';
    let lines = this.lines.get(file);
    if (lines === undefined) this.lines.set(file, (lines = text.split('\n')));
    return (lines[line - 1] ?? '').trim();
  }

  /**
   * Folds up to n more events; says whether there are more to fold. One that
   * does not fit what came before it is the end of the run: it and what came
   * after it go, the rest stays.
   */
  fold(n: number): boolean {
    const { log, history, timeline } = this;
    try {
      timeline.extend(n);
    } catch (error) {
      this.stopAt(timeline.folded, error);
    }
    try {
      history.extend(timeline.folded - history.done);
    } catch (error) {
      this.stopAt(history.done, error);
    }
    return history.done < log.count;
  }

  private stopAt(seq: number, error: unknown): void {
    this.log.cut(seq);
    this.timeline.cut(seq);
    this.fail('ui.broken.event', error, seq + 1);
  }

  /** How many events are folded. */
  get folded(): number {
    return this.history.done;
  }

  /** The world after seq events, or after those that are folded. It changes with the next call. */
  world(seq: number): World {
    return this.timeline.at(Math.min(seq, this.timeline.folded));
  }

  /** The same for another moment, to compare with. */
  aside(seq: number): World {
    return this.timeline.aside(Math.min(seq, this.timeline.folded));
  }

  private fail(key: string, error: unknown, seq = 0): void {
    this.phase = 'failed';
    const text = error instanceof Error ? error.message : String(error);
    this.error = this.tell.say(key, { error: text, seq, n: this.log.count });
  }

  /** Thinks about up to n more events of a run that is complete; says whether there is more to think about. */
  reflect(n: number): boolean {
    if (!this.complete || this.best !== undefined || this.log.count === 0) return false;
    this.insights.extend(n);
    if (this.insights.done < this.log.count) return true;
    this.best = this.insights.best(mostInsights);
    return false;
  }

  /** What is most worth knowing about the run; nothing before it was thought about. */
  get telling(): readonly Insight[] {
    return this.best ?? [];
  }

  /** What to ask the server for when the playhead is at seq; undefined if that was asked for. */
  want(seq: number): number | undefined {
    const next = seq + ahead;
    if (this.complete || this.number === 0 || next < this.wanted + ahead / 4) return undefined;
    this.wanted = next;
    return next;
  }

  /** Forgets what was asked for and answered: a new connection knows nothing of it. */
  forgetWant(): void {
    this.wanted = 0;
    this.answered = 0;
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
