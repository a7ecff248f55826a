/** The cost of looking: the same program on the real runtime unobserved, traced and probed, side by side. */
import { type Content, h, patch } from '../dom/draw';
import { button, make } from '../dom/make';
import { type Fields, fields, list, number, string } from '../event/json';
import type { Twin } from '../picture/picture';
import { nanoseconds, type Say } from '../words/say';
import { child } from './params';
import { type Job, type Message, type Problem, type Request, readProblem } from './wire';

/** What one way of looking cost, in ns, and how many times that of not looking. */
type Row = {
  readonly observe: string;
  readonly wall: number;
  readonly cpu: number;
  readonly wallRatio: number;
  readonly cpuRatio: number;
};

/** What measuring needs of its workbench. */
export type CostHost = {
  readonly say: Say;
  /** What would be run on the real runtime now. */
  readonly job: () => Job;
  readonly connected: () => boolean;
  readonly send: (r: Request) => void;
  readonly problems: (list: readonly Problem[]) => void;
  readonly show: () => void;
  readonly redraw: () => void;
};

type State =
  | { readonly is: 'empty' | 'measuring' }
  | { readonly is: 'failed'; readonly why: string }
  | { readonly is: 'known'; readonly rows: readonly Row[]; readonly runs: number };

/** The pane of one workbench. */
export class Cost {
  readonly body = make('div', { class: 'cost', tabindex: '0', role: 'group' });
  readonly tools: HTMLElement;
  private readonly host: CostHost;
  private number = 0;
  private state: State = { is: 'empty' };

  constructor(host: CostHost) {
    this.host = host;
    const { say } = host;
    this.body.setAttribute('aria-label', say('ui.cost.title'));
    this.tools = make(
      'span',
      { class: 'pane-tools' },
      button(say('ui.cost.measure'), () => this.start(), { class: 'tool cost-measure' }),
    );
  }

  /** Shows the pane. */
  open(): void {
    this.host.show();
    this.body.focus({ preventScroll: true });
  }

  /** Takes in what the server says of the measuring; others' messages it leaves alone. */
  hear(m: Message): void {
    if (m.type !== 'exploration' || m.explore !== this.number || this.state.is !== 'measuring') return;
    if (m.kind === 'cost') this.state = readCosts(child(m.body, 'costs'));
    if (m.kind === 'unexplored') {
      const problems = list(m.body, 'problems', readProblem);
      this.host.problems(problems);
      const why = problems.length > 0 ? this.host.say('ui.cost.problems') : string(m.body, 'msg');
      this.state = { is: 'failed', why };
    }
    this.host.redraw();
  }

  draw(): void {
    patch(this.body, this.content());
  }

  twin(): Twin {
    const { say } = this.host;
    const rows = this.state.is === 'known' ? this.state.rows : [];
    return {
      sentence: say('ui.cost.question'),
      head: this.head(),
      rows: rows.map((r) => this.cells(r)),
    };
  }

  private start(): void {
    const { host } = this;
    if (!host.connected()) return;
    this.number = (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 0x7fffffff || 1;
    this.state = { is: 'measuring' };
    host.send({ type: 'cost', explore: this.number, ...host.job() });
    host.redraw();
  }

  private content(): readonly Content[] {
    const { state } = this;
    const { say } = this.host;
    switch (state.is) {
      case 'empty':
        return [h('p', { key: 'empty', class: 'empty' }, say('ui.cost.empty'))];
      case 'measuring':
        return [h('p', { key: 'measuring', class: 'dim', role: 'status' }, say('ui.cost.measuring'))];
      case 'failed':
        return [h('p', { key: 'failed', class: 'problem', role: 'alert' }, state.why)];
      case 'known':
        return [
          h(
            'table',
            { key: 'table', class: 'cost-table' },
            h(
              'thead',
              {},
              h(
                'tr',
                {},
                this.head().map((t, i) => h('th', { key: i, scope: 'col' }, t)),
              ),
            ),
            h(
              'tbody',
              {},
              state.rows.map((r) => this.row(r)),
            ),
          ),
          h('p', { key: 'about', class: 'dim' }, say('ui.cost.about', { n: state.runs })),
        ];
    }
  }

  private row(r: Row): Content {
    const [name, ...rest] = this.cells(r);
    return h(
      'tr',
      { key: r.observe },
      h('th', { scope: 'row' }, name ?? ''),
      rest.map((t, i) => h('td', { key: i }, t)),
    );
  }

  private head(): readonly string[] {
    const { say } = this.host;
    return ['observe', 'wall', 'times', 'cpu', 'times'].map((k) => say(`ui.cost.head.${k}`));
  }

  private cells(r: Row): readonly string[] {
    const { say } = this.host;
    const times = (n: number): string => (n > 0 ? say('ui.cost.ratio', { n: n.toFixed(2) }) : '');
    return [
      say(`ui.observe.${r.observe}`),
      nanoseconds(r.wall),
      times(r.wallRatio),
      nanoseconds(r.cpu),
      times(r.cpuRatio),
    ];
  }
}

function readCosts(f: Fields): State {
  const rows = list(f, 'rows', (v) => {
    const row = fields(v, 'cost');
    return {
      observe: string(row, 'observe'),
      wall: number(row, 'wall'),
      cpu: number(row, 'cpu'),
      wallRatio: number(row, 'wallRatio'),
      cpuRatio: number(row, 'cpuRatio'),
    };
  });
  return { is: 'known', rows, runs: number(f, 'runs') };
}
