/** What the goroutines of each go statement do with which channel. */
import { at16, at32, at8, atSigned, must } from '../event/check';
import { Kind, Reason } from '../event.gen';
import type { Log } from '../event/log';

/** What the goroutines of one go statement do with one channel. */
export type Use = {
  received: number;
  sent: number;
  readonly receivers: Set<number>;
  /** Who waited to receive in a select: that alone makes no receiver. */
  readonly selecting: Set<number>;
  readonly senders: Set<number>;
};

/** The goroutines of one go statement and the channels that they use. */
export type Group = { readonly site: number; readonly members: number[]; readonly uses: Map<number, Use> };

/** The uses of channels in one log. */
export class Uses {
  /** The kinds of events that take looks at. */
  static readonly kinds: readonly Kind[] = [
    Kind.GoCreate,
    Kind.GoPark,
    Kind.SelectWait,
    Kind.ChanSend,
    Kind.ChanRecv,
    Kind.ChanReceived,
  ];
  /** By the go statement's site. */
  readonly groups = new Map<number, Group>();
  private readonly log: Log;
  /** By goroutine, those that were started where it was. */
  private readonly home: (Group | undefined)[] = [undefined];
  /** By goroutine, the channel that it used last: mostly it is the one that it uses next. */
  private readonly lastChan: number[] = [0];
  private readonly lastUse: (Use | undefined)[] = [undefined];

  constructor(log: Log) {
    this.log = log;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    const { log } = this;
    const g = at32(log.g, seq);
    const peer = at32(log.peer, seq);
    const obj = at32(log.obj, seq);
    switch (at8(log.kind, seq)) {
      case Kind.GoCreate:
        this.born(peer, this.group(at16(log.site, seq)));
        return;
      case Kind.GoPark:
        if (atSigned(log.n, seq) === Reason.RecvWait) this.use(g, obj).receivers.add(g);
        return;
      case Kind.SelectWait:
        if (peer === 0) this.use(g, obj).selecting.add(g);
        return;
      case Kind.ChanSend:
        this.count(g, obj, 'sent');
        return;
      case Kind.ChanRecv:
        this.count(g, obj, 'received');
        if (peer !== 0) this.count(peer, obj, 'sent');
        return;
      case Kind.ChanReceived:
        this.count(g, obj, 'received');
        return;
    }
  }

  private count(g: number, obj: number, what: 'sent' | 'received'): void {
    if (g === 0) return;
    const use = this.use(g, obj);
    use[what]++;
    (what === 'sent' ? use.senders : use.receivers).add(g);
  }

  private group(site: number): Group {
    let group = this.groups.get(site);
    if (group === undefined) this.groups.set(site, (group = { site, members: [], uses: new Map() }));
    return group;
  }

  private born(g: number, group: Group): void {
    group.members.push(g);
    this.home[g] = group;
    this.lastChan[g] = 0;
    this.lastUse[g] = undefined;
  }

  private use(g: number, obj: number): Use {
    const last = this.lastUse[g];
    if (last !== undefined && this.lastChan[g] === obj) return last;
    const { uses } = must(this.home[g], `go statement of G${g}`);
    let use = uses.get(obj);
    if (use === undefined) {
      use = { received: 0, sent: 0, receivers: new Set(), selecting: new Set(), senders: new Set() };
      uses.set(obj, use);
    }
    this.lastChan[g] = obj;
    this.lastUse[g] = use;
    return use;
  }
}
