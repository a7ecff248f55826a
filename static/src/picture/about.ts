/**
 * About this: all that is known of the current event, the selected goroutine
 * and the object that is lit up, where each statement comes from, and what
 * is not known.
 */
import { at } from '../event/check';
import { type Content, h } from '../dom/draw';
import { Kind, kindNames } from '../event.gen';
import { duration, noP } from '../event/log';
import { State } from '../fold/goroutines';
import { probed, traced } from '../fold/kind-of-run';
import { type Origin as Teller, originOf } from '../fold/origin';
import { objectOf } from '../fold/travel';
import { count, nanoseconds } from '../words/say';
import { peerOf } from '../words/query';
import { kindWord, sentence } from '../words/sentences';
import { visible } from '../words/visible';
import { chip, objectName, value } from './parts';
import { drawn, type Twin } from './picture';
import { type Scene, stateText } from './scene';

/** Where a statement comes from: told by somebody, or concluded from what was told. */
type Origin = Teller | 'inferred';

/** One statement: what of, what, and from where. */
type Row = {
  readonly name: string;
  readonly text: string;
  readonly origin: Origin;
  readonly shown?: Content;
};

type Section = { readonly key: string; readonly title: string; readonly rows: readonly Row[] };

const longestValue = 400;

/** About: where what is shown comes from. */
export const about = drawn('about', draw, twin);

/** Makes rows; a text that is empty makes none. */
class Rows {
  readonly rows: Row[] = [];
  private readonly scene: Scene;
  private readonly told: Teller;

  /** Rows that told tells of, unless they say otherwise. */
  constructor(scene: Scene, told: Teller) {
    this.scene = scene;
    this.told = told;
  }

  add(key: string, text: string, origin: Origin = this.told, shown?: Content): void {
    if (text === '') return;
    const name = this.scene.tell.say(`ui.about.${key}`);
    this.rows.push({ name, text: visible(text), origin, ...(shown === undefined ? {} : { shown }) });
  }
}

function draw(scene: Scene): readonly Content[] {
  const { say } = scene.tell;
  return [
    ...sections(scene).map((s) =>
      h(
        'section',
        { key: s.key, class: 'about-part' },
        h('h3', {}, h('bdi', {}, visible(s.title))),
        h(
          'dl',
          {},
          s.rows.flatMap((r) => [
            h('dt', {}, r.name),
            h(
              'dd',
              {},
              r.shown ?? h('bdi', {}, r.text),
              h('small', { class: `about-origin about-${r.origin}` }, say(`ui.about.from.${r.origin}`)),
            ),
          ]),
        ),
      ),
    ),
    h(
      'section',
      { key: 'sources', class: 'about-part about-sources' },
      h('h3', {}, say('ui.about.sources')),
      sources(scene).map((k) => h('p', { key: k }, say(`ui.about.source.${k}`))),
    ),
  ];
}

/** What there is to say about where statements come from. */
function sources(scene: Scene): readonly string[] {
  if (!traced(scene.log)) return ['model', 'time', 'inferred', 'unknown'];
  const told = probed(scene.log) ? ['runtime', 'probe'] : ['runtime', 'absent'];
  return [...told, 'outside', 'clock', 'inferred'];
}

function twin(scene: Scene): Twin {
  const { say } = scene.tell;
  return {
    sentence: scene.world.seq === 0 ? say('ui.about.none') : sentence(scene.tell, scene.world.seq - 1),
    head: [
      say('ui.about.head.of'),
      say('ui.about.head.what'),
      say('ui.about.head.is'),
      say('ui.about.head.from'),
    ],
    rows: sections(scene).flatMap((s) =>
      s.rows.map((r) => [s.title, r.name, r.text, say(`ui.about.from.${r.origin}`)]),
    ),
  };
}

function sections(scene: Scene): readonly Section[] {
  const { world, selected, lit, tell } = scene;
  const out: Section[] = [];
  if (world.seq > 0) out.push(ofEvent(scene, world.seq - 1));
  if (selected < world.gs.count && at(world.gs.state, selected) !== State.None)
    out.push(ofGoroutine(scene, selected));
  const [object] = lit.objs;
  if (object !== undefined && tell.log.objects.has(object)) out.push(ofObject(scene, object));
  return out;
}

