/**
 * The schedules that were run, drawn as a tree that lies on its side: steps go
 * from left to right, a row is a schedule (or several that end alike), and
 * what schedules share is drawn once, as high as they are many.
 */
import { type Content, h, patch } from '../dom/draw';
import { make } from '../dom/make';
import type { Twin } from '../picture/picture';
import { count, type Say } from '../words/say';
import { visible } from '../words/visible';
import type { Report, Tried } from './report';
import { type Block, blocksOf, type Branch, compare, type Row, rowsOf, treeOf } from './tree';
import { amount, callerOf, endText, turnsText } from './words';

/** Rows that are drawn at a time, and that a table has. */
const mostRows = 60;
const mostTable = 200;
/** Goroutines that are named below it. */
const mostNamed = 12;
/** Turns that are said of a schedule. */
const mostSaid = 12;

/** What a tree tells. */
export type TreeEvents = {
  readonly play: (run: Tried) => void;
  readonly changed: () => void;
};

/** The tree of one report's schedules. */
export class Schedules {
  readonly body = make('div', { class: 'tree' });
  private readonly say: Say;
  private readonly events: TreeEvents;
  private report: Report | undefined;
  private names: ReadonlyMap<string, string> = new Map();
  private root: Branch | undefined;
  private open = new Set<string>();
  private rows: readonly Row[] = [];
  private room = mostRows;
  /** The row that takes the focus, and the one that is pointed at. */
  private current = 0;
  private pointed: number | undefined;

  constructor(say: Say, events: TreeEvents) {
    this.say = say;
    this.events = events;
    this.body.addEventListener('keydown', (e) => this.pressed(e));
    this.body.addEventListener('click', (e) => this.clicked(e));
    this.body.addEventListener('pointerover', (e) => this.point(e.target));
    this.body.addEventListener('pointerleave', () => this.point(null));
    this.body.addEventListener('focusin', (e) => {
      this.current = rowAt(e.target) ?? this.current;
      this.point(e.target);
    });
  }

  /** Shows a report's schedules. */
  show(report: Report | undefined): void {
    if (report === this.report) return;
    this.report = report;
    this.root = treeOf(report?.runs ?? []);
    this.open = new Set();
    this.room = mostRows;
    this.current = 0;
    this.pointed = undefined;
    this.layOut();
  }

  draw(names: ReadonlyMap<string, string>): void {
    const { report, root, say } = this;
    this.names = names;
    if (report === undefined || root === undefined) {
      patch(this.body, [h('p', { key: 'none', class: 'dim' }, say('ui.explore.tree.none'))]);
      return;
    }
    patch(this.body, [
      h('p', { key: 'sentence', class: 'tree-sentence' }, this.sentence(root, report)),
      this.drawing(report),
      this.who(),
      this.legend(),
      this.rest(),
    ]);
  }

  twin(names: ReadonlyMap<string, string>): Twin {
    const { report, root, say } = this;
    this.names = names;
    const head = ['schedule', 'steps', 'end', 'count'].map((c) => say(`ui.explore.tree.${c}`));
    if (report === undefined || root === undefined)
      return { sentence: say('ui.explore.tree.none'), head, rows: [] };
    const rows = this.rows.slice(0, mostTable).map(({ branch }) => {
      const { turns } = branch.run;
      const steps = turns.reduce((n, t) => n + t.steps, 0);
      return [
        turnsText(turns, names, mostSaid, say),
        count(steps),
        this.ends(branch, report),
        count(branch.count),
      ];
    });
    const left = this.rows.length - rows.length;
    if (left > 0) rows.push([say('ui.explore.more', { n: count(left) }), '', '', '']);
    return { sentence: this.sentence(root, report), head, rows };
  }

