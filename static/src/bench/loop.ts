/** The one requestAnimationFrame of a workbench: folds, moves and draws when something changed, and rests otherwise. */

import { clock } from '../dom/make';

/** What is done in a frame. */
export type LoopWork = {
  /** Works off what has come; says whether there is more. */
  readonly work: () => boolean;
  /** Moves what plays by ms of time; says whether it goes on. */
  readonly move: (ms: number) => boolean;
  /** How many events there are: decides whether to draw in a rush. */
  readonly count: () => number;
  readonly draw: () => void;
  readonly broken: (error: unknown) => void;
};

/**
 * More fresh events than this in a frame are a rush, which is drawn every so many ms only, and more seldom where
 * drawing takes long: a part of the time that is the reciprocal of share.
 */
const rush = 10_000;
const rushEvery = 100;
const share = 4;
/** The longest step of time, in ms: a page that was asleep does not leap. */
const longest = 100;
const usual = 16;

/** The frames of one workbench. */
export class Loop {
  private readonly todo: LoopWork;
  private frame = 0;
  private last = 0;
  private drawnAt = 0;
  /** The ms that the last drawing took. */
  private took = 0;
  private drawnCount = 0;

  constructor(todo: LoopWork) {
    this.todo = todo;
  }

  /** Something changed: there will be a frame. */
  readonly wake = (): void => {
    if (this.frame === 0) this.frame = requestAnimationFrame((t) => this.tick(t));
  };

  /** Forgets how much was drawn: another run begins. */
  restart(): void {
    this.drawnCount = 0;
  }

  /** Draws no more. */
  stop(): void {
    cancelAnimationFrame(this.frame);
  }

  private tick(t: number): void {
    this.frame = 0;
    const ms = this.last === 0 ? usual : Math.min(longest, t - this.last);
    this.last = t;
    try {
      const more = this.todo.work();
      const moving = this.todo.move(ms);
      const draws = this.mayDraw(t);
      if (draws) {
        const began = clock();
        this.todo.draw();
        this.took = clock() - began;
      }
      if (more || moving || !draws) this.wake();
      if (!more && !moving) this.last = 0;
    } catch (error) {
      this.todo.broken(error);
    }
  }

  private mayDraw(t: number): boolean {
    const count = this.todo.count();
    if (count - this.drawnCount > rush && t - this.drawnAt < Math.max(rushEvery, share * this.took))
      return false;
    this.drawnCount = count;
    this.drawnAt = t;
    return true;
  }
}
