/**
 * What is worth knowing about a run as a whole, found in one pass over its
 * log that can be made in pieces: who waited most, what stood idle, what was
 * full, what nobody ever did. Each insight is a fact with its figures, a
 * moment that shows it, and how telling it is, from 0 to 1.
 */
import { at16, at32, at8, atFloat, atSigned } from '../event/check';
import { Class, Kind, Reason } from '../event.gen';
import type { Log } from '../event/log';
import { noP, valueText } from '../event/log';
import { traced } from './kind-of-run';
import { isSystem } from './origin';

/** A fact about a run; its words are ui.insight.KIND. Times are ns. */
export type Insight = {
  readonly kind:
    | 'waited'
    | 'starved'
    | 'idle'
    | 'nobody'
    | 'oneP'
    | 'full'
    | 'unreceived'
    | 'contended'
    | 'neverran'
    | 'uneven';
  /** The goroutine, P or object that it is about; how many, for neverran. */
  readonly who: number;
  /** How often, or how much of it. */
  readonly n: number;
  /** Of how much. */
  readonly of: number;
  /** The event that shows it. */
  readonly seq: number;
  readonly score: number;
};

/** A duration that is added up piece by piece, with its longest piece. */
class Sum {
  total = 0;
  count = 0;
  longest = -1;
  seq = 0;
  private since = 0;
  private begun = -1;

  begin(t: number, seq: number): void {
    this.since = t;
    this.begun = seq;
  }

  /** Ends what was begun, if it was. */
  end(t: number): void {
    if (this.begun < 0) return;
    const took = t - this.since;
    this.total += took;
    this.count++;
    if (took > this.longest) [this.longest, this.seq] = [took, this.begun];
    this.begun = -1;
  }
}

/** A goroutine's balance. */
type Account = {
  readonly wait: Sum;
  readonly ready: Sum;
  ran: boolean;
  readonly born: number;
  readonly site: number;
  /** The function that it runs. */
  name: string;
  /** Nobody created it: a trace found it there. */
  readonly found: boolean;
  received: number;
  /** The object for which it waits, with the reason. */
  obj: number;
  reason: number;
};

type ChanUse = {
  readonly cap: number;
  readonly made: number;
  full: number;
  fullAt: number;
  sent: number;
  received: number;
};

/** Shares below these are not worth a sentence. */
const much = 0.25;
const most = 0.5;
/** Fewer values than these say nothing about how they are shared. */
const someValues = 6;

/** The insights into one log; `extend` continues them. */
export class Insights {
  /** How many events were taken in. */
  done = 0;
  private readonly log: Log;
  private readonly gs: (Account | undefined)[] = [];
  private readonly procs: Sum[] = [];
  private readonly idles: Sum[] = [];
  private readonly chans = new Map<number, ChanUse>();
  private readonly locks = new Map<number, Sum>();
  private readonly nobody = new Sum();
  private busy = 0;

  constructor(log: Log) {
    this.log = log;
  }

  /** Continues with up to n more events. */
  extend(n: number): void {
    const end = Math.min(this.log.count, this.done + n);
    for (; this.done < end; this.done++) this.take(this.done);
  }

  /** The most telling insights, at most n, for a log that was taken in to its end. */
  best(n: number): readonly Insight[] {
    const end = this.log.count === 0 ? 0 : atFloat(this.log.t, this.log.count - 1);
    this.close(end);
    const all = [
      ...this.ofGoroutines(end),
      ...this.ofProcs(end),
      ...this.ofChans(),
      ...this.ofLocks(end),
      ...this.ofGroups(),
    ];
    return all
      .filter((i) => i.score > 0)
      .sort((a, b) => b.score - a.score || a.seq - b.seq)
      .slice(0, n);
  }

