/**
 * What is rare and must be seen at every zoom: panics, races, leaks, who is
 * stuck, and the collector's cycles and the pauses of the world. They are
 * drawn one by one, never merged into a stack.
 */
import { at } from '../event/check';
import { Kind } from '../event.gen';
import { duration } from '../event/log';
import type { Intervals } from '../fold/margin';
import { positionAt, type Span, valueAt, xAt } from './axis';
import { axisHeight, rowMiddle, type Stage } from './lanes-draw';
import type { Scene } from './scene';

/** What a mark says; end is a run that ended badly. */
export type MarkKind = 'panic' | 'race' | 'leak' | 'stuck' | 'end' | 'log' | 'assist';

/** The marks, in the order of the legend. */
export const markKinds: readonly MarkKind[] = ['panic', 'race', 'leak', 'stuck', 'log', 'assist'];

/** A mark's outline in a square of 10 by 10, as SVG and canvas take it. */
export const shapes: Readonly<Record<MarkKind, string>> = {
  panic: 'M1 0L5 4L9 0L10 1L6 5L10 9L9 10L5 6L1 10L0 9L4 5L0 1Z',
  race: 'M5 0L10 5L5 10L0 5Z',
  leak: 'M5 0L10 9H0ZM5 3.6L2.9 7.4H7.1Z',
  stuck: 'M0 0H10V10H0ZM2.5 4H7.5V6H2.5Z',
  end: 'M0 0H10L5 8Z',
  log: 'M3 0H7V10H3Z',
  assist: 'M0 6H10V9H0Z',
};

/** In one frame at most so many marks are looked at one by one; of more, one a pixel. */
const most = 20_000;

/** What event seq is marked with, and on whose lane (0: on none). */
export function markOf(scene: Scene, seq: number): { readonly kind: MarkKind; readonly g: number } {
  const { log } = scene;
  switch (log.kindAt(seq)) {
    case Kind.GoPanic:
      return { kind: 'panic', g: at(log.g, seq) };
    case Kind.Race:
      return { kind: 'race', g: at(log.g, seq) };
    case Kind.Leak:
      return { kind: 'leak', g: at(log.peer, seq) };
    case Kind.Stuck:
      return { kind: 'stuck', g: at(log.peer, seq) };
    case Kind.UserLog:
      return { kind: 'log', g: at(log.g, seq) };
    case Kind.GCAssist:
      return { kind: 'assist', g: at(log.g, seq) };
    default:
      return { kind: 'end', g: 0 };
  }
}

/** The marked events between two positions: every one, or one a pixel of width where they are too many. */
export function marksIn(scene: Scene, span: Span, width: number): readonly number[] {
  const { log, history } = scene;
  const { alarms, logs, assists } = history.margin;
  const found: number[] = [];
  for (const list of [assists, logs, alarms]) {
    const first = list.lastUpTo(positionAt(span, log, width, -8) - 1) + 1;
    const last = list.lastUpTo(positionAt(span, log, width, width + 8) - 1);
    const dense = last - first > most;
    for (let i = first; i <= last; i++) {
      const seq = list.at(i);
      found.push(seq);
      if (dense)
        i = Math.max(i, list.lastUpTo(positionAt(span, log, width, xAt(span, log, width, seq + 1) + 1)));
    }
  }
  return found;
}

/** Draws the marks on their lanes, the alarms at the axis too. */
export function drawMarks(stage: Stage): void {
  const { scene, span, width, rows } = stage;
  const { log } = scene;
  const taken = new Set<number>();
  const paths = new Map<MarkKind, Path2D>();
  const draw = (kind: MarkKind, x: number, y: number, size: number): void => {
    let path = paths.get(kind);
    if (path === undefined) paths.set(kind, (path = new Path2D(shapes[kind])));
    drawMark(stage, kind, path, x, y, size);
  };
  for (const seq of marksIn(scene, span, width)) {
    const { kind, g } = markOf(scene, seq);
    const x = xAt(span, log, width, seq + 1);
    const alarm = kind !== 'log' && kind !== 'assist';
    if (alarm && once(taken, 0, x)) draw('end', x, axisHeight - 5, 8);
    const row = g === 0 ? -1 : rows.of(g);
    if (row < 0 || !once(taken, row + 1, x)) continue;
    const y = rowMiddle(stage, row);
    if (y < axisHeight || y > stage.height + 10) continue;
    const half = rows.barHeight / 2;
    if (kind === 'assist') assisted(stage, seq, x, y + half);
    else draw(kind, x, alarm ? y : y - half, alarm ? Math.min(12, rows.laneHeight + 4) : 6);
  }
}

