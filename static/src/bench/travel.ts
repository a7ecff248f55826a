/** Travel in time: what the keys do and the menu "Go to" offers, by what is selected. */
import { must } from '../event/check';
import { Kind } from '../event.gen';
import { button, make } from '../dom/make';
import { type Item, type Menu, menu } from '../dom/menu';
import { type Fits, ofGoroutine, ofKind, ofObject, ofSite } from '../fold/travel';
import { count, type Say } from '../words/say';
import { type Command, keyOf } from './keys';
import type { Playback } from './playback';
import type { Run } from './run';
import type { Selection } from './selection';

/** What a traveller needs of the workbench. */
export type TravelHost = {
  readonly run: () => Run;
  readonly playback: Playback;
  readonly selection: Selection;
  /** The line of the source that is meant: the one selected, else the cursor's. */
  readonly line: () => { readonly file: string; readonly line: number } | undefined;
  /** What a query has found, if there is one. */
  readonly found: () => Fits | undefined;
  /** The playhead was moved by choice: show where it is. */
  readonly moved: () => void;
  /** Says that there is no such event. */
  readonly tell: (text: string) => void;
};

/** The commands that hunt for an event: what they look for, and in which direction. */
const hunts = {
  own: ['g', 1],
  ownback: ['g', -1],
  object: ['obj', 1],
  objectback: ['obj', -1],
  blocks: ['blocks', 1],
  blocksback: ['blocks', -1],
  runs: ['runs', 1],
  runsback: ['runs', -1],
  ends: ['ends', 1],
  line: ['line', 1],
  lineback: ['line', -1],
  match: ['match', 1],
  matchback: ['match', -1],
} as const satisfies Partial<Record<Command, readonly [string, 1 | -1]>>;

type HuntCommand = keyof typeof hunts;
type Quarry = (typeof hunts)[HuntCommand][0];

/** All commands of travelling. */
export type TravelCommand = HuntCommand | 'goto' | 'placeback' | 'placeforth';

/** Travel in one workbench. */
export class Travel {
  readonly menu: Menu;
  private readonly say: Say;
  private readonly host: TravelHost;
  private readonly box: HTMLInputElement;

  constructor(say: Say, host: TravelHost) {
    this.say = say;
    this.host = host;
    this.box = make('input', { type: 'number', min: 0, step: 1, id: 'goto-event', class: 'field-event' });
    const form = make(
      'form',
      { class: 'menu-top' },
      make('label', { for: 'goto-event' }, say('ui.goto.event')),
      this.box,
      button(say('ui.goto.go'), () => form.requestSubmit()),
    );
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      this.menu.close();
      this.toEvent(this.box.valueAsNumber);
    });
    const look = { label: say('ui.goto'), title: say('ui.goto.title'), cls: 'foot-goto', top: form };
    this.menu = menu(look, () => this.items());
  }

  /** What each command does. */
  commands(): Readonly<Record<TravelCommand, () => void>> {
    const go = (c: HuntCommand) => (): void => this.hunt(c);
    const place = (by: 1 | -1) => (): void => {
      this.host.playback.go(this.host.run(), by);
      this.host.moved();
    };
    return {
      own: go('own'),
      ownback: go('ownback'),
      object: go('object'),
      objectback: go('objectback'),
      blocks: go('blocks'),
      blocksback: go('blocksback'),
      runs: go('runs'),
      runsback: go('runsback'),
      ends: go('ends'),
      line: go('line'),
      lineback: go('lineback'),
      match: go('match'),
      matchback: go('matchback'),
      goto: () => this.menu.open(),
      placeback: place(-1),
      placeforth: place(1),
    };
  }

  /** Goes to the event with this number, counted from 1. */
  private toEvent(n: number): void {
    if (!Number.isFinite(n)) return;
    this.host.playback.seek(this.host.run(), Math.max(0, Math.round(n)));
    this.host.moved();
  }

  private hunt(c: HuntCommand): void {
    const [quarry, by] = hunts[c];
    const fits = this.fits(quarry);
    const name = this.name(c);
    if (fits === undefined || name === undefined) return this.host.tell(this.say(`ui.goto.no.${quarry}`));
    this.host.moved();
    this.host.playback.hunt(this.host.run(), fits, by, () =>
      this.host.tell(this.say(by > 0 ? 'ui.goto.none.next' : 'ui.goto.none.last', { what: name })),
    );
  }

  /** What fits; undefined if nothing is selected that could. */
  private fits(quarry: Quarry): Fits | undefined {
    const { selection } = this.host;
    const g = selection.goroutine;
    switch (quarry) {
      case 'g':
        return ofGoroutine(g);
      case 'blocks':
        return ofKind(g, Kind.GoPark);
      case 'runs':
        return ofKind(g, Kind.GoStart);
      case 'ends':
        return ofKind(g, Kind.GoEnd);
      case 'obj':
        return selection.object === undefined ? undefined : ofObject(selection.object);
      case 'match':
        return this.host.found();
      case 'line': {
        const line = this.host.line();
        if (line === undefined) return undefined;
        const { names } = this.host.run().tell;
        return ofSite((id) => {
          const site = must(names.site(id), `site ${id}`);
          return site.line === line.line && names.file(site) === line.file;
        });
      }
    }
  }

  /** What a hunt is after, in words; undefined if nothing is selected that it could be. */
  private name(c: HuntCommand): string | undefined {
    const [quarry, by] = hunts[c];
    const { selection } = this.host;
    const { names } = this.host.run().tell;
    const way = by > 0 ? 'next' : 'last';
    switch (quarry) {
      case 'obj':
        if (selection.object === undefined) return undefined;
        return this.say(`ui.goto.${way}.obj`, { obj: names.obj(selection.object) });
      case 'line': {
        const line = this.host.line();
        return line === undefined ? undefined : this.say(`ui.goto.${way}.line`, { line: line.line });
      }
      case 'match':
        return this.host.found() === undefined ? undefined : this.say(`ui.goto.${way}.match`);
      default:
        return this.say(`ui.goto.${way}.${quarry}`, { g: names.g(selection.goroutine) });
    }
  }

  private items(): readonly Item[] {
    const { say } = this;
    const run = this.host.run();
    this.box.value = String(this.host.playback.player.seq);
    this.box.max = String(run.complete ? run.log.count : 2 ** 31);
    this.box.title = say('ui.goto.of', { n: count(run.log.count) });
    const commands = this.commands();
    const line = (c: HuntCommand): Item => {
      const name = this.name(c);
      const label = name ?? say(`ui.goto.no.${hunts[c][0]}`);
      return { label, key: keyOf(c), disabled: name === undefined || run.log.count === 0, act: commands[c] };
    };
    const place = (c: 'placeback' | 'placeforth'): Item => ({
      label: say(`ui.keys.${c}`),
      key: keyOf(c),
      disabled: !this.host.playback.canGo(c === 'placeback' ? -1 : 1),
      act: commands[c],
    });
    const shown: readonly HuntCommand[] = [
      'own',
      'ownback',
      'blocks',
      'blocksback',
      'runs',
      'runsback',
      'ends',
    ];
    const lines: readonly HuntCommand[] = ['line', 'lineback'];
    const objects: readonly HuntCommand[] = ['object', 'objectback'];
    const found: readonly HuntCommand[] = ['match', 'matchback'];
    const groups = [shown, lines, objects, found].flatMap((group) => {
      const first = group[0];
      const any = first !== undefined && this.name(first) !== undefined;
      return any ? group.map(line) : group.slice(0, 1).map(line);
    });
    return [...groups, place('placeback'), place('placeforth')];
  }
}
