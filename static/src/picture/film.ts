/** A raster with the image that a canvas takes it from. */
import { must } from '../event/check';
import { fitCanvas } from '../dom/make';
import type { Log } from '../event/log';
import type { History } from '../fold/history';
import type { Life } from '../fold/lives';
import type { Ink } from './ink';
import { Raster } from './raster';
import { type Stretch, strip as fill } from './strip';

/** A life, and the stretch of it that is to be seen. */
export type Strip = {
  readonly log: Log;
  readonly history: History;
  readonly life: Life;
  readonly see: Stretch;
};

/** What is painted pixel by pixel for one place. */
export class Film {
  private image: ImageData | undefined;
  private raster: Raster | undefined;

  /** A raster of w by h px at the screen's resolution. */
  of(w: number, h: number, ink: Ink): Raster {
    const ratio = window.devicePixelRatio;
    const width = Math.max(1, Math.round(w * ratio));
    const height = Math.max(1, Math.round(h * ratio));
    const { raster } = this;
    if (raster?.width === width && raster.height === height && raster.palette === ink.palette) return raster;
    this.image = new ImageData(width, height);
    this.raster = new Raster(width, height, new Uint32Array(this.image.data.buffer), ink.palette);
    return this.raster;
  }

  /** Paints a life as a strip on a canvas: at y, so wide and high. */
  life(ctx: CanvasRenderingContext2D, ink: Ink, strip: Strip, y: number, w: number, h: number): void {
    const { log, history, life, see } = strip;
    const raster = this.of(w, h, ink);
    raster.clear(0, 0);
    const cells = new Uint32Array(raster.width);
    fill(log, life, see, history.pyramids.of(life, see.scale), cells);
    raster.row(cells, 0, raster.height);
    this.put(ctx, 0, y);
  }

  /** Shows the raster on a canvas of the same size. */
  show(canvas: HTMLCanvasElement, w: number, h: number): void {
    fitCanvas(canvas, w, h).putImageData(must(this.image, 'image'), 0, 0);
  }

  /** Puts the raster on a canvas at x, y (px). */
  put(ctx: CanvasRenderingContext2D, x: number, y: number): void {
    const ratio = window.devicePixelRatio;
    ctx.putImageData(must(this.image, 'image'), Math.round(x * ratio), Math.round(y * ratio));
  }
}
