/** Scheduler: who runs next, and why. Ps with their queues, and everybody who is on no P. */
import { at, must } from '../event/check';
import { type Content, h, type Node } from '../dom/draw';
import { Kind, Reason, reasonNames, whyNames } from '../event.gen';
import { longestSlice, ringSize } from '../fold/machine';
import { type Alarm, type Standing, standing, type Waiting } from '../fold/standing';
import { type Theft, theftAt } from '../fold/why';
import { Links, Queue } from '../fold/queue';
import type { Proc } from '../fold/world';
import { clauses, count, captioned, nanoseconds, sentences } from '../words/say';
import { sentence } from '../words/sentences';
import { type Acting, moving } from './moving';
import { chip, firstOf, more, objectName, position } from './parts';
import type { Twin } from './picture';
import { type Scene, stateText } from './scene';
import { explained, explanation } from './scheduler-why';

/** A group that is unfolded shows so many goroutines, one that is not so many, a queue of a P so many. */
const mostOpen = 200;
const mostShut = 12;
const mostQueued = 8;
/** With more Ps than this each has less room. */
const manyPs = 8;
const mostAlarms = 8;
const mostIdle = 16;

/** What is unfolded: the P that is explained (-1: none) and groups of goroutines, by key. */
type Unfolded = { why: number; readonly groups: Set<string> };

/** The picture. */
export const scheduler = moving('scheduler', (): Acting => {
  const unfolded: Unfolded = { why: -1, groups: new Set() };
  return {
    draw: (scene) => draw(scene, unfolded),
    twin: (scene) => twin(scene, unfolded),
    opens: '.sched-why',
    press: ([what, which]) => {
      if (what === 'why') unfolded.why = unfolded.why === Number(which) ? -1 : Number(which);
      if (what === 'group' && which !== undefined && !unfolded.groups.delete(which))
        unfolded.groups.add(which);
    },
  };
});

function draw(scene: Scene, unfolded: Unfolded): readonly Content[] {
  const { world } = scene;
  const all = standing(world, scene.log, unfolded.groups.size > 0 ? mostOpen : mostShut);
  const theft = theftAt(scene.log, world.seq - 1);
  const ps = allProcs(scene);
  return [
    bar(scene, theft, all),
    h(
      'div',
      { key: 'ps', class: `procs${ps.length > manyPs ? ' procs-many' : ''}` },
      ps.map((p, i) => proc(scene, p, i, theft, unfolded.why === i, ps.length)),
    ),
    unfolded.why < 0 ? '' : explained(scene, unfolded.why),
    h('div', { key: 'out', class: 'sched-out' }, outside(scene, all, unfolded)),
  ];
}

/** A P that has not been named yet. */
const unseen: Proc = {
  awake: false,
  thread: 0,
  spins: false,
  marks: false,
  running: 0,
  runnext: 0,
  local: new Queue(new Links()),
  why: 0,
};

/** All Ps that the run names, also those that it names later: places stay. */
function allProcs(scene: Scene): readonly Proc[] {
  const n = Math.max(scene.world.procs.length, scene.history.machine.procs.length);
  return Array.from({ length: n }, (_, i) => scene.world.procs[i] ?? unseen);
}

/** Says whether the run has the queues of Go's scheduler: a policy has none. */
function hasQueues(scene: Scene): boolean {
  return scene.history.machine.kinds[Kind.Enqueue] === 1;
}

function has(scene: Scene, kind: Kind): boolean {
  return scene.history.machine.kinds[kind] === 1;
}

/** The line above the Ps: a stopped world, the collector, a theft, sysmon. */
function bar(scene: Scene, theft: Theft | undefined, all: Standing): Node {
  const { world, tell } = scene;
  const { say } = tell;
  const flags: Content[] = [];
  if (world.stopped) flags.push(h('b', { class: 'flag' }, say('ui.scheduler.stopped')));
  if (world.marking > 0)
    flags.push(h('b', { class: 'flag' }, say('ui.scheduler.marking', { n: world.marking })));
  const told =
    theft === undefined ? sysmon(scene) : h('b', { class: 'sched-theft' }, theftText(scene, theft));
  const loose =
    hasQueues(scene) && all.looseCount > 0
      ? [
          h('span', { class: 'dim' }, say('ui.scheduler.between')),
          ...firstOf(scene, all.loose, 3, (g) => chip(scene, g)),
        ]
      : [];
  return h(
    'div',
    { key: 'bar', class: 'sched-bar' },
    flags,
    told,
    h('span', { key: 'loose', class: 'sched-loose' }, loose),
  );
}

