/**
 * Speaks, through a polite live region: what a step did while the run is
 * halted, and how the run ended. Steps that follow each other quickly are
 * spoken of once, at the last. Narrating in full, it reads the sentence of
 * the picture that has the focus, too.
 */
import { count, captioned, listed, sentences } from '../words/say';
import { sentence } from '../words/sentences';
import type { Scene } from '../picture/scene';
import { candidates } from './hand';

/** How things stand, as far as it is spoken of. */
export type Spoken = {
  readonly scene: Scene;
  readonly playing: boolean;
  /** How the run ended, once that has been seen; else empty. */
  readonly outcome: string;
  /** The run asks who runs next. */
  readonly asks: boolean;
};

/** The ms for which nothing may move before it is spoken. */
const calm = 250;
/** As many goroutines as there are keys for them. */
const mostNamed = 9;

/** The voice of one workbench. */
export class Narrator {
  /** Reads the focused picture's sentence with every step. */
  full = false;
  /** The live region. */
  private readonly region: HTMLElement;
  /** The sentence of the picture that has the focus; empty if there is none. */
  private readonly picture: (scene: Scene) => string;
  private said = '';
  private saidAt = 0;
  private wanted = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(region: HTMLElement, picture: (scene: Scene) => string) {
    this.region = region;
    this.picture = picture;
  }

  /** Speaks, if there is something new to say. */
  tell(s: Spoken): void {
    const { scene } = s;
    if (s.playing || scene.log.count === 0) return this.hush();
    const { seq } = scene.world;
    const text = wordsOf(s);
    const id = `${seq} ${text}`;
    if (id === this.wanted) return;
    this.wanted = id;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.speak(scene, seq, text), calm);
  }

  private hush(): void {
    clearTimeout(this.timer);
    this.wanted = '';
  }

  private speak(scene: Scene, seq: number, text: string): void {
    const { say } = scene.tell;
    const gone = Math.abs(seq - this.saidAt);
    const where =
      gone > 1 ? `${say('ui.state.step', { seq: count(seq), total: count(scene.log.count) })} ` : '';
    this.saidAt = seq;
    const more = this.full ? ` ${this.picture(scene)}` : '';
    const words = `${where}${text}${more}`.trim();
    if (words === this.said) return;
    this.said = words;
    this.region.textContent = words;
  }
}

/** The question who runs next, how the run ended, or what the last step did. */
function wordsOf(s: Spoken): string {
  const { scene, outcome } = s;
  const { say, names } = scene.tell;
  if (s.asks) {
    const who = candidates(scene).slice(0, mostNamed);
    const each = who.map((g, i) => captioned(say, String(i + 1), names.g(g)));
    return sentences(say, [say('ui.state.choose'), listed(say, each)]);
  }
  const { seq } = scene.world;
  if (outcome !== '' && seq === scene.log.count) return outcome;
  return seq > 0 ? sentence(scene.tell, seq - 1) : '';
}
