/**
 * The state of a run in words, one thing a line, in a fixed order: the lines
 * that World.String of sim/event/eventlog writes. Tests compare the two.
 */
import { at, must } from '../event/check';
import { outcomeNames, queueNames, Queue, reasonNames } from '../event.gen';
import { type Log, valueInt } from '../event/log';
import { State } from './goroutines';
import type { World } from './world';

/** The lines that say how w, a world of log, is. */
export function worldText(w: World, log: Log): string {
  const lines = [
    `events ${w.seq} at ${w.time}`,
    ...goroutines(w, log),
    ...procs(w),
    `global ${gids([...w.global])}`,
    ...objects(w),
    `output ${w.outputs}`,
    ...w.races.map((seq) => race(log, seq)),
  ];
  if (w.panic !== undefined) {
    lines.push(`panic G${at(log.g, w.panic)} ${val(at(log.val, w.panic))} site ${at(log.site, w.panic)}`);
  }
  lines.push(`leaks ${gids(w.leaks)}`, `stuck ${gids(w.stuck)}`);
  if (w.ended !== undefined) {
    const outcome = must(outcomeNames[w.outcome], `outcome ${w.outcome}`);
    lines.push(`end ${outcome} ${at(log.n, w.ended)} val ${val(at(log.val, w.ended))}`);
  }
  return lines.join('\n') + '\n';
}

/** A goroutine's place in the tree of go statements: "1.2.1". One that a timer started is named after itself. */
export function pathOf(w: World, log: Log, g: number): string {
  const parent = at(w.gs.parent, g);
  if (parent !== 0) return `${pathOf(w, log, parent)}.${at(w.gs.nth, g)}`;
  return at(log.obj, at(w.gs.created, g)) === 0 ? String(g) : `t${g}`;
}

function goroutines(w: World, log: Log): string[] {
  const { gs } = w;
  const lines: string[] = [];
  for (let g = 1; g < gs.count; g++) {
    if (at(gs.state, g) === State.None) continue;
    lines.push(
      `G${g} ${pathOf(w, log, g)} of ${at(gs.parent, g)} name ${val(at(gs.name, g))} made ${at(gs.bornAt, g)} ` +
        `site ${at(gs.site, g)} ${doing(w, g)} since ${at(log.t, at(gs.since, g))}${cases(w, g)}`,
    );
  }
  return lines;
}

function doing(w: World, g: number): string {
  const { gs } = w;
  switch (at(gs.state, g)) {
    case State.Running:
      return `running P${at(gs.p, g)}`;
    case State.Parked:
      return `parked ${must(reasonNames[at(gs.reason, g)], 'reason')} ${at(gs.obj, g)} val ${val(at(gs.val, g))}`;
    case State.Runnable: {
      const queue = at(gs.queue, g);
      if (queue === 0) return 'runnable';
      if (queue === Queue.Global) return 'runnable Global';
      return `runnable ${must(queueNames[queue], 'queue')} P${at(gs.queueP, g)}`;
    }
    case State.Calling:
      return 'calling';
    default:
      return 'ended';
  }
}

function cases(w: World, g: number): string {
  const list = w.gs.selected(g);
  if (list.length === 0) return '';
  const words = list.map(({ chan, branch, send, val: v }) =>
    send ? `${branch}:send ${chan} val ${val(v)}` : `${branch}:recv ${chan}`,
  );
  return ` cases ${words.join(',')}`;
}

function procs(w: World): string[] {
  return w.procs.map((p, i) => {
    const thread = p.thread === 0 ? '' : ` thread ${p.thread}${p.spins ? ' spinning' : ''}`;
    const queues = `next ${gid(p.runnext)} local ${gids([...p.local])}`;
    return `P${i} ${p.awake ? 'awake' : 'idle'}${thread} runs ${gid(p.running)} ${queues}`;
  });
}

function objects(w: World): string[] {
  return [
    ...sorted(w.chans, (c, id) => {
      const queues = `recv ${gids([...c.receivers.values()].map((x) => x.g))} send ${gids([...c.senders.values()].map((x) => x.g))}`;
      return `chan ${id} cap ${c.cap} ${c.closed ? 'closed' : 'open'} buf ${join(c.buffer.slice(), val)} ${queues}`;
    }),
    ...sorted(
      w.locks,
      (l, id) => `lock ${id} holder ${gid(l.holder)} readers ${gids(l.readers)} waiters ${gids(l.waiters)}`,
    ),
    ...sorted(w.groups, (g, id) => `group ${id} counter ${g.counter} waiters ${gids(g.waiters)}`),
    ...sorted(
      w.onces,
      (o, id) => `once ${id} runner ${gid(o.runner)} ${o.done ? 'done' : 'open'} waiters ${gids(o.waiters)}`,
    ),
    ...sorted(w.conds, (c, id) => `cond ${id} waiters ${gids(c.waiters)}`),
    ...sorted(
      w.timers,
      (t, id) => `timer ${id} ${t.pending ? 'pending' : 'idle'} due ${t.due} every ${t.every}`,
    ),
    ...sorted(w.atomics, (v, id) => `atomic ${id} val ${val(v)}`),
    ...sorted(w.variables, (v, id) => `var ${id} val ${val(v)}`),
  ];
}

function sorted<T>(map: ReadonlyMap<number, T>, line: (v: T, id: number) => string): string[] {
  return [...map].sort(([a], [b]) => a - b).map(([id, v]) => line(v, id));
}

const wrote = 1;
const writes = 2;

function race(log: Log, seq: number): string {
  const how = valueInt(at(log.val, seq)) ?? 0;
  const first = `G${at(log.peer, seq)} ${(how & wrote) === 0 ? 'read' : 'wrote'} ${at(log.n, seq) & 0xffff}`;
  const then = `G${at(log.g, seq)} ${(how & writes) === 0 ? 'reads' : 'writes'} ${at(log.site, seq)}`;
  return `race ${at(log.obj, seq)} ${first} ${then}`;
}

function val(v: number): string {
  const i = valueInt(v);
  if (i !== undefined) return String(i);
  return v === 0 ? '-' : `#${v}`;
}

function gid(g: number): string {
  return g === 0 ? '-' : `G${g}`;
}

function gids(gs: readonly number[]): string {
  return join(gs, gid);
}

function join(list: readonly number[], show: (v: number) => string): string {
  return list.length === 0 ? '-' : list.map(show).join(',');
}
