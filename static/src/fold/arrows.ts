/**
 * What made an event possible in another goroutine, the scheduler's part in it
 * too: the arrows between lanes. What the memory model orders stands in order.ts.
 */
import { at, at32, at8, atSigned } from '../event/check';
import { Kind } from '../event.gen';
import type { Log } from '../event/log';
import { ById, Fifo, Numbers } from './growing';

/** The causes of one log's events. */
export class Arrows {
  /** 1 + the event that made event i possible in another goroutine (or 0). */
  readonly causes = new Numbers();
  private readonly log: Log;
  private readonly sends = new ById<Fifo>();
  /** By goroutine, 1 + the event that: released it, parked it, sent to it. */
  private readonly released: number[] = [0];
  private readonly parked: number[] = [0];
  private readonly sentTo: number[] = [0];

  constructor(log: Log) {
    this.log = log;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    this.causes.push(this.step(seq));
  }

  /** Returns 1 + the cause of event seq, or 0. */
  private step(seq: number): number {
    const { log } = this;
    const g = at32(log.g, seq);
    const peer = at32(log.peer, seq);
    switch (at8(log.kind, seq)) {
      case Kind.GoCreate:
        this.released[peer] = seq + 1;
        this.parked[peer] = atSigned(log.n, seq) === 0 ? 0 : seq + 1;
        this.sentTo[peer] = 0;
        return 0;
      case Kind.GoStart:
        return at(this.released, g);
      case Kind.GoPark:
        this.parked[g] = seq + 1;
        return 0;
      case Kind.GoReady:
        this.released[peer] = seq + 1;
        return 0;
      case Kind.GoYield:
        this.released[g] = 0;
        return 0;
      case Kind.ChanReceived:
        return at(this.sentTo, g);
      case Kind.ChanSend:
        if (peer === 0) this.queue(at32(log.obj, seq)).push(seq + 1);
        else this.sentTo[peer] = seq + 1;
        return 0;
      case Kind.ChanRecv: {
        const sends = this.queue(at32(log.obj, seq));
        if (peer !== 0) sends.push(at(this.parked, peer));
        return sends.shift() ?? 0;
      }
      default:
        return 0;
    }
  }

  private queue(obj: number): Fifo {
    let q = this.sends.get(obj);
    if (q === undefined) this.sends.set(obj, (q = new Fifo()));
    return q;
  }
}
