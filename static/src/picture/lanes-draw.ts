/**
 * Draws lanes: the bars as pixels at the back; axis, texts, arrows, marks and
 * playhead on a canvas before them. Draws only what is seen.
 */
import { at } from '../event/check';
import type { Crowd } from '../fold/crowds';
import { type Life, Look } from '../fold/lives';
import { Reader } from '../fold/sums';
import { valueText } from '../event/log';
import { count, captioned, nanoseconds, visible } from '../words/say';
import { reasonText } from '../words/sentences';
import { labelled, positionAt, type Span, whole, xAt } from './axis';
import type { Ink } from './ink';
import { drawArrows, type Shown as ShownArrows } from './lanes-arrows';
import { drawBands, drawFound, drawMarks } from './lanes-marks';
import type { Raster } from './raster';
import { crowdHeight, nestHeight, type Rows } from './rows';
import type { Scene } from './scene';
import { lastAt, type Stretch, strip, walkCrowd } from './strip';

/** The height of the axis above the lanes. */
export const axisHeight = 24;
const font = '11.5px system-ui, sans-serif';
/** A text in a bar needs so many px. */
const roomy = 44;

/** Where and what to draw. */
export type Stage = {
  readonly ctx: CanvasRenderingContext2D;
  readonly ink: Ink;
  readonly raster: Raster;
  readonly scene: Scene;
  readonly span: Span;
  readonly width: number;
  readonly height: number;
  /** How far the lanes are scrolled up. */
  readonly scroll: number;
  readonly rows: Rows;
};

/** A text to write into a bar: it belongs to the span of g that begins with event seq, or is a region's name. */
type Letter = { readonly text: string; readonly x0: number; readonly x1: number; readonly y: number };

/** Paints the bars; returns the texts that belong to them. */
export function paintLanes(stage: Stage): readonly Letter[] {
  const { raster, rows, scene } = stage;
  const ratio = raster.width / stage.width;
  raster.clear(Math.round(axisHeight * ratio));
  for (const { v } of ticksOf(stage)) {
    raster.fill(
      Math.round(xOf(stage, v) * ratio),
      0,
      raster.palette.ratio,
      raster.height,
      raster.palette.line,
    );
  }
  const letters: Letter[] = [];
  const reader: { of?: Reader } = {};
  const cells = new Uint32Array(raster.width);
  for (let i = Math.max(0, rows.at(stage.scroll)); i < rows.count; i++) {
    const y = rowTop(stage, i);
    if (y >= stage.height) break;
    const item = rows.item(i);
    if (item.crowd !== undefined) paintCrowd(stage, item.crowd, y, reader);
    else paintLane(stage, scene.history.lives.of(item.g), y, cells, letters);
  }
  return letters;
}

/** Where row i begins. */
export function rowTop(stage: Stage, i: number): number {
  return axisHeight + at(stage.rows.tops, i) - stage.scroll;
}

/** The middle of the bar in row i. */
export function rowMiddle(stage: Stage, i: number): number {
  const { rows } = stage;
  const y = rowTop(stage, i);
  const item = rows.item(i);
  if (item.crowd !== undefined) return y + crowdHeight / 2;
  return y + rows.nests(stage.scene.history, item.g) * nestHeight + rows.laneHeight / 2;
}

function xOf(stage: Stage, v: number): number {
  const { span, width } = stage;
  return ((v - span.from) / (span.to - span.from)) * width;
}

/** The stretch of the axis that is seen. */
export function stretch(stage: Pick<Stage, 'scene' | 'span'>): Stretch {
  const { log } = stage.scene;
  const { scale, from, to } = stage.span;
  const end = scale === 'events' || log.count === 0 ? log.count : at(log.t, log.count - 1);
  return { scale, from, to, end };
}

