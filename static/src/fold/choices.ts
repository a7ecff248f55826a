/** Who was picked where a run by hand asked: read from its events, for the page itself may forget what it sent. */
import { at, at32, atSigned } from '../event/check';
import { Kind, Outcome, Why } from '../event.gen';
import type { Log } from '../event/log';

/** The questions of one log and their answers. */
export class Choices {
  /** The events at which the run asked, in order. */
  readonly asked: number[] = [];
  /** Who was picked at each; the last question may still be open. */
  readonly picked: number[] = [];
  private readonly log: Log;
  private done = 0;
  private runs = 0;

  constructor(log: Log) {
    this.log = log;
  }

  /** Says whether the last event is a question that nobody has answered. */
  get open(): boolean {
    const { log, asked, picked } = this;
    return picked.length < asked.length && asked.at(-1) === log.count - 1;
  }

  /** Takes in what the log has more. */
  extend(): void {
    const { log, asked, picked } = this;
    for (; this.done < log.count; this.done++) {
      const i = this.done;
      const kind = log.kind[i];
      if (picked.length < asked.length && !this.waits(i)) {
        picked.push(kind === Kind.GoStart ? at32(log.g, i) : this.runs);
      }
      if (kind === Kind.GoStart) this.runs = at32(log.g, i);
      else if (kind === Kind.Choice) asked.push(i);
    }
  }

  /** How many questions were asked before event seq. */
  before(seq: number): number {
    let n = 0;
    while (n < this.asked.length && at(this.asked, n) < seq) n++;
    return n;
  }

  /** Says whether event i leaves the question open: the running goroutine gives way to who was picked, or the run was stopped. */
  private waits(i: number): boolean {
    const { log } = this;
    switch (log.kind[i]) {
      case Kind.GoYield:
        return atSigned(log.n, i) === Why.Switched || atSigned(log.n, i) === Why.Preempted;
      case Kind.RunEnd:
        return at32(log.obj, i) === Outcome.Stopped;
      default:
        return false;
    }
  }
}
