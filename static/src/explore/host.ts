/** What exploring needs of the workbench around it. */
import type { Problem, Request } from '../bench/wire';
import type { Say } from '../words/say';

/** A run that is to be played: event is the one before which it stops; undefined plays all of it. */
export type Play = {
  readonly schedule: string;
  readonly flags: Readonly<Record<string, string>>;
  /** Of what is random in the program. */
  readonly seed: number;
  readonly event: number | undefined;
  /** The sentence that it is an example of; '' if there is none. */
  readonly about: string;
};

/** A goroutine by its place in the tree of go statements, its number in the run that is shown, and the function that it runs. */
export type Named = { readonly path: string; readonly g: number; readonly name: string };

/** What exploring needs of its workbench. */
export type ExploreHost = {
  readonly say: Say;
  readonly lab: string;
  readonly part: string;
  /** The program as it stands in the editor, and its flags. */
  readonly program: () => {
    readonly files: Readonly<Record<string, string>>;
    readonly flags: Readonly<Record<string, string>>;
  };
  readonly connected: () => boolean;
  readonly send: (r: Request) => void;
  readonly play: (p: Play) => void;
  /** Shows a place in the editor. */
  readonly goTo: (file: string, line: number, col: number) => void;
  readonly problems: (list: readonly Problem[]) => void;
  /** The line in which the cursor is. */
  readonly cursor: () => { readonly file: string; readonly line: number };
  /** The goroutines of the run that is shown, and the schedule that it follows ('' for none). */
  readonly goroutines: () => readonly Named[];
  readonly schedule: () => string;
  /** How many events of that run are past. */
  readonly seq: () => number;
  /** Shows the pane. */
  readonly show: () => void;
  readonly redraw: () => void;
};
