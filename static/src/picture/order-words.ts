/** What the order of two events is called, and why it is so. */
import { at, must } from '../event/check';
import { Kind } from '../event.gen';
import type { Log } from '../event/log';
import type { Relation, Step } from '../fold/order';
import { kindWord, type Telling } from '../words/sentences';
import { cut } from './order-rows';

/** "Event 12 (send jobs, line 9)". */
export function eventName(tell: Telling, seq: number): string {
  return tell.say('ui.order.event', {
    n: seq + 1,
    g: goroutineName(tell, at(tell.log.g, seq)),
    what: eventLabel(tell, seq),
  });
}

/** "send jobs": what happened, and to what. */
export function eventLabel(tell: Telling, seq: number): string {
  const { log, names } = tell;
  const word = kindWord(tell, seq);
  const kind = at(log.kind, seq);
  const obj = at(log.obj, seq);
  if (kind === Kind.GoCreate) return `${word} ${names.g(at(log.peer, seq))}`;
  return obj === 0 ? word : `${word} ${names.obj(obj)}`;
}

/** A goroutine's name; nobody is the clock. */
export function goroutineName(tell: Telling, g: number): string {
  return g === 0 ? tell.say('ui.order.clock') : tell.names.g(g);
}

/** How two events lie to each other, with every edge and its rule. */
export function relationText(tell: Telling, a: number, b: number, relation: Relation): string {
  const { say } = tell;
  switch (relation.kind) {
    case 'same':
      return say('ui.order.same', { a: eventName(tell, a) });
    case 'concurrent':
      return [say('ui.order.concurrent', names(tell, a, b)), ...raceText(tell, a, b), ...unseen(tell)].join(
        ' ',
      );
    case 'before':
      return orderedText(tell, a, b, relation.path);
    case 'after':
      return orderedText(tell, b, a, relation.path);
  }
}

function names(tell: Telling, a: number, b: number): { readonly a: string; readonly b: string } {
  return { a: eventName(tell, a), b: eventName(tell, b) };
}

function orderedText(tell: Telling, a: number, b: number, path: readonly Step[]): string {
  const { say, log } = tell;
  const both = names(tell, a, b);
  if (path.length === 0) return say('ui.order.own', { ...both, g: goroutineName(tell, at(log.g, a)) });
  const shown = cut(path);
  const steps = shown.map((step) => stepText(tell, step));
  if (shown.length < path.length)
    steps.splice(shown.length / 2, 0, say('ui.order.steps', { n: path.length - shown.length }));
  return say('ui.order.before', { ...both, because: steps.join(say('ui.order.then')) });
}

/** Why one edge is one: "G1's send on done happens before G2's receive of it". */
export function stepText(tell: Telling, step: Step): string {
  const { log, say, names: named } = tell;
  const obj = at(log.obj, step.to) || at(log.obj, step.from);
  return say(`ui.order.rule.${step.rule}`, {
    a: goroutineName(tell, at(log.g, step.from)),
    b: goroutineName(tell, at(log.g, step.to)),
    obj: obj === 0 ? '' : named.obj(obj),
    from: step.from + 1,
    to: step.to + 1,
  });
}

const writing = new Set<number>([Kind.Write, Kind.AtomicStore, Kind.AtomicRMW]);
const reading = new Set<number>([Kind.Read, Kind.AtomicLoad]);
const plain = new Set<number>([Kind.Read, Kind.Write]);

/** Says whether two concurrent events are a data race: the same variable, one of them writes, and not both are atomic. */
export function conflict(log: Log, a: number, b: number): boolean {
  const kinds = [at(log.kind, a), at(log.kind, b)];
  return (
    at(log.obj, a) === at(log.obj, b) &&
    kinds.every((k) => writing.has(k) || reading.has(k)) &&
    kinds.some((k) => writing.has(k)) &&
    kinds.some((k) => plain.has(k))
  );
}

function raceText(tell: Telling, a: number, b: number): string[] {
  const { log, say, names: named, history } = tell;
  if (!conflict(log, a, b)) return [say('ui.order.norace')];
  const [early, late] = a < b ? [a, b] : [b, a];
  const first = at(log.g, early);
  const second = at(log.g, late);
  const child = history.lives.all[first]?.parent === second;
  const args = {
    obj: named.obj(at(log.obj, early)),
    a: goroutineName(tell, first),
    b: goroutineName(tell, second),
  };
  return [
    say('ui.order.race', args),
    say('ui.order.fix.lock', args),
    say(child ? 'ui.order.fix.wait' : 'ui.order.fix.send', args),
  ];
}

/** A program with a sync.Map orders more than its events tell. */
function unseen(tell: Telling): string[] {
  for (const o of tell.log.objects.values()) {
    if (o.type !== 0 && tell.log.text(o.type) === 'sync.Map') return [tell.say('ui.order.unseen')];
  }
  return [];
}

/** The word for how an event lies to the current one. */
export function placeWord(tell: Telling, place: 'current' | 'before' | 'after' | 'concurrent'): string {
  return must(tell.say(`ui.order.is.${place}`), place);
}
