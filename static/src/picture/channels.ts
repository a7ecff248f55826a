/** Channels: what is inside, and who waits. Each as its hchan: the ring of slots, sendq and recvq. */
import { at } from '../event/check';
import { make } from '../dom/make';
import { type Content, h, type Node } from '../dom/draw';
import { Kind, Reason } from '../event.gen';
import { hopsOf, type Place } from '../fold/flow';
import { standing } from '../fold/standing';
import type { Chan, Waiter, Waiters } from '../fold/world';
import { count, captioned, listed } from '../words/say';
import { sentence } from '../words/sentences';
import { type Acting, moving } from './moving';
import { chip, firstOf, more, objectName, position, value, valueBox } from './parts';
import type { Twin } from './picture';
import type { Scene } from './scene';

/** A ring of so many slots is drawn slot by slot; of a greater one the first and last values. */
const mostSlots = 24;
/** More slots than this have a line of their own where there is little room. */
const fewSlots = 2;
const firstValues = 8;
const lastValues = 4;
const mostSudogs = 8;
/** With more channels than this the ones used last are shown, and they can be searched. */
const mostChannels = 12;
/** The twin lists so many values, channels and goroutines. */
const mostListed = 64;

/** The picture. */
export const channels = moving('channels', (desk): Acting => {
  const filter = make('input', {
    type: 'search',
    class: 'chan-filter',
    hidden: true,
    placeholder: desk.say('ui.channels.filter'),
    'aria-label': desk.say('ui.channels.filter'),
  });
  filter.addEventListener('input', () => desk.redraw());
  const shown = (scene: Scene): Shown => {
    filter.hidden = scene.history.caps.size <= mostChannels;
    return choose(scene, filter.value.trim().toLowerCase());
  };
  return {
    draw: (scene) => draw(scene, shown(scene)),
    twin: (scene) => twin(scene, shown(scene)),
    tools: [filter],
  };
});

/** The channels that are shown, in the order in which they were made; those that fit the filter but have no room. */
type Shown = { readonly list: readonly Chan[]; readonly hidden: number; readonly filtered: boolean };

/** Chooses channels: what is lit or used lately stays in sight, the others can be found by name. */
function choose(scene: Scene, filter: string): Shown {
  const { world, tell, lit, history } = scene;
  const filtered = filter !== '';
  if (!filtered && world.chans.size <= mostChannels)
    return { list: [...world.chans.values()], hidden: 0, filtered };
  const fits = (c: Chan): boolean => !filtered || tell.names.obj(c.id).toLowerCase().includes(filter);
  const picked = new Map<number, Chan>();
  const pick = (ids: Iterable<number>): void => {
    for (const id of ids) {
      const c = world.chans.get(id);
      if (c !== undefined && picked.size < mostChannels && fits(c)) picked.set(id, c);
    }
  };
  pick(lit.objs);
  pick(history.flow.latest(world.seq, mostChannels));
  let fitting = filtered ? 0 : world.chans.size;
  for (const c of world.chans.values()) {
    if (!filtered && picked.size >= mostChannels) break;
    if (!fits(c)) continue;
    if (filtered) fitting++;
    if (picked.size < mostChannels) picked.set(c.id, c);
  }
  const list = [...picked.values()].sort((a, b) => a.id - b.id);
  return { list, hidden: fitting - list.length, filtered };
}

function draw(scene: Scene, { list, hidden, filtered }: Shown): readonly Content[] {
  const { say } = scene.tell;
  const out: Content[] = list.map((c) => channel(scene, c));
  if (list.length === 0) {
    out.push(
      h(
        'p',
        { key: 'none', class: 'empty' },
        say(filtered ? 'ui.channels.unfound' : 'ui.picture.channels.none'),
      ),
    );
  }
  if (hidden > 0)
    out.push(h('p', { key: 'rest', class: 'dim' }, say('ui.channels.rest', { n: count(hidden) })));
  const nil = nilWaits(scene);
  if (nil !== undefined) out.push(nil);
  return out;
}