function paintLane(stage: Stage, life: Life, y: number, cells: Uint32Array, letters: Letter[]): void {
  const { raster, rows, scene, width } = stage;
  const ratio = raster.width / width;
  const see = stretch(stage);
  const nests = rows.nests(scene.history, life.g);
  if (scene.lit.gs.has(life.g)) {
    const height = Math.round((rows.laneHeight + nests * nestHeight) * ratio);
    raster.fill(0, Math.round(y * ratio), raster.width, height, raster.palette.mark);
  }
  for (let depth = 0; depth < nests; depth++)
    paintNest(stage, life.g, depth, y + depth * nestHeight, letters);
  const top = y + nests * nestHeight + (rows.laneHeight - rows.barHeight) / 2;
  strip(
    scene.log,
    life,
    see,
    scene.history.pyramids.of(life, see.scale),
    cells,
    rows.density === 'thin' ? 8 : 2,
  );
  const unit = (see.to - see.from) / raster.width;
  raster.row(cells, Math.round(top * ratio), Math.round(rows.barHeight * ratio), (look, x0, x1) => {
    if (x1 - x0 < roomy * ratio || look === Look.Running || look === Look.Runnable) return;
    const i = lastAt(scene.log, life, see.scale, see.from + ((x0 + x1) / 2) * unit);
    if (i < 0 || life.looks.at(i) !== look) return;
    const text = spanText(scene, life.starts.at(i), look);
    letters.push({ text, x0: x0 / ratio, x1: x1 / ratio, y: top + rows.barHeight / 2 });
  });
}

/** What a span that begins with event seq is called in its bar. */
export function spanText(scene: Scene, seq: number, look: number): string {
  const { log, tell } = scene;
  if (look === Look.Call)
    return captioned(tell.say, tell.say('ui.look.call'), valueText(log, at(log.val, seq)));
  return reasonText(tell, at(log.n, seq), at(log.obj, seq));
}

/** The tasks and regions at one depth, each with its name. */
function paintNest(stage: Stage, g: number, depth: number, y: number, letters: Letter[]): void {
  const { raster, scene, span, width } = stage;
  const { log } = scene;
  const level = scene.history.margin.nests.get(g)?.levels[depth];
  if (level === undefined) return;
  const ratio = raster.width / width;
  const line = raster.palette.ratio;
  const to = positionAt(span, log, width, width);
  let i = Math.max(0, level.from.lastUpTo(positionAt(span, log, width, 0) - 1));
  while (i < level.from.length && level.from.at(i) < to) {
    const end = level.to.at(i);
    const x0 = Math.max(-2, xAt(span, log, width, level.from.at(i) + 1));
    const x1 = Math.min(width + 2, xAt(span, log, width, end === 0 ? log.count : end));
    const w = Math.max(line, Math.round((x1 - x0) * ratio));
    const [px, py, h] = [Math.round(x0 * ratio), Math.round((y + 1) * ratio), Math.round(11 * ratio)];
    raster.fill(px, py, w, h, raster.palette.accent);
    raster.fill(px + line, py + line, w - 2 * line, h - 2 * line, raster.palette.panel);
    if (x1 - x0 > 24) {
      const text = valueText(log, level.name.at(i));
      letters.push({ text, x0: Math.max(0, x0), x1: Math.min(width, x1), y: y + 6.5 });
    }
    const next = x1 - x0 >= 1 ? 0 : level.from.lastUpTo(positionAt(span, log, width, x0 + 1) - 1);
    i = Math.max(i + 1, next);
  }
}

/** A group: how many of its goroutines are in which state, stacked. */
function paintCrowd(stage: Stage, crowd: Crowd, y: number, reader: { of?: Reader }): void {
  const { raster, width } = stage;
  const ratio = raster.width / width;
  const see = stretch(stage);
  reader.of ??= new Reader(crowd.sums, see.scale);
  reader.of.restart(crowd.sums, see.scale);
  const top = Math.round((y + 4) * ratio);
  const h = Math.round((crowdHeight - 8) * ratio);
  walkCrowd(reader.of, see, raster.width, Math.max(1, crowd.sums.most), (x0, x1, shares) =>
    raster.stack(x0, x1, top, h, shares),
  );
}

