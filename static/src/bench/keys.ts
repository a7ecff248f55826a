/** Which key does what. Single keys act while the focus is in the workbench, outside of fields. */

export type Command =
  | 'play'
  | 'step'
  | 'back'
  | 'own'
  | 'ownback'
  | 'home'
  | 'end'
  | 'find'
  | 'help'
  | 'next'
  | 'prev'
  | 'wide'
  | 'run'
  | 'escape';

/** A key press, as far as it matters. */
export type Press = {
  readonly key: string;
  readonly shift: boolean;
  readonly alt: boolean;
  /** Ctrl or Cmd. */
  readonly mod: boolean;
  /** The focus is where text is written or a control takes keys. */
  readonly inField: boolean;
  /** The focus is on a button or link, which the space bar presses. */
  readonly onButton: boolean;
};

/** The keys, for the list of them: as they are written, and what they do. */
export const keyList: readonly (readonly [string, Command])[] = [
  ['Space', 'play'],
  ['→', 'step'],
  ['←', 'back'],
  ['Shift →', 'own'],
  ['Shift ←', 'ownback'],
  ['Home', 'home'],
  ['End', 'end'],
  ['N', 'next'],
  ['P', 'prev'],
  ['/', 'find'],
  ['R', 'run'],
  ['W', 'wide'],
  ['Esc', 'escape'],
  ['?', 'help'],
];

/** What a press means, if anything; singles says whether single keys act at all. */
export function commandOf(press: Press, singles: boolean): Command | undefined {
  if (press.mod && press.key === 'Enter') return 'run';
  if (press.mod || press.alt || press.inField || !singles) return undefined;
  switch (press.key) {
    case ' ':
      return press.onButton ? undefined : 'play';
    case 'ArrowRight':
      return press.shift ? 'own' : 'step';
    case 'ArrowLeft':
      return press.shift ? 'ownback' : 'back';
    case 'Home':
      return 'home';
    case 'End':
      return 'end';
    case '/':
      return 'find';
    case '?':
      return 'help';
    case 'n':
      return 'next';
    case 'p':
      return 'prev';
    case 'r':
      return 'run';
    case 'w':
      return 'wide';
    case 'Escape':
      return 'escape';
    default:
      return undefined;
  }
}
