/** Goroutines by what they do and wait for: one pass over a world, for pictures of the whole machine. */
import { at } from '../event/check';
import { reasonNames } from '../event.gen';
import { type Log, noP } from '../event/log';
import { State } from './goroutines';
import { wakesAt, waitsForTime } from './machine';
import type { World } from './world';

/** Those who wait for one reason: the first of n. */
export type Waiting = { readonly first: number[]; n: number };

/** Who or what waits for a time: a goroutine that sleeps (g), or a timer (obj); due in ns, undefined by a bubble's clock. */
export type Alarm = { readonly g: number; readonly obj: number; readonly due: number | undefined };

/** Where everybody stands who is on no P. */
export type Standing = {
  /** Runnable, and in no queue: between two, or under a policy without queues. The first of looseCount. */
  readonly loose: number[];
  looseCount: number;
  runnable: number;
  blocked: number;
  /** In a system call without a P: the first of callCount. */
  readonly calls: number[];
  callCount: number;
  /** By Reason. */
  readonly waiting: readonly Waiting[];
  /** The next alarms, in order of time, and how many there are. */
  readonly alarms: readonly Alarm[];
  readonly alarmCount: number;
};

/** Where everybody stands in w; at most `most` of each group are named. */
export function standing(w: World, log: Log, most: number): Standing {
  const waiting = Array.from({ length: reasonNames.length }, (): Waiting => ({ first: [], n: 0 }));
  const s = {
    loose: [] as number[],
    looseCount: 0,
    runnable: 0,
    blocked: 0,
    calls: [] as number[],
    callCount: 0,
  };
  const next = new Soonest(most);
  const { gs } = w;
  for (let g = 1; g < gs.count; g++) {
    switch (at(gs.state, g)) {
      case State.Parked: {
        s.blocked++;
        const reason = at(gs.reason, g);
        if (waitsForTime(reason)) next.add({ g, obj: 0, due: wakesAt(log, g, at(gs.since, g)) });
        const group = waiting[reason];
        if (group === undefined) break;
        if (group.n++ < most) group.first.push(g);
        break;
      }
      case State.Runnable:
        s.runnable++;
        if (at(gs.queue, g) === 0 && s.looseCount++ < most) s.loose.push(g);
        break;
      case State.Calling:
        if (at(gs.p, g) === noP && s.callCount++ < most) s.calls.push(g);
        break;
    }
  }
  for (const [obj, t] of w.timers) {
    if (t.pending) next.add({ g: 0, obj, due: t.bubbled ? undefined : t.due });
  }
  return { ...s, waiting, alarms: next.list, alarmCount: next.count };
}

/** The soonest of many alarms, in order. */
class Soonest {
  readonly list: Alarm[] = [];
  count = 0;
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  add(a: Alarm): void {
    this.count++;
    const due = a.due ?? Infinity;
    let i = this.list.length;
    if (i === this.most && (this.list[i - 1]?.due ?? Infinity) <= due) return;
    while (i > 0 && (this.list[i - 1]?.due ?? Infinity) > due) i--;
    this.list.splice(i, 0, a);
    if (this.list.length > this.most) this.list.pop();
  }
}