/** "P1 steals 3 of P0's 6". */
function theftText(scene: Scene, theft: Theft): string {
  const { say } = scene.tell;
  const { machine } = scene.history;
  const n = theft.last - theft.first + 1;
  const args = { p: `P${theft.thief}`, victim: `P${theft.victim}`, n };
  if (machine.tookRunNext(theft.first)) return say('ui.scheduler.steals.next', args);
  const done = Math.min(n, scene.world.seq - theft.first);
  const had = (scene.world.procs[theft.victim]?.local.size ?? 0) + done;
  return say('ui.scheduler.steals', { ...args, had });
}

function sysmon(scene: Scene): Content {
  if (!hasQueues(scene)) return '';
  const { log, world, tell } = scene;
  const deed = scene.history.machine.lastDeed(world.seq);
  if (deed === undefined) return h('span', { class: 'dim' }, tell.say('ui.scheduler.sysmon.idle'));
  const retook = at(log.kind, deed) === Kind.Retake;
  const g = retook ? at(log.peer, deed) : at(log.g, deed);
  return h(
    'button',
    { type: 'button', class: 'told dim', 'data-seq': deed },
    tell.say(`ui.scheduler.sysmon.${retook ? 'retook' : 'stopped'}`, {
      g: tell.names.g(g),
      p: `P${at(log.p, deed)}`,
      ago: nanoseconds(Math.max(0, world.time - at(log.t, deed))),
    }),
  );
}

function proc(scene: Scene, p: Proc, i: number, theft: Theft | undefined, open: boolean, ps: number): Node {
  const role = theft?.thief === i ? ' is-thief' : theft?.victim === i ? ' is-victim' : '';
  return h(
    'section',
    {
      key: i,
      class: `proc${p.running === 0 ? ' proc-idle' : ''}${role}`,
      role: 'group',
      'aria-label': `P${i}`,
    },
    h(
      'header',
      {},
      h('b', { class: 'proc-name' }, `P${i}`),
      p.thread === 0
        ? ''
        : h('span', { class: 'thread', title: scene.tell.say('ui.scheduler.thread') }, `M${p.thread}`),
      p.running === 0 ? h('span', { class: 'dim' }, idleText(scene, p)) : chip(scene, p.running),
      p.running === 0 || !hasQueues(scene) ? '' : slice(scene, p, i),
    ),
    rule(scene, p, i, open),
    ...(hasQueues(scene) ? [next(scene, p), ring(scene, p, i, theft, ps)] : []),
  );
}

/** What a P does that runs no goroutine. */
function idleText(scene: Scene, p: Proc): string {
  const what = p.marks ? 'marks' : p.spins ? 'spinning' : p.awake ? 'looking' : 'idle';
  return scene.tell.say(`ui.scheduler.${what}`);
}

/** The rule by which the P runs what it runs: pressed, it is explained. */
function rule(scene: Scene, p: Proc, i: number, open: boolean): Node {
  const running = p.running !== 0;
  if (!running && !open) return h('div', { key: 'rule', class: 'proc-why' });
  const { say, names } = scene.tell;
  const why = running ? whyText(scene, p) : say('ui.scheduler.why.none', { p: `P${i}` });
  return h(
    'button',
    {
      key: 'why',
      type: 'button',
      class: 'proc-why',
      title: why,
      'data-do': `why ${i}`,
      'aria-expanded': String(open),
      'aria-label': running ? say('ui.scheduler.why.label', { g: names.g(p.running), why }) : why,
    },
    why,
  );
}

function whyText(scene: Scene, p: Proc): string {
  if (p.running === 0) return '';
  return p.why === 0
    ? scene.tell.say('ui.scheduler.returned')
    : scene.tell.say(`ui.why.${must(whyNames[p.why], 'why')}`);
}

/** How much of its time slice the running goroutine has used. */
function slice(scene: Scene, p: Proc, i: number): Node {
  const used = sliceUsed(scene, i);
  return h(
    'span',
    { class: 'slice', title: `${sliceText(scene, p, i)}. ${scene.tell.say('ui.scheduler.slice.inferred')}` },
    h('span', { class: 'dim' }, nanoseconds(used)),
    h('span', { class: 'slice-bar', '--used': Math.min(1, used / longestSlice) }),
  );
}

/** For how long the slice has lasted; a P that was idle meanwhile begins anew, though its counter does not. */
function sliceUsed(scene: Scene, i: number): number {
  return scene.world.time - at(scene.log.t, scene.history.machine.sliceStart(i, scene.world.seq) ?? 0);
}

