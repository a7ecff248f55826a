/**
 * Values that a channel did not get: a send in a select that another case won,
 * and a select whose default was taken because nobody took the value at once.
 *
 * A default says neither which cases there were nor their values. It is
 * inferred to be a refusal by a channel if a case of the same select has sent
 * on that channel at another time.
 */
import { at16, at32, at8, atSigned } from '../event/check';
import { Kind } from '../event.gen';
import type { Log, Site } from '../event/log';
import { Numbers } from './growing';

/** Sends that were given up: the SelectChosen that says so, and the SelectWait that offered the value. */
export type GivenUp = { readonly chosen: Numbers; readonly offered: Numbers };

/** A case of a select that has sent: its index and the channels that it has sent on. */
type Case = { readonly index: number; readonly chans: Set<number> };

/** The refusals of one log. */
export class Refusals {
  /** The kinds of events that take takes. */
  static readonly kinds: readonly Kind[] = [Kind.SelectWait, Kind.SelectChosen];
  /** By channel, in order. */
  readonly givenUp = new Map<number, GivenUp>();
  private readonly log: Log;
  /** Times that a default was taken, by the select's site. */
  private readonly defaults = new Map<number, Numbers>();
  /** By the case's site. */
  private readonly cases = new Map<number, Case>();
  /** The sites of cases that have waited. */
  private readonly waiting = new Set<number>();
  /** By goroutine, the sends that it offers in a select. */
  private readonly offers = new Map<number, number[]>();
  constructor(log: Log) {
    this.log = log;
  }

  /** Takes event seq in, a SelectWait or SelectChosen. */
  take(seq: number): void {
    const { log } = this;
    const g = at32(log.g, seq);
    if (at8(log.kind, seq) === Kind.SelectChosen) this.chosen(g, seq);
    else if (at32(log.peer, seq) === 1) this.offer(g, seq);
  }

  /** The sites of selects whose default is inferred to be a refusal by channel id. */
  sitesOf(id: number): readonly number[] {
    const found = new Set<number>();
    for (const [site, c] of this.cases) {
      if (this.waiting.has(site) || !c.chans.has(id)) continue; // a select with a default never waits
      const select = this.selectOf(site, c.index);
      if (select !== undefined) found.add(select);
    }
    return [...found];
  }

  /** How many times the default of these selects was taken before seq. */
  count(sites: readonly number[], seq: number): number {
    return sites.reduce((n, site) => n + (this.defaults.get(site)?.below(seq) ?? 0), 0);
  }

  /** The last time that the default of one of these selects was taken before seq. */
  last(sites: readonly number[], seq: number): number | undefined {
    const times = sites.map((site) => this.defaults.get(site)?.lastBelow(seq) ?? -1);
    const last = Math.max(-1, ...times);
    return last < 0 ? undefined : last;
  }

  private offer(g: number, seq: number): void {
    this.waiting.add(at16(this.log.site, seq));
    const list = this.offers.get(g);
    if (list === undefined) this.offers.set(g, [seq]);
    else list.push(seq);
  }

  private chosen(g: number, seq: number): void {
    const { log } = this;
    const n = atSigned(log.n, seq);
    const site = at16(log.site, seq);
    if (n < 0) {
      const times = this.defaults.get(site) ?? new Numbers();
      this.defaults.set(site, times);
      times.push(seq);
      return;
    }
    const won = at32(log.obj, seq);
    const waited = this.offers.get(g) ?? [];
    this.offers.delete(g);
    for (const offered of waited) {
      const id = at32(log.obj, offered);
      if (id === won) continue;
      let up = this.givenUp.get(id);
      if (up === undefined) this.givenUp.set(id, (up = { chosen: new Numbers(), offered: new Numbers() }));
      up.chosen.push(seq);
      up.offered.push(offered);
    }
    if (site !== 0 && sendsBefore(log, seq, g)) this.sent(site, n, won);
  }

  private sent(site: number, index: number, chan: number): void {
    let c = this.cases.get(site);
    if (c === undefined) this.cases.set(site, (c = { index, chans: new Set() }));
    c.chans.add(chan);
  }

  /**
   * The site of the select that case index at site belongs to, if its default
   * was ever taken: the nearest such select above it in the same function. A
   * first case follows its select at once, with no other site in between.
   */
  private selectOf(site: number, index: number): number | undefined {
    const { sites } = this.log;
    const place = sites.get(site);
    if (place === undefined) return undefined;
    let best: number | undefined;
    for (const id of this.defaults.keys()) {
      const s = sites.get(id);
      if (s === undefined || !sameFunc(s, place) || !before(s, place)) continue;
      const nearest = best === undefined ? undefined : sites.get(best);
      if (nearest === undefined || before(nearest, s)) best = id;
    }
    const select = best === undefined ? undefined : sites.get(best);
    if (select === undefined) return undefined;
    if (index > 0) return best;
    for (const s of sites.values()) {
      if (s.file === place.file && before(select, s) && before(s, place)) return undefined;
    }
    return best;
  }
}

/** How many events a send may lie before the SelectChosen that follows it: it may wake goroutines, Ps and threads. */
const furthest = 16;

/** Says whether goroutine g's last operation on a channel before seq was a send. */
function sendsBefore(log: Log, seq: number, g: number): boolean {
  for (let i = seq - 1; i >= 0 && i >= seq - furthest; i--) {
    const kind = at8(log.kind, i);
    if (at32(log.g, i) !== g || kind === Kind.GoReady) continue;
    return kind === Kind.ChanSend || kind === Kind.ChanSent;
  }
  return false;
}

function sameFunc(a: Site, b: Site): boolean {
  return a.file === b.file && a.func === b.func;
}

function before(a: Site, b: Site): boolean {
  return a.line < b.line || (a.line === b.line && a.col < b.col);
}
