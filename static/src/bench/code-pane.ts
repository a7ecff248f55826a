/** The code pane: tabs of files, the editor, and what is done with the text: save, format, reset. */
import { listed } from '../words/say';
import { memory } from '../dom/keep';
import { button, make, setText } from '../dom/make';
import { menu } from '../dom/menu';
import type { Scene } from '../picture/scene';
import type { Say } from '../words/say';
import { codeTwin, type Measure, measures, overlayOf } from './code-tags';
import { askDialog } from './dialogs';
import { draftKey, Drafts, type Files, type SaveState } from './drafts';
import { Editor } from './editor';
import { noOverlay } from './editor-tags';
import { type Pane, pane } from './pane';
import type { File, Params } from './params';
import type { Mark } from '../picture/scene';
import type { Server } from './server';
import type { Problem } from './wire';

/** What the code pane tells its owner. */
export type CodeEvents = {
  readonly edited: () => void;
  readonly shown: () => void;
  readonly point: (m: Mark | undefined) => void;
  readonly select: (m: Mark) => void;
  readonly menuOfLine: (m: Mark) => void;
  readonly trouble: (error: string) => void;
  /** What is to be shown of the run has changed. */
  readonly redraw: () => void;
};

/** The code of one workbench. */
export class CodePane {
  readonly pane: Pane;
  readonly editor: Editor;
  private readonly params: Params;
  private readonly say: Say;
  private readonly server: Server;
  private readonly events: CodeEvents;
  private readonly drafts: Drafts;
  private readonly status = make('small', { class: 'save-state', role: 'status' });
  private readonly tabs = make('span', { class: 'file-tabs' });
  private readonly offers: HTMLElement;
  /** The files as they are given; an author may change them while they are shown. */
  private given: readonly File[];
  private replacing = false;
  /** The learner's own files while those of another are shown. */
  private mine: Files | undefined;
  private measure: Measure = 'events';
  private plain = false;

  constructor(params: Params, server: Server, say: Say, events: CodeEvents, readOnly: boolean) {
    this.params = params;
    this.given = params.files;
    this.server = server;
    this.say = say;
    this.events = events;
    this.offers = make('div', { class: 'author-offers', 'aria-live': 'polite' });
    this.drafts = new Drafts({
      put: (files) => server.save(params.part, files),
      storage: memory,
      key: draftKey(params.lab, params.part),
      files: () => this.mine ?? this.files(),
      state: (s) => this.drawState(s),
    });
    const kept = readOnly ? undefined : this.drafts.kept();
    const sources = [
      ...this.given.map((f) => ({ name: f.name, text: kept?.get(f.name) ?? f.text, readOnly })),
      ...params.tests.map((f) => ({ name: f.name, text: f.text, readOnly: true })),
    ];
    if (sources.length === 0) sources.push({ name: '', text: '', readOnly: true }); // there is no program
    this.editor = new Editor(sources, params.nonce, say, {
      changed: () => this.changed(),
      save: () => void this.format(),
      left: () => this.drafts.flush(),
      pointLine: (line) => events.point(line === undefined ? undefined : this.lineMark(line)),
      selectLine: (line) => events.select(this.lineMark(line)),
      menuOfLine: (line) => events.menuOfLine(this.lineMark(line)),
    });
    this.pane = pane('code', this.editor.body, {
      title: say('ui.code.title'),
      question: '',
      tools: [this.tabs, this.status, ...this.tools()],
      twin: { say, flip: events.redraw },
    });
    this.pane.root.append(make('p', { class: 'visually-hidden' }, say('ui.code.help')));
    this.editor.body.before(this.offers);
    this.editor.body.title = '';
    this.drawTabs();
    this.drawState(this.asGiven() ? 'same' : 'saved');
    if (kept !== undefined) this.drafts.changed();
  }

  /** Shows what the run does in the text, as long as it is the text that ran. */
  draw(scene: Scene, stale: boolean): void {
    const { editor } = this;
    this.pane.drawTwin(() => codeTwin(scene, editor.shown));
    if (!this.pane.asTable()) {
      editor.draw(stale ? noOverlay : overlayOf(scene, editor.shown, this.measure));
    }
  }

  /** The learner's files. */
  files(): Files {
    return Object.fromEntries(this.given.map((f) => [f.name, this.editor.text(f.name)]));
  }

