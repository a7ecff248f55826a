/**
 * Memory: which value did this goroutine see? For each variable its last
 * accesses in order, one lane a goroutine: arrows lead from the write to the
 * reads that saw it, lost updates and races are marked.
 */
import { captioned, sentences } from '../words/say';
import { at, must } from '../event/check';
import { type Content, h, type Node, patch } from '../dom/draw';
import { button, make } from '../dom/make';
import { Kind } from '../event.gen';
import { isAtomic, isWrite, type Lost, type Story } from '../fold/memory';
import { sentence } from '../words/sentences';
import { conflict } from './order-words';
import { objectName, value } from './parts';
import type { Desk, Picture, Shown, Twin } from './picture';
import type { Scene } from './scene';

/** How much is shown before the rest is counted. */
const most = { variables: 10, lanes: 6, notes: 3, rows: 200 };
const cell = { width: 54, height: 34, name: 92 };
/** How many accesses after the current one are shown at least, faintly. */
const ahead = 2;
/** Accesses further apart than this many events are not compared. */
const farthest = 20_000;

/** The picture. */
export const memory: Picture = { id: 'memory', open: (desk) => new MemoryPicture(desk) };

/** The accesses of one variable that are shown. */
type View = {
  readonly story: Story;
  /** Indices in the story, in order. */
  readonly from: number;
  readonly to: number;
  /** The last access of the past; -1 if there is none. */
  readonly now: number;
  readonly gs: readonly number[];
  readonly hidden: number;
  readonly lost: readonly Lost[];
  readonly races: readonly { readonly a: number; readonly b: number }[];
};

class MemoryPicture implements Shown {
  readonly body = make('div', { class: 'picture picture-memory' });
  readonly tools = [];
  private readonly place = make('div');
  private readonly watch: HTMLElement | undefined;
  private width = 0;
  private readonly races = new Map<string, boolean>();
  private log: Scene['log'] | undefined;

  constructor(desk: Desk) {
    const { say, rerun } = desk;
    if (rerun !== undefined) {
      this.watch = button(say('ui.memory.watch'), () => rerun({ memory: true }), {
        class: 'button memory-watch',
      });
      this.watch.hidden = true;
    }
    this.body.append(this.place, ...(this.watch === undefined ? [] : [this.watch]));
  }

  measure(): void {
    const { clientWidth } = this.body;
    if (clientWidth > 0) this.width = Math.max(280, clientWidth - 20); // 0 while its table is shown
  }

  restyle(): void {}

  draw(scene: Scene): void {
    if (this.width === 0) this.measure();
    const { memory } = scene.history;
    if (this.watch !== undefined) this.watch.hidden = memory.watched;
    patch(this.place, [
      h('p', { key: 'sentence', class: 'memory-sentence' }, sentenceOf(scene)),
      ...shown(scene).flatMap((story) => this.variable(scene, story)),
      ...rest(scene),
      ...(memory.stories.size > 0
        ? [h('p', { key: 'legend', class: 'dim memory-note' }, scene.tell.say('ui.memory.legend'))]
        : []),
    ]);
  }

  twin(scene: Scene): Twin {
    return twinOf(
      scene,
      shown(scene).map((story) => this.view(scene, story)),
    );
  }

  private variable(scene: Scene, story: Story): Content[] {
    const view = this.view(scene, story);
    return [
      h(
        'section',
        { key: `v${story.obj}`, class: 'memory-variable' },
        header(scene, view),
        lanes(scene, view),
        ...notes(scene, view),
      ),
    ];
  }

  private view(scene: Scene, story: Story): View {
    const { log } = scene;
    const room = Math.max(3, Math.floor((this.width - cell.name) / cell.width));
    const now = story.upTo(scene.world.seq);
    const to = Math.min(story.seqs.length - 1, Math.max(now + ahead, room - 1));
    const from = Math.max(0, to - room + 1);
    const all = new Set<number>();
    const lost: Lost[] = [];
    for (let i = from; i <= to; i++) {
      const seq = story.seqs.at(i);
      all.add(at(log.g, seq));
      const one = i > now ? undefined : story.lostBy(log, seq);
      if (one !== undefined) lost.push(one);
    }
    const gs = [...all].sort((a, b) => a - b);
    const races = story.raced || scene.history.memory.watched ? this.racing(scene, story, from, now) : [];
    return {
      story,
      from,
      to,
      now,
      gs: gs.slice(0, most.lanes),
      hidden: Math.max(0, gs.length - most.lanes),
      lost,
      races,
    };
  }

