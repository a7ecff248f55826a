/** The bar: where we are, how the run is to be done, and what can be done now. */
import { button, make, setText } from '../dom/make';
import type { Say } from '../words/say';
import type { Params } from './params';

/** What the bar asks for. */
export type BarEvents = {
  readonly run: () => void;
  readonly explore: () => void;
  readonly stop: () => void;
  readonly interrupt: () => void;
  readonly submit: () => void;
  /** Copies a link; says whether there is one. */
  readonly link: () => Promise<boolean>;
  readonly wide: () => void;
  readonly help: () => void;
};

/** How things stand, as far as the bar shows it. */
export type BarState = {
  readonly active: boolean;
  /** The program listens for signals. */
  readonly listens: boolean;
  readonly wide: boolean;
  readonly linkable: boolean;
  /** The program runs on the real runtime, of which no schedule is known. */
  readonly real: boolean;
};

/** The bar of one workbench. */
export class Bar {
  readonly body: HTMLElement;
  private readonly say: Say;
  private readonly stop: HTMLButtonElement;
  private readonly interrupt: HTMLButtonElement;
  private readonly explore: HTMLButtonElement;
  private readonly submit: HTMLButtonElement;
  private readonly link: HTMLButtonElement;
  private readonly wide: HTMLButtonElement;

  constructor(
    params: Params,
    settings: readonly HTMLElement[],
    narrowable: boolean,
    say: Say,
    events: BarEvents,
  ) {
    this.say = say;
    this.stop = button(say('ui.bar.stop'), events.stop, { class: 'button bar-stop', disabled: true });
    this.interrupt = button(say('ui.bar.interrupt'), events.interrupt, {
      class: 'button bar-interrupt',
      title: say('ui.bar.interrupt.title'),
      hidden: true,
    });
    this.explore = button(say('ui.bar.explore'), events.explore, {
      class: 'button bar-explore',
      title: say('ui.bar.explore.title'),
    });
    this.submit = button(say('ui.bar.submit'), events.submit, {
      class: 'button bar-submit',
      hidden: params.part !== 'exercise',
    });
    this.link = button(say('ui.bar.link'), () => void this.copied(events.link()), {
      class: 'button bar-link',
      title: say('ui.bar.link.title'),
      disabled: true,
      hidden: params.urls.brought !== '',
    });
    this.wide = button(say('ui.bar.wide'), events.wide, { class: 'button bar-wide', hidden: !narrowable });
    this.body = make(
      'header',
      { class: 'bench-bar' },
      make('b', { class: 'bar-title' }, params.title),
      make('span', { class: 'bar-place dim' }, params.place),
      make('span', { class: 'bar-gap' }),
      ...settings,
      ...(params.urls.brought === ''
        ? [button(say('ui.bar.run'), events.run, { class: 'button button-main bar-run' }), this.explore]
        : []),
      this.interrupt,
      this.stop,
      this.submit,
      this.link,
      this.wide,
      button('?', events.help, {
        class: 'button bar-help',
        'aria-label': say('ui.bar.keys'),
        title: say('ui.bar.keys'),
      }),
    );
  }

  /** Puts a menu before the link. */
  addMenu(menu: HTMLElement): void {
    this.link.before(menu);
  }

  draw(s: BarState): void {
    this.stop.disabled = !s.active;
    this.interrupt.hidden = !s.active || !s.listens;
    this.link.disabled = !s.linkable;
    this.explore.hidden = s.real;
    setText(this.wide, this.say(s.wide ? 'ui.bar.narrow' : 'ui.bar.wide'));
  }

  private async copied(done: Promise<boolean>): Promise<void> {
    if (!(await done)) return;
    setText(this.link, this.say('ui.bar.link.done'));
    setTimeout(() => setText(this.link, this.say('ui.bar.link')), 2000);
  }
}
