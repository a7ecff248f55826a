/** An event in a word or two, where there is no room for its sentence. */
import { at } from '../event/check';
import { Kind } from '../event.gen';
import { valueText } from '../event/log';
import { kindWord, type Telling } from './sentences';
import { beginning } from './visible';

const longest = 24;

/** What event seq did: what it sent, received, locked or stored. */
export function noteText(tell: Telling, seq: number): string {
  const { log, say } = tell;
  const peer = at(log.peer, seq);
  const args = {
    g: `G${at(log.g, seq)}`,
    peer: `G${peer}`,
    val: beginning(valueText(log, at(log.val, seq)).trimEnd(), longest),
    n: at(log.n, seq),
  };
  switch (log.kindAt(seq)) {
    case Kind.ChanSend:
      return say(peer === 0 ? 'ui.code.note.put' : 'ui.code.note.send', args);
    case Kind.ChanSent: {
      const val = sentValue(tell, seq);
      return say(val === undefined ? 'ui.code.note.sent' : 'ui.code.note.send', { ...args, val: val ?? '' });
    }
    case Kind.ChanRecv:
    case Kind.ChanReceived:
      return say(peer === 0 ? 'ui.code.note.took' : 'ui.code.note.recv', args);
    case Kind.ChanRecvClosed:
      return say('ui.code.note.over');
    case Kind.ChanClose:
      return say('ui.code.note.closed', args);
    case Kind.Lock:
      return say('ui.code.note.lock', args);
    case Kind.Unlock:
      return say('ui.code.note.unlock', args);
    case Kind.RLock:
    case Kind.RUnlock:
      return say('ui.code.note.readers', args);
    case Kind.TryFail:
      return say('ui.code.note.try', args);
    case Kind.WaitAdd:
      return say('ui.code.note.counter', args);
    case Kind.AtomicLoad:
    case Kind.AtomicStore:
    case Kind.AtomicRMW:
    case Kind.Read:
    case Kind.Write:
      return say('ui.code.note.value', args);
    case Kind.GoCreate:
      return say('ui.code.note.go', args);
    case Kind.Output:
      return args.val;
    default:
      return kindWord(tell, seq);
  }
}

/** What the goroutine of a ChanSent waited with; of a select it is not known. */
function sentValue(tell: Telling, seq: number): string | undefined {
  const { log, history } = tell;
  const life = history.lives.all[at(log.g, seq)];
  if (life === undefined) return undefined;
  const parked = life.starts.lastUpTo(seq) - 2; // then it was released, and ran
  if (parked < 0 || log.kindAt(life.starts.at(parked)) !== Kind.GoPark) return undefined;
  const val = at(log.val, life.starts.at(parked));
  return val === 0 ? undefined : beginning(valueText(log, val), longest);
}