  private sentence(root: Branch, report: Report): string {
    const { say } = this;
    const key =
      root.fate === 'bad'
        ? 'bad'
        : root.fate === 'open'
          ? 'mixed'
          : root.end === undefined
            ? 'good'
            : 'alike';
    const all = report.counts.distinct;
    const shown =
      all > root.count
        ? say('ui.explore.tree.first', { n: count(root.count), all: count(all) })
        : amount(root.count, 'ui.explore.tree.shown', say);
    return `${shown} ${say(`ui.explore.tree.${key}`)}`;
  }

  private legend(): Content {
    return h(
      'ul',
      { key: 'legend', class: 'tree-legend' },
      (['bad', 'good', 'open'] as const).map((fate) =>
        h('li', {}, h('i', { class: `tree-block fate-${fate}` }), this.say(`ui.explore.fate.${fate}`)),
      ),
    );
  }

  /** Which goroutine a path is. */
  private who(): Content {
    const rows = this.rows.slice(0, this.room);
    const paths = new Set(rows.flatMap((r) => r.way.flatMap((b) => b.turns.map((t) => t.path))));
    const named = [...paths].sort(compare).slice(0, mostNamed);
    return h(
      'ul',
      { key: 'who', class: 'tree-legend' },
      named.map((p) => h('li', {}, h('bdi', {}, callerOf(p, this.names, this.say)))),
      paths.size > mostNamed
        ? h('li', {}, this.say('ui.explore.more', { n: count(paths.size - mostNamed) }))
        : '',
    );
  }

  private drawing(report: Report): Content {
    const rows = this.rows.slice(0, this.room);
    const { blocks, columns } = blocksOf(rows);
    const lit = new Set(rows[this.pointed ?? -1]?.way ?? []);
    return h(
      'div',
      { key: 'drawing', class: 'tree-drawing', '--rows': rows.length, '--columns': Math.max(1, columns) },
      h(
        'div',
        {
          class: 'tree-scroll',
          tabindex: 0,
          role: 'group',
          'aria-label': this.say('ui.explore.tree.drawing'),
        },
        h(
          'div',
          { class: 'tree-blocks', 'aria-hidden': 'true' },
          blocks.map((b) => this.block(b, lit)),
        ),
      ),
      h(
        'ol',
        { class: 'tree-rows' },
        rows.map((row, i) => this.row(row, i, report)),
      ),
    );
  }

  private block(b: Block, lit: ReadonlySet<Branch>): Content {
    const { say, names } = this;
    const label = b.turn === undefined ? say('ui.explore.turns', { n: count(b.turns) }) : b.turn.path;
    return h(
      'i',
      {
        key: `${b.branch.id} ${b.left}`,
        class: `tree-block fate-${b.branch.fate}${lit.has(b.branch) ? ' is-lit' : ''}`,
        '--left': b.left,
        '--right': b.right,
        '--top': b.top,
        '--bottom': b.bottom,
        title: b.turn === undefined ? label : turnsText([b.turn], names, 1, say),
      },
      h('span', {}, h('bdi', {}, label)),
    );
  }

  private row(row: Row, i: number, report: Report): Content {
    const { say } = this;
    const { branch } = row;
    const many = branch.count > 1;
    const tab = i === this.current ? 0 : -1;
    const fold = (key: string, mark: string, open: boolean): Content =>
      h(
        'button',
        {
          type: 'button',
          class: 'tree-fold',
          'data-fold': i,
          tabindex: tab,
          'aria-expanded': open ? 'true' : 'false',
          'aria-label': say(key, { n: count(branch.count) }),
          title: say(key, { n: count(branch.count) }),
        },
        mark,
      );
    const opens = branch.children.length > 0;
    return h(
      'li',
      {
        key: branch.id,
        class: `tree-row fate-${branch.fate}${this.pointed === i ? ' is-lit' : ''}`,
        'data-row': i,
      },
      h(
        'button',
        {
          type: 'button',
          class: 'tree-play',
          'data-leaf': i,
          tabindex: tab,
          title: say('ui.explore.tree.play'),
        },
        h('span', { class: 'tree-mark', 'aria-hidden': 'true' }, marks[branch.fate]),
        h(
          'span',
          { class: 'visually-hidden' },
          `${turnsText(branch.run.turns, this.names, mostSaid, say)}: `,
        ),
        h('span', { class: 'tree-end' }, h('bdi', {}, visible(this.ends(branch, report)))),
        many ? h('span', { class: 'dim tree-count' }, `×${count(branch.count)}`) : '',
        h('span', { class: 'visually-hidden' }, say('ui.explore.tree.play')),
      ),
      opens ? fold('ui.explore.tree.open', '▸', false) : '',
      !opens && row.folds !== undefined ? fold('ui.explore.tree.fold', '▾', true) : '',
    );
  }