function channel(scene: Scene, c: Chan): Node {
  const { say } = scene.tell;
  const lit = scene.lit.objs.has(c.id) ? ' is-lit' : '';
  const last = lastUse(scene, c.id);
  const now = last === scene.world.seq - 1;
  return h(
    'section',
    { key: c.id, class: `chan${lit}${c.closed ? ' chan-closed' : ''}`, 'data-obj': c.id },
    h(
      'header',
      {},
      objectName(scene, c.id),
      h('span', { class: 'dim' }, scene.tell.names.type(c.id)),
      h('span', { class: 'chan-count' }, counts(scene, c)),
      c.closed ? h('span', { class: 'flag' }, say('ui.channels.closed')) : '',
    ),
    lane(scene, c, last, now),
    h(
      'div',
      { class: `chan-row${c.cap > fewSlots ? ' chan-long' : ''}` },
      queue(scene, c, 'senders'),
      c.cap === 0
        ? meeting(now && last !== undefined && handsOver(scene, last))
        : buffer(scene, c, now ? last : undefined),
      queue(scene, c, 'receivers'),
    ),
  );
}

/** hchan's own words for how full it is. */
function counts(scene: Scene, c: Chan): string {
  const { say } = scene.tell;
  if (c.cap === 0) return say('ui.channels.unbuffered');
  return say('ui.channels.counts', { n: count(c.buffer.length), cap: count(c.cap) });
}

/** The last thing that was done with channel id, if anything was. */
function lastUse(scene: Scene, id: number): number | undefined {
  return scene.history.flow.of(id).uses.lastBelow(scene.world.seq);
}

/** Says whether event seq passes a value from hand to hand. */
function handsOver(scene: Scene, seq: number): boolean {
  const { log } = scene;
  const kind = at(log.kind, seq);
  return at(log.peer, seq) !== 0 && (kind === Kind.ChanSend || kind === Kind.ChanRecv);
}

/**
 * The last operation: which value went from where to where. A value that goes
 * straight to a receiver passes the buffer by; a receive that finds a full
 * buffer and a parked sender moves two values.
 */
function lane(scene: Scene, c: Chan, last: number | undefined, now: boolean): Node {
  const moved = last === undefined ? [] : hops(scene, c, last);
  const content: Content[] =
    last === undefined
      ? [h('span', { class: 'dim' }, scene.tell.say('ui.channels.unused'))]
      : moved.length > 0
        ? moved
        : [h('span', { class: 'dim' }, sentence(scene.tell, last))];
  return h(
    'div',
    {
      class: `chan-lane${now ? ' is-now' : ''}${c.cap > 0 ? ' has-two' : ''}`,
      title: last === undefined ? undefined : sentence(scene.tell, last),
    },
    content,
  );
}

function hops(scene: Scene, c: Chan, seq: number): Node[] {
  const { say } = scene.tell;
  return hopsOf(scene.log, scene.history.flow, c, seq).map(({ val, from, to }, i) => {
    const hands = 'g' in from && 'g' in to;
    const how = hands ? (c.cap === 0 ? 'ui.channels.handoff' : 'ui.channels.bypass') : 'ui.channels.released';
    return h(
      'span',
      { key: i, class: 'hop' },
      place(scene, from),
      h('span', { class: 'hop-arrow' }, valueBox(scene, val)),
      place(scene, to),
      hands || i > 0 ? h('span', { class: 'dim' }, say(how)) : '',
    );
  });
}

function place(scene: Scene, at: Place): Node {
  const { say } = scene.tell;
  if ('slot' in at) return h('span', { class: 'hop-slot' }, say('ui.channels.slot', { n: at.slot }));
  return at.g === 0 ? h('span', { class: 'dim' }, say('ui.channels.timer')) : chip(scene, at.g);
}

/** sendq or recvq: the sudogs in order, the first one beside the buffer. */
function queue(scene: Scene, c: Chan, side: 'senders' | 'receivers'): Node {
  const { say } = scene.tell;
  const list = [...(side === 'senders' ? c.senders : c.receivers).values()];
  const name = say(side === 'senders' ? 'ui.channels.sendq' : 'ui.channels.recvq');
  return h(
    'div',
    { class: `chan-${side}`, 'aria-label': say(`ui.channels.${side}`) },
    h(
      'small',
      { class: 'queue-title dim', title: say(`ui.channels.${side}`) },
      list.length === 0 ? name : `${name} ${count(list.length)}`,
    ),
    h(
      'ol',
      { class: 'sudogs' },
      list.length === 0
        ? h('li', { key: 'none', class: 'dim sudog-none' }, nobody(scene, c, side))
        : firstOf(scene, list, mostSudogs, (w, i) => sudog(scene, c, w, i, side === 'senders')),
    ),
  );
}