function sliceText(scene: Scene, p: Proc, i: number): string {
  if (p.running === 0 || !hasQueues(scene)) return '';
  return scene.tell.say('ui.scheduler.slice', {
    n: scene.history.machine.tick(i, scene.world.seq),
    used: nanoseconds(sliceUsed(scene, i)),
    most: nanoseconds(longestSlice),
  });
}

function next(scene: Scene, p: Proc): Node {
  return h(
    'div',
    { class: 'queue' },
    label(scene.tell.say('ui.scheduler.runnext')),
    p.runnext === 0 ? none(scene) : chip(scene, p.runnext),
  );
}

/** The local queue: who stands in it, and where that is in the ring. */
function ring(scene: Scene, p: Proc, i: number, theft: Theft | undefined, ps: number): Node {
  const { say } = scene.tell;
  const n = p.local.size;
  const { head, tail } = scene.history.machine.ring(i, scene.world.seq, n);
  const at0 = head % ringSize;
  const wrapped = Math.max(0, at0 + n - ringSize);
  const going = new Set<number>();
  if (theft?.victim === i) {
    for (let seq = scene.world.seq; seq <= theft.last; seq++) going.add(at(scene.log.peer, seq));
  }
  const most = ps > manyPs ? 2 : mostQueued;
  const args = { n, head: at0, tail: tail % ringSize };
  return h(
    'div',
    { class: 'local' },
    h(
      'div',
      {
        class: 'local-head',
        title: `${say('ui.scheduler.ring', args)}. ${say('ui.scheduler.ring.inferred')}`,
      },
      label(say('ui.scheduler.local')),
      h('span', {
        class: 'ring-bar',
        '--from': at0 / ringSize,
        '--size': Math.min(n, ringSize - at0) / ringSize,
        '--wrapped': wrapped / ringSize,
      }),
      h(
        'span',
        { class: 'dim ring-at' },
        say(ps > manyPs ? 'ui.scheduler.ring.short' : 'ui.scheduler.ring', args),
      ),
    ),
    h(
      'div',
      { class: 'queue local-gs' },
      n === 0
        ? none(scene)
        : firstOf(scene, [...p.local], most, (g) =>
            going.has(g) ? h('span', { key: `g${g}`, class: 'is-going' }, chip(scene, g)) : chip(scene, g),
          ),
    ),
  );
}

/** Everything that is on no P, each kind in a row of its own whose place stays. */
function outside(scene: Scene, all: Standing, unfolded: Unfolded): Node[] {
  const { world, tell, history } = scene;
  const { say } = tell;
  const rows: Node[] = [];
  const queues = hasQueues(scene);
  if (queues)
    rows.push(
      row(
        say('ui.scheduler.global'),
        'global',
        group(scene, 'global', [...world.global], world.global.size, unfolded),
      ),
    );
  else
    rows.push(
      row(say('ui.scheduler.runnable'), 'loose', group(scene, 'loose', all.loose, all.looseCount, unfolded)),
    );
  if (queues) rows.push(row(say('ui.scheduler.idle.row'), 'idle', idle(scene, all)));
  if (has(scene, Kind.SysEnter)) rows.push(row(say('ui.scheduler.calls'), 'calls', calls(scene, all)));
  if (has(scene, Kind.Sleep) || has(scene, Kind.TimerSet))
    rows.push(row(say('ui.scheduler.timers'), 'timers', alarms(scene, all)));
  all.waiting.forEach((waiting, reason) => {
    if (history.machine.reasons[reason] !== 1 || reason === Reason.SleepWait) return;
    rows.push(
      row(blockedLabel(scene, reason, waiting), `reason${reason}`, blocked(scene, reason, waiting, unfolded)),
    );
  });
  return rows;
}

function blockedLabel(scene: Scene, reason: number, waiting: Waiting): string {
  const name = scene.tell.say(`ui.scheduler.reason.${must(reasonNames[reason], 'reason')}`);
  return waiting.n === 0 ? name : `${name} ${count(waiting.n)}`;
}

function row(name: string, key: string, content: readonly Content[]): Node {
  return h('div', { key, class: 'queue sched-row' }, label(name), h('div', { class: 'sched-gs' }, content));
}

