/**
 * Draws two runs on a canvas: a row for each role, the kept run in its upper
 * half, the other in the lower. By step each step of a role is as wide as the
 * next, so that like stands under like until the first that differs; by time
 * it is lanes under lanes.
 */
import { at } from '../event/check';
import type { Acts } from '../fold/acts';
import type { Comparison, Parting } from '../fold/compare';
import { Look, lookOf } from '../fold/lives';
import { noteText } from '../words/notes';
import { count, nanoseconds } from '../words/say';
import { positionAt, ticks } from './axis';
import { Film } from './film';
import type { Ink } from './ink';
import type { Pair, Taken } from './scene';

/** The height of a role's row, and of the axis above the rows. */
export const rowHeight = 49;
export const headHeight = 20;
const bar = 14;
const tops = { a: 6, b: 30 } as const;

/** By what the rows are aligned. */
export type Align = 'steps' | 'time';

/** A role in its row. */
export type Row = { readonly role: number; readonly parting: Parting | undefined };

/** Where and what to draw: from and to are steps or ns. */
export type Sheet = {
  readonly comparison: Comparison;
  readonly pair: Pair;
  readonly rows: readonly Row[];
  readonly align: Align;
  readonly from: number;
  readonly to: number;
  readonly width: number;
};

type Side = 'a' | 'b';
const sides: readonly Side[] = ['a', 'b'];

/** How far the axis goes. */
export function extent(comparison: Comparison, pair: Pair, align: Align): number {
  if (align === 'time') return Math.max(1000, endOf(pair.a), endOf(pair.b)) * 1.01;
  let most = 8;
  for (const acts of [comparison.a, comparison.b]) {
    for (const act of acts.all) most = Math.max(most, act?.steps.length ?? 0);
  }
  return most * 1.01;
}

function endOf({ log }: Taken): number {
  return log.count === 0 ? 0 : at(log.t, log.count - 1);
}

/** Draws everything but the playheads. */
export function drawSheet(ctx: CanvasRenderingContext2D, ink: Ink, sheet: Sheet): void {
  const { width, rows } = sheet;
  ctx.clearRect(0, 0, width, headHeight + rows.length * rowHeight);
  ctx.font = '11.5px system-ui, sans-serif';
  ctx.textBaseline = 'middle';
  drawGrid(ctx, ink, sheet);
  rows.forEach((row, i) => {
    for (const side of sides) {
      const y = headHeight + i * rowHeight + tops[side];
      if (sheet.align === 'steps') drawSteps(ctx, ink, sheet, side, row.role, y);
      else drawLife(ctx, ink, sheet, side, row.role, y);
      drawMarks(ctx, ink, sheet, side, row, y);
    }
  });
}

function drawGrid(ctx: CanvasRenderingContext2D, ink: Ink, sheet: Sheet): void {
  const { from, to, width, rows, align } = sheet;
  ctx.strokeStyle = ink.line;
  ctx.fillStyle = ink.soft;
  ctx.lineWidth = 1;
  ctx.beginPath();
  const scale = align === 'steps' ? 'events' : 'time';
  for (const v of ticks({ scale, from, to }, Math.max(2, Math.floor(width / 110)))) {
    const x = Math.round(xOf(sheet, v)) + 0.5;
    ctx.moveTo(x, headHeight - 4);
    ctx.lineTo(x, headHeight + rows.length * rowHeight);
    const label = align === 'steps' ? count(v) : nanoseconds(v);
    if (x + ctx.measureText(label).width + 4 < width) ctx.fillText(label, x + 4, 10);
  }
  ctx.stroke();
}

function xOf(sheet: Sheet, v: number): number {
  return ((v - sheet.from) / (sheet.to - sheet.from)) * sheet.width;
}

/** Where position pos of one of the runs stands in role's row. */
function placeOf(sheet: Sheet, side: Side, role: number, pos: number): number {
  const acts = sheet.comparison[side];
  if (sheet.align === 'steps') return xOf(sheet, acts.stepsBefore(role, pos));
  return xOf(sheet, pos <= 0 ? 0 : at(acts.log.t, Math.min(pos, acts.log.count) - 1));
}

/** The steps as cells, tinted from the first that differs; in front what was waited for before. */
function drawSteps(
  ctx: CanvasRenderingContext2D,
  ink: Ink,
  sheet: Sheet,
  side: Side,
  role: number,
  y: number,
): void {
  const { from, to, width, comparison } = sheet;
  const act = comparison[side].all[role];
  if (act === undefined) return;
  const cell = width / (to - from);
  const { log } = comparison[side];
  const lookAt = (step: number): Look => {
    const wait = act.waits.at(step);
    return wait === 0 ? Look.Running : lookOf(at(log.n, wait - 1));
  };
  const end = Math.min(act.steps.length, Math.ceil(to));
  if (cell < 4) {
    for (let x = 0; x < width; x++) {
      const step = Math.floor(from + x / cell);
      if (step >= end) break;
      const look = lookAt(step);
      ctx.fillStyle = look === Look.Running ? ink.strong : paint(ink.edges, look);
      ctx.fillRect(x, y, 1, bar);
    }
    return;
  }
  const apart = sheet.rows.find((r) => r.role === role)?.parting?.step ?? Infinity;
  for (let step = Math.max(0, Math.floor(from)); step < end; step++) {
    const x = xOf(sheet, step) + 0.5;
    const look = lookAt(step);
    const waited = look === Look.Running ? 0 : Math.max(3, Math.min(cell * 0.3, 26));
    ctx.fillStyle = paint(ink.fills, look);
    ctx.fillRect(x, y, waited, bar);
    ctx.fillStyle = step < apart ? ink.panel : ink.mark;
    ctx.fillRect(x + waited, y, cell - 1.5 - waited, bar);
    ctx.strokeStyle = ink.strong;
    ctx.strokeRect(x + 0.5, y + 0.5, cell - 2.5, bar - 1);
    if (cell > 34) word(ctx, ink, sheet, side, act.steps.at(step), x + waited, y, cell - 2 - waited);
  }
}