/** What an empty queue means now. */
function nobody(scene: Scene, c: Chan, side: 'senders' | 'receivers'): string {
  const { say } = scene.tell;
  if (!c.closed) return say(side === 'senders' ? 'ui.channels.nosender' : 'ui.channels.noreceiver');
  if (side === 'senders') return say('ui.channels.closed.send');
  return c.buffer.length === 0
    ? say('ui.channels.closed.recv')
    : say('ui.channels.closed.drain', { n: count(c.buffer.length) });
}

function sudog(scene: Scene, c: Chan, w: Waiter, i: number, sends: boolean): Node {
  return h(
    'li',
    { key: `${w.g} ${w.branch}`, class: 'sudog' },
    chip(scene, w.g),
    sends ? valueBox(scene, w.val, { 'data-fly': flyName(c, c.sent + i) }) : '',
    w.branch < 0 ? '' : h('span', { class: 'dim' }, scene.tell.say('ui.channels.case', { n: w.branch })),
  );
}

/** The name of a channel's k-th value, wherever it is. */
function flyName(c: Chan, k: number): string {
  return `v${c.id} ${k}`;
}

/** The ring. */
function buffer(scene: Scene, c: Chan, now: number | undefined): Node {
  return c.cap <= mostSlots ? smallRing(scene, c, now) : greatRing(scene, c);
}

/** Every slot with its index, and where sendx and recvx point. */
function smallRing(scene: Scene, c: Chan, now: number | undefined): Node {
  const sendx = (c.recvx + c.buffer.length) % c.cap;
  const fresh = now === undefined ? -1 : freshSlot(scene, c, now);
  const slots: Node[] = [];
  for (let i = 0; i < c.cap; i++) {
    const nth = (i - c.recvx + c.cap) % c.cap;
    const val = nth < c.buffer.length ? c.buffer.at(nth) : undefined;
    const mark = (on: boolean, name: string): Node =>
      h('small', { class: `slot-mark${on ? ' is-on' : ''}` }, on ? name : '\u00a0');
    slots.push(
      h(
        'li',
        { key: i, class: `slot-place${i === fresh ? ' is-fresh' : ''}` },
        mark(i === sendx, 'sendx'),
        val === undefined
          ? h('span', { key: 'free', class: 'slot slot-free' })
          : valueBox(scene, val, {
              key: flyName(c, c.received + nth),
              'data-fly': flyName(c, c.received + nth),
            }),
        h('small', { class: 'slot-index dim' }, String(i)),
        mark(i === c.recvx, 'recvx'),
      ),
    );
  }
  return h('ol', { class: 'chan-buffer', 'aria-label': scene.tell.say('ui.channels.buffer') }, slots);
}

/** The slot that the operation now has filled; -1 if none. */
function freshSlot(scene: Scene, c: Chan, now: number): number {
  const { log } = scene;
  const kind = at(log.kind, now);
  const fills =
    (kind === Kind.ChanSend && at(log.peer, now) === 0) ||
    (kind === Kind.ChanRecv && at(log.peer, now) !== 0);
  return fills ? (c.recvx + c.buffer.length - 1 + c.cap) % c.cap : -1;
}

/** A ring too great to draw slot by slot: where the values lie in it, the next ones out and the last ones in. */
function greatRing(scene: Scene, c: Chan): Node {
  const { say } = scene.tell;
  const n = c.buffer.length;
  const before = Math.min(n, c.cap - c.recvx);
  const box = (val: number, nth: number): Node =>
    valueBox(scene, val, { key: flyName(c, c.received + nth), 'data-fly': flyName(c, c.received + nth) });
  const most = firstValues + lastValues;
  const first = c.buffer.slice(0, n > most ? firstValues : most).map(box);
  const last = n > most ? c.buffer.slice(n - lastValues).map((v, i) => box(v, n - lastValues + i)) : [];
  return h(
    'div',
    { class: 'chan-great', 'aria-label': say('ui.channels.buffer') },
    h('span', {
      class: 'ring-bar',
      '--from': c.recvx / c.cap,
      '--size': before / c.cap,
      '--wrapped': (n - before) / c.cap,
    }),
    h(
      'small',
      { class: 'dim' },
      say('ui.channels.indices', {
        recvx: count(c.recvx),
        sendx: count((c.recvx + n) % c.cap),
        free: count(c.cap - n),
      }),
    ),
    h(
      'div',
      { class: 'great-values' },
      first,
      n > most ? h('span', { key: 'gap', class: 'dim' }, say('ui.channels.gap', { n: count(n - most) })) : '',
      last,
    ),
  );
}