  private ends(branch: Branch, report: Report): string {
    const text = endText(branch, report, this.say);
    if (branch.end !== undefined || branch.fate !== 'open') return text;
    return this.say('ui.explore.ends.open');
  }

  private rest(): Content {
    const n = this.rows.length - this.room;
    if (n <= 0) return '';
    return h(
      'button',
      { key: 'rest', type: 'button', class: 'link', 'data-rest': 1 },
      this.say('ui.explore.more', { n: count(n) }),
    );
  }

  private layOut(): void {
    this.rows = this.root === undefined ? [] : rowsOf(this.root, this.open);
  }

  private point(target: EventTarget | null): void {
    const row = rowAt(target);
    if (row === this.pointed) return;
    this.pointed = row;
    this.events.changed();
  }

  private clicked(e: MouseEvent): void {
    if (!(e.target instanceof Element)) return;
    const i = rowAt(e.target);
    if (e.target.closest('[data-rest]') !== null) {
      this.room += mostRows;
      this.events.changed();
    } else if (i !== undefined && e.target.closest('[data-fold]') !== null) this.flip(i);
    else if (i !== undefined && e.target.closest('[data-leaf]') !== null) {
      const run = this.rows[i]?.branch.run;
      if (run !== undefined) this.events.play(run);
    }
  }

  /** Opens what row i folds, or else folds what it is the first row of. */
  private flip(i: number): void {
    const row = this.rows[i];
    if (row === undefined) return;
    if (row.branch.children.length > 0) this.open.add(row.branch.id);
    else if (row.folds !== undefined) this.open.delete(row.folds.id);
    this.layOut();
    this.focus(i);
  }

  /** Folds the innermost of what was opened around row i. */
  private fold(i: number): void {
    const opened = this.rows[i]?.way.findLast((b) => this.open.has(b.id));
    if (opened === undefined) return;
    this.open.delete(opened.id);
    this.layOut();
    this.focus(this.rows.findIndex((r) => r.branch === opened));
  }

  private focus(i: number): void {
    this.current = Math.max(0, Math.min(i, Math.min(this.rows.length, this.room) - 1));
    this.draw(this.names);
    const leaf = this.body.querySelector(`[data-leaf="${this.current}"]`);
    if (leaf instanceof HTMLElement) leaf.focus();
    this.events.changed();
  }

  /** Arrows go through the rows: they are one stop of Tab. */
  private pressed(e: KeyboardEvent): void {
    if (rowAt(e.target) === undefined || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return;
    const act = {
      ArrowDown: () => this.focus(this.current + 1),
      ArrowUp: () => this.focus(this.current - 1),
      Home: () => this.focus(0),
      End: () => this.focus(this.rows.length - 1),
      ArrowRight: () => {
        if ((this.rows[this.current]?.branch.children.length ?? 0) > 0) this.flip(this.current);
      },
      ArrowLeft: () => this.fold(this.current),
    };
    if (!(e.key in act)) return;
    const does = new Map(Object.entries(act)).get(e.key);
    e.preventDefault();
    e.stopPropagation();
    does?.();
  }
}

const marks = { bad: '✗', good: '✓', open: '…' } as const;

/** The row that an element is in. */
function rowAt(target: EventTarget | null): number | undefined {
  if (!(target instanceof Element)) return undefined;
  const i = target.closest('[data-row]')?.getAttribute('data-row');
  return i === undefined || i === null ? undefined : Number(i);
}
