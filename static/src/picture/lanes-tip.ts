/** What is under a point of lanes, and what is said about it. */
import { at } from '../event/check';
import { type Content, h } from '../dom/draw';
import { valueText } from '../event/log';
import type { Crowd, Grouping } from '../fold/crowds';
import { type Life, Look, lookNames } from '../fold/lives';
import { traced } from '../fold/kind-of-run';
import { isSystem, originOf } from '../fold/origin';
import { Reader } from '../fold/sums';
import { shortName } from '../words/names';
import { count, listed, nanoseconds, visible } from '../words/say';
import { sentence } from '../words/sentences';
import { positionAt, type Span, valueAt, xAt } from './axis';
import { axisHeight, spanText } from './lanes-draw';
import { markOf, marksIn } from './lanes-marks';
import type { Rows } from './rows';
import type { Scene } from './scene';
import { lastAt } from './strip';

/** What of lanes a point is asked of. */
export type View = {
  readonly scene: Scene;
  readonly span: Span;
  readonly width: number;
  readonly scroll: number;
  readonly rows: Rows;
};

/** What is under a point. */
export type Hit = {
  readonly row: number;
  /** The goroutine of the lane, or the group. */
  readonly g: number | undefined;
  readonly crowd: Crowd | undefined;
  /** The position on the axis: how many events are past. */
  readonly pos: number;
  /** The span of g there. */
  readonly i: number | undefined;
  /** A marked event near the point. */
  readonly mark: number | undefined;
};

/** A mark is hit from so many px away. */
const near = 7;

/** What is under the point; undefined where there is no row. */
export function hit(view: View, x: number, y: number): Hit | undefined {
  const { scene, span, width, rows } = view;
  const row = y < axisHeight ? -1 : rows.at(y - axisHeight + view.scroll);
  if (row < 0) return undefined;
  const item = rows.item(row);
  const pos = positionAt(span, scene.log, width, x);
  if (item.crowd !== undefined) {
    return { row, g: undefined, crowd: item.crowd, pos, i: undefined, mark: undefined };
  }
  const life = scene.history.lives.of(item.g);
  const value = span.from + (x / width) * (span.to - span.from);
  const i = lastAt(scene.log, life, span.scale, value);
  return { row, g: item.g, crowd: undefined, pos, i: i < 0 ? undefined : i, mark: markNear(view, row, x) };
}

function markNear(view: View, row: number, x: number): number | undefined {
  const { scene, span, width, rows } = view;
  const value = (px: number): number => span.from + (px / width) * (span.to - span.from);
  const around = { ...span, from: value(x - near), to: value(x + near) };
  let best: number | undefined;
  let nearest = near;
  for (const seq of marksIn(scene, around, 2 * near)) {
    const { g } = markOf(scene, seq);
    const away = Math.abs(xAt(span, scene.log, width, seq + 1) - x);
    if (g !== 0 && rows.of(g) === row && away <= nearest) {
      best = seq;
      nearest = away;
    }
  }
  return best;
}

/** The events from which on and up to which span i of life lasts, as positions. */
export function spanOf(scene: Scene, life: Life, i: number): { readonly from: number; readonly to: number } {
  const { starts } = life;
  const to = i + 1 < starts.length ? starts.at(i + 1) + 1 : scene.log.count;
  return { from: starts.at(i) + 1, to };
}