/** Draws what stands before the bars; returns which arrows there was room for. */
export function drawLanes(
  stage: Stage,
  letters: readonly Letter[],
  widths: Map<string, number>,
): ShownArrows {
  const { ctx, width, height, scene } = stage;
  const now = scene.world.seq;
  ctx.clearRect(0, 0, width, height);
  ctx.font = font;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  drawAxis(stage);
  drawBands(stage);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, axisHeight, width, height - axisHeight);
  ctx.clip();
  for (const letter of letters) write(stage, letter, widths);
  drawFuture(stage, now);
  const arrows = drawArrows(stage, now);
  ctx.restore();
  drawFound(stage);
  drawMarks(stage);
  drawPlayhead(stage, now);
  return arrows;
}

function ticksOf(stage: Stage): ReturnType<typeof labelled> {
  return labelled(stage.span, Math.max(2, Math.floor(stage.width / 110)));
}

function drawAxis(stage: Stage): void {
  const { ctx, ink, width } = stage;
  ctx.fillStyle = ink.soft;
  for (const { v, label } of ticksOf(stage)) {
    const x = xOf(stage, v);
    if (x + ctx.measureText(label).width + 4 < width) ctx.fillText(label, x + 4, 9);
  }
}

/** A text in a bar, on a plate in the panel's colour, cut off at the bar's end. */
function write(stage: Stage, { text, x0, x1, y }: Letter, widths: Map<string, number>): void {
  const { ctx, ink } = stage;
  const room = x1 - x0 - 12;
  const shown = fitted(ctx, text, room, widths);
  if (shown === '') return;
  const w = Math.min(room, widthOf(ctx, shown, widths));
  ctx.fillStyle = ink.panel;
  ctx.fillRect(x0 + 4, y - 6, w + 5, 12);
  ctx.fillStyle = ink.ink;
  ctx.fillText(shown, x0 + 6, y + 0.5);
}

/** The text, or as much of its beginning as there is room for; empty if that is next to nothing. */
function fitted(
  ctx: CanvasRenderingContext2D,
  text: string,
  room: number,
  widths: Map<string, number>,
): string {
  const clean = visible(text);
  const w = widthOf(ctx, clean, widths);
  if (w <= room) return clean;
  const n = Math.floor((clean.length * room) / w) - 1;
  return n < 3 ? '' : `${clean.slice(0, n)}…`;
}

function widthOf(ctx: CanvasRenderingContext2D, text: string, widths: Map<string, number>): number {
  let w = widths.get(text);
  if (w === undefined) {
    if (widths.size > 4000) widths.clear();
    widths.set(text, (w = ctx.measureText(text).width));
  }
  return w;
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
  ctx.fillRect(left, 1, w, 16);
  ctx.fillStyle = ink.ink;
  ctx.fillText(label, left + 5, 9);
}

/** Draws the whole run as one crowd, and frames what is seen of it. */
export function drawOverview(
  ctx: CanvasRenderingContext2D,
  ink: Ink,
  stage: Pick<Stage, 'scene' | 'span'>,
  width: number,
  height: number,
): void {
  const full = whole(stage.scene.log, stage.span.scale);
  const x = (v: number): number => ((v - full.from) / (full.to - full.from)) * width;
  const x0 = x(stage.span.from);
  const x1 = Math.max(x0 + 3, x(stage.span.to));
  ctx.globalAlpha = 0.62;
  ctx.fillStyle = ink.panel;
  ctx.fillRect(0, 0, x0, height);
  ctx.fillRect(x1, 0, width - x1, height);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = ink.ink;
  ctx.lineWidth = 2;
  ctx.strokeRect(x0 + 1, 1, Math.max(1, x1 - x0 - 2), height - 2);
  const now = xAt(full, stage.scene.log, width, stage.scene.world.seq);
  ctx.fillStyle = ink.accent;
  ctx.fillRect(Math.min(width - 2, now - 1), 0, 2, height);
}

/** Paints the strip of the overview. */
export function paintOverview(raster: Raster, crowd: Crowd, span: Span, see: Stretch): void {
  raster.clear(0);
  walkCrowd(
    new Reader(crowd.sums, span.scale),
    see,
    raster.width,
    Math.max(1, crowd.sums.most),
    (x0, x1, shares) => raster.stack(x0, x1, 0, raster.height, shares),
  );
}
