/** The run that is kept to be compared with: one at most, in memory only. */
import type { Pair, Taken } from '../picture/scene';
import { count, type Say } from '../words/say';
import type { Params } from './params';
import type { Run } from './run';
import type { Job } from './wire';

/** The longest run that is kept, in events. */
const most = 4_000_000;

type Held = { readonly run: Run; readonly taken: Taken };

/** Holds the shown run and the kept one of a workbench. */
export class Keeper {
  private readonly params: Params;
  private readonly say: Say;
  private shown: Held | undefined;
  private kept: Held | undefined;

  constructor(params: Params, say: Say) {
    this.params = params;
    this.say = say;
  }

  /** The two runs, once one is kept. */
  get pair(): Pair | undefined {
    const { shown, kept } = this;
    return shown === undefined || kept === undefined ? undefined : { a: kept.taken, b: shown.taken };
  }

  /** A run begins, made by job. */
  begin(run: Run, job: Job): void {
    const { log, history, tell } = run;
    const sources = new Map(Object.entries(job.files));
    this.shown = { run, taken: { log, history, tell, sources, title: this.title(job) } };
  }

  /** Keeps the shown run; returns what is wrong if that cannot be, else nothing. */
  keep(): string {
    const n = this.shown?.run.log.count ?? 0;
    if (n > most) return this.say('ui.compare.toolarge', { n: count(n), most: count(most) });
    this.kept = this.shown;
    return '';
  }

  /** Forgets the kept run. */
  drop(): void {
    this.kept = undefined;
  }

  /** Keeps the shown run and returns the kept one, which is to be shown now. */
  swap(): Run | undefined {
    if (this.kept === undefined) return undefined;
    [this.shown, this.kept] = [this.kept, this.shown];
    return this.shown?.run;
  }

  /** The settings that tell one run from another: flags only where they are not as given. */
  private title(job: Job): string {
    const { files, flags } = this.params;
    const given = new Map(flags.map((f) => [f.name, f.default]));
    const more = Object.entries(job.flags)
      .filter(([name, value]) => given.get(name) !== value)
      .map(([name, value]) => `, -${name}=${value}`);
    if (files.some((f) => job.files[f.name] !== f.original)) more.push(this.say('ui.compare.edited'));
    const { policy, procs, seed } = job;
    if (job.mode !== undefined) {
      const observe = job.observe === undefined ? '' : this.say(`ui.observe.${job.observe}`);
      return this.say(`ui.compare.title.${job.mode}`, { observe, more: more.join('') });
    }
    return this.say('ui.compare.title', { policy, procs, seed, more: more.join('') });
  }
}