/** What is said about a hit: who, what and why, from when to when, and for how long. */
export function tip(view: View, found: Hit): readonly Content[] {
  const { scene } = view;
  if (found.crowd !== undefined) return crowdTip(view, found.crowd);
  const g = found.g ?? 0;
  const life = scene.history.lives.of(g);
  const { tell } = scene;
  const lines: Content[] = [h('b', {}, h('bdi', {}, tell.names.g(g)))];
  if (traced(scene.log) && isSystem(life.name))
    lines.push(h('span', { class: 'dim' }, tell.say('ui.lanes.system')));
  if (found.mark !== undefined) lines.push(h('span', { class: 'bad' }, sentence(tell, found.mark)));
  for (const name of notesAt(scene, g, found.pos))
    lines.push(h('span', { class: 'dim' }, h('bdi', {}, name)));
  if (found.i === undefined) return lines;
  const look = life.looks.at(found.i);
  lines.push(
    h('span', {}, h('i', { class: `swatch look-${lookNames[look] ?? ''}` }), lookText(scene, life, found.i)),
  );
  const origin = originOf(scene.log, found.mark ?? life.starts.at(found.i));
  if (origin !== 'model') {
    lines.push(
      h('span', { class: 'dim' }, tell.say('ui.origin.is', { origin: tell.say(`ui.about.from.${origin}`) })),
    );
  }
  if (look === Look.None) return lines;
  const { from, to } = spanOf(scene, life, found.i);
  const { log } = scene;
  const [begin, end] = [valueAt('time', log, from), valueAt('time', log, to)];
  const last = found.i + 1 === life.starts.length;
  lines.push(
    h(
      'span',
      {},
      tell.say(last ? 'ui.lanes.tip.open' : 'ui.lanes.tip.span', {
        from: count(from),
        to: count(to),
        begin: nanoseconds(begin),
        end: nanoseconds(end),
        took: nanoseconds(end - begin),
      }),
    ),
  );
  return lines;
}

/** What life does in span i, and why. */
export function lookText(scene: Scene, life: Life, i: number): string {
  const look = life.looks.at(i);
  const { say } = scene.tell;
  const name = say(`ui.look.${lookNames[look] ?? ''}`);
  if (look === Look.Running || look === Look.Runnable || look === Look.None) return name;
  const why = spanText(scene, life.starts.at(i), look);
  return look === Look.Call ? why : say('ui.blocked', { reason: why });
}

/** The tasks and regions in which g is at pos, from the outermost in. */
function notesAt(scene: Scene, g: number, pos: number): readonly string[] {
  const found: string[] = [];
  for (const level of scene.history.margin.nests.get(g)?.levels ?? []) {
    const i = level.from.lastUpTo(pos - 1);
    if (i < 0) continue;
    const to = level.to.at(i);
    if (to === 0 || to >= pos) found.push(visible(valueText(scene.log, level.name.at(i))));
  }
  return found;
}

function crowdTip(view: View, crowd: Crowd): readonly Content[] {
  const { scene, rows } = view;
  return [
    h('b', {}, h('bdi', {}, crowdName(scene, rows.by(scene.history), crowd))),
    h('span', {}, crowdState(scene, crowd, scene.world.seq)),
    h('span', { class: 'dim' }, scene.tell.say('ui.lanes.tip.group')),
  ];
}

/** What a group is called: "worker × 9,998". */
export function crowdName(scene: Scene, by: Grouping, crowd: Crowd): string {
  const { say, names } = scene.tell;
  const n = count(crowd.members.length);
  switch (by) {
    case 'site':
      return say('ui.lanes.group.at', { place: names.place(Number(crowd.key)), n });
    case 'label':
      return `${crowd.key === '' ? say('ui.lanes.group.unlabelled') : visible(crowd.key)} × ${n}`;
    default:
      return `${visible(shortName(crowd.key))} × ${n}`;
  }
}

/** How many goroutines of a group are in which state after seq events. */
export function crowdState(scene: Scene, crowd: Crowd, seq: number): string {
  const reader = new Reader(crowd.sums, 'events');
  reader.to(seq);
  const { say } = scene.tell;
  const parts: string[] = [];
  lookNames.forEach((name, look) => {
    const n = at(reader.counts, look);
    if (look !== Look.None && n > 0)
      parts.push(say('ui.lanes.group.count', { n: count(n), state: say(`ui.look.${name}`) }));
  });
  return parts.length === 0 ? say('ui.lanes.group.nobody') : listed(say, parts);
}
