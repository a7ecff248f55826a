/** Channels: what is inside, and who waits. */
import { at } from '../event/check';
import { type Content, h, type Node } from '../dom/draw';
import { Kind } from '../event.gen';
import { valueText } from '../event/log';
import type { Scene } from './scene';
import type { Chan, Waiter } from '../fold/world';
import { chips, objectName, position, value } from './parts';
import { drawn, type Twin } from './picture';

const mostSlots = 32;
const mostChannels = 60;

/** The picture. */
export const channels = drawn('channels', draw, twin);

function draw(scene: Scene): readonly Content[] {
  const { say } = scene.tell;
  const shown = [...scene.world.chans.values()].slice(0, mostChannels);
  if (shown.length === 0) return [h('p', { class: 'empty' }, say('ui.picture.channels.none'))];
  const rest = scene.world.chans.size - shown.length;
  const list = shown.map((c) => channel(scene, c));
  if (rest > 0) list.push(h('p', { key: 'rest', class: 'dim' }, say('ui.channels.more', { n: rest })));
  return list;
}

function channel(scene: Scene, c: Chan): Node {
  const { names, say } = scene.tell;
  const lit = scene.lit.objs.has(c.id) ? ' is-lit' : '';
  const fill =
    c.cap === 0
      ? say('ui.channels.unbuffered')
      : say('ui.channels.slots', { n: c.buffer.length, cap: c.cap });
  return h(
    'section',
    { key: c.id, class: `chan${lit}${c.closed ? ' chan-closed' : ''}`, 'data-obj': c.id },
    h(
      'header',
      {},
      objectName(scene, c.id),
      h('span', { class: 'dim' }, ` ${names.type(c.id)}, ${fill}`),
      c.closed ? h('span', { class: 'flag' }, say('ui.channels.closed')) : '',
    ),
    h(
      'div',
      { class: 'chan-row' },
      queue(scene, 'senders', c.senders, 'ui.channels.nosender'),
      c.cap > 0 ? buffer(scene, c) : meeting(scene, c),
      queue(scene, 'receivers', c.receivers, 'ui.channels.noreceiver'),
    ),
  );
}

function queue(
  scene: Scene,
  side: 'senders' | 'receivers',
  waiters: Map<number, Waiter>,
  none: string,
): Node {
  const { say } = scene.tell;
  const list = [...waiters.values()];
  const values = new Map(list.map((w) => [w.g, w.val]));
  const content =
    list.length === 0
      ? [h('span', { class: 'dim' }, say(none))]
      : chips(
          scene,
          list.map((w) => w.g),
          (g) => (side === 'senders' ? value(scene, values.get(g) ?? 0) : ''),
        );
  return h('div', { class: `chan-${side}`, 'aria-label': say(`ui.channels.${side}`) }, content);
}

/** The ring of slots, each value where it lies in the ring. */
function buffer(scene: Scene, c: Chan): Node {
  const { say } = scene.tell;
  const slots: Content[] = [];
  const sendx = (c.recvx + c.buffer.length) % c.cap;
  const filled = new Map(c.buffer.map((val, i) => [(c.recvx + i) % c.cap, val]));
  for (let i = 0; i < Math.min(c.cap, mostSlots); i++) {
    const val = filled.get(i);
    const marks = [i === c.recvx ? 'recvx' : '', i === sendx ? 'sendx' : ''].filter((m) => m !== '');
    slots.push(
      h(
        'span',
        { key: i, class: 'slot-place' },
        val === undefined
          ? h('span', { class: 'slot slot-free' })
          : h(
              'span',
              { key: `${i} ${c.sent} ${val}`, class: 'slot', title: valueText(scene.log, val) },
              value(scene, val) || ' ',
            ),
        h('small', { class: 'slot-marks' }, marks.join('\n')),
      ),
    );
  }
  if (c.cap > mostSlots) {
    slots.push(h('span', { key: 'more', class: 'dim' }, say('ui.channels.more', { n: c.cap - mostSlots })));
  }
  return h('div', { class: 'chan-buffer' }, slots);
}

/** An unbuffered channel's middle: an arrow, with the value while it is handed over. */
function meeting(scene: Scene, c: Chan): Node {
  const last = handOff(scene, c.id);
  return h(
    'div',
    { class: `chan-meeting${last === undefined ? '' : ' is-passing'}` },
    last === undefined ? '' : h('span', { class: 'handoff' }, scene.tell.say('ui.channels.handoff', last)),
  );
}

/** The value that the last event passed from hand to hand on channel id, if it did. */
function handOff(scene: Scene, id: number): { from: string; to: string; val: string } | undefined {
  const { log, world, tell } = scene;
  const seq = world.seq - 1;
  if (seq < 0 || at(log.obj, seq) !== id) return undefined;
  const kind = log.kindAt(seq);
  const peer = at(log.peer, seq);
  if (peer === 0 || (kind !== Kind.ChanSend && kind !== Kind.ChanRecv)) return undefined;
  const [from, to] = kind === Kind.ChanSend ? [at(log.g, seq), peer] : [peer, at(log.g, seq)];
  return { from: tell.names.g(from), to: tell.names.g(to), val: value(scene, at(log.val, seq)) };
}

function twin(scene: Scene): Twin {
  const { names, say } = scene.tell;
  const all = [...scene.world.chans.values()];
  const waiting = all.reduce((n, c) => n + c.senders.size + c.receivers.size, 0);
  const who = (q: Map<number, Waiter>, withValue: boolean): string =>
    [...q.values()]
      .map((w) => (withValue ? `${names.g(w.g)}: ${valueText(scene.log, w.val)}` : names.g(w.g)))
      .join('; ');
  return {
    sentence: say('ui.channels.sentence', { ...position(scene), n: all.length, waiting }),
    head: ['name', 'type', 'state', 'buffer', 'senders', 'receivers'].map((k) =>
      say(`ui.channels.head.${k}`),
    ),
    rows: all
      .slice(0, mostChannels)
      .map((c) => [
        names.obj(c.id),
        names.type(c.id),
        `${say(c.closed ? 'ui.channels.closed' : 'ui.channels.open')}, ${
          c.cap === 0
            ? say('ui.channels.unbuffered')
            : say('ui.channels.slots', { n: c.buffer.length, cap: c.cap })
        }`,
        c.buffer.map((v) => valueText(scene.log, v)).join(', '),
        who(c.senders, true),
        who(c.receivers, false),
      ]),
  };
}
