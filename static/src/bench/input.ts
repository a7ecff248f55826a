/** What pointer and keys do in a workbench's document: what an element stands for is told by its data attributes. */
import type { Mark } from '../picture/scene';
import { type Command, commandOf } from './keys';
import type { Run } from './run';
import type { Selection } from './selection';
import { markOf, numberOf, pointsItself, pressOf } from './targets';
import type { Problem } from './wire';

/** What is to be done. */
export type InputHost = {
  readonly run: () => Run;
  readonly selection: Selection;
  /** Single keys act. */
  readonly singles: () => boolean;
  /** A dialog is open: keys are its own. */
  readonly busy: () => boolean;
  readonly command: (c: Command, key: string) => void;
  readonly seek: (pos: number) => void;
  readonly problem: (p: Problem) => void;
  /** Answers the open question. */
  readonly answer: (k: number) => void;
  /** Decides about code that came with a link. */
  readonly settle: (choice: 'mine' | 'theirs') => void;
  readonly chosen: (m: Mark) => void;
  readonly open: (fragment: string) => void;
  /** The page's parameters are others now. */
  readonly renew: (params: string) => void;
};

/** Listens to root, and to the page's address. */
export function listen(root: HTMLElement, host: InputHost): void {
  const { selection } = host;
  root.addEventListener('keydown', (e) => pressed(e, host));
  root.addEventListener('click', (e) => clicked(e, root, host));
  root.addEventListener('pointerover', (e) => {
    if (!pointsItself(e.target)) selection.point(markOf(e.target));
  });
  root.addEventListener('pointerleave', () => selection.point(undefined));
  root.addEventListener('focusin', (e) => selection.point(markOf(e.target)));
  root.addEventListener('interleave:open', (e) => {
    if (e instanceof CustomEvent) host.open(String(e.detail));
  });
  root.addEventListener('interleave:renew', (e) => {
    if (e instanceof CustomEvent) host.renew(String(e.detail));
  });
  window.addEventListener('hashchange', () => host.open(location.hash));
}

function pressed(e: KeyboardEvent, host: InputHost): void {
  const command = commandOf(pressOf(e), host.singles());
  if (command === undefined || host.busy()) return;
  e.preventDefault();
  host.command(command, e.key);
}

function clicked(e: MouseEvent, root: HTMLElement, host: InputHost): void {
  const { target } = e;
  if (!(target instanceof Element)) return;
  const word = (name: string): string | null | undefined => target.closest(`[${name}]`)?.getAttribute(name);
  const answer = numberOf(target, 'data-answer', root);
  if (answer !== undefined) host.answer(answer);
  const command = word('data-command');
  if (command === 'undo' || command === 'fork') host.command(command, '');
  const problem = host.run().problems[numberOf(target, 'data-problem', root) ?? -1];
  if (problem !== undefined) host.problem(problem);
  const seq = numberOf(target, 'data-seq', root);
  if (seq !== undefined) host.seek(seq + 1);
  if (word('data-about') !== undefined) host.command('about', '');
  const choice = word('data-shared');
  if (choice === 'mine' || choice === 'theirs') host.settle(choice);
  const mark = markOf(target);
  if (mark !== undefined) host.chosen(mark);
}
