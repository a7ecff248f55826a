/**
 * Measures questions about the order of events: how long they take, beside a
 * peer that keeps a vector clock for every goroutine and sweeps forward.
 * Prints its figures as JSON, in ms.
 */
import { at } from '../event/check';
import { Kind, Why } from '../event.gen';
import { Log } from '../event/log';
import { Order } from '../fold/order';
import { stream } from './random-run';

const goroutines = 1000;
const chans = 200;
const large = 5_000_000;
const near = 50_000;
const questions = 400;

/** A run of n events in which goroutines take locks and pass values through buffered channels, one event in three noise. */
function busy(n: number): Log {
  const random = stream(7);
  const log = new Log();
  log.reserve(n);
  log.maxG = goroutines;
  const held = new Int32Array(chans);
  const put = (kind: number, g: number, obj: number, peer: number, value: number): void => {
    const i = log.count++;
    log.t[i] = i;
    log.kind[i] = kind;
    log.g[i] = g;
    log.obj[i] = obj;
    log.peer[i] = peer;
    log.n[i] = value;
  };
  for (let g = 1; g <= goroutines; g++) put(Kind.GoCreate, g === 1 ? 0 : 1, 0, g, 0);
  for (let c = 1; c <= chans; c++) put(Kind.ChanMake, 1, c, 0, 8);
  while (log.count + 2 <= n) {
    const g = 1 + random(goroutines);
    const c = random(chans);
    const act = random(6);
    if (act < 2 && at(held, c) < 8) put(Kind.ChanSend, g, c + 1, 0, (held[c] = at(held, c) + 1));
    else if (act < 4 && at(held, c) > 0) put(Kind.ChanRecv, g, c + 1, 0, (held[c] = at(held, c) - 1));
    else if (act === 4) {
      put(Kind.Lock, g, chans + 1 + c, 0, 0);
      put(Kind.Unlock, g, chans + 1 + c, 0, 0);
    } else put(Kind.GoStart, g, 0, 0, Why.FromLocal);
  }
  return log;
}

/** Vector clocks from event from on: what a question costs without an index. */
function peer(log: Log, from: number, to: number): boolean {
  const clocks = new Map<number, Uint32Array>();
  const slots = new Map<string, Uint32Array>();
  const counts = new Map<string, number>();
  const g0 = at(log.g, from);
  const clock = (g: number): Uint32Array => {
    let c = clocks.get(g);
    if (c === undefined) clocks.set(g, (c = new Uint32Array(goroutines + 1)));
    return c;
  };
  const join = (a: Uint32Array, b: Uint32Array | undefined): void => {
    if (b !== undefined) for (let i = 0; i < a.length; i++) if (at(b, i) > at(a, i)) a[i] = at(b, i);
  };
  for (let i = from; i <= to; i++) {
    const g = at(log.g, i);
    const me = clock(g);
    me[g] = at(me, g) + 1;
    const kind = at(log.kind, i);
    const obj = at(log.obj, i);
    if (kind === Kind.ChanSend || kind === Kind.ChanRecv) {
      const side = `${kind} ${obj}`;
      const k = counts.get(side) ?? 0;
      counts.set(side, (k + 1) % 8);
      const was = slots.get(`${obj} ${k}`);
      slots.set(`${obj} ${k}`, me.slice());
      join(me, was);
    } else if (kind === Kind.Lock) join(me, slots.get(`lock ${obj}`));
    else if (kind === Kind.Unlock) slots.set(`lock ${obj}`, me.slice());
  }
  return at(clock(at(log.g, to)), g0) > 0;
}

function timed(f: () => void): number {
  const began = performance.now();
  f();
  return performance.now() - began;
}

/** The best of three: what f takes, not what else the machine does. */
function best(f: () => void): number {
  return Math.min(timed(f), timed(f), timed(f));
}

function percentile(times: readonly number[], p: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0;
}

const log = busy(large);
const order = new Order(log);
const fold = timed(() => {
  for (let i = 0; i < log.count; i++) order.take(i);
});
const random = stream(11);
const ours: number[] = [];
const peers: number[] = [];
for (let i = 0; i < questions; i++) {
  const b = large - 1 - random(large >> 1);
  const a = b - 1 - random(near - 1);
  ours.push(best(() => void order.relation(a, b)));
  if (i < 20) peers.push(timed(() => void peer(log, a, b)));
}
const pasts = Array.from({ length: 7 }, () => best(() => void order.past(large - 1 - random(1000))));
console.log(
  JSON.stringify({
    events: log.count,
    near,
    fold,
    p50: percentile(ours, 0.5),
    p99: percentile(ours, 0.99),
    peer50: percentile(peers, 0.5),
    peer99: percentile(peers, 0.99),
    past: percentile(pasts, 0.5),
  }),
);