  /** For each shown access the nearest one before it with which it races. */
  private racing(scene: Scene, story: Story, from: number, to: number): { a: number; b: number }[] {
    const { log } = scene;
    const out: { a: number; b: number }[] = [];
    for (let i = from + 1; i <= to; i++) {
      const b = story.seqs.at(i);
      for (let k = i - 1; k >= from; k--) {
        const a = story.seqs.at(k);
        if (b - a > farthest) break;
        if (at(log.g, a) === at(log.g, b) || !conflict(log, a, b)) continue;
        if (this.race(scene, a, b)) {
          out.push({ a, b });
          break;
        }
      }
    }
    return out;
  }

  /** Says whether two accesses race: the race detector found one between their places, and nothing orders these two. */
  private race(scene: Scene, a: number, b: number): boolean {
    const { log, history } = scene;
    if (!history.memory.races(at(log.site, a), at(log.site, b))) return false;
    if (this.log !== log) this.races.clear();
    this.log = log;
    const key = `${a} ${b}`;
    let found = this.races.get(key);
    if (found === undefined) this.races.set(key, (found = !history.order.before(a, b)));
    return found;
  }
}

/** The variables that are shown: those with trouble first, then those that are shared, then any; the selected one always. */
function shown(scene: Scene): readonly Story[] {
  const { memory } = scene.history;
  const out = new Set<Story>();
  for (const obj of scene.lit.objs) {
    const story = memory.stories.get(obj);
    if (story !== undefined) out.add(story);
  }
  for (const from of [memory.troubled, memory.shared, memory.stories.values()]) {
    for (const story of from) {
      if (out.size >= most.variables) break;
      out.add(story);
    }
  }
  return [...out].sort((a, b) => rank(a) - rank(b) || a.obj - b.obj);
}

function rank(story: Story): number {
  return story.raced || story.losses > 0 ? 0 : story.shared ? 1 : 2;
}

function rest(scene: Scene): Content[] {
  const n = scene.history.memory.stories.size - most.variables;
  return n <= 0
    ? []
    : [h('p', { key: 'rest', class: 'dim memory-note' }, scene.tell.say('ui.memory.rest', { n }))];
}

function sentenceOf(scene: Scene): string {
  const { say } = scene.tell;
  const { memory } = scene.history;
  const where = { seq: scene.world.seq, total: scene.log.count };
  if (memory.stories.size === 0) return say('ui.memory.unwatched');
  let lost = 0;
  let raced = 0;
  for (const story of memory.troubled) {
    lost += story.losses;
    if (story.raced) raced++;
  }
  const all = say('ui.memory.sentence', {
    ...where,
    n: memory.stories.size,
    shared: memory.shared.length,
    lost,
    raced,
  });
  return memory.watched ? all : `${all} ${say('ui.memory.atomics')}`;
}

function header(scene: Scene, view: View): Node {
  const { say, names } = scene.tell;
  const { story } = view;
  const flags: Content[] = [];
  if (story.losses > 0)
    flags.push(h('span', { class: 'flag is-bad' }, say('ui.memory.lost', { n: story.losses })));
  if (story.raced) flags.push(h('span', { class: 'flag is-bad' }, say('ui.memory.race')));
  return h(
    'header',
    {},
    objectName(scene, story.obj),
    h('span', { class: 'dim' }, ` ${names.type(story.obj)} `),
    h('span', {}, stateOf(scene, view)),
    flags,
  );
}

/** What the variable holds now, and who wrote that. */
function stateOf(scene: Scene, view: View): string {
  const { say, names } = scene.tell;
  const { story, now } = view;
  if (now < 0) return say('ui.memory.untouched');
  const last = story.seqs.at(now);
  const source = isWrite(scene.log, last) ? now + 1 : story.sources.at(now);
  const val = valueOf(scene, last);
  if (source === 0) return say('ui.memory.first', { val });
  const by = story.seqs.at(source - 1);
  return say('ui.memory.now', { val, who: names.g(at(scene.log.g, by)), seq: by + 1 });
}

