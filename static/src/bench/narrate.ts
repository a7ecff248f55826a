/** Speaks, through a polite live region, what a step did while the run is halted, and how the run ended. */
import type { Scene } from '../picture/scene';
import { candidates } from './hand';
import { sentence } from '../words/sentences';

/** How things stand, as far as it is spoken of. */
export type Spoken = {
  readonly scene: Scene;
  readonly playing: boolean;
  /** How the run ended, once that has been seen; else empty. */
  readonly outcome: string;
  /** The run asks who runs next. */
  readonly asks: boolean;
};

/** The voice of one workbench. */
export class Narrator {
  /** The live region. */
  readonly region: HTMLElement;
  private said = '';

  constructor(region: HTMLElement) {
    this.region = region;
  }

  /** Speaks, if there is something new to say. */
  tell(s: Spoken): void {
    if (s.playing) return;
    const { scene } = s;
    const step = scene.world.seq > 0 ? sentence(scene.tell, scene.world.seq - 1) : '';
    const { say, names } = scene.tell;
    const who = s.asks
      ? candidates(scene)
          .slice(0, 9)
          .map((g, i) => `${i + 1}: ${names.g(g)}`)
      : [];
    const question = s.asks ? `${say('ui.state.choose')} ${who.join(', ')}` : '';
    const text =
      question !== '' ? question : s.outcome !== '' && scene.world.seq === scene.log.count ? s.outcome : step;
    if (text === this.said) return;
    this.said = text;
    this.region.textContent = text;
  }
}