/** Draws a triangle on the axis where something was found that is looked for, once a pixel at most. */
export function drawFound(stage: Stage): void {
  const { ctx, ink, scene, span, width } = stage;
  const { log, found } = scene;
  if (found === undefined) return;
  const { seqs } = found;
  const last = seqs.lastUpTo(positionAt(span, log, width, width));
  ctx.fillStyle = ink.accent;
  ctx.beginPath();
  for (let i = seqs.lastUpTo(positionAt(span, log, width, 0) - 2) + 1; i <= last; i++) {
    const x = xAt(span, log, width, seqs.at(i) + 1);
    ctx.moveTo(x - 4, axisHeight - 9);
    ctx.lineTo(x + 4, axisHeight - 9);
    ctx.lineTo(x, axisHeight - 2);
    i = Math.max(i, seqs.lastUpTo(positionAt(span, log, width, x + 1) - 1));
  }
  ctx.fill();
}

/** Says whether nothing was drawn in this row at this pixel before. */
function once(taken: Set<number>, row: number, x: number): boolean {
  const key = row * 65_536 + Math.round(x) + 16;
  if (taken.has(key)) return false;
  taken.add(key);
  return true;
}

function drawMark(stage: Stage, kind: MarkKind, path: Path2D, x: number, y: number, size: number): void {
  const { ctx, ink } = stage;
  ctx.save();
  ctx.translate(x - size / 2, y - size / 2);
  ctx.scale(size / 10, size / 10);
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3.5;
  ctx.strokeStyle = ink.panel;
  ctx.stroke(path);
  ctx.fillStyle = kind === 'log' ? ink.ink : kind === 'assist' ? ink.warn : ink.bad;
  ctx.fill(path, 'evenodd');
  ctx.restore();
}

/** A goroutine that had to mark: a line below its bar, as long as that took. */
function assisted(stage: Stage, seq: number, x: number, y: number): void {
  const { ctx, ink, scene, span, width } = stage;
  const { log } = scene;
  const took = span.scale === 'time' ? (duration(log, seq) / (span.to - span.from)) * width : 0;
  ctx.fillStyle = ink.warn;
  ctx.fillRect(x, y + 1, Math.max(2, took), 3);
}

/** The collector's cycles as a band below the axis, and the pauses of the world as bands across all lanes. */
export function drawBands(stage: Stage): void {
  const { ctx, ink, scene, height } = stage;
  const { cycles, pauses } = scene.history.margin;
  ctx.fillStyle = ink.warn;
  each(stage, cycles, (x, w) => ctx.fillRect(x, axisHeight - 3, w, 3));
  ctx.fillStyle = ink.ink;
  each(stage, pauses, (x, w) => {
    ctx.fillRect(x, axisHeight - 5, w, 5);
    ctx.globalAlpha = 0.16;
    ctx.fillRect(x, axisHeight, w, height);
    ctx.globalAlpha = 1;
  });
}

/** Calls draw for the intervals that are seen, once a pixel at most. */
function each(stage: Stage, list: Intervals, draw: (x: number, w: number) => void): void {
  const { scene, span, width } = stage;
  const { log } = scene;
  const to = positionAt(span, log, width, width);
  const x = (pos: number): number =>
    ((valueAt(span.scale, log, pos) - span.from) / (span.to - span.from)) * width;
  let i = Math.max(0, list.from.lastUpTo(positionAt(span, log, width, 0) - 1));
  while (i < list.from.length && list.from.at(i) < to) {
    const end = list.to.at(i);
    const x0 = x(list.from.at(i) + 1);
    const x1 = x(end === 0 ? log.count : end);
    if (x1 >= 0) draw(x0, Math.max(1, x1 - x0));
    i = Math.max(i + 1, x1 - x0 >= 1 ? 0 : list.from.lastUpTo(positionAt(span, log, width, x0 + 1) - 1));
  }
}
