/**
 * Follows the latest submission of an exercise for as long as its page is
 * seen, wherever it was handed in: here, in another tab, in a terminal.
 */
import type { Submission } from './submission';

/** What watching needs from outside. */
export type WatchHost = {
  /** The latest submission, as soon as its rev is another one; undefined if the server cannot be reached. */
  readonly ask: (rev: string, signal: AbortSignal) => Promise<Submission | undefined>;
  /** Does act after ms, unless what it returns is called first. */
  readonly after: (ms: number, act: () => void) => () => void;
  readonly heard: (s: Submission) => void;
  readonly reached: (yes: boolean) => void;
};

const firstWait = 1000;
const longestWait = 15_000;
/** Between two answers: a server that answers at once is not to be flooded. */
const pause = 100;

/** A watch on one exercise. */
export class Watch {
  private readonly host: WatchHost;
  private rev: string;
  private asking: AbortController | undefined;
  private cancel: () => void = () => undefined;
  private tries = 0;

  constructor(rev: string, host: WatchHost) {
    this.rev = rev;
    this.host = host;
  }

  /** Watches from now on, or not: a page that is not seen keeps no connection open. */
  set on(on: boolean) {
    if (on === (this.asking !== undefined)) return;
    this.cancel();
    if (!on) {
      this.asking?.abort();
      this.asking = undefined;
      return;
    }
    this.asking = new AbortController();
    void this.ask(this.asking);
  }

  private async ask(asking: AbortController): Promise<void> {
    const heard = await this.host.ask(this.rev, asking.signal);
    if (asking.signal.aborted) return;
    this.host.reached(heard !== undefined);
    let wait = pause;
    if (heard === undefined) wait = Math.min(longestWait, firstWait * 2 ** this.tries++);
    else {
      this.tries = 0;
      if (heard.rev !== this.rev) {
        this.rev = heard.rev;
        this.host.heard(heard);
      }
    }
    this.cancel = this.host.after(wait, () => void this.ask(asking));
  }
}
