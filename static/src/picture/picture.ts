/**
 * What a picture is: it answers one question about one moment of a run, and is
 * opened in a place once and drawn there for every moment. Its text twin says
 * the same in a sentence and a table.
 */
import { type Content, patch } from '../dom/draw';
import { make } from '../dom/make';
import type { Say } from '../words/say';
import type { Mark, Scene } from './scene';
import type { Sight } from './sight';

/** A picture's text twin: one sentence and a table with the same data. */
export type Twin = {
  readonly sentence: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** What a picture tells its owner, and what it shares with the others there. */
export type Desk = {
  readonly say: Say;
  /** The part of the run that pictures with a time axis show. */
  readonly sight: Sight;
  /** Points at something, or at nothing any more. */
  readonly point: (mark: Mark | undefined) => void;
  readonly select: (mark: Mark) => void;
  /** Moves the playhead: so many events are past. */
  readonly seek: (pos: number) => void;
  /** Pins an event, to which the current one is compared; the one that is pinned, or undefined, lets go. */
  readonly pin: (seq: number | undefined) => void;
  /** Runs the program again as it is set, but so; undefined where the reader sets nothing. */
  readonly rerun: ((settings: { readonly memory: boolean }) => void) | undefined;
  /** Something changed that is not in the scene: draw again. */
  readonly redraw: () => void;
  /** Keeps and compares runs, where that can be done. */
  readonly runs?: Runs;
};

/** What can be done with whole runs. */
export type Runs = {
  /** Keeps the run that is shown, to be compared with later ones. */
  readonly keep: () => void;
  /** Runs again with the next seed. */
  readonly again: () => void;
  /** Shows the kept run, and keeps the one that was shown. */
  readonly swap: () => void;
  /** Forgets the kept run. */
  readonly drop: () => void;
};

/** A picture in its place. */
export type Shown = {
  readonly body: HTMLElement;
  /** What stands in the head of the picture's pane. */
  readonly tools: readonly HTMLElement[];
  /** Draws a moment; follow says that the playhead was moved and must be seen. */
  readonly draw: (scene: Scene, follow: boolean) => void;
  readonly twin: (scene: Scene) => Twin;
  /** Measures the space that there is; called when that may have changed, never while drawing. */
  readonly measure: () => void;
  /** Takes the colours anew: the theme has changed. */
  readonly restyle: () => void;
};

/** A picture. Its words are ui.picture.ID, ui.picture.ID.question and ui.picture.ID.empty. */
export type Picture = { readonly id: string; readonly open: (desk: Desk) => Shown };

/** A picture that is a function of the scene, drawn into the document. */
export function drawn(
  id: string,
  draw: (scene: Scene) => readonly Content[],
  twin: (scene: Scene) => Twin,
): Picture {
  const nothing = (): void => undefined;
  return {
    id,
    open: ({ say }) => {
      // Many scroll, and some hold nothing that takes the focus: keys must reach all of it.
      const label = say(`ui.picture.${id}`);
      const body = make('div', {
        class: `picture picture-${id}`,
        tabindex: '0',
        role: 'group',
        'aria-label': label,
      });
      return {
        body,
        tools: [],
        draw: (scene) => patch(body, draw(scene)),
        twin,
        measure: nothing,
        restyle: nothing,
      };
    },
  };
}