/** A value as it is shown; what cannot be shown says so. */
function valueOf(scene: Scene, seq: number): string {
  const text = value(scene, at(scene.log.val, seq));
  return text === '' ? scene.tell.say('ui.memory.hidden') : text;
}

function lanes(scene: Scene, view: View): Node {
  const { story, from, to, gs } = view;
  const rowOf = new Map(gs.map((g, i) => [g, i]));
  const x = (i: number): number => cell.name + (i - from) * cell.width;
  const y = (seq: number): number | undefined => {
    const row = rowOf.get(at(scene.log.g, seq));
    return row === undefined ? undefined : row * (cell.height + 6);
  };
  const marks: Content[] = [];
  const lines: Content[] = [];
  const racing = new Set(view.races.flatMap((r) => [r.a, r.b]));
  const over = new Set(view.lost.map((l) => l.over));
  const by = new Set(view.lost.map((l) => l.write));
  for (let i = from; i <= to; i++) {
    const seq = story.seqs.at(i);
    const top = y(seq);
    if (top === undefined) continue;
    const state = `${racing.has(seq) ? ' is-racing' : ''}${over.has(seq) ? ' is-lost' : ''}${by.has(seq) ? ' is-culprit' : ''}${i > view.now ? ' is-later' : ''}`;
    marks.push(mark(scene, seq, x(i), top, state));
    const source = story.sources.at(i);
    if (isWrite(scene.log, seq) || source === 0) continue;
    const there = source - 1 < from ? undefined : y(story.seqs.at(source - 1));
    lines.push(
      saw(`s${seq}`, there === undefined ? undefined : [x(source - 1) + cell.width - 8, there], [x(i), top]),
    );
  }
  const height = gs.length * (cell.height + 6);
  return h(
    'div',
    { class: 'memory-lanes', 'style:height': `${height}px` },
    gs.map((g, i) => lane(scene, g, i * (cell.height + 6))),
    h('svg', { key: 'lines', class: 'memory-lines', 'aria-hidden': 'true' }, lines),
    marks,
    view.hidden > 0
      ? h('p', { key: 'hidden', class: 'dim' }, scene.tell.say('ui.waitfor.more', { n: view.hidden }))
      : '',
  );
}

function lane(scene: Scene, g: number, top: number): Node {
  const lit = scene.lit.gs.has(g) ? ' is-lit' : '';
  const name = scene.tell.names.g(g);
  return h(
    'button',
    {
      key: `g${g}`,
      type: 'button',
      class: `memory-lane${lit}`,
      'data-g': g,
      title: name,
      'style:top': `${top}px`,
    },
    h('bdi', {}, name),
  );
}

/** An access: a write is a full box, a read an open one with round ends, an atomic one has a double edge. */
function mark(scene: Scene, seq: number, left: number, top: number, state: string): Node {
  const { say } = scene.tell;
  const write = isWrite(scene.log, seq);
  const kind = at(scene.log.kind, seq) === Kind.AtomicRMW ? 'both' : write ? 'write' : 'read';
  const now = seq === scene.world.seq - 1 ? ' is-now' : '';
  const text = valueOf(scene, seq);
  return h(
    'button',
    {
      key: `m${seq}`,
      type: 'button',
      class: `memory-mark is-${write ? 'write' : 'read'}${isAtomic(scene.log, seq) ? ' is-atomic' : ''}${state}${now}`,
      'data-seq': seq,
      title: captioned(scene.tell.say, String(seq + 1), sentence(scene.tell, seq)),
      'style:left': `${left}px`,
      'style:top': `${top}px`,
    },
    h('small', {}, say(`ui.memory.mark.${kind}`)),
    h('bdi', {}, text),
  );
}

/** The arrow from a write to a read that saw it; from the left where the write lies further back. */
function saw(key: string, from: readonly [number, number] | undefined, to: readonly [number, number]): Node {
  const half = cell.height / 2;
  const end = [to[0] - 1, to[1] + half] as const;
  const start =
    from === undefined ? ([cell.name - 6, end[1]] as const) : ([from[0], from[1] + half] as const);
  const bend = Math.max(6, (end[0] - start[0]) / 2);
  const d = `M${start[0]} ${start[1]}C${start[0] + bend} ${start[1]} ${end[0] - bend} ${end[1]} ${end[0] - 5} ${end[1]}`;
  return h(
    'g',
    { key, class: `memory-saw${from === undefined ? ' is-old' : ''}` },
    h('path', { class: 'memory-edge', d }),
    h('path', { class: 'memory-tip', d: `M${end[0]} ${end[1]}l-6 -3.5v7z` }),
  );
}

