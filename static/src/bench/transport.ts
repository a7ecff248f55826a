/** The foot: play, step, scrub; the scrubber shows what the selected goroutine was doing over the whole run. */
import { fitCanvas, make, setText } from '../dom/make';
import { icon, type Shape } from '../dom/icons';
import { type Player, type Speed, speeds } from '../fold/player';
import { Film } from '../picture/film';
import { type Ink, inkOf } from '../picture/ink';
import { count, listed, nanoseconds, type Say } from '../words/say';
import type { Command } from './keys';
import type { Scene } from '../picture/scene';

export type TransportEvents = {
  readonly command: (c: Command) => void;
  readonly seek: (seq: number) => void;
  readonly speed: (s: Speed) => void;
};

/** Spans taken into the levels of detail in one frame. */
const spansAtOnce = 20_000;

/** The timeline of one workbench. */
export class Transport {
  readonly body: HTMLElement;
  private readonly say: Say;
  private readonly canvas = make('canvas', { class: 'scrub-shape', 'aria-hidden': 'true' });
  private readonly range: HTMLInputElement;
  private readonly where = make('output', { class: 'foot-where' });
  private readonly play: HTMLButtonElement;
  private readonly own: HTMLButtonElement;
  private readonly ownName = make('span', {});
  private readonly scrub: HTMLElement;
  private playing: boolean | undefined;
  private width = 100;
  private ink: Ink | undefined;
  private painted = '';
  private readonly film = new Film();

  constructor(say: Say, events: TransportEvents) {
    this.say = say;
    const press = (c: Command, shape: Shape, key: string): HTMLButtonElement => {
      const label = say(key);
      const b = make(
        'button',
        { type: 'button', class: `button foot-${c}`, 'aria-label': label, title: label },
        icon(shape),
      );
      b.addEventListener('click', () => events.command(c));
      return b;
    };
    this.play = press('play', 'play', 'ui.foot.play');
    this.play.classList.add('button-main');
    this.own = press('own', 'step', 'ui.foot.step');
    this.own.prepend(this.ownName);
    this.range = make('input', {
      type: 'range',
      min: 0,
      max: 0,
      value: 0,
      step: 1,
      'aria-label': say('ui.foot.label'),
    });
    this.range.addEventListener('input', () => events.seek(this.range.valueAsNumber));
    this.scrub = make('div', { class: 'scrub' }, this.canvas, this.range);
    this.body = make(
      'footer',
      { class: 'bench-foot', 'aria-label': say('ui.foot.label') },
      press('home', 'home', 'ui.foot.home'),
      press('back', 'back', 'ui.foot.back'),
      this.play,
      press('step', 'step', 'ui.foot.step'),
      this.own,
      press('end', 'end', 'ui.foot.end'),
      this.scrub,
      this.where,
      speedMenu(say, events.speed),
    );
  }

  /** Puts a menu before the scrubber. */
  addMenu(menu: HTMLElement): void {
    this.scrub.before(menu);
  }

  /** Takes the colours anew: the theme has changed. */
  restyle(): void {
    this.ink = undefined;
    this.painted = '';
  }

  /** Measures the space that there is. */
  measure(): void {
    this.width = Math.max(10, this.scrub.clientWidth);
    this.painted = '';
  }

  draw(scene: Scene, player: Player): void {
    const { log, world, tell } = scene;
    const total = log.count;
    if (this.range.max !== String(total)) this.range.max = String(total);
    if (this.range.value !== String(world.seq)) this.range.value = String(world.seq);
    const position = this.say('ui.foot.position', { seq: count(world.seq), total: count(total) });
    this.range.setAttribute('aria-valuetext', listed(this.say, [position, nanoseconds(world.time)]));
    setText(this.where, `${count(world.seq)} / ${count(total)}`);
    this.where.title = listed(this.say, [position, nanoseconds(world.time)]);
    if (this.playing !== player.playing) this.drawPlay(player.playing);
    setText(this.ownName, `G${scene.selected}`);
    const own = this.say('ui.foot.own', { g: tell.names.g(scene.selected) });
    this.own.title = own;
    this.own.setAttribute('aria-label', own);
    this.drawShape(scene);
  }

  /** Marks, at the upper edge, where something was found. */
  private drawFound(ctx: CanvasRenderingContext2D, ink: Ink, scene: Scene): void {
    const { found, log } = scene;
    if (found === undefined || found.count === 0) return;
    const at = (x: number): number => Math.floor((x / this.width) * log.count);
    ctx.fillStyle = ink.accent;
    for (let x = 0; x < this.width; x += markWidth) {
      if (found.between(at(x), at(x + markWidth)) > 0) ctx.fillRect(x, 0, markWidth, 5);
    }
  }

  private drawPlay(playing: boolean): void {
    this.playing = playing;
    const label = this.say(playing ? 'ui.foot.pause' : 'ui.foot.play');
    this.play.replaceChildren(icon(playing ? 'pause' : 'play'));
    this.play.setAttribute('aria-label', label);
    this.play.title = label;
  }

  private drawShape(scene: Scene): void {
    const height = 22;
    const { log, history, selected, world } = scene;
    const done = Math.round((world.seq / Math.max(1, log.count)) * this.width * 2);
    const found = scene.found?.count ?? -1;
    const state = `${log.count} ${selected} ${done} ${this.width} ${found}`;
    if (state === this.painted) return;
    this.painted = state;
    const ctx = fitCanvas(this.canvas, this.width, height);
    this.ink ??= inkOf(this.body, ctx);
    const { ink } = this;
    ctx.clearRect(0, 0, this.width, height);
    const life = history.lives.all[selected];
    if (life === undefined || log.count === 0) return;
    const see = { scale: 'events', from: 0, to: log.count, end: log.count } as const;
    history.pyramids.allow(spansAtOnce);
    this.film.life(ctx, ink, { log, history, life, see }, 3, this.width, height - 6);
    ctx.globalAlpha = 0.55;
    ctx.fillStyle = ink.panel;
    ctx.fillRect(done / 2, 0, this.width, height);
    ctx.globalAlpha = 1;
    this.drawFound(ctx, ink, scene);
    ctx.fillStyle = ink.ink;
    ctx.fillRect(Math.min(this.width - 2, Math.max(0, done / 2 - 1)), 0, 2, height);
  }
}

/** How wide the mark of a match is, in px. */
const markWidth = 2;

function speedMenu(say: Say, choose: (s: Speed) => void): HTMLElement {
  const name = (s: Speed): string =>
    s === 'auto' ? say('ui.foot.speed.auto') : say('ui.foot.speed.rate', { n: count(s) });
  const menu = make(
    'select',
    { class: 'foot-speed', 'aria-label': say('ui.foot.speed'), title: say('ui.foot.speed') },
    ...speeds.map((s) => make('option', { value: s }, name(s))),
  );
  menu.addEventListener('change', () => choose(speeds[menu.selectedIndex] ?? 'auto'));
  return menu;
}
