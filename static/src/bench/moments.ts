/** Moments that are shared: given away as a link or a file, and opened where they come from outside. */
import { count, type Say } from '../words/say';
import { fromAddress, longestLink, toAddress } from './address';
import type { CodePane } from './code-pane';
import type { Controls } from './controls';
import type { Params, Settings } from './params';
import type { Playback } from './playback';
import type { Run } from './run';
import type { Selection } from './selection';
import { Taking } from './taking';

/** What a moment is made of, and what it takes to show one. */
export type MomentHost = {
  readonly run: () => Run;
  readonly playback: Playback;
  readonly selection: Selection;
  readonly controls: Controls;
  readonly code: CodePane;
  readonly panes: () => string | undefined;
  readonly arrange: (panes: string) => void;
  readonly show: (pane: string) => void;
  /** Runs, up to event goal. */
  readonly start: (goal: number | undefined) => void;
  readonly tell: (text: string) => void;
  readonly trouble: (text: string) => void;
};

/** The moments of one workbench. */
export class Moments {
  /** The menu Share. */
  readonly taking: Taking;
  private readonly say: Say;
  private readonly host: MomentHost;

  constructor(params: Params, say: Say, host: MomentHost) {
    this.say = say;
    this.host = host;
    this.taking = new Taking(params, say, {
      run: host.run,
      settings: () => this.settings(),
      files: () => host.code.files(),
      address: () => this.address(),
      open: (fragment) => this.open(fragment),
      copyLink: () => void this.copyLink().then((done) => done && host.tell(say('ui.bar.link.done'))),
      tell: host.tell,
      trouble: host.trouble,
    });
  }

  /** Opens the moment that an address names, if it names one, and runs. */
  async open(fragment: string): Promise<void> {
    const m = await fromAddress(fragment);
    if (m === undefined) return;
    const { host } = this;
    if (m.files !== undefined) host.code.borrow(m.files);
    host.controls.apply(m);
    if (m.panes !== undefined) host.arrange(m.panes);
    // The first is shown last: where there is room for one, it is that one.
    for (const picture of m.pictures?.toReversed() ?? []) host.show(picture);
    host.start(m.at);
    if (m.g !== undefined) host.selection.select({ kind: 'g', g: m.g });
    if (m.obj !== undefined) host.selection.select({ kind: 'obj', obj: m.obj });
    if (m.damaged) host.trouble(this.say('ui.shared.damaged'));
  }

  /** Copies a link to this moment; says whether it could be that short. */
  async copyLink(): Promise<boolean> {
    const url = new URL(location.href);
    url.hash = await this.address();
    if (url.hash.length > longestLink) {
      this.host.trouble(
        this.say('ui.bar.link.long', { n: count(url.hash.length), most: count(longestLink) }),
      );
      return false;
    }
    await navigator.clipboard.writeText(url.href);
    return true;
  }

  /** Decides about code that came with a link; the page's address no longer brings it. */
  settle(choice: 'mine' | 'theirs'): void {
    this.host.code.settle(choice);
    history.replaceState(null, '', location.pathname + location.search);
  }

  /** The settings of what is shown. */
  private settings(): Settings {
    return this.host.run().settings() ?? this.host.controls.settings();
  }

  /** The address of what is seen. */
  private address(): Promise<string> {
    const { selection, playback, code, panes } = this.host;
    return toAddress(this.settings(), {
      at: playback.player.seq,
      g: selection.goroutine,
      obj: selection.selected.kind === 'obj' ? selection.object : undefined,
      panes: panes(),
      files: code.edits(),
    });
  }
}