  private take(seq: number): void {
    const { log } = this;
    const g = at32(log.g, seq);
    const peer = at32(log.peer, seq);
    const t = atFloat(log.t, seq);
    const obj = at32(log.obj, seq);
    switch (at8(log.kind, seq)) {
      case Kind.GoCreate:
        this.create(peer, seq, t);
        return;
      case Kind.GoName: {
        const named = this.gs[peer];
        if (named !== undefined) named.name = valueText(log, at32(log.val, seq));
        return;
      }
      case Kind.GoStart:
        this.start(g, at8(log.p, seq), t);
        return;
      case Kind.GoPark:
        this.stop(at8(log.p, seq), t, seq);
        this.park(g, atSigned(log.n, seq), obj, t, seq);
        return;
      case Kind.GoReady:
        this.ready(peer, t, seq);
        return;
      case Kind.GoYield:
        this.stop(at8(log.p, seq), t, seq);
        this.gs[g]?.ready.begin(t, seq);
        return;
      case Kind.GoEnd:
        this.stop(at8(log.p, seq), t, seq);
        return;
      case Kind.ChanMake:
        this.chans.set(obj, {
          cap: atSigned(log.n, seq),
          made: seq,
          full: 0,
          fullAt: 0,
          sent: 0,
          received: 0,
        });
        return;
      case Kind.ChanSend:
        this.count(obj, 'sent');
        return;
      case Kind.ChanRecv:
        this.count(obj, 'received');
        if (peer !== 0) this.count(obj, 'sent');
        this.receive(g);
        return;
      case Kind.ChanReceived:
        this.count(obj, 'received');
        this.receive(g);
        return;
      case Kind.ChanRecvClosed:
        this.count(obj, 'received');
        return;
    }
  }

  private create(g: number, seq: number, t: number): void {
    const site = at16(this.log.site, seq);
    const account = {
      wait: new Sum(),
      ready: new Sum(),
      ran: false,
      born: seq,
      site,
      name: valueText(this.log, at32(this.log.val, seq)),
      found: at32(this.log.g, seq) === 0,
      received: 0,
      obj: 0,
      reason: 0,
    };
    this.gs[g] = account;
    if (atSigned(this.log.n, seq) === 0) account.ready.begin(t, seq);
  }

  private start(g: number, p: number, t: number): void {
    const account = this.gs[g];
    if (account === undefined) return;
    account.ready.end(t);
    account.ran = true;
    if (p === noP) return;
    this.proc(p).begin(t, 0);
    this.idles[p]?.end(t);
    if (this.busy++ === 0) this.nobody.end(t);
  }

  /** P p runs nothing any more. */
  private stop(p: number, t: number, seq: number): void {
    if (p === noP) return;
    this.proc(p).end(t);
    this.idles[p]?.begin(t, seq);
    this.busy = Math.max(0, this.busy - 1);
    if (this.busy === 0) this.nobody.begin(t, seq);
  }

  private proc(p: number): Sum {
    while (this.procs.length <= p) {
      const idle = new Sum();
      idle.begin(0, 0);
      this.procs.push(new Sum());
      this.idles.push(idle);
    }
    return this.procs[p] ?? new Sum();
  }

  private park(g: number, reason: number, obj: number, t: number, seq: number): void {
    const account = this.gs[g];
    if (account === undefined) return;
    account.reason = reason;
    account.obj = obj;
    if (reason !== Reason.SleepWait) account.wait.begin(t, seq);
    if (reason === Reason.MutexWait || reason === Reason.RLockWait) this.lock(obj).begin(t, seq);
    const chan = this.chans.get(obj);
    if (reason === Reason.SendWait && chan !== undefined && chan.cap > 0 && chan.full++ === 0)
      chan.fullAt = seq;
  }

  private ready(g: number, t: number, seq: number): void {
    const account = this.gs[g];
    if (account === undefined) return;
    account.wait.end(t);
    account.ready.begin(t, seq);
    if (account.reason === Reason.MutexWait || account.reason === Reason.RLockWait)
      this.lock(account.obj).end(t);
  }

  private lock(obj: number): Sum {
    let sum = this.locks.get(obj);
    if (sum === undefined) this.locks.set(obj, (sum = new Sum()));
    return sum;
  }

  private receive(g: number): void {
    const account = this.gs[g];
    if (account !== undefined) account.received++;
  }

  private count(obj: number, what: 'sent' | 'received'): void {
    const chan = this.chans.get(obj);
    if (chan !== undefined) chan[what]++;
  }

  /** Ends at time t what still lasts. */
  private close(t: number): void {
    for (const account of this.gs) {
      account?.wait.end(t);
      account?.ready.end(t);
    }
    for (const sum of [...this.procs, ...this.idles, ...this.locks.values(), this.nobody]) sum.end(t);
  }

