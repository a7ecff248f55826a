/**
 * Wait-for: why does nothing move? Who waits for what, and who could release
 * it: goroutines and what they wait for as the two kinds of nodes of a graph.
 */
import { aside, captioned, listed, sentences } from '../words/say';
import { at, must } from '../event/check';
import { type Content, h, type Node, patch } from '../dom/draw';
import { make } from '../dom/make';
import { lookNames } from '../fold/lives';
import { type By, Fate, type Ring, type Target, Waits } from '../fold/waits';
import { reasonText } from '../words/sentences';
import type { Desk, Picture, Shown, Twin } from './picture';
import { lookIn, type Scene } from './scene';
import { type Arrow, arrow, type Columns, columns, type Place, stack, track } from './waitfor-layout';

/** How much is drawn before the rest is counted. */
const most = { rings: 3, ringNodes: 16, groups: 14, waiters: 5, by: 4, rows: 200, names: 3 };

/** The picture. */
export const waitfor: Picture = { id: 'waitfor', open: (desk) => new WaitFor(desk) };

/** Goroutines that wait for the same. */
type Group = { readonly target: Target; readonly waiters: number[] };

/** What is drawn so far. */
type Sheet = { readonly nodes: Node[]; readonly lines: Node[] };

class WaitFor implements Shown {
  readonly body = make('div', { class: 'picture picture-waitfor' });
  readonly tools = [];
  private width = 0;
  private last: { readonly world: Scene['world']; readonly seq: number; readonly waits: Waits } | undefined;

  constructor(_: Desk) {}

  measure(): void {
    const { clientWidth } = this.body;
    if (clientWidth > 0) this.width = Math.max(280, clientWidth - 20); // 0 while its table is shown
  }

  restyle(): void {}

  draw(scene: Scene): void {
    if (this.width === 0) this.measure();
    const waits = this.waits(scene);
    patch(this.body, drawing(scene, waits, columns(this.width)));
  }

  twin(scene: Scene): Twin {
    return twinOf(scene, this.waits(scene));
  }

  private waits(scene: Scene): Waits {
    const { world } = scene;
    if (this.last === undefined || this.last.world !== world || this.last.seq !== world.seq) {
      this.last = { world, seq: world.seq, waits: new Waits(world, scene.history.parties) };
    }
    return this.last.waits;
  }
}

function drawing(scene: Scene, waits: Waits, cols: Columns): readonly Content[] {
  const { say } = scene.tell;
  const out: Content[] = [h('p', { key: 'sentence', class: 'wait-sentence' }, sentenceOf(scene, waits))];
  waits.rings.slice(0, most.rings).forEach((ring, i) => out.push(...ringOf(scene, waits, ring, i, cols)));
  if (waits.rings.length > most.rings) {
    out.push(note('rings', say('ui.waitfor.rings', { n: waits.rings.length - most.rings })));
  }
  const { groups, rest } = groupsOf(scene, waits);
  for (const group of groups) out.push(...groupOf(scene, waits, group, cols));
  if (rest > 0) out.push(note('rest', say('ui.waitfor.rest', { n: rest })));
  return out;
}

function note(key: string, text: string): Node {
  return h('p', { key, class: 'dim wait-note' }, text);
}

/** The groups that are shown: those without hope and the selected goroutine's first, all in a stable order. */
function groupsOf(scene: Scene, waits: Waits): { readonly groups: readonly Group[]; readonly rest: number } {
  const shown = new Set(waits.rings.slice(0, most.rings).flatMap((r) => r.gs));
  const all = new Map<string, Group>();
  for (const g of waits.waiting) {
    if (shown.has(g)) continue;
    for (const target of waits.targetsOf(g)) {
      const group = all.get(target.key);
      if (group === undefined) all.set(target.key, { target, waiters: [g] });
      else group.waiters.push(g);
    }
  }
  const matters = (group: Group): boolean =>
    group.waiters.some((g) => g === scene.selected || waits.fate(g) >= Fate.Doubt);
  const list = [...all.values()].sort((a, b) => a.target.obj - b.target.obj);
  if (list.length <= most.groups) return { groups: list, rest: 0 };
  const first = [...list.filter(matters), ...list.filter((g) => !matters(g))].slice(0, most.groups);
  const kept = new Set(first);
  const seen = new Set(first.flatMap((g) => g.waiters));
  return {
    groups: list.filter((g) => kept.has(g)),
    rest: waits.waiting.filter((g) => !seen.has(g) && !shown.has(g)).length,
  };
}

