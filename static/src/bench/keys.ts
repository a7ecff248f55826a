/** Which key does what. Single keys act while the focus is in the workbench, outside of fields. */

/** What a key, or a button that does the same, asks for. */
export type Command =
  | 'play'
  | 'step'
  | 'back'
  | 'own'
  | 'ownback'
  | 'object'
  | 'objectback'
  | 'blocks'
  | 'blocksback'
  | 'runs'
  | 'runsback'
  | 'ends'
  | 'line'
  | 'lineback'
  | 'match'
  | 'matchback'
  | 'goto'
  | 'placeback'
  | 'placeforth'
  | 'home'
  | 'end'
  | 'find'
  | 'help'
  | 'next'
  | 'prev'
  | 'pin'
  | 'wide'
  | 'fill'
  | 'panes'
  | 'about'
  | 'narrate'
  | 'zoomin'
  | 'zoomout'
  | 'zoomall'
  | 'run'
  | 'explore'
  | 'escape'
  | 'pick'
  | 'undo'
  | 'fork'
  | 'quiz';

/** A key press, as far as it matters. */
export type Press = {
  /** As the browser names it; a letter is small. */
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

/** One key: as it is pressed, and what it does. */
export type Key = {
  readonly key: string;
  readonly shift?: boolean;
  readonly alt?: boolean;
  readonly command: Command;
};

/** The keys that belong together, under ui.keys.group.NAME; ui.keys.more.NAME may tell of others. */
export type KeyGroup = { readonly name: string; readonly keys: readonly Key[]; readonly more?: boolean };

/** All keys, as the list of them shows them. */
export const keyGroups: readonly KeyGroup[] = [
  {
    name: 'play',
    keys: [
      { key: 'r', command: 'run' },
      { key: 'r', shift: true, command: 'explore' },
      { key: ' ', command: 'play' },
      { key: 'ArrowRight', command: 'step' },
      { key: 'ArrowLeft', command: 'back' },
      { key: 'Home', command: 'home' },
      { key: 'End', command: 'end' },
    ],
  },
  {
    name: 'travel',
    keys: [
      { key: 'ArrowRight', shift: true, command: 'own' },
      { key: 'ArrowLeft', shift: true, command: 'ownback' },
      { key: 'b', command: 'blocks' },
      { key: 'b', shift: true, command: 'blocksback' },
      { key: 'x', command: 'runs' },
      { key: 'x', shift: true, command: 'runsback' },
      { key: 'e', command: 'ends' },
      { key: ']', command: 'object' },
      { key: '[', command: 'objectback' },
      { key: 'l', command: 'line' },
      { key: 'l', shift: true, command: 'lineback' },
      { key: 'g', command: 'goto' },
      { key: 'ArrowLeft', alt: true, command: 'placeback' },
      { key: 'ArrowRight', alt: true, command: 'placeforth' },
    ],
  },
  {
    name: 'hand',
    keys: [
      { key: '1', command: 'pick' },
      { key: 'u', command: 'undo' },
      { key: 'c', command: 'fork' },
      { key: 'q', command: 'quiz' },
    ],
  },
  {
    name: 'find',
    keys: [
      { key: '/', command: 'find' },
      { key: 'm', command: 'match' },
      { key: 'm', shift: true, command: 'matchback' },
      { key: 'n', command: 'next' },
      { key: 'p', command: 'prev' },
      { key: 'k', command: 'pin' },
      { key: 'Escape', command: 'escape' },
    ],
  },
  {
    name: 'look',
    more: true,
    keys: [
      { key: '+', command: 'zoomin' },
      { key: '-', command: 'zoomout' },
      { key: '0', command: 'zoomall' },
      { key: 'f', command: 'fill' },
      { key: 'v', command: 'panes' },
      { key: 'i', command: 'about' },
      { key: 's', command: 'narrate' },
      { key: 'w', command: 'wide' },
      { key: '?', command: 'help' },
    ],
  },
];

const names: ReadonlyMap<string, string> = new Map([
  [' ', 'Space'],
  ['ArrowRight', '→'],
  ['ArrowLeft', '←'],
  ['Escape', 'Esc'],
  ['1', '1 … 9'],
]);

/** A key as it is written: "Shift →". */
export function written(k: Key): string {
  const name = names.get(k.key) ?? (k.key.length === 1 ? k.key.toUpperCase() : k.key);
  return `${k.alt === true ? 'Alt ' : ''}${k.shift === true ? 'Shift ' : ''}${name}`;
}

/** The key of a command as it is written; empty if it has none. */
export function keyOf(command: Command): string {
  for (const { keys } of keyGroups) {
    const k = keys.find((key) => key.command === command);
    if (k !== undefined) return written(k);
  }
  return '';
}

/** What a press means, if anything; singles says whether single keys act at all. */
export function commandOf(press: Press, singles: boolean): Command | undefined {
  if (press.mod && press.key === 'Enter') return 'run';
  if (press.mod || press.inField || !singles) return undefined;
  if (press.key === ' ' && press.onButton) return undefined;
  for (const { keys } of keyGroups) {
    const k = keys.find((key) => fits(key, press));
    if (k !== undefined) return k.command;
  }
  return undefined;
}

/** Says whether a press is of this key. Which signs need shift is the keyboard's affair. */
function fits(k: Key, press: Press): boolean {
  if (k.command === 'pick') return /^[1-9]$/.test(press.key) && !press.alt;
  const sign = k.key.length === 1 && !/[a-z ]/.test(k.key);
  return (
    k.key === press.key && (k.alt ?? false) === press.alt && (sign || (k.shift ?? false) === press.shift)
  );
}