/** A group of n goroutines: the first of them, and a button that unfolds it. */
function group(
  scene: Scene,
  key: string,
  gs: readonly number[],
  n: number,
  unfolded: Unfolded,
  extra?: (g: number) => string,
): Content[] {
  if (n === 0) return [none(scene)];
  const open = unfolded.groups.has(key);
  const shown = gs.slice(0, open ? mostOpen : mostShut);
  const out: Content[] = shown.map((g) => chip(scene, g, extra?.(g) ?? ''));
  if (n > mostShut) {
    const { say } = scene.tell;
    const text = open ? say('ui.scheduler.fold') : say('ui.channels.more', { n: count(n - shown.length) });
    if (open && n > shown.length) out.push(more(scene, n - shown.length));
    out.push(
      h(
        'button',
        {
          key: 'fold',
          type: 'button',
          class: 'fold',
          'data-do': `group ${key}`,
          'aria-expanded': String(open),
        },
        text,
      ),
    );
  }
  return out;
}

function blocked(scene: Scene, reason: number, waiting: Waiting, unfolded: Unfolded): Content[] {
  return group(scene, `reason${reason}`, waiting.first, waiting.n, unfolded, (g) => {
    const obj = at(scene.world.gs.obj, g);
    return obj === 0 ? '' : scene.tell.names.obj(obj);
  });
}

/** Idle Ps and threads. */
function idle(scene: Scene, all: Standing): Content[] {
  const { say } = scene.tell;
  const { machine } = scene.history;
  const ps = machine.idleOrder(idlePs(scene), scene.world.seq);
  const ms = idleThreads(scene, all);
  return [
    h(
      'span',
      { key: 'ps', title: say('ui.scheduler.idle.inferred') },
      say('ui.scheduler.idle.ps', {
        list: listed(
          scene,
          ps.map((p) => `P${p}`),
        ),
      }),
    ),
    h(
      'span',
      { key: 'ms' },
      say('ui.scheduler.idle.ms', {
        list: listed(
          scene,
          ms.map((m) => `M${m}`),
        ),
      }),
    ),
  ];
}

function idlePs(scene: Scene): number[] {
  const found: number[] = [];
  allProcs(scene).forEach((p, i) => {
    if (!p.awake && p.running === 0) found.push(i);
  });
  return found;
}

/** The threads that are neither on a P nor in a system call. */
function idleThreads(scene: Scene, all: Standing): number[] {
  const { world, history } = scene;
  const busy = new Set(world.procs.map((p) => p.thread));
  for (const g of all.calls) busy.add(history.machine.threadOfCall(g, world.seq));
  const found: number[] = [];
  for (let m = 1; m <= history.machine.threadCount(world.seq); m++) if (!busy.has(m)) found.push(m);
  return found;
}

function listed(scene: Scene, names: readonly string[]): string {
  const { say } = scene.tell;
  if (names.length === 0) return say('ui.scheduler.nobody');
  const first = names.slice(0, mostIdle).join(' ');
  return names.length > mostIdle
    ? `${first} ${say('ui.channels.more', { n: names.length - mostIdle })}`
    : first;
}

/** Goroutines in system calls whose P was taken, each with its thread. */
function calls(scene: Scene, all: Standing): Content[] {
  if (all.callCount === 0) return [none(scene)];
  const out: Content[] = all.calls.slice(0, mostShut).map((g) => {
    const m = scene.history.machine.threadOfCall(g, scene.world.seq);
    return h(
      'span',
      { key: g, class: 'call' },
      m === 0 ? '' : h('span', { class: 'thread' }, `M${m}`),
      chip(scene, g),
    );
  });
  if (all.callCount > out.length) out.push(more(scene, all.callCount - out.length));
  return out;
}

/** Sleepers and timers, the next one first. */
function alarms(scene: Scene, all: Standing): Content[] {
  if (all.alarmCount === 0) return [none(scene)];
  const shown = all.alarms.slice(0, mostAlarms);
  const out: Content[] = shown.map((a) =>
    a.g !== 0
      ? chip(scene, a.g, dueText(scene, a))
      : h('span', { key: `t${a.obj}`, class: 'alarm' }, objectName(scene, a.obj), ` ${dueText(scene, a)}`),
  );
  if (all.alarmCount > shown.length) out.push(more(scene, all.alarmCount - shown.length));
  return out;
}

function dueText(scene: Scene, a: Alarm): string {
  const { say } = scene.tell;
  if (a.due === undefined) return say('ui.scheduler.bubble');
  const left = a.due - scene.world.time;
  return left <= 0 ? say('ui.scheduler.due') : say('ui.scheduler.in', { time: nanoseconds(left) });
}

function label(text: string): Node {
  return h('span', { class: 'queue-name dim' }, text);
}

function none(scene: Scene): Node {
  return h('span', { key: 'none', class: 'queue-none dim' }, scene.tell.say('ui.scheduler.empty'));
}

/** How many goroutines of one place a twin lists. */
const mostRows = 200;