function ringOf(scene: Scene, waits: Waits, ring: Ring, i: number, cols: Columns): Content[] {
  const { say } = scene.tell;
  const n = Math.min(ring.gs.length, most.ringNodes / 2);
  const places = track(2 * n, cols);
  const sheet: Sheet = { nodes: [], lines: [] };
  for (let k = 0; k < n; k++) {
    const g = must(ring.gs[k], 'goroutine of the ring');
    const target = must(ring.targets[k], 'target of the ring');
    const next = ring.gs[(k + 1) % ring.gs.length];
    const by = target.by.find((b) => b.g === next);
    const here = must(places[2 * k], 'place');
    const there = must(places[2 * k + 1], 'place');
    sheet.nodes.push(goroutine(scene, g, here, verb(scene, waits, g, target), `r${i}g${k}`, ' is-ring'));
    sheet.nodes.push(thing(scene, target, there, `r${i}t${k}`, ' is-ring'));
    const alone = n === 1 ? 9 : 0;
    line(sheet, arrow(here, there, -alone), `r${i}a${k}`, ' is-ring');
    const onward = arrow(there, must(places[(2 * k + 2) % (2 * n)], 'place'), alone);
    line(sheet, onward, `r${i}b${k}`, ` is-ring${by !== undefined && certain(by) ? '' : ' is-inferred'}`);
  }
  const rows = Math.max(...places.map((p) => p.y + p.h));
  const out: Content[] = [
    h(
      'p',
      { key: `ring${i}`, class: 'wait-ring' },
      h('strong', { class: 'wait-flag' }, say('ui.waitfor.cycle')),
      ` ${ringText(scene, ring)}`,
      waits.fate(must(ring.gs[0], 'goroutine')) === Fate.Doubt ? `. ${say('ui.waitfor.doubtful')}` : '',
    ),
    graph(`ring-graph${i}`, sheet, rows + 6),
  ];
  if (n < ring.gs.length)
    out.push(note(`ring-more${i}`, say('ui.waitfor.ringmore', { n: ring.gs.length - n })));
  return out;
}

function groupOf(scene: Scene, waits: Waits, group: Group, cols: Columns): Content[] {
  const { say } = scene.tell;
  const { target } = group;
  const sheet: Sheet = { nodes: [], lines: [] };
  const waiters = some(group.waiters, most.waiters, scene.selected);
  const by = shownBy(target);
  const lefts = waiters.length + (group.waiters.length > waiters.length ? 1 : 0);
  const rights = Math.max(1, by.length + (target.by.length > by.length ? 1 : 0));
  const rows = Math.max(lefts, rights);
  const key = target.key;
  const centre = must(stack(1, rows, 1, cols)[0], 'place');
  sheet.nodes.push(thing(scene, target, centre, `t${key}`));
  stack(lefts, rows, 0, cols).forEach((place, i) => {
    const g = waiters[i];
    const hopeless = g !== undefined && waits.fate(g) >= Fate.Doubt ? hopelessClass(waits, g) : '';
    if (g === undefined)
      sheet.nodes.push(
        more(place, say('ui.waitfor.more', { n: group.waiters.length - waiters.length }), `m${key}`),
      );
    else sheet.nodes.push(goroutine(scene, g, place, verb(scene, waits, g, target), `w${key}${g}`, hopeless));
    line(sheet, arrow(place, centre), `a${key}${g ?? 'more'}`, hopeless);
  });
  stack(rights, rows, 2, cols).forEach((place, i) => {
    const b = by[i];
    if (b !== undefined) {
      sheet.nodes.push(releaser(scene, waits, b, place, `b${key}${b.g}`));
      line(sheet, arrow(centre, place), `c${key}${b.g}`, certain(b) ? '' : ' is-inferred');
    } else if (by.length > 0) {
      sheet.nodes.push(more(place, say('ui.waitfor.more', { n: target.by.length - by.length }), `n${key}`));
    } else if (target.what !== 'clock' && target.what !== 'outside') {
      sheet.nodes.push(nobody(scene, target, place, `n${key}`));
      line(sheet, arrow(centre, place), `c${key}nobody`, ' is-inferred');
    }
  });
  return [graph(`group ${key}`, sheet, rows * cols.row), ...remarks(scene, waits, group)];
}