function notes(scene: Scene, view: View): Node[] {
  const out: Node[] = [];
  for (const lost of view.lost.slice(-most.notes))
    out.push(note(`l${lost.write}`, lostText(scene, lost), lost.write));
  for (const race of view.races.slice(-most.notes))
    out.push(note(`r${race.b}`, raceText(scene, race), race.b));
  const more = Math.max(0, view.lost.length - most.notes) + Math.max(0, view.races.length - most.notes);
  if (more > 0)
    out.push(
      h('p', { key: 'more', class: 'dim memory-note' }, scene.tell.say('ui.waitfor.more', { n: more })),
    );
  return out;
}

function note(key: string, text: string, seq: number): Node {
  return h('button', { key, type: 'button', class: 'memory-why', 'data-seq': seq }, text);
}

function lostText(scene: Scene, lost: Lost): string {
  const { log, tell } = scene;
  return tell.say(lost.sure ? 'ui.memory.lost.sure' : 'ui.memory.lost.maybe', {
    g: tell.names.g(at(log.g, lost.write)),
    other: tell.names.g(at(log.g, lost.over)),
    old: valueOf(scene, lost.read),
    val: valueOf(scene, lost.write),
    over: valueOf(scene, lost.over),
    read: lost.read + 1,
    between: lost.over + 1,
    write: lost.write + 1,
  });
}

function raceText(scene: Scene, race: { readonly a: number; readonly b: number }): string {
  const { log, tell } = scene;
  const access = (seq: number): string =>
    tell.say(isWrite(log, seq) ? 'ui.memory.writes' : 'ui.memory.reads', {
      g: tell.names.g(at(log.g, seq)),
      n: seq + 1,
      place: tell.names.place(at(log.site, seq)),
    });
  return tell.say('ui.memory.racing', { a: access(race.a), b: access(race.b) });
}

function twinOf(scene: Scene, views: readonly View[]): Twin {
  const { say, names } = scene.tell;
  const rows: string[][] = [];
  for (const view of views) {
    for (let i = view.from; i <= view.now; i++) rows.push(rowOf(scene, view, i));
  }
  const cut = rows.slice(0, most.rows);
  if (rows.length > cut.length) cut.push([say('ui.waitfor.more', { n: rows.length - cut.length })]);
  const left = views
    .filter((v) => v.from > 0)
    .map((v) => say('ui.memory.earlier', { n: v.from, obj: names.obj(v.story.obj) }));
  return {
    sentence: sentences(say, [sentenceOf(scene), ...left]),
    head: ['obj', 'seq', 'g', 'what', 'from', 'note'].map((name) => say(`ui.memory.head.${name}`)),
    rows: cut,
  };
}

function rowOf(scene: Scene, view: View, i: number): string[] {
  const { log, tell } = scene;
  const { story } = view;
  const seq = story.seqs.at(i);
  const source = story.sources.at(i);
  const write = isWrite(log, seq);
  const from = write
    ? ''
    : source === 0
      ? tell.say('ui.memory.nobody')
      : eventOf(scene, story.seqs.at(source - 1));
  const lost = view.lost.find((l) => l.write === seq);
  const remarks = [
    ...(lost === undefined ? [] : [lostText(scene, lost)]),
    ...view.races.filter((r) => r.b === seq).map((r) => raceText(scene, r)),
  ];
  const word = tell.say(
    `ui.memory.mark.${at(log.kind, seq) === Kind.AtomicRMW ? 'both' : write ? 'write' : 'read'}`,
  );
  return [
    tell.names.obj(story.obj),
    String(seq + 1),
    tell.names.g(at(log.g, seq)),
    `${word} ${valueOf(scene, seq)}`,
    from,
    sentences(tell.say, remarks),
  ];
}

function eventOf(scene: Scene, seq: number): string {
  const who = scene.tell.names.g(must(at(scene.log.g, seq), 'goroutine'));
  return scene.tell.say('ui.memory.by', { who, n: seq + 1 });
}