function twin(scene: Scene, unfolded: Unfolded): Twin {
  const { world, tell } = scene;
  const { say, names } = tell;
  const all = standing(world, scene.log, mostRows);
  const rows: string[][] = [];
  const list = (where: string, gs: readonly number[], n: number, why: (g: number) => string): void => {
    for (const g of gs.slice(0, mostRows)) rows.push([where, names.g(g), why(g)]);
    if (n > mostRows) rows.push([where, say('ui.channels.more', { n: count(n - mostRows) }), '']);
  };
  allProcs(scene).forEach((p, i) => {
    const thread = p.thread === 0 ? '' : `, M${p.thread}`;
    const who = p.running === 0 ? idleText(scene, p) : names.g(p.running);
    rows.push([
      `P${i}${thread}`,
      who,
      clauses(
        tell.say,
        [whyText(scene, p), sliceText(scene, p, i)].filter((t) => t !== ''),
      ),
    ]);
    if (unfolded.why === i)
      for (const text of explanation(scene, i).lines) rows.push([say('ui.scheduler.why'), '', text]);
    if (p.runnext !== 0) rows.push([`P${i} ${say('ui.scheduler.runnext')}`, names.g(p.runnext), '']);
    const { head } = scene.history.machine.ring(i, world.seq, p.local.size);
    const locals = [...p.local];
    list(`P${i} ${say('ui.scheduler.local')}`, locals, locals.length, (g) =>
      say('ui.scheduler.slot', { n: (head + locals.indexOf(g)) % ringSize }),
    );
  });
  list(say('ui.scheduler.global'), [...world.global], world.global.size, () => '');
  list(
    say(hasQueues(scene) ? 'ui.scheduler.between' : 'ui.scheduler.runnable'),
    all.loose,
    all.looseCount,
    () => '',
  );
  if (hasQueues(scene)) {
    const ps = scene.history.machine.idleOrder(idlePs(scene), world.seq);
    rows.push([
      say('ui.scheduler.idle.row'),
      say('ui.scheduler.idle.ps', {
        list: listed(
          scene,
          ps.map((p) => `P${p}`),
        ),
      }),
      '',
    ]);
    rows.push([
      say('ui.scheduler.idle.row'),
      say('ui.scheduler.idle.ms', {
        list: listed(
          scene,
          idleThreads(scene, all).map((m) => `M${m}`),
        ),
      }),
      '',
    ]);
  }
  list(say('ui.scheduler.calls'), all.calls, all.callCount, (g) => {
    const m = scene.history.machine.threadOfCall(g, world.seq);
    return m === 0 ? '' : `M${m}`;
  });
  for (const a of all.alarms) {
    rows.push([say('ui.scheduler.timers'), a.g === 0 ? names.obj(a.obj) : names.g(a.g), dueText(scene, a)]);
  }
  if (all.alarmCount > all.alarms.length) {
    rows.push([
      say('ui.scheduler.timers'),
      say('ui.channels.more', { n: all.alarmCount - all.alarms.length }),
      '',
    ]);
  }
  all.waiting.forEach(({ first, n }, reason) => {
    if (reason !== Reason.SleepWait) list(say('ui.scheduler.blocked'), first, n, (g) => stateText(scene, g));
  });
  return {
    sentence: sentences(say, [
      say('ui.scheduler.sentence', {
        ...position(scene),
        busy: world.procs.filter((p) => p.running !== 0).length,
        procs: allProcs(scene).length,
        runnable: all.runnable,
        blocked: all.blocked,
      }),
      ...spoken(scene),
    ]),
    head: ['where', 'who', 'why'].map((k) => say(`ui.scheduler.head.${k}`)),
    rows,
  };
}

/** What the line above the Ps says, for the twin. */
function spoken(scene: Scene): string[] {
  const { world, tell } = scene;
  const theft = theftAt(scene.log, world.seq - 1);
  const deed = hasQueues(scene) ? scene.history.machine.lastDeed(world.seq) : undefined;
  const sentenceOf = (clause: string): string => tell.say('join.end', { clause });
  return [
    ...(world.stopped ? [sentenceOf(tell.say('ui.scheduler.stopped'))] : []),
    ...(world.marking > 0 ? [sentenceOf(tell.say('ui.scheduler.marking', { n: world.marking }))] : []),
    ...(theft === undefined ? [] : [sentenceOf(theftText(scene, theft))]),
    ...(deed === undefined
      ? []
      : [captioned(tell.say, tell.say('ui.scheduler.sysmon'), sentence(tell, deed))]),
  ];
}