  /** The files that are not as they were given. */
  edits(): Files {
    const changed = this.given.filter((f) => this.editor.text(f.name) !== f.original);
    return Object.fromEntries(changed.map((f) => [f.name, this.editor.text(f.name)]));
  }

  /** The files as they are given. */
  originals(): Files {
    return Object.fromEntries(this.given.map((f) => [f.name, f.original]));
  }

  /**
   * Takes in what an author has changed meanwhile: a file that the learner has not edited is the new one at once, for
   * others the new one is offered.
   */
  renew(files: readonly File[], tests: readonly File[]): void {
    const names = (list: readonly File[]): string => list.map((f) => f.name).join('/');
    const { given, params } = this;
    if (names(files) !== names(given) || names(tests) !== names(params.tests)) {
      this.offer(this.say('ui.author.files'), this.say('ui.author.reload'), () => {
        this.drafts.flush();
        location.reload();
      });
      return;
    }
    const before = this.originals();
    const changed = files.filter((f) => f.original !== before[f.name]);
    if (changed.length === 0 && tests.every((f) => f.text === this.editor.text(f.name))) return;
    const mine = this.mine ?? this.files();
    const [untouched, edited] = [true, false].map((as) =>
      changed.filter((f) => (mine[f.name] === before[f.name] || mine[f.name] === f.original) === as),
    );
    this.given = files;
    const texts = (list: readonly File[]): Files => Object.fromEntries(list.map((f) => [f.name, f.original]));
    this.put({ ...this.takeIn(texts(untouched ?? [])), ...texts(tests) });
    if (edited !== undefined && edited.length > 0) {
      const names = listed(
        this.say,
        edited.map((f) => f.name),
      );
      this.offer(this.say('ui.author.changed', { files: names }), this.say('ui.author.load'), () => {
        this.put(this.takeIn(texts(edited)));
        this.kept(mine);
      });
    } else if (changed.length > 0) {
      this.offers.replaceChildren();
      this.kept(mine);
    }
  }

  /** Puts files into what is the learner's own; returns those that are to be shown. */
  private takeIn(files: Files): Files {
    if (this.mine === undefined) return files;
    this.mine = { ...this.mine, ...files };
    return {};
  }

  /** The learner's files have become others than these, without an edit. */
  private kept(before: Files): void {
    const now = this.mine ?? this.files();
    const given = this.originals();
    if (this.given.every((f) => now[f.name] === given[f.name])) {
      // What is stored may be an edit back to what was given before.
      void this.server.reset(this.params.part).catch((error: unknown) => this.events.trouble(String(error)));
      this.drafts.clear();
    } else if (this.given.some((f) => now[f.name] !== before[f.name])) {
      this.drafts.changed();
      this.drafts.flush();
    }
    if (this.mine === undefined) this.drawState(this.asGiven() ? 'same' : 'saved');
    this.events.edited();
  }

  private offer(text: string, act: string, take: () => void): void {
    const close = (): void => this.offers.replaceChildren();
    this.offers.replaceChildren(
      make(
        'div',
        { class: 'author-offer' },
        make('p', {}, text),
        button(act, () => {
          close();
          take();
        }),
        button(this.say('ui.author.keep'), close),
      ),
    );
  }

  /** Says whether the code is another's. */
  get borrowed(): boolean {
    return this.mine !== undefined;
  }

  /** Shows another's code: the given one, but for these files. The learner's own is kept, and not written to. */
  borrow(files: ReadonlyMap<string, string>): void {
    const theirs = this.given.map((f) => [f.name, files.get(f.name) ?? f.original] as const);
    if (theirs.every(([name, text]) => this.editor.text(name) === text)) return;
    this.mine ??= this.files();
    this.put(Object.fromEntries(theirs));
    this.drawState('borrowed');
  }

  /** Gives another's code back: shows the learner's own, or makes the other's the learner's. */
  settle(keep: 'mine' | 'theirs'): void {
    const { mine } = this;
    if (mine === undefined) return;
    this.mine = undefined;
    if (keep === 'mine') {
      this.put(mine);
      this.drawState(this.asGiven() ? 'same' : 'saved');
      this.events.edited();
    } else {
      this.drafts.changed();
      this.drafts.flush();
    }
  }

  private put(files: Files): void {
    this.replacing = true;
    for (const [name, text] of Object.entries(files)) this.editor.replace(name, text);
    this.replacing = false;
    this.editor.problems([]);
  }