/** An unbuffered channel has no room: sender and receiver meet. */
function meeting(passing: boolean): Node {
  return h('div', { class: `chan-meeting${passing ? ' is-passing' : ''}`, 'aria-hidden': 'true' });
}

/** Those who wait on a nil channel, on which nobody ever comes. */
function nilWaits(scene: Scene): Node | undefined {
  const { machine } = scene.history;
  const { say } = scene.tell;
  if (machine.reasons[Reason.NilRecv] !== 1 && machine.reasons[Reason.NilSend] !== 1) return undefined;
  const { waiting } = standing(scene.world, scene.log, mostSudogs);
  const side = (reason: number, name: string): Content[] => {
    const w = waiting[reason];
    if (w === undefined || w.n === 0) return [];
    const rest = w.n > w.first.length ? [more(scene, w.n - w.first.length)] : [];
    return [h('span', { key: name, class: 'dim' }, name), ...w.first.map((g) => chip(scene, g)), ...rest];
  };
  return h(
    'section',
    { key: 'nil', class: 'chan chan-nil' },
    h(
      'header',
      {},
      h('b', {}, say('ui.channels.nil')),
      h('span', { class: 'dim' }, say('ui.channels.nil.means')),
    ),
    h(
      'div',
      { class: 'nil-waits' },
      side(Reason.NilSend, say('ui.channels.sendq')),
      side(Reason.NilRecv, say('ui.channels.recvq')),
    ),
  );
}

function twin(scene: Scene, { list, hidden }: Shown): Twin {
  const { say, names } = scene.tell;
  const { world } = scene;
  let waiting = 0;
  for (const c of world.chans.values()) waiting += c.senders.size + c.receivers.size;
  const rows = list.map((c) => rowOf(scene, c));
  if (hidden > 0) rows.push([say('ui.channels.rest', { n: count(hidden) }), '', '', '', '', '', '']);
  const nil = standing(world, scene.log, mostListed).waiting;
  const nilRow = [Reason.NilSend, Reason.NilRecv].map((r) =>
    listed(
      say,
      (nil[r]?.first ?? []).map((g) => names.g(g)),
    ),
  );
  if (nilRow.some((t) => t !== '')) {
    rows.push([say('ui.channels.nil'), '', say('ui.channels.nil.means'), '', ...nilRow, '']);
  }
  return {
    sentence: say('ui.channels.sentence', {
      ...position(scene),
      n: count(world.chans.size),
      waiting: count(waiting),
    }),
    head: ['name', 'type', 'state', 'buffer', 'senders', 'receivers', 'last'].map((k) =>
      say(`ui.channels.head.${k}`),
    ),
    rows,
  };
}

function rowOf(scene: Scene, c: Chan): string[] {
  const { names, say } = scene.tell;
  const last = lastUse(scene, c.id);
  const cut = (texts: readonly string[], n: number): string =>
    listed(
      say,
      n > texts.length ? [...texts, say('ui.channels.more', { n: count(n - texts.length) })] : texts,
    );
  const who = (q: Waiters, sends: boolean): string =>
    cut(
      [...q.values()].slice(0, mostListed).map((w) => {
        const branch = w.branch < 0 ? '' : ` ${say('ui.channels.case', { n: w.branch })}`;
        return `${sends ? captioned(say, names.g(w.g), value(scene, w.val, 80)) : names.g(w.g)}${branch}`;
      }),
      q.size,
    );
  const values = c.buffer
    .slice(0, mostListed)
    .map((v, i) => `${(c.recvx + i) % c.cap}: ${value(scene, v, 80)}`);
  const closed = c.closed
    ? [say('ui.channels.closed'), nobody(scene, c, 'receivers'), nobody(scene, c, 'senders')]
    : [say('ui.channels.open')];
  return [
    names.obj(c.id),
    names.type(c.id),
    listed(say, [...closed, counts(scene, c)]),
    cut(values, c.buffer.length),
    who(c.senders, true),
    who(c.receivers, false),
    last === undefined ? say('ui.channels.unused') : sentence(scene.tell, last),
  ];
}