/** At most n of gs, the wanted one among them. */
function some(gs: readonly number[], n: number, wanted: number): readonly number[] {
  if (gs.length <= n) return gs;
  const first = gs.slice(0, n);
  if (!gs.includes(wanted) || first.includes(wanted)) return first;
  return [...first.slice(0, n - 1), wanted];
}

function shownBy(target: Target): readonly By[] {
  return target.by.slice(0, most.by);
}

/** Says whether it is known, rather than inferred from what was done before, that b could release. */
function certain(b: By): boolean {
  switch (b.how) {
    case 'holds':
    case 'reads':
    case 'queues':
    case 'runs':
    case 'offers':
    case 'clock':
    case 'pulls':
      return true;
    default:
      return false;
  }
}

function graph(key: string, sheet: Sheet, height: number): Node {
  return h(
    'div',
    { key, class: 'wait-graph', 'style:height': `${height}px` },
    h('svg', { key: 'lines', class: 'wait-lines', 'aria-hidden': 'true' }, sheet.lines),
    sheet.nodes,
  );
}

function line(sheet: Sheet, a: Arrow, key: string, state: string): void {
  sheet.lines.push(h('path', { key: `${key}l`, class: `wait-line${state}`, d: a.line }));
  if (state.includes('is-ring'))
    sheet.lines.push(h('path', { key: `${key}c`, class: 'wait-core', d: a.line }));
  sheet.lines.push(h('path', { key: `${key}h`, class: `wait-head${state}`, d: a.head }));
}

type Attrs = Readonly<Record<string, string | number | boolean | undefined>>;

function node(tag: string, place: Place, attrs: Attrs, name: Content, sub: string): Node {
  return h(
    tag,
    {
      ...attrs,
      'style:left': `${place.x}px`,
      'style:top': `${place.y}px`,
      'style:width': `${place.w}px`,
      'style:height': `${place.h}px`,
    },
    h('span', { class: 'wait-text' }, h('bdi', { class: 'wait-name' }, name), h('small', {}, sub)),
  );
}

function goroutine(scene: Scene, g: number, place: Place, sub: string, key: string, state = ''): Node {
  const look = must(lookNames[lookIn(scene.world, g)], 'look');
  const lit = scene.lit.gs.has(g) ? ' is-lit' : '';
  const name = scene.tell.names.g(g);
  return node(
    'button',
    place,
    {
      key,
      type: 'button',
      class: `wait-node wait-g look-${look}${lit}${state}`,
      'data-g': g,
      'aria-pressed': scene.selected === g ? 'true' : 'false',
      title: captioned(scene.tell.say, name, sub),
    },
    name,
    sub,
  );
}

function thing(scene: Scene, target: Target, place: Place, key: string, state = ''): Node {
  const { names, say } = scene.tell;
  const lit = target.obj !== 0 && scene.lit.objs.has(target.obj) ? ' is-lit' : '';
  const name = target.obj === 0 ? say(`ui.waitfor.thing.${target.what}`) : names.obj(target.obj);
  const sub = stateOf(scene, target);
  const attrs = {
    key,
    class: `wait-node wait-thing${lit}${state}${target.obj === 0 ? ' is-none' : ''}`,
    title: sub === '' ? name : captioned(say, name, sub),
  };
  if (target.obj === 0) return node('div', place, attrs, name, sub);
  return node('button', place, { ...attrs, type: 'button', 'data-obj': target.obj }, name, sub);
}

function releaser(scene: Scene, waits: Waits, b: By, place: Place, key: string): Node {
  const { say } = scene.tell;
  const how = say(`ui.waitfor.how.${b.how}`);
  if (b.g === 0)
    return node('div', place, { key, class: 'wait-node is-none' }, say('ui.waitfor.thing.clock'), how);
  return goroutine(
    scene,
    b.g,
    place,
    how,
    key,
    waits.fate(b.g) >= Fate.Doubt ? hopelessClass(waits, b.g) : '',
  );
}

function nobody(scene: Scene, target: Target, place: Place, key: string): Node {
  const { say } = scene.tell;
  const never = target.what === 'nothing' || (target.seen && !target.open);
  const name = say(never ? 'ui.waitfor.nobody' : target.seen ? 'ui.waitfor.nobody' : 'ui.waitfor.unknown');
  const sub = say(
    never ? 'ui.waitfor.how.never' : `ui.waitfor.how.${target.seen ? 'none' : 'unseen'}.${target.what}`,
  );
  return node('div', place, { key, class: 'wait-node is-none', title: sub }, name, sub);
}

