/** Draws lanes on a canvas: bars, arrows, axis, playhead. Draws only what is seen. */
import { at } from '../event/check';
import { Kind } from '../event.gen';
import { isChan } from '../words/names';
import { count, nanoseconds } from '../words/say';
import { reasonText } from '../words/sentences';
import { type Life, Look } from '../fold/lives';
import type { Scene } from './scene';
import { edges, positionAt, type Span, ticks, xAt } from './axis';
import type { Ink } from './ink';
import { drawStrip, spansBetween, strip } from './strip';

/** The height of a lane, and of the axis above the lanes. */
export const laneHeight = 26;
export const axisHeight = 20;
const barHeight = 16;
const barTop = (laneHeight - barHeight) / 2;
const mostArrows = 400;
const font = '11.5px system-ui, sans-serif';

/** Where and what to draw. */
export type Stage = {
  readonly ctx: CanvasRenderingContext2D;
  readonly ink: Ink;
  readonly scene: Scene;
  readonly span: Span;
  readonly width: number;
  readonly height: number;
  /** How far the lanes are scrolled up. */
  readonly scroll: number;
  /** Goroutine at each row. */
  readonly rows: readonly number[];
  /** Row of each goroutine. */
  readonly rowOf: ReadonlyMap<number, number>;
};

/** Draws all of it. Returns false if there were too many arrows to draw. */
export function drawLanes(stage: Stage): boolean {
  const { ctx, width, height } = stage;
  ctx.clearRect(0, 0, width, height);
  ctx.font = font;
  ctx.textBaseline = 'middle';
  drawGrid(stage);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, axisHeight, width, height - axisHeight);
  ctx.clip();
  const at0 = edges(stage.span, stage.scene.log, Math.ceil(width));
  const now = stage.scene.world.seq;
  const first = Math.max(0, Math.floor(stage.scroll / laneHeight));
  const last = Math.min(stage.rows.length - 1, Math.floor((stage.scroll + height) / laneHeight));
  for (let row = first; row <= last; row++) drawLane(stage, at(stage.rows, row), top(stage, row), at0);
  drawFuture(stage, now);
  const drawn = drawArrows(stage, now);
  ctx.restore();
  drawPlayhead(stage, now);
  return drawn;
}

function top(stage: Stage, row: number): number {
  return axisHeight + row * laneHeight - stage.scroll;
}

function drawGrid(stage: Stage): void {
  const { ctx, ink, span, width, height } = stage;
  ctx.strokeStyle = ink.line;
  ctx.fillStyle = ink.soft;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (const v of ticks(span, Math.max(2, Math.floor(width / 110)))) {
    const x = Math.round(((v - span.from) / (span.to - span.from)) * width) + 0.5;
    ctx.moveTo(x, axisHeight - 4);
    ctx.lineTo(x, height);
    const label = span.scale === 'events' ? count(v) : nanoseconds(v);
    if (x + ctx.measureText(label).width + 4 < width) ctx.fillText(label, x + 4, 10);
  }
  ctx.stroke();
}

function drawLane(stage: Stage, g: number, y: number, at0: Float64Array): void {
  const { scene, width } = stage;
  const life = scene.history.lives.of(g);
  if (scene.lit.gs.has(g)) {
    stage.ctx.fillStyle = stage.ink.mark;
    stage.ctx.fillRect(0, y, width, laneHeight);
  }
  const end = lifeEnd(stage, life);
  const from = at(at0, 0);
  const to = at(at0, at0.length - 1);
  if (spansBetween(life, from, to) > width / 3) {
    drawStrip(stage.ctx, stage.ink, strip(life, at0, end), y + barTop, barHeight);
    return;
  }
  const first = Math.max(0, life.starts.lastUpTo(from - 1));
  for (let i = first; i < life.starts.length && life.starts.at(i) + 1 <= to; i++)
    drawSpan(stage, life, i, y, end);
}

/** The position at which life's last span ends. */
function lifeEnd(stage: Stage, life: Life): number {
  return life.ended === undefined ? stage.scene.log.count : life.ended + 1;
}

function drawSpan(stage: Stage, life: Life, i: number, y: number, end: number): void {
  const { scene, span, width } = stage;
  const look = life.looks.at(i);
  if (look === Look.None) return;
  const start = life.starts.at(i);
  const next = i + 1 < life.starts.length ? life.starts.at(i + 1) + 1 : end;
  const x0 = Math.max(-8, xAt(span, scene.log, width, start + 1));
  const x1 = Math.min(width + 8, xAt(span, scene.log, width, next));
  if (x1 - x0 < 0.5) return;
  bar(stage, look, x0, y + barTop, x1 - x0);
  if (x1 - x0 > 56 && look !== Look.Running && look !== Look.Runnable) {
    const { log, tell } = scene;
    const text = reasonText(tell, at(log.n, start), at(log.obj, start));
    barText(stage, text, Math.max(0, x0), y + laneHeight / 2, Math.min(width, x1));
  }
}

