/**
 * Bars as pixels: what states look like is written into an image by hand,
 * because a canvas takes a hundred times as long for a million small shapes.
 * All measures are device pixels.
 */
import { at, must } from '../event/check';
import { Look } from '../fold/lives';
import { parts, wholly } from '../fold/pyramid';
import { looks } from '../fold/sums';

/** Colours as an image holds them, four bytes in one number. */
export type Palette = {
  /** Device pixels in a CSS pixel. */
  readonly ratio: number;
  /** The textures by look: square tiles. */
  readonly tiles: readonly Uint32Array[];
  readonly side: number;
  readonly edges: Uint32Array;
  readonly panel: number;
  readonly mark: number;
  readonly line: number;
  readonly accent: number;
};

/** So many pixels of one look make a bar. */
const least = 4;
/** A texture in a stack needs so much height, in px. */
const roomy = 5;
/** Bars are at least so high, in px. */
const lowest = 8;

/** An image to paint on. */
export class Raster {
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  private readonly data: Uint32Array;
  /** Where painting is cut off above. */
  private top = 0;

  /** data holds the pixels, line by line. */
  constructor(width: number, height: number, data: Uint32Array, palette: Palette) {
    this.width = width;
    this.height = height;
    this.data = data;
    this.palette = palette;
  }

  /** Begins a picture: all of one colour; nothing is painted above top from now on. */
  clear(top: number, colour = this.palette.panel): void {
    this.data.fill(colour);
    this.top = top;
  }

  /** Fills a rectangle. */
  fill(x: number, y: number, w: number, h: number, colour: number): void {
    const x0 = Math.max(0, x);
    const x1 = Math.min(this.width, x + w);
    if (x1 <= x0) return;
    const y1 = Math.min(this.height, y + h);
    for (let row = Math.max(this.top, y); row < y1; row++) {
      const end = row * this.width + x1;
      for (let i = end - x1 + x0; i < end; i++) this.data[i] = colour;
    }
  }

  /** A bar of one look: its texture within an edge, where there is room for both. */
  bar(look: number, x: number, y: number, w: number, h: number): void {
    const edge = at(this.palette.edges, look);
    const line = this.palette.ratio * (look === Look.Runnable ? 2 : 1);
    if (w < 2 * line + 2 || h < 2 * line + 2) {
      this.fill(x, y, w, h, edge);
      return;
    }
    this.texture(look, x + line, y + line, w - 2 * line, h - 2 * line, y);
    const round = h >= lowest * this.palette.ratio ? 2 * this.palette.ratio : 0;
    const inner = Math.max(0, round - line);
    this.fill(x + round, y, w - 2 * round, line, edge);
    this.fill(x + round, y + h - line, w - 2 * round, line, edge);
    this.fill(x, y + round, line, h - 2 * round, edge);
    this.fill(x + w - line, y + round, line, h - 2 * round, edge);
    for (const cx of [x + line, x + w - line - inner]) {
      for (const cy of [y + line, y + h - line - inner]) this.fill(cx, cy, inner, inner, edge);
    }
  }

  /**
   * A row of cells (see Shares), each a column of stacked shares. What is of one
   * look for some pixels becomes a bar; each such run is given to wide. The
   * cells are used up.
   */
  row(cells: Uint32Array, y: number, h: number, wide?: (look: number, x0: number, x1: number) => void): void {
    const runs: number[] = [];
    if (h >= lowest * this.palette.ratio) {
      for (let x = 0; x < cells.length;) {
        const cell = at(cells, x);
        let end = x + 1;
        while (end < cells.length && cells[end] === cell) end++;
        if (end - x >= least && cell !== 0 && wholly(cell)) {
          runs.push(cell & 15, x, end);
          for (let i = x; i < end; i++) cells[i] = 0;
        }
        x = end;
      }
    }
    this.columns(cells, y, h);
    for (let i = 0; i < runs.length; i += 3) {
      const [look, x0, x1] = [at(runs, i), at(runs, i + 1), at(runs, i + 2)];
      this.bar(look, x0, y, x1 - x0, h);
      wide?.(look, x0, x1);
    }
  }

  /** Paints cells line by line; lines that show the same part of each cell are copies. */
  private columns(cells: Uint32Array, y: number, h: number): void {
    const { data, width, palette } = this;
    const { edges } = palette;
    let before = -1;
    const bottom = Math.min(y + h, this.height);
    for (let line = Math.max(y, this.top); line < bottom; line++) {
      const start = line * width;
      const part = (((y + h - 1 - line) * parts) / h) | 0;
      if (part === before) {
        data.copyWithin(start, start - width, start);
        continue;
      }
      before = part;
      const shift = 4 * part;
      for (let x = 0; x < width; x++) {
        const look = ((cells[x] ?? 0) >>> shift) & 15;
        if (look !== 0) data[start + x] = edges[look] ?? 0;
      }
    }
  }

  /** Columns x0 to x1 shared among looks, stacked from below; shares add up to 1 at most. */
  stack(x0: number, x1: number, y: number, h: number, shares: Float64Array): void {
    let sum = 0;
    let low = y + h;
    for (let look = 1; look < looks; look++) {
      const share = at(shares, look);
      if (share <= 0) continue;
      sum += share;
      const high = y + h - Math.round(sum * h);
      if (look === Look.Runnable || low - high < roomy * this.palette.ratio)
        this.fill(x0, high, x1 - x0, low - high, at(this.palette.edges, look));
      else this.texture(look, x0, high, x1 - x0, low - high, y);
      low = high;
    }
  }

  /** Fills a rectangle with a texture that begins at line origin, at y or above it. */
  private texture(look: number, x: number, y: number, w: number, h: number, origin: number): void {
    const { data, width, palette } = this;
    const { side } = palette;
    const tile = must(palette.tiles[look], `texture of look ${look}`);
    const first = Math.max(this.top, y);
    const y1 = Math.min(this.height, y + h);
    for (let row = first; row < y1; row++) {
      const start = row * width + x;
      if (row - first >= side) {
        data.copyWithin(start, start - side * width, start - side * width + w);
        continue;
      }
      const line = ((row - origin) % side) * side;
      let cell = x % side;
      for (let i = start; i < start + w; i++) {
        data[i] = tile[line + cell] ?? 0;
        if (++cell === side) cell = 0;
      }
    }
  }
}
