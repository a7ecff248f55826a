/** The editor: the program's files and the tests, one at a time, in CodeMirror or as plain text. */
import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { goLanguage } from '@codemirror/lang-go';
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import { searchKey } from './editor-search';
import { must } from '../event/check';
import { make } from '../dom/make';
import type { Say } from '../words/say';
import { PlainEditor } from './editor-plain';
import { noOverlay, type Overlay, overlays, sameOverlay, setOverlay } from './editor-tags';
import type { Problem } from './wire';

/** A file in the editor. */
export type Source = { readonly name: string; readonly text: string; readonly readOnly: boolean };

/** What the editor tells its owner. */
export type EditorEvents = {
  readonly changed: (name: string) => void;
  readonly save: () => void;
  readonly left: () => void;
  readonly pointLine: (line: number | undefined) => void;
  readonly selectLine: (line: number) => void;
  /** Asks what can be done with a line. */
  readonly menuOfLine: (line: number) => void;
};

/** The editor of one workbench. */
export class Editor {
  readonly body = make('div', { class: 'editor' });
  private readonly plain = new PlainEditor();
  private readonly view: EditorView;
  private readonly states = new Map<string, EditorState>();
  private readonly events: EditorEvents;
  private readonly say: Say;
  private readonly nonce: string;
  private name: string;
  private overlay: Overlay = noOverlay;
  private pointed: number | undefined;

  constructor(sources: readonly Source[], nonce: string, say: Say, events: EditorEvents) {
    this.events = events;
    this.say = say;
    this.nonce = nonce;
    for (const s of sources) this.states.set(s.name, this.newState(s));
    this.name = must(sources[0], 'file of the program').name;
    this.view = new EditorView({ state: this.state(this.name), parent: this.body });
    const { field } = this.plain;
    field.addEventListener('input', () => this.replace(this.name, field.value));
    field.addEventListener('blur', () => this.events.left());
    this.body.append(this.plain.body);
  }

  /** The file that is shown. */
  get shown(): string {
    return this.name;
  }

  /** The line that the cursor is in. */
  get line(): number {
    const { doc, selection } = this.view.state;
    return doc.lineAt(selection.main.head).number;
  }

  /** The text of a file. */
  text(name: string): string {
    return (name === this.name ? this.view.state : this.state(name)).doc.toString();
  }

  /** Shows a file. */
  show(name: string): void {
    if (name === this.name) return;
    this.states.set(this.name, this.view.state);
    this.name = name;
    this.view.setState(this.state(name));
    this.overlay = noOverlay;
    this.fillPlain();
  }

  /** Replaces a file's text, keeping what can be kept of the cursor's place. */
  replace(name: string, text: string): void {
    const state = name === this.name ? this.view.state : this.state(name);
    const change = smallest(state.doc.toString(), text);
    if (change === undefined) return;
    if (name === this.name) this.view.dispatch({ changes: change });
    else this.states.set(name, state.update({ changes: change }).state);
    if (name === this.name) this.fillPlain();
  }

  /** Shows what is at which line of the shown file. */
  draw(overlay: Overlay): void {
    if (sameOverlay(overlay, this.overlay)) return;
    this.overlay = overlay;
    this.view.dispatch({ effects: setOverlay.of(overlay) });
    this.drawPlain();
  }

  /** Shows the problems of the shown file in the gutter and in the text. */
  problems(problems: readonly Problem[]): void {
    const { doc } = this.view.state;
    const list: Diagnostic[] = problems
      .filter((p) => p.file === this.name || p.file === '')
      .map((p) => {
        const line = doc.line(Math.max(1, Math.min(doc.lines, p.line)));
        const from = Math.min(line.to, line.from + bytesToUnits(line.text, Math.max(0, p.col - 1)));
        const word = /^[\w.]+/.exec(line.text.slice(from - line.from))?.[0].length ?? 1;
        return {
          from,
          to: Math.min(line.to, from + word),
          severity: p.refused ? 'warning' : 'error',
          message: p.msg,
        };
      });
    this.view.dispatch(setDiagnostics(this.view.state, list));
  }

