/** Colours and textures of canvases, taken from the page's CSS variables. */
import { must } from '../event/check';
import { lookNames } from '../fold/lives';

/** What a canvas is painted with, in one theme. */
export type Ink = {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly strong: string;
  readonly panel: string;
  readonly accent: string;
  readonly mark: string;
  /** By look. */
  readonly fills: readonly (string | CanvasPattern)[];
  readonly edges: readonly string[];
};

/** Reads the colours in force at e. */
export function inkOf(e: Element, ctx: CanvasRenderingContext2D): Ink {
  const style = getComputedStyle(e);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const panel = colour('panel');
  const edges = lookNames.map((name) => colour(`look-${name}`));
  const pale = lookNames.map((name) => colour(`look-${name}-pale`));
  return {
    ink: colour('ink'),
    soft: colour('soft'),
    line: colour('line'),
    strong: colour('edge-strong'),
    panel,
    accent: colour('accent'),
    mark: colour('mark'),
    edges,
    fills: lookNames.map((name, i) =>
      texture(ctx, name, must(edges[i], 'edge colour'), must(pale[i], 'pale colour')),
    ),
  };
}

type LookName = (typeof lookNames)[number];

/** The texture of a look: a colour for what is solid, else a pattern of 6 by 6 pixels. */
function texture(
  ctx: CanvasRenderingContext2D,
  name: LookName,
  edge: string,
  pale: string,
): string | CanvasPattern {
  if (name === 'none' || name === 'running' || name === 'runnable') return name === 'running' ? edge : pale;
  const ratio = Math.max(1, Math.round(window.devicePixelRatio));
  const tile = document.createElement('canvas');
  tile.width = tile.height = 6 * ratio;
  const t = must(tile.getContext('2d'), 'canvas');
  t.scale(ratio, ratio);
  t.fillStyle = pale;
  t.fillRect(0, 0, 6, 6);
  t.strokeStyle = t.fillStyle = edge;
  t.lineWidth = 1.6;
  drawTile(t, name);
  const pattern = must(ctx.createPattern(tile, 'repeat'), 'pattern');
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
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
  }
  t.stroke();
}

function line(t: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  t.moveTo(x0, y0);
  t.lineTo(x1, y1);
}