  private ofGoroutines(end: number): Insight[] {
    let waited: Insight | undefined;
    let starved: Insight | undefined;
    const real = traced(this.log);
    let never = 0;
    let first = 0;
    this.gs.forEach((a, g) => {
      // What the runtime does for itself, and who was there before, is no fact about the program.
      if (a === undefined || end === 0 || (real && isSystem(a.name))) return;
      if (!a.ran && !(real && a.found) && never++ === 0) first = a.born;
      const ofWait = { kind: 'waited', who: g, n: a.wait.total, of: end, seq: a.wait.seq, score: 0 } as const;
      if (g !== 1 && a.wait.total > (waited?.n ?? 0)) waited = ofWait; // that main waits for the others is its task
      const ofReady = {
        kind: 'starved',
        who: g,
        n: a.ready.total,
        of: end,
        seq: a.ready.seq,
        score: 0,
      } as const;
      if (a.ready.total > (starved?.n ?? 0)) starved = ofReady;
    });
    const share = (i: Insight | undefined, least: number, weight: number): Insight[] =>
      i === undefined || i.n / i.of < least ? [] : [{ ...i, score: (weight * i.n) / i.of }];
    const out = [...share(waited, much, 0.6), ...share(starved, much, 0.9)];
    if (never > 0)
      out.push({ kind: 'neverran', who: never, n: never, of: this.gs.length, seq: first, score: 0.8 });
    return out;
  }

  private ofProcs(end: number): Insight[] {
    if (end === 0) return [];
    if (this.nobody.total / end > most) {
      const { total, seq } = this.nobody;
      return [{ kind: 'nobody', who: 0, n: total, of: end, seq, score: (0.5 * total) / end }];
    }
    const worked = this.procs.filter((p) => p.total > 0).length;
    const all = this.procs.reduce((sum, p) => sum + p.total, 0);
    const started = this.gs.filter((a) => a?.ran === true).length;
    if (this.procs.length > 1 && worked === 1 && started > 2) {
      const p = this.procs.findIndex((x) => x.total > 0);
      return [{ kind: 'oneP', who: p, n: all, of: this.procs.length, seq: 0, score: 0.7 }];
    }
    let idlest: Insight | undefined;
    this.idles.forEach((idle, p) => {
      if (idle.total / end <= most || idle.total <= (idlest?.n ?? 0)) return;
      idlest = {
        kind: 'idle',
        who: p,
        n: idle.total,
        of: end,
        seq: idle.seq,
        score: (0.5 * idle.total) / end,
      };
    });
    return idlest === undefined ? [] : [idlest];
  }

  private ofChans(): Insight[] {
    const out: Insight[] = [];
    for (const [id, c] of this.chans) {
      const { full, sent } = c;
      if (full > 0) {
        const score = Math.min(0.85, 0.3 + 0.05 * full);
        out.push({ kind: 'full', who: id, n: full, of: c.cap, seq: c.fullAt, score });
      }
      if (c.received === 0 && sent > 0) {
        out.push({ kind: 'unreceived', who: id, n: sent, of: sent, seq: c.made, score: 0.95 });
      } else if (c.received === 0 && this.gs.some((a) => a?.obj === id && a.reason === Reason.SendWait)) {
        out.push({ kind: 'unreceived', who: id, n: 0, of: 0, seq: c.made, score: 0.9 });
      }
    }
    return out;
  }

  private ofLocks(end: number): Insight[] {
    const out: Insight[] = [];
    for (const [id, sum] of this.locks) {
      if (sum.count === 0 || end === 0) continue;
      const lock = this.log.objects.get(id)?.cls;
      if (lock !== Class.Mutex && lock !== Class.RWMutex) continue;
      const score = Math.min(0.85, 0.2 + sum.total / end);
      out.push({ kind: 'contended', who: id, n: sum.count, of: sum.total, seq: sum.seq, score });
    }
    return out;
  }

  /** Whether the goroutines of one go statement share what is received very unevenly. */
  private ofGroups(): Insight[] {
    const groups = new Map<number, number[]>();
    this.gs.forEach((a, g) => {
      if (a === undefined || a.site === 0) return;
      const members = groups.get(a.site);
      if (members === undefined) groups.set(a.site, [g]);
      else members.push(g);
    });
    const out: Insight[] = [];
    for (const members of groups.values()) {
      const taken = (g: number): number => this.gs[g]?.received ?? 0;
      const sum = members.reduce((n, g) => n + taken(g), 0);
      const top = members.reduce((best, g) => (taken(g) > taken(best) ? g : best), members[0] ?? 0);
      if (members.length < 2 || sum < someValues || taken(top) < 2 * (sum / members.length)) continue;
      const seq = this.gs[top]?.born ?? 0;
      out.push({
        kind: 'uneven',
        who: top,
        n: taken(top),
        of: sum,
        seq,
        score: 0.3 + (0.5 * taken(top)) / sum,
      });
    }
    return out;
  }
}