/** What a step does, in its cell. */
function word(
  ctx: CanvasRenderingContext2D,
  ink: Ink,
  sheet: Sheet,
  side: Side,
  seq: number,
  x: number,
  y: number,
  width: number,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, bar);
  ctx.clip();
  ctx.fillStyle = ink.ink;
  ctx.fillText(noteText(sheet.pair[side].tell, seq), x + 4, y + bar / 2 + 0.5);
  ctx.restore();
}

function paint<T>(list: readonly T[], look: Look): T {
  const found = list[look];
  if (found === undefined) throw new Error(`no ink for look ${look}`);
  return found;
}

/** The life of who plays role, as lanes show it. */
function drawLife(
  ctx: CanvasRenderingContext2D,
  ink: Ink,
  sheet: Sheet,
  side: Side,
  role: number,
  y: number,
): void {
  const { comparison, pair, from, to, width } = sheet;
  const life = pair[side].history.lives.all[comparison[side].cast.player(role)];
  if (life === undefined) return;
  const { log, history } = pair[side];
  const see = { scale: 'time', from, to, end: endOf(pair[side]) } as const;
  new Film().life(ctx, ink, { log, history, life, see }, y, width, bar);
}

/** Where the runs part (thin), and where this role does (a flag). */
function drawMarks(
  ctx: CanvasRenderingContext2D,
  ink: Ink,
  sheet: Sheet,
  side: Side,
  row: Row,
  y: number,
): void {
  const { comparison } = sheet;
  ctx.fillStyle = ctx.strokeStyle = ink.ink;
  if (comparison.parted !== undefined) {
    const x = Math.round(placeOf(sheet, side, row.role, comparison.parted)) + 0.5;
    ctx.lineWidth = 1;
    ctx.setLineDash([2, 2]);
    ctx.beginPath();
    ctx.moveTo(x, y - 2);
    ctx.lineTo(x, y + bar + 2);
    ctx.stroke();
    ctx.setLineDash([]);
  }
  if (row.parting === undefined || comparison[side].all[row.role] === undefined) return;
  const x = partingAt(sheet, comparison[side], row.parting);
  ctx.fillRect(x - 1, y - 3, 2, bar + 5);
  ctx.beginPath();
  ctx.moveTo(x - 1, y - 4);
  ctx.lineTo(x + 6, y - 1);
  ctx.lineTo(x - 1, y + 3);
  ctx.fill();
}

/** The x of a role's first step that differs in one of the runs (its end, if it takes no such step). */
function partingAt(sheet: Sheet, acts: Acts, parting: Parting): number {
  if (sheet.align === 'steps') return xOf(sheet, parting.step);
  const seq = sheet.comparison.stepAt(acts, parting) ?? acts.log.count - 1;
  return xOf(sheet, seq < 0 ? 0 : at(acts.log.t, seq));
}

/** Draws the playheads of both runs, and veils what they have not reached. */
export function drawHeads(
  ctx: CanvasRenderingContext2D,
  ink: Ink,
  sheet: Sheet,
  heads: { readonly a: number; readonly b: number },
): void {
  const { width, rows } = sheet;
  ctx.clearRect(0, 0, width, headHeight + rows.length * rowHeight);
  rows.forEach((row, i) => {
    for (const side of sides) {
      const y = headHeight + i * rowHeight + tops[side] - 2;
      const x = Math.max(-2, Math.min(width, placeOf(sheet, side, row.role, heads[side])));
      ctx.globalAlpha = 0.6;
      ctx.fillStyle = ink.panel;
      ctx.fillRect(x, y + 2, width - x, bar);
      ctx.globalAlpha = 1;
      ctx.fillStyle = ink.accent;
      ctx.fillRect(Math.min(width - 1.5, x - 0.75), y, 1.5, bar + 4);
    }
  });
}

/** The position of the shown run that x stands for in role's row. */
export function positionOf(sheet: Sheet, role: number, x: number): number {
  const { from, to, width, comparison } = sheet;
  const { log } = comparison.b;
  if (sheet.align === 'time') return Math.round(positionAt({ scale: 'time', from, to }, log, width, x));
  const step = Math.floor(from + (x / width) * (to - from));
  const steps = comparison.b.all[role]?.steps;
  if (steps === undefined || step < 0) return 0;
  return step < steps.length ? steps.at(step) + 1 : log.count;
}
