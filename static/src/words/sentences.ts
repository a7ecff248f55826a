/** One sentence for each event, and one for each reason to wait. */
import { at, must } from '../event/check';
import {
  CtxKind,
  ctxKindNames,
  Kind,
  kindNames,
  outcomeNames,
  Reason,
  reasonNames,
  whyNames,
} from '../event.gen';
import { duration, type Log, valueText } from '../event/log';
import type { History } from '../fold/history';
import { traced } from '../fold/kind-of-run';
import type { Names } from './names';
import { nanoseconds, type Say } from './say';
import { beginning } from './visible';

/** The most of a value that a sentence holds. */
const mostValue = 200;

/** What sentences about a run are made from. */
export type Telling = {
  readonly log: Log;
  readonly history: History;
  readonly names: Names;
  readonly say: Say;
};

/** The reasons to wait for an object; a run of the real runtime may not say which. */
const ofSomething: ReadonlySet<number> = new Set<number>([
  Reason.RecvWait,
  Reason.SendWait,
  Reason.MutexWait,
  Reason.RLockWait,
  Reason.GroupWait,
  Reason.CondWait,
  Reason.OnceWait,
]);

/** Why a goroutine is parked, as in "send on results, buffer full (2/2)". */
export function reasonText(tell: Telling, reason: number, obj: number): string {
  const { names, say, history } = tell;
  const name = must(reasonNames[reason], `reason ${reason}`);
  if (obj === 0 && ofSomething.has(reason)) return say(`ui.reason.${name}.untold`);
  if (reason !== Reason.RecvWait && reason !== Reason.SendWait) {
    return say(`ui.reason.${name}`, { obj: obj === 0 ? '' : names.obj(obj) });
  }
  const cap = history.caps.get(obj) ?? 0;
  return say(`ui.reason.${name}.${cap === 0 ? 'unbuffered' : 'buffered'}`, { obj: names.obj(obj), cap });
}

/** What happened in event seq, in one sentence. */
export function sentence(tell: Telling, seq: number): string {
  const { log, names, say } = tell;
  const kind = log.kindAt(seq);
  const g = at(log.g, seq);
  const obj = at(log.obj, seq);
  const peer = at(log.peer, seq);
  const n = at(log.n, seq);
  const place = names.place(at(log.site, seq));
  return say(`ev.${variant(log, seq, kind)}`, {
    g: g === 0 ? say('ui.nobody') : names.g(g),
    peer: names.g(peer),
    of: contextOf(tell, kind, peer),
    obj: kind === Kind.Steal || kind === Kind.RunEnd || obj === 0 ? String(obj) : names.obj(obj),
    p: `P${at(log.p, seq)}`,
    val: quoted(beginning(valueText(log, at(log.val, seq)).trimEnd(), mostValue)),
    n,
    cap: tell.history.caps.get(obj) ?? 0,
    at: place === '' ? '' : say('ui.place.at', { place }),
    details: details(tell, seq, kind),
  });
}

/** The context that an event about a context names beside it. */
function contextOf({ names, say }: Telling, kind: Kind, id: number): string {
  if (kind !== Kind.CtxMake && kind !== Kind.CtxCancel) return '';
  return id === 0 ? say('ui.context.foreign') : names.obj(id);
}

/** A value within a sentence: in quotation marks where it could be taken for words of the sentence. */
function quoted(text: string): string {
  return /^\S+$/.test(text) ? text : `“${text}”`;
}

/** The word for what happened, as the list of events shows it. */
export function kindWord(tell: Telling, seq: number): string {
  return tell.say(`ui.kind.${must(kindNames[tell.log.kindAt(seq)], `kind of event ${seq}`)}`);
}

/** The part of the sentence that a rule, a reason, a duration or an outcome gives. */
function details(tell: Telling, seq: number, kind: Kind): string {
  const { log, say } = tell;
  const n = at(log.n, seq);
  switch (kind) {
    case Kind.GoStart:
    case Kind.GoYield:
      return say(`ui.why.${must(whyNames[n], `why ${n}`)}`);
    case Kind.GoPark:
    case Kind.Leak:
    case Kind.Stuck:
      return reasonText(tell, n, at(log.obj, seq));
    case Kind.Sleep:
    case Kind.TimerSet:
    case Kind.GCAssist:
      return nanoseconds(duration(log, seq));
    case Kind.CtxMake:
      return n === CtxKind.WithDeadline ? nanoseconds(Number(valueText(log, at(log.val, seq)))) : '';
    case Kind.RunEnd:
      return say(`ui.outcome.${must(outcomeNames[at(log.obj, seq)], 'outcome')}`, { status: n });
    default:
      return '';
  }
}

/** The message's key: the kind's name, with a suffix where one kind says several things. */
function variant(log: Log, seq: number, kind: Kind): string {
  const name = must(kindNames[kind], `kind ${kind}`);
  const n = at(log.n, seq);
  const peer = at(log.peer, seq);
  switch (kind) {
    case Kind.GoCreate:
      if (traced(log) && at(log.g, seq) === 0) return `${name}.seen`;
      if (n !== 0) return `${name}.parked`;
      return at(log.g, seq) === 0 ? `${name}.nobody` : name;
    case Kind.GoReady:
      if (at(log.g, seq) !== 0) return name;
      return traced(log) ? `${name}.runtime` : `${name}.nobody`;
    case Kind.ChanSend:
      return peer === 0 ? `${name}.buffered` : name;
    case Kind.ChanRecv:
      return peer === 0 ? `${name}.buffered` : name;
    case Kind.ChanMake:
      return n === 0 ? `${name}.unbuffered` : name;
    case Kind.ChanClose:
      return n === 0 ? name : `${name}.waiters`;
    case Kind.Enqueue:
      return `${name}.${n}`;
    case Kind.SelectWait:
      return peer === 1 ? `${name}.send` : `${name}.recv`;
    case Kind.SelectChosen:
      return n < 0 ? `${name}.default` : name;
    case Kind.CtxMake: {
      if (n === CtxKind.WithCancel) return name;
      const what = `${name}.${must(ctxKindNames[n], `context of kind ${n}`)}`;
      return n === CtxKind.WithDeadline && at(log.val, seq) === 0 ? `${what}.bubble` : what;
    }
    case Kind.CtxCancel:
      return peer === 0 ? name : `${name}.by`;
    case Kind.CtxAsk:
      return n === 0 ? name : `${name}.yes`;
    case Kind.OnceDo:
    case Kind.TimerStop:
    case Kind.AtomicRMW:
    case Kind.SysExit:
    case Kind.GCWork:
    case Kind.GCSweep:
      return n === 0 ? `${name}.no` : name;
    default:
      return name;
  }
}