  /** The line that the cursor is in. */
  cursor(): { readonly file: string; readonly line: number } {
    return { file: this.editor.shown, line: this.editor.line };
  }

  /** Shows problems, in the file of the first of them. */
  problems(problems: readonly Problem[]): void {
    const first = problems.find((p) => this.given.some((f) => f.name === p.file));
    if (first !== undefined) this.show(first.file);
    this.editor.problems(problems);
  }

  /** Puts the cursor at a problem. */
  goTo(p: Problem): void {
    const known = [...this.given, ...this.params.tests];
    if (known.some((f) => f.name === p.file)) this.show(p.file);
    this.editor.goTo(p.line, p.col);
  }

  /** Saves what is not saved yet. */
  flush(): void {
    this.drafts.flush();
  }

  /** Formats the shown file as gofmt does, and saves. */
  async format(): Promise<void> {
    const name = this.editor.shown;
    if (!this.given.some((f) => f.name === name)) return;
    const before = this.editor.text(name);
    try {
      const answer = await this.server.format(before);
      if (this.editor.text(name) !== before) return; // typed on meanwhile
      if ('source' in answer) {
        this.editor.replace(name, answer.source);
        this.editor.problems([]);
      } else {
        this.editor.problems(answer.problems.map((p) => ({ ...p, file: name })));
      }
    } catch (error) {
      this.events.trouble(this.say('ui.state.failed', { error: String(error) }));
    }
    this.drafts.flush();
  }

  private lineMark(line: number): Mark {
    return { kind: 'line', file: this.editor.shown, line };
  }

  private changed(): void {
    if (this.replacing) return;
    if (this.mine === undefined) this.drafts.changed();
    this.events.edited();
  }

  private asGiven(): boolean {
    return this.given.every((f) => this.editor.text(f.name) === f.original);
  }

  private drawState(s: SaveState | 'borrowed'): void {
    setText(this.status, this.say(`ui.save.${s === 'saved' && this.asGiven() ? 'same' : s}`));
    this.status.dataset['state'] = s;
  }

  private show(name: string): void {
    this.editor.show(name);
    this.drawTabs();
    this.events.shown();
  }

  private drawTabs(): void {
    const files = [...this.given, ...this.params.tests];
    const tests = new Set(this.params.tests.map((f) => f.name));
    this.tabs.replaceChildren(
      ...files.map((f) => {
        const b = button(f.name, () => this.show(f.name), {
          class: 'tab',
          'aria-pressed': f.name === this.editor.shown ? 'true' : 'false',
        });
        if (tests.has(f.name)) b.title = this.say('ui.code.tests');
        return b;
      }),
    );
  }

  private tools(): readonly HTMLElement[] {
    const { say } = this;
    const ask = askDialog(
      say('ui.code.reset.ask'),
      say('ui.code.reset.yes'),
      say('ui.code.reset.no'),
      () => void this.reset(),
    );
    return [
      make('span', { class: 'pane-gap' }),
      this.viewMenu(),
      button(say('ui.code.format'), () => void this.format(), {
        class: 'button tool',
        title: say('ui.code.help'),
      }),
      button(say('ui.code.reset'), () => ask.showModal(), { class: 'button tool' }),
      ask,
    ];
  }

  /** How the text is shown: what the bars beside the lines measure, and in which kind of field. */
  private viewMenu(): HTMLElement {
    const { say } = this;
    return menu({ label: say('ui.code.view'), cls: 'tool code-view' }, () => [
      { heading: say('ui.code.measure') },
      ...measures.map((m) => ({
        label: say(`ui.code.measure.${m}`),
        checked: m === this.measure,
        act: () => {
          this.measure = m;
          this.events.redraw();
        },
      })),
      { heading: say('ui.code.rich') },
      {
        label: say('ui.code.plain'),
        checked: this.plain,
        act: () => {
          this.plain = !this.plain;
          this.editor.setPlain(this.plain);
        },
      },
    ]).body;
  }

  private async reset(): Promise<void> {
    try {
      await this.server.reset(this.params.part);
    } catch (error) {
      this.events.trouble(this.say('ui.state.failed', { error: String(error) }));
      return;
    }
    this.mine = undefined;
    this.put(Object.fromEntries(this.given.map((f) => [f.name, f.original])));
    this.drafts.clear();
    this.drawState('same');
    this.events.edited();
  }
}
