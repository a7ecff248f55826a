/** What the insights into a run are in words. */
import type { Insight } from '../fold/insights';
import { count, nanoseconds } from './say';
import type { Telling } from './sentences';

/** An insight as a sentence. */
export function insightText(tell: Telling, i: Insight): string {
  const { names, say } = tell;
  const percent = Math.round((100 * i.n) / Math.max(1, i.of));
  switch (i.kind) {
    case 'waited':
    case 'starved':
      return say(`ui.insight.${i.kind}`, { g: names.g(i.who), n: nanoseconds(i.n), of: nanoseconds(i.of) });
    case 'idle':
      return say('ui.insight.idle', { p: `P${i.who}`, n: percent });
    case 'nobody':
      return say('ui.insight.nobody', { n: percent });
    case 'oneP':
      return say('ui.insight.oneP', { p: `P${i.who}`, n: i.of });
    case 'full':
      return say(i.n === 1 ? 'ui.insight.full.one' : 'ui.insight.full', {
        obj: names.obj(i.who),
        n: count(i.n),
      });
    case 'unreceived':
      return say('ui.insight.unreceived', { obj: names.obj(i.who) });
    case 'contended':
      return say(i.n === 1 ? 'ui.insight.contended.one' : 'ui.insight.contended', {
        obj: names.obj(i.who),
        n: count(i.n),
        time: nanoseconds(i.of),
      });
    case 'neverran':
      return say(i.n === 1 ? 'ui.insight.neverran.one' : 'ui.insight.neverran', { n: count(i.n) });
    case 'uneven':
      return say('ui.insight.uneven', { g: names.g(i.who), n: count(i.n), of: count(i.of) });
  }
}
