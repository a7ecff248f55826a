/** Colours and textures of canvases, taken from the page's CSS variables. */
import { must } from '../event/check';
import { lookNames } from '../fold/lives';
import type { Palette } from './raster';

/** What a canvas is painted with, in one theme. */
export type Ink = {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly strong: string;
  readonly panel: string;
  readonly accent: string;
  readonly mark: string;
  readonly bad: string;
  readonly warn: string;
  /** By look. */
  readonly fills: readonly (string | CanvasPattern)[];
  readonly edges: readonly string[];
  /** For bars, which are painted pixel by pixel. */
  readonly palette: Palette;
};

/** The side of a texture's tile, in px. */
const side = 6;

/** Reads the colours in force at e. */
export function inkOf(e: Element, ctx: CanvasRenderingContext2D): Ink {
  const style = getComputedStyle(e);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const ratio = Math.max(1, Math.round(window.devicePixelRatio));
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side * ratio;
  const t = must(canvas.getContext('2d', { willReadFrequently: true }), 'canvas');
  const flat = (name: string): number => {
    t.fillStyle = colour(name);
    t.fillRect(0, 0, 1, 1);
    return must(pixels(t, 1)[0], 'pixel');
  };
  const tiles = lookNames.map((name) => {
    texture(t, name, ratio, colour(`look-${name}`), colour(`look-${name}-pale`));
    return { pattern: patternOf(ctx, canvas, ratio), pixels: pixels(t, side * ratio) };
  });
  const edges = lookNames.map((name) => colour(`look-${name}`));
  return {
    ink: colour('ink'),
    soft: colour('soft'),
    line: colour('line'),
    strong: colour('edge-strong'),
    panel: colour('panel'),
    accent: colour('accent'),
    mark: colour('mark'),
    bad: colour('bad'),
    warn: colour('warn'),
    fills: tiles.map((tile) => tile.pattern),
    edges,
    palette: {
      ratio,
      side: side * ratio,
      tiles: tiles.map((tile) => tile.pixels),
      edges: Uint32Array.from(lookNames, (name) => flat(`look-${name}`)),
      panel: flat('panel'),
      mark: flat('mark'),
      line: flat('line'),
      accent: flat('accent'),
    },
  };
}

function patternOf(ctx: CanvasRenderingContext2D, tile: HTMLCanvasElement, ratio: number): CanvasPattern {
  const pattern = must(ctx.createPattern(tile, 'repeat'), 'pattern');
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}

/** The first n by n pixels, each as one number. */
function pixels(t: CanvasRenderingContext2D, n: number): Uint32Array {
  return new Uint32Array(t.getImageData(0, 0, n, n).data.buffer);
}

type LookName = (typeof lookNames)[number];

/** Draws the texture of a look: a colour for what is solid, else a pattern of 6 by 6 px. */
function texture(
  t: CanvasRenderingContext2D,
  name: LookName,
  ratio: number,
  edge: string,
  pale: string,
): void {
  t.setTransform(ratio, 0, 0, ratio, 0, 0);
  t.fillStyle = name === 'running' ? edge : pale;
  t.fillRect(0, 0, side, side);
  if (name === 'none' || name === 'running' || name === 'runnable') return;
  t.strokeStyle = t.fillStyle = edge;
  t.lineWidth = 1.6;
  drawTile(t, name);
}

function drawTile(
  t: CanvasRenderingContext2D,
  name: Exclude<LookName, 'none' | 'running' | 'runnable'>,
): void {
  t.beginPath();
  switch (name) {
    case 'send':
      line(t, -1, 7, 7, -1);
      line(t, -1, 1, 1, -1);
      line(t, 5, 7, 7, 5);
      break;
    case 'recv':
      t.arc(3, 3, 1.3, 0, 7);
      t.fill();
      return;
    case 'select':
      line(t, -1, 4, 3, 0);
      line(t, 3, 0, 7, 4);
      break;
    case 'lock':
      t.lineWidth = 1.1;
      line(t, -1, 7, 7, -1);
      line(t, -1, -1, 7, 7);
      break;
    case 'sleep':
      line(t, 0, 3, 3.5, 3);
      break;
    case 'call':
      t.lineWidth = 2;
      line(t, 1.5, -1, 1.5, 7);
      line(t, 4.5, -1, 4.5, 7);
      t.lineWidth = 1;
      break;
  }
  t.stroke();
}

function line(t: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  t.moveTo(x0, y0);
  t.lineTo(x1, y1);
}
