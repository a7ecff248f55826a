/** Random runs of goroutines that run, wait and end, with pauses of very different length. */
import { Kind, Reason, Why } from '../event.gen';
import type { Log } from '../event/log';
import { logOf, type Rec, textDef } from './frames';
import { stream } from './random-run';

const reasons = [Reason.NilSend, Reason.NilRecv, Reason.GCWait, Reason.SleepWait] as const;

/** A run of so many events by up to gs goroutines, half of them called even and half odd. */
export function restless(seed: number, events: number, gs: number): Log {
  const random = stream(seed);
  const state: ('runnable' | 'running' | 'parked' | 'over' | undefined)[] = [];
  const recs: Rec[] = [];
  let t = 0;
  while (recs.length < events) {
    if (random(4) === 0) t += random(random(40) === 0 ? 100_000 : 50);
    const g = 1 + random(gs);
    switch (state[g]) {
      case undefined:
        recs.push({ kind: Kind.GoCreate, t, peer: g, val: 1 + (g % 2), site: 0 });
        state[g] = 'runnable';
        break;
      case 'runnable':
        recs.push({ kind: Kind.GoStart, t, g, p: g % 200, n: Why.FromLocal });
        state[g] = 'running';
        break;
      case 'running': {
        const ends = g !== 1 && random(300) === 0;
        recs.push({ kind: ends ? Kind.GoEnd : Kind.GoPark, t, g, n: ends ? 0 : (reasons[random(4)] ?? 1) });
        state[g] = ends ? 'over' : 'parked';
        break;
      }
      case 'parked':
        recs.push({ kind: Kind.GoReady, t, peer: g });
        state[g] = 'runnable';
        break;
      case 'over':
        break;
    }
  }
  return logOf(recs, [textDef(1, 'even'), textDef(2, 'odd')]);
}