function more(place: Place, text: string, key: string): Node {
  return node('div', place, { key, class: 'wait-node is-none' }, text, '');
}

function hopelessClass(waits: Waits, g: number): string {
  return waits.fate(g) === Fate.Never ? ' is-never' : ' is-doubt';
}

/** What a goroutine wants of what it waits for. */
function verb(scene: Scene, waits: Waits, g: number, target: Target): string {
  const { say } = scene.tell;
  const wants = say(`ui.waitfor.wants.${target.what}`);
  switch (waits.fate(g)) {
    case Fate.Never:
      return say('ui.waitfor.wants.never', { wants });
    case Fate.Doubt:
      return say('ui.waitfor.wants.doubt', { wants });
    default:
      return wants;
  }
}

/** How what is waited for stands. */
function stateOf(scene: Scene, target: Target): string {
  const { say } = scene.tell;
  const { world } = scene;
  switch (target.what) {
    case 'lock':
    case 'read': {
      const lock = world.locks.get(target.obj);
      if (lock === undefined) return '';
      if (lock.holder !== 0) return say('ui.waitfor.state.held');
      return lock.readers.length > 0
        ? say('ui.waitfor.state.readers', { n: lock.readers.length })
        : say('ui.waitfor.state.free');
    }
    case 'send':
    case 'receive': {
      const c = world.chans.get(target.obj);
      if (c === undefined) return '';
      return c.cap === 0
        ? say('ui.channels.unbuffered')
        : say('ui.channels.slots', { n: c.buffer.length, cap: c.cap });
    }
    case 'group':
      return say('ui.waitfor.state.counter', { n: world.groups.get(target.obj)?.counter ?? 0 });
    case 'once':
      return say('ui.waitfor.state.once');
    case 'cond':
      return say('ui.waitfor.state.cond');
    default:
      return '';
  }
}

/** One line for each way in which goroutines of a group are without hope, and who releases the selected one. */
function remarks(scene: Scene, waits: Waits, group: Group): Node[] {
  const { say } = scene.tell;
  const byWhy = new Map<string, number[]>();
  for (const g of group.waiters) {
    const fate = waits.fate(g);
    if (fate < Fate.Doubt) continue;
    const key = `${fate === Fate.Never ? 'never' : 'doubt'}.${waits.why(g)}`;
    const list = byWhy.get(key);
    if (list === undefined) byWhy.set(key, [g]);
    else list.push(g);
  }
  const out = [...byWhy].map(([key, gs]) =>
    h(
      'p',
      { key: `why ${group.target.key} ${key}`, class: `wait-why is-${key.split('.')[0] ?? ''}` },
      say('ui.waitfor.because', {
        who: namesOf(scene, gs),
        why: whyText(scene, waits, must(gs[0], 'goroutine')),
      }),
    ),
  );
  if (group.waiters.includes(scene.selected)) {
    const later = laterText(scene, scene.selected);
    if (later !== undefined) {
      out.push(
        h(
          'button',
          { key: `later ${group.target.key}`, type: 'button', class: 'wait-later', 'data-seq': later.seq },
          later.text,
        ),
      );
    }
  }
  return out;
}

/** "G2 worker, G3 worker and 4 more". */
function namesOf(scene: Scene, gs: readonly number[]): string {
  const { names, say } = scene.tell;
  const list = listed(
    say,
    gs.slice(0, most.names).map((g) => names.g(g)),
  );
  return gs.length <= most.names ? list : say('ui.waitfor.andmore', { list, n: gs.length - most.names });
}

/** Why nobody releases g, in a sentence that begins with what is to become of it. */
function whyText(scene: Scene, waits: Waits, g: number): string {
  const { say, names } = scene.tell;
  const target = waits.targetsOf(g)[0];
  const obj = target === undefined || target.obj === 0 ? '' : names.obj(target.obj);
  const why = waits.why(g);
  const text = say(`ui.waitfor.why.${why}`, {
    obj,
    seq: (target?.lost ?? 0) + 1,
    other: target?.by[0] === undefined ? '' : names.g(target.by[0].g),
    n: scene.world.groups.get(target?.obj ?? 0)?.counter ?? 0,
  });
  return say(waits.fate(g) === Fate.Never ? 'ui.waitfor.never' : 'ui.waitfor.doubt', { why: text });
}