function ofEvent(scene: Scene, seq: number): Section {
  const { log, tell, history } = scene;
  const { names, say } = tell;
  const told = originOf(log, seq);
  const r = new Rows(scene, told);
  const g = at(log.g, seq);
  const obj = objectOf(log, seq);
  const peer = peerOf(log, seq);
  const kind = log.kindAt(seq);
  r.add('says', sentence(tell, seq), 'inferred');
  r.add('kind', say('ui.about.kind.is', { word: kindWord(tell, seq), name: kindNames[kind] ?? '' }));
  r.add('time', nanoseconds(at(log.t, seq)));
  r.add('who', g === 0 ? say('ui.nobody') : names.g(g), told, g === 0 ? undefined : chip(scene, g));
  if (peer !== 0 && peer < scene.world.gs.count) r.add('peer', names.g(peer), told, chip(scene, peer));
  if (obj !== 0) r.add('object', names.obj(obj), probed(log) ? 'probe' : told, objectName(scene, obj));
  const p = at(log.p, seq);
  r.add('p', p === noP ? say('ui.about.p.none') : `P${p}`);
  r.add('value', value(scene, at(log.val, seq), longestValue));
  r.add('number', numberText(scene, seq, kind));
  r.add('place', names.place(at(log.site, seq)));
  const cause = seq < history.done ? history.order.causes.at(seq) : 0;
  if (cause > 0) {
    const text = say('ui.about.cause.is', { n: count(cause), what: sentence(tell, cause - 1) });
    const link = h(
      'button',
      { type: 'button', class: 'link', 'data-seq': cause - 1 },
      h('bdi', {}, visible(text)),
    );
    r.add('cause', text, 'inferred', link);
  }
  return {
    key: 'event',
    title: say('ui.about.event', { n: count(seq + 1), total: count(log.count) }),
    rows: r.rows,
  };
}

/** What the event's number means, for kinds where the sentence does not say it in full. */
function numberText(scene: Scene, seq: number, kind: Kind): string {
  const { log, tell } = scene;
  const n = at(log.n, seq);
  switch (kind) {
    case Kind.ChanMake:
      return tell.say('ui.about.n.cap', { n });
    case Kind.ChanSend:
    case Kind.ChanRecv:
      return tell.say('ui.about.n.buffer', { n });
    case Kind.ChanClose:
    case Kind.Unlock:
      return tell.say('ui.about.n.waiters', { n });
    case Kind.RLock:
    case Kind.RUnlock:
      return tell.say('ui.about.n.readers', { n });
    case Kind.WaitAdd:
      return tell.say('ui.about.n.counter', { n });
    case Kind.SelectWait:
    case Kind.SelectChosen:
      return n < 0 ? '' : tell.say('ui.about.n.case', { n });
    case Kind.Sleep:
    case Kind.TimerSet:
    case Kind.GCAssist:
      return nanoseconds(duration(log, seq));
    default:
      return '';
  }
}

function ofGoroutine(scene: Scene, g: number): Section {
  const { world, tell } = scene;
  const { gs } = world;
  const { names, say } = tell;
  const told = traced(tell.log) ? 'runtime' : 'model';
  const r = new Rows(scene, told);
  r.add('state', stateText(scene, g));
  r.add('since', say('ui.about.since.is', { n: count(at(gs.since, g) + 1) }));
  r.add('at', names.place(at(gs.site, g)));
  const parent = at(gs.parent, g);
  if (parent !== 0) r.add('parent', names.g(parent), told, chip(scene, parent));
  r.add('born', names.place(at(gs.bornAt, g)));
  const p = at(gs.p, g);
  r.add('p', p === noP ? '' : `P${p}`);
  return { key: 'goroutine', title: names.g(g), rows: r.rows };
}

function ofObject(scene: Scene, id: number): Section {
  const { world, tell, log } = scene;
  const { names, say } = tell;
  const r = new Rows(scene, !traced(log) ? 'model' : probed(log) ? 'probe' : 'runtime');
  r.add('type', names.type(id));
  r.add('made', names.place(log.objects.get(id)?.site ?? 0));
  const c = world.chans.get(id);
  if (c !== undefined) {
    r.add('buffer', say('ui.channels.slots', { n: c.buffer.length, cap: c.cap }));
    r.add('open', say(c.closed ? 'ui.channels.closed' : 'ui.channels.open'));
    r.add(
      'passed',
      say('ui.about.passed.is', { sent: count(c.sent), received: count(c.received) }),
      'inferred',
    );
    r.add('waiting', count(c.senders.size + c.receivers.size), 'inferred');
  }
  const lock = world.locks.get(id);
  if (lock !== undefined) {
    const { holder } = lock;
    r.add('holder', holder === 0 ? say('ui.about.holder.none') : names.g(holder));
    r.add('waiting', count(lock.waiters.length), 'inferred');
  }
  return { key: 'object', title: names.obj(id), rows: r.rows };
}