function bar(stage: Stage, look: number, x: number, y: number, w: number): void {
  const { ctx, ink } = stage;
  const fill = ink.fills[look];
  const edge = ink.edges[look];
  if (fill === undefined || edge === undefined) throw new Error(`no ink for look ${look}`);
  ctx.fillStyle = fill;
  const hollow = look === Look.Runnable;
  if (w < 4) {
    ctx.fillStyle = hollow ? edge : fill;
    ctx.fillRect(x, y, Math.max(1, w), barHeight);
    return;
  }
  const inset = hollow ? 1 : 0.5;
  ctx.beginPath();
  ctx.roundRect(x + inset, y + inset, w - 2 * inset, barHeight - 2 * inset, 3);
  ctx.fill();
  ctx.strokeStyle = edge;
  ctx.lineWidth = hollow ? 2 : 1;
  ctx.stroke();
}

/** A text in a bar, on a halo in the panel's colour, cut off at the bar's end. */
function barText(stage: Stage, text: string, x0: number, y: number, x1: number): void {
  const { ctx, ink } = stage;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x0 + 3, y - laneHeight / 2, x1 - x0 - 6, laneHeight);
  ctx.clip();
  ctx.lineJoin = 'round';
  ctx.lineWidth = 4;
  ctx.strokeStyle = ink.panel;
  ctx.fillStyle = ink.ink;
  ctx.strokeText(text, x0 + 8, y + 0.5);
  ctx.fillText(text, x0 + 8, y + 0.5);
  ctx.restore();
}

/** Veils what the playhead has not reached yet. */
function drawFuture(stage: Stage, now: number): void {
  const { ctx, ink, scene, span, width, height } = stage;
  const x = xAt(span, scene.log, width, now);
  if (x >= width) return;
  ctx.globalAlpha = 0.66;
  ctx.fillStyle = ink.panel;
  ctx.fillRect(Math.max(0, x), axisHeight, width - Math.max(0, x), height);
  ctx.globalAlpha = 1;
}

function drawArrows(stage: Stage, now: number): boolean {
  const { scene, span, width } = stage;
  const { log } = scene;
  const from = Math.max(0, Math.floor(positionAt(span, log, width, 0)) - 1);
  const to = Math.min(log.count, Math.ceil(positionAt(span, log, width, width)) + 1, now);
  const found: Arrow[] = [];
  for (let seq = from; seq < to && found.length <= mostArrows; seq++) {
    const arrow = arrowOf(scene, seq);
    if (arrow !== undefined) found.push(arrow);
    if (seq - from > 20_000) return false;
  }
  if (found.length > mostArrows) return false;
  for (const arrow of found) drawArrow(stage, arrow);
  return true;
}

/** From a goroutine at one event to another at a later one. */
type Arrow = {
  readonly kind: 'go' | 'value' | 'wake';
  readonly from: number;
  readonly fromSeq: number;
  readonly to: number;
  readonly toSeq: number;
};

/** The arrow that ends with event seq, if one does. */
function arrowOf(scene: Scene, seq: number): Arrow | undefined {
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
      const valued = isChan(log, at(log.obj, seq)) && seq > 0 && log.kindAt(seq - 1) !== Kind.ChanClose;
      return g === 0 || valued ? undefined : { kind: 'wake', from: g, fromSeq: seq, to: peer, toSeq: seq };
    }
    default:
      return undefined;
  }
}

function drawArrow(stage: Stage, a: Arrow): void {
  const { ctx, ink, scene, span, width } = stage;
  const rowA = stage.rowOf.get(a.from);
  const rowB = stage.rowOf.get(a.to);
  if (rowA === undefined || rowB === undefined) return;
  const down = rowB > rowA;
  const x0 = xAt(span, scene.log, width, a.fromSeq + 1);
  const x1 = xAt(span, scene.log, width, a.toSeq + 1);
  const y0 = top(stage, rowA) + (down ? barTop + barHeight : barTop);
  const y1 = top(stage, rowB) + (down ? barTop : barTop + barHeight);
  const bright = scene.lit.gs.size === 0 || scene.lit.gs.has(a.from) || scene.lit.gs.has(a.to);
  const middle = (y0 + y1) / 2;
  ctx.globalAlpha = bright ? 1 : 0.25;
  ctx.strokeStyle = ctx.fillStyle = a.kind === 'value' ? ink.accent : ink.soft;
  ctx.lineWidth = a.kind === 'value' ? 1.4 : 1.1;
  ctx.setLineDash(a.kind === 'wake' ? [3, 3] : []);
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.bezierCurveTo(x0, middle, x1, middle, x1, y1 + (down ? -4 : 4));
  ctx.stroke();
  ctx.setLineDash([]);
  const back = down ? -6 : 6;
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x1 - 3, y1 + back);
  ctx.lineTo(x1 + 3, y1 + back);
  ctx.fill();
  ctx.globalAlpha = 1;
}

function drawPlayhead(stage: Stage, now: number): void {
  const { ctx, ink, scene, span, width, height } = stage;
  const x = xAt(span, scene.log, width, now);
  if (x < -1 || x > width + 1) return;
  ctx.fillStyle = ink.ink;
  ctx.fillRect(Math.min(width - 1.5, x - 0.75), 2, 1.5, height - 2);
  const label = scene.tell.say('ui.foot.where', { time: nanoseconds(scene.world.time), seq: count(now) });
  const w = ctx.measureText(label).width + 10;
  const left = x + w + 2 > width ? Math.max(0, x - w - 2) : x + 2;
  ctx.fillStyle = ink.panel;
  ctx.fillRect(left, 1, w, axisHeight - 3);
  ctx.fillStyle = ink.ink;
  ctx.fillText(label, left + 5, 10);
}
