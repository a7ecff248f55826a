/** What stands behind a line of the source: what an event sent, received, locked or stored there. */
import { at } from '../event/check';
import { Kind } from '../event.gen';
import { valueText } from '../event/log';
import type { Telling } from '../words/sentences';

const longest = 24;

/** What event seq left at its line, in a word or two. */
export function noteText(tell: Telling, seq: number): string {
  const { log, say } = tell;
  const peer = at(log.peer, seq);
  const args = {
    g: `G${at(log.g, seq)}`,
    peer: `G${peer}`,
    val: shortened(valueText(log, at(log.val, seq))),
    n: at(log.n, seq),
  };
  switch (log.kindAt(seq)) {
    case Kind.ChanSend:
      return say(peer === 0 ? 'ui.code.note.put' : 'ui.code.note.send', args);
    case Kind.ChanSent:
      return say('ui.code.note.sent', args);
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
    default:
      return say('ui.code.note.value', args);
  }
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
