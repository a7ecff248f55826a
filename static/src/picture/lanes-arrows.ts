/** The arrows between lanes: who started, served, unlocked or woke whom. */
import { at } from '../event/check';
import { Class, Kind } from '../event.gen';
import type { Log } from '../event/log';
import { isChan } from '../words/names';
import { positionAt, xAt } from './axis';
import { rowMiddle, type Stage } from './lanes-draw';
import { crowdHeight } from './rows';
import type { Scene } from './scene';

/** What an arrow says. */
export type ArrowKind = 'go' | 'value' | 'lock' | 'wake';

/** Each kind's dashes, in px. */
export const dashes: Readonly<Record<ArrowKind, readonly number[]>> = {
  go: [],
  value: [9, 2],
  lock: [5, 2, 1, 2],
  wake: [2, 3],
};

/** Which arrows were drawn: all, those of the selected goroutine, or none. */
export type Shown = 'all' | 'own' | 'none';

/** More arrows than this are a thicket. */
const most = 300;
/** In more events than this, only those of the selected goroutine are looked for; in many more, none. */
const many = 20_000;
const tooMany = 250_000;
/** How far back the operation is looked for that woke somebody through a channel. */
const back = 64;

/** From a goroutine at one event to another at a later one (or the same). */
export type Arrow = {
  readonly kind: ArrowKind;
  readonly from: number;
  readonly fromSeq: number;
  readonly to: number;
  readonly toSeq: number;
};

/** Draws the arrows of what is seen and past. */
export function drawArrows(stage: Stage, now: number): Shown {
  const { scene, span, width } = stage;
  const { log, selected } = scene;
  const from = Math.max(0, Math.floor(positionAt(span, log, width, 0)) - 1);
  const to = Math.min(log.count, Math.ceil(positionAt(span, log, width, width)) + 1, now);
  if (to - from > tooMany) return 'none';
  const all = to - from > many ? undefined : arrowsIn(scene, from, to, 0);
  const enough = all !== undefined && all.length <= most;
  const found = enough ? all : arrowsIn(scene, from, to, selected);
  if (found.length > most) return 'none';
  for (const arrow of found) drawArrow(stage, arrow);
  return enough ? 'all' : 'own';
}

/** The arrows that end with events from (inclusive) to to; those of one goroutine if g is not 0. At most one too many. */
export function arrowsIn(scene: Scene, from: number, to: number, g: number): readonly Arrow[] {
  const { log } = scene;
  const found: Arrow[] = [];
  for (let seq = from; seq < to && found.length <= most; seq++) {
    if (g !== 0 && log.g[seq] !== g && log.peer[seq] !== g && log.kind[seq] !== Kind.ChanRecv) continue;
    const arrow = arrowOf(scene, seq);
    if (arrow !== undefined && (g === 0 || arrow.from === g || arrow.to === g)) found.push(arrow);
  }
  return found;
}

/** The arrow that ends with event seq, if one does. */
export function arrowOf(scene: Scene, seq: number): Arrow | undefined {
  const { log, history } = scene;
  const g = at(log.g, seq);
  const peer = at(log.peer, seq);
  switch (log.kindAt(seq)) {
    case Kind.GoCreate:
      return g === 0 ? undefined : { kind: 'go', from: g, fromSeq: seq, to: peer, toSeq: seq };
    case Kind.ChanRecv:
    case Kind.ChanReceived: {
      const cause = seq < history.done ? history.order.causes.at(seq) : 0;
      if (cause === 0 || g === 0) return undefined;
      const sender = at(log.g, cause - 1);
      return sender === 0 || sender === g
        ? undefined
        : { kind: 'value', from: sender, fromSeq: cause - 1, to: g, toSeq: seq };
    }
    case Kind.GoReady: {
      if (g === 0 || g === peer || serves(log, seq)) return undefined;
      const cls = log.objects.get(at(log.obj, seq))?.cls;
      const kind = cls === Class.Mutex || cls === Class.RWMutex ? 'lock' : 'wake';
      return { kind, from: g, fromSeq: seq, to: peer, toSeq: seq };
    }
    default:
      return undefined;
  }
}

/** Says whether the goroutine that event seq releases is released by a value, which has an arrow of its own. */
function serves(log: Log, seq: number): boolean {
  const obj = at(log.obj, seq);
  if (!isChan(log, obj)) return false;
  for (let i = seq - 1; i >= Math.max(0, seq - back); i--) {
    if (log.g[i] !== log.g[seq] || log.obj[i] !== obj) continue;
    switch (at(log.kind, i)) {
      case Kind.ChanClose:
        return false;
      case Kind.ChanSend:
      case Kind.ChanRecv:
        return true;
    }
  }
  return true;
}

function drawArrow(stage: Stage, a: Arrow): void {
  const { ctx, ink, scene, span, width, rows } = stage;
  const rowA = rows.of(a.from);
  const rowB = rows.of(a.to);
  if (rowA < 0 || rowB < 0 || rowA === rowB) return;
  const down = rowB > rowA;
  const half = (row: number): number =>
    (rows.item(row).crowd === undefined ? rows.barHeight : crowdHeight - 8) / 2;
  const x0 = xAt(span, scene.log, width, a.fromSeq + 1);
  const x1 = xAt(span, scene.log, width, a.toSeq + 1);
  const y0 = rowMiddle(stage, rowA) + half(rowA) * (down ? 1 : -1);
  const y1 = rowMiddle(stage, rowB) - half(rowB) * (down ? 1 : -1);
  if (Math.max(y0, y1) < 0 || Math.min(y0, y1) > stage.height) return;
  const own = a.from === scene.selected || a.to === scene.selected;
  const bright = scene.lit.gs.size === 0 || own || scene.lit.gs.has(a.from) || scene.lit.gs.has(a.to);
  const middle = (y0 + y1) / 2;
  ctx.globalAlpha = bright ? 1 : 0.25;
  ctx.strokeStyle = ctx.fillStyle = a.kind === 'value' ? ink.accent : own ? ink.ink : ink.soft;
  ctx.lineWidth = own ? 1.6 : 1.1;
  ctx.setLineDash([...dashes[a.kind]]);
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.bezierCurveTo(x0, middle, x1, middle, x1, y1 + (down ? -4 : 4));
  ctx.stroke();
  ctx.setLineDash([]);
  const tail = down ? -6 : 6;
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x1 - 3, y1 + tail);
  ctx.lineTo(x1 + 3, y1 + tail);
  ctx.fill();
  ctx.globalAlpha = 1;
}