/** Who releases g later in this run, as far as the run is known. */
function laterText(scene: Scene, g: number): { readonly seq: number; readonly text: string } | undefined {
  const { log, history, world, tell } = scene;
  const { starts } = history.lives.of(g);
  const i = starts.lastUpTo(world.seq - 1) + 1;
  if (i >= starts.length) return undefined;
  const seq = starts.at(i);
  const by = at(log.g, seq);
  const who = by === 0 ? tell.say('ui.nobody') : tell.names.g(by);
  return { seq, text: tell.say('ui.waitfor.later', { who, g: tell.names.g(g), seq: seq + 1 }) };
}

/** "G1 main → mu → G2 worker → G1 main". */
function ringText(scene: Scene, ring: Ring): string {
  const { names } = scene.tell;
  const parts: string[] = [];
  const n = Math.min(ring.gs.length, most.ringNodes / 2);
  for (let i = 0; i < n; i++) {
    parts.push(names.g(must(ring.gs[i], 'goroutine')), names.obj(must(ring.targets[i], 'target').obj));
  }
  if (n < ring.gs.length) parts.push('…');
  parts.push(names.g(must(ring.gs[0], 'goroutine')));
  return parts.join(' → ');
}

function sentenceOf(scene: Scene, waits: Waits): string {
  const { say } = scene.tell;
  const where = { seq: scene.world.seq, total: scene.log.count };
  const waiting = waits.waiting.length;
  if (waiting === 0) return say('ui.waitfor.none', where);
  if (waits.deadlock) return say('ui.waitfor.deadlock', { ...where, n: waiting });
  const never = waits.waiting.filter((g) => waits.fate(g) === Fate.Never).length;
  const doubt = waits.waiting.filter((g) => waits.fate(g) === Fate.Doubt).length;
  const parts = [say('ui.waitfor.some', { ...where, n: waiting, living: waits.living })];
  if (never > 0) parts.push(say('ui.waitfor.some.never', { n: never }));
  if (doubt > 0) parts.push(say('ui.waitfor.some.doubt', { n: doubt }));
  if (never + doubt === 0) parts.push(say('ui.waitfor.some.fine'));
  return sentences(say, parts);
}

function twinOf(scene: Scene, waits: Waits): Twin {
  const { say, names } = scene.tell;
  const { gs } = scene.world;
  const first = [...waits.waiting].sort(
    (a, b) => Number(waits.fate(b) >= Fate.Doubt) - Number(waits.fate(a) >= Fate.Doubt),
  );
  const rows = first
    .slice(0, most.rows)
    .map((g) => [
      names.g(g),
      reasonText(scene.tell, at(gs.reason, g), at(gs.obj, g)),
      byText(scene, waits, g),
      waits.fate(g) >= Fate.Doubt ? whyText(scene, waits, g) : (laterText(scene, g)?.text ?? ''),
    ]);
  if (first.length > rows.length) rows.push([say('ui.waitfor.more', { n: first.length - rows.length })]);
  const cycles = waits.rings
    .slice(0, most.rings)
    .map((ring) => say('ui.waitfor.cycle.is', { ring: ringText(scene, ring) }));
  return {
    sentence: sentences(say, [sentenceOf(scene, waits), ...cycles]),
    head: ['g', 'for', 'by', 'fate'].map((name) => say(`ui.waitfor.head.${name}`)),
    rows,
  };
}

/** Who could release g: "G2 worker (holds it)". */
function byText(scene: Scene, waits: Waits, g: number): string {
  const { say, names } = scene.tell;
  const parts: string[] = [];
  for (const target of waits.targetsOf(g)) {
    for (const b of shownBy(target)) {
      const who = b.g === 0 ? say('ui.waitfor.thing.clock') : names.g(b.g);
      parts.push(aside(say, who, say(`ui.waitfor.how.${b.how}`)));
    }
    if (target.by.length > most.by) parts.push(say('ui.waitfor.more', { n: target.by.length - most.by }));
    if (target.by.length > 0) continue;
    if (target.what === 'clock' || target.what === 'outside')
      parts.push(say(`ui.waitfor.thing.${target.what}`));
    else
      parts.push(say(target.seen || target.what === 'nothing' ? 'ui.waitfor.nobody' : 'ui.waitfor.unknown'));
  }
  return listed(say, parts);
}