  /** Puts the cursor at a line and column of the shown file. */
  goTo(line: number, col: number): void {
    const { doc } = this.view.state;
    const l = doc.line(Math.max(1, Math.min(doc.lines, line)));
    const head = Math.min(l.to, l.from + Math.max(0, col - 1));
    this.view.dispatch({
      selection: { anchor: head },
      effects: EditorView.scrollIntoView(head, { y: 'center' }),
    });
    this.view.focus();
  }

  /** Brings a line of the shown file into sight, if it is not. */
  reveal(line: number): void {
    const { doc } = this.view.state;
    if (line < 1 || line > doc.lines) return;
    const effects = EditorView.scrollIntoView(doc.line(line).from, { y: 'nearest', yMargin: 40 });
    this.view.dispatch({ effects });
  }

  /** Switches between CodeMirror and a plain text field. */
  setPlain(on: boolean): void {
    this.plain.body.hidden = !on;
    this.view.dom.hidden = on;
    this.fillPlain();
  }

  private drawPlain(): void {
    if (!this.plain.body.hidden) this.plain.draw(this.overlay, this.view.state.doc.lines);
  }

  private fillPlain(): void {
    const { state } = this.view;
    const text = state.doc.toString();
    const { field } = this.plain;
    if (field.value !== text) field.value = text;
    field.readOnly = state.readOnly;
    field.setAttribute('aria-label', this.say('ui.code.label', { file: this.name }));
    this.drawPlain();
  }

  private state(name: string): EditorState {
    return must(this.states.get(name), `file ${name}`);
  }

  private newState(s: Source): EditorState {
    return EditorState.create({ doc: s.text, extensions: this.extensions(s) });
  }

  private extensions(s: Source): Extension {
    const { events } = this;
    return [
      this.nonce === '' ? [] : EditorView.cspNonce.of(this.nonce),
      lineNumbers({
        domEventHandlers: {
          click: (view, block) => {
            events.selectLine(view.state.doc.lineAt(block.from).number);
            return true;
          },
          contextmenu: (view, block, e) => {
            e.preventDefault();
            events.menuOfLine(view.state.doc.lineAt(block.from).number);
            return true;
          },
        },
      }),
      highlightActiveLineGutter(),
      highlightSpecialChars(),
      history(),
      drawSelection(),
      indentOnInput(),
      indentUnit.of('\t'),
      EditorState.tabSize.of(4),
      syntaxHighlighting(classHighlighter),
      bracketMatching(),
      closeBrackets(),
      highlightActiveLine(),
      lintGutter(),
      overlays,
      goLanguage,
      s.readOnly ? [EditorState.readOnly.of(true)] : [],
      EditorView.contentAttributes.of({
        'aria-label': this.say('ui.code.label', { file: s.name }),
        tabindex: '0',
      }),
      keymap.of([
        {
          key: 'Mod-s',
          preventDefault: true,
          run: () => {
            events.save();
            return true;
          },
        },
        ...closeBracketsKeymap,
        ...defaultKeymap,
        searchKey,
        ...historyKeymap,
      ]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) events.changed(s.name);
      }),
      EditorView.domEventHandlers({
        blur: () => events.left(),
        mousemove: (e, view) => this.point(lineUnder(view, e)),
        mouseleave: () => this.point(undefined),
      }),
    ];
  }

  private point(line: number | undefined): void {
    if (line === this.pointed) return;
    this.pointed = line;
    this.events.pointLine(line);
  }
}

function lineUnder(view: EditorView, e: MouseEvent): number | undefined {
  const block = view.lineBlockAtHeight(e.clientY - view.documentTop);
  return view.state.doc.lineAt(block.from).number;
}

/** How many UTF-16 units the first n bytes of text's UTF-8 take: Go's columns count bytes. */
function bytesToUnits(text: string, n: number): number {
  const bytes = new TextEncoder().encode(text).subarray(0, n);
  return new TextDecoder().decode(bytes).length;
}

/** The one change that makes before to after; undefined if they are equal. */
function smallest(before: string, after: string): { from: number; to: number; insert: string } | undefined {
  if (before === after) return undefined;
  let from = 0;
  const most = Math.min(before.length, after.length);
  while (from < most && before[from] === after[from]) from++;
  let same = 0;
  while (same < most - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}
