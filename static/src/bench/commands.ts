/** What every command does: the compiler holds the table to be complete. */
import { keep } from '../dom/keep';
import type { Scene } from '../picture/scene';
import type { Sight, ZoomStep } from '../picture/sight';
import type { Say } from '../words/say';
import { candidates } from './hand';
import type { Command } from './keys';
import type { Live } from './live';
import type { Narrator } from './narrate';
import type { Playback } from './playback';
import type { Quiz } from './quiz';
import type { Search } from './search';
import type { Selection } from './selection';
import type { Travel } from './travel';
import type { View } from './view';
import type { Job } from './wire';

/** Does what a command says; key is the one that was pressed, if one was. */
export type Commands = Readonly<Record<Command, (key: string) => void>>;

/** Where this browser remembers whether every step is read in full. */
export const narration = 'interleave:narrate';

/** Where it remembers whether the learner predicts. */
export const predicts = 'interleave:predicts';

/** What commands act on. */
export type CommandHost = {
  readonly root: HTMLElement;
  readonly say: Say;
  readonly live: Live;
  readonly playback: Playback;
  readonly selection: Selection;
  readonly search: Search;
  readonly sight: Sight;
  readonly quiz: Quiz;
  readonly travel: Travel;
  readonly keys: HTMLDialogElement;
  readonly view: () => View;
  readonly narrator: () => Narrator;
  readonly scene: () => Scene;
  readonly start: () => void;
  readonly explore: () => void;
  /** Runs what was run before, up to where the learner chooses. */
  readonly repeat: (job: Job | undefined) => void;
  readonly pick: (g: number | undefined) => void;
  /** Answers the open question. */
  readonly guess: (k: number) => void;
  /** The playhead was moved by choice. */
  readonly moved: () => void;
  readonly tell: (text: string) => void;
};

/** The commands of a workbench. */
export function commandsOf(host: CommandHost): Commands {
  const { live, playback, selection, quiz } = host;
  const travel = (act: () => void) => (): void => {
    act();
    host.moved();
  };
  const goroutine = (by: 1 | -1) => (): void => {
    const g = selection.goroutine + by;
    selection.point(undefined);
    selection.select({ kind: 'g', g: Math.max(1, Math.min(live.run.log.maxG, g)) });
  };
  return {
    ...host.travel.commands(),
    run: host.start,
    explore: host.explore,
    play: () => {
      if (live.run.log.count === 0 && !live.run.active) host.start();
      else travel(() => playback.toggle(live.run))();
    },
    step: travel(() => playback.step(live.run, 1)),
    back: travel(() => playback.step(live.run, -1)),
    home: travel(() => playback.seek(live.run, 0)),
    end: travel(() => playback.end(live.run)),
    next: goroutine(1),
    prev: goroutine(-1),
    pin: () => {
      if (playback.player.seq > 0) selection.pin(playback.player.seq - 1);
    },
    escape: () => {
      if (host.view().unfill()) return;
      selection.point(undefined);
      selection.clear();
    },
    pick: (key) => {
      if (quiz.question !== undefined) host.guess(Number(key) - 1);
      else host.pick(candidates(host.scene())[Number(key) - 1]);
    },
    quiz: () => {
      quiz.on = !quiz.on;
      quiz.question = undefined;
      keep(predicts, quiz.on ? 'on' : undefined);
    },
    undo: () => host.repeat(live.run.undone()),
    fork: () => host.repeat(live.run.forked(playback.player.seq)),
    ...looks(host),
  };
}

type Looks =
  'find' | 'help' | 'fill' | 'panes' | 'about' | 'narrate' | 'wide' | 'zoomin' | 'zoomout' | 'zoomall';

/** The commands that change only what is looked at. */
function looks(host: CommandHost): Readonly<Record<Looks, () => void>> {
  const { search, keys, say, live, playback } = host;
  const zoom = (step: ZoomStep) => (): void => host.sight.step(live.run.log, step, playback.player.seq);
  return {
    find: () => {
      host.view().show('events');
      search.input.select();
    },
    help: () => keys.showModal(),
    zoomin: zoom('in'),
    zoomout: zoom('out'),
    zoomall: zoom('all'),
    fill: () => host.view().flipFill(),
    panes: () => host.view().menu.open(),
    about: () => host.view().show('about'),
    narrate: () => {
      const narrator = host.narrator();
      narrator.full = !narrator.full;
      keep(narration, narrator.full ? 'on' : undefined);
      host.tell(say(narrator.full ? 'ui.narrate.on' : 'ui.narrate.off'));
    },
    wide: () => void host.root.closest('.with-bench')?.classList.toggle('is-wide'),
  };
}
