/**
 * How much happened at each line of the source: events, virtual time waited,
 * and what was last sent, received, locked or stored there. One pass over the
 * log; what a line had at any moment is then a binary search.
 */
import { at16, at32, at8, atFloat } from '../event/check';
import { Kind } from '../event.gen';
import type { Log } from '../event/log';
import { Numbers } from './growing';

/** A line of the source, with what happened there. */
export class Line {
  /** The events of goroutines there. */
  private readonly events = new Numbers();
  /** The events that ended a wait there, and the ns waited up to and with each. */
  private readonly ends = new Numbers();
  private readonly sums: number[] = [];
  private readonly values = new Numbers();

  /** How many events were there before position pos. */
  eventsBefore(pos: number): number {
    return this.events.lastUpTo(pos - 1) + 1;
  }

  /** How many ns of waiting there were over before position pos. */
  waitedBefore(pos: number): number {
    return this.sums[this.ends.lastUpTo(pos - 1)] ?? 0;
  }

  /** The last event before position pos that leaves a value to show. */
  valueBefore(pos: number): number | undefined {
    const i = this.values.lastUpTo(pos - 1);
    return i < 0 ? undefined : this.values.at(i);
  }

  /** Takes in an event there. */
  add(seq: number, valued: boolean): void {
    this.events.push(seq);
    if (valued) this.values.push(seq);
  }

  /** Takes in that event seq ended a wait of ns there. */
  end(seq: number, ns: number): void {
    this.ends.push(seq);
    this.sums.push((this.sums.at(-1) ?? 0) + ns);
  }
}

/** The lines of one log. */
export class Heat {
  /** By file as the log names it, then by line. */
  readonly files = new Map<string, Map<number, Line>>();
  private readonly log: Log;
  private readonly bySite: (Line | undefined)[] = [];
  /** By goroutine, 1 + the GoPark that it waits in, or 0. */
  private readonly parked: number[] = [0];

  constructor(log: Log) {
    this.log = log;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    const { log } = this;
    const kind = at8(log.kind, seq);
    const g = at32(log.g, seq);
    const peer = at32(log.peer, seq);
    if (kind === Kind.GoPark) this.parked[g] = seq + 1;
    if (kind === Kind.GoReady) this.wake(seq, peer);
    const site = at16(log.site, seq);
    if (g !== 0 && site !== 0) this.at(site).add(seq, leavesValue(kind));
  }

  private wake(seq: number, g: number): void {
    const parked = this.parked[g] ?? 0;
    this.parked[g] = 0;
    if (parked === 0) return;
    const site = at16(this.log.site, parked - 1);
    if (site !== 0) this.at(site).end(seq, atFloat(this.log.t, seq) - atFloat(this.log.t, parked - 1));
  }

  private at(site: number): Line {
    const known = this.bySite[site];
    if (known !== undefined) return known;
    const s = this.log.sites.get(site);
    if (s === undefined) throw new Error(`site ${site} is not in the table`);
    const name = this.log.text(s.file);
    let file = this.files.get(name);
    if (file === undefined) this.files.set(name, (file = new Map()));
    let line = file.get(s.line);
    if (line === undefined) file.set(s.line, (line = new Line()));
    this.bySite[site] = line;
    return line;
  }
}

/** Says whether an event of this kind has something to show behind its line. */
function leavesValue(kind: number): boolean {
  switch (kind) {
    case Kind.ChanSend:
    case Kind.ChanRecv:
    case Kind.ChanSent:
    case Kind.ChanReceived:
    case Kind.ChanRecvClosed:
    case Kind.ChanClose:
    case Kind.Lock:
    case Kind.Unlock:
    case Kind.RLock:
    case Kind.RUnlock:
    case Kind.TryFail:
    case Kind.WaitAdd:
    case Kind.AtomicLoad:
    case Kind.AtomicStore:
    case Kind.AtomicRMW:
    case Kind.Read:
    case Kind.Write:
      return true;
    default:
      return false;
  }
}
