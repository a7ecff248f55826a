/** Explore, as far as a workbench has it from the beginning: the place of the pane. The rest is fetched when it is first asked for. */
import { make } from '../dom/make';
import type { ExploreHost, Named } from '../explore/host';
import type { Panel } from '../explore/panel';
import type { Twin } from '../picture/picture';
import type { Run } from './run';
import type { Message } from './wire';

/** The goroutines of a run, by the order in which the go statements of each started them. */
export function goroutinesOf(run: Run): readonly Named[] {
  const lives = run.history.lives.all;
  const paths: string[] = [];
  const started: number[] = [];
  const out: Named[] = [];
  for (let g = 1; g < lives.length && out.length < mostNamed; g++) {
    const life = lives[g];
    if (life === undefined) continue;
    const nth = (started[life.parent] = (started[life.parent] ?? 0) + 1);
    const parent = paths[life.parent];
    const path = (paths[g] = parent === undefined ? String(nth) : `${parent}.${nth}`);
    out.push({ path, g, name: life.name });
  }
  return out;
}

/** Goroutines of a run that are worth a name here. */
const mostNamed = 200;

const nothing: Twin = { sentence: '', head: [], rows: [] };

/** Exploring in one workbench. */
export class Explore {
  readonly body = make('div', { class: 'explore', tabindex: '0', role: 'group' });
  /** What stands in the head of the pane. */
  readonly tools = make('span', { class: 'pane-tools' });
  private readonly host: ExploreHost;
  private panel: Panel | undefined;
  private loading: Promise<void> | undefined;

  constructor(host: ExploreHost) {
    this.host = host;
    this.body.setAttribute('aria-label', host.say('ui.explore.title'));
  }

  /** Says whether an exploration goes on. */
  get active(): boolean {
    return this.panel?.active ?? false;
  }

  /** Shows the pane and begins to explore the program as it stands. */
  start(): void {
    this.host.show();
    this.body.focus({ preventScroll: true });
    void this.load().then(() => this.panel?.start());
  }

  stop(): void {
    this.panel?.stop();
  }

  /** Takes in a message about an exploration. */
  hear(m: Message): void {
    if (m.type === 'exploration') this.panel?.hear(m);
  }

  /** The pane is seen. */
  draw(): void {
    void this.load();
    this.panel?.draw();
  }

  /** Looks after the connection, whether the pane is seen or not. */
  tend(): void {
    this.panel?.tend();
  }

  twin(): Twin {
    return this.panel?.twin() ?? nothing;
  }

  private load(): Promise<void> {
    this.loading ??= import('../explore/panel').then(
      async ({ Panel, dressed }) => {
        await dressed();
        this.panel = new Panel(this.host);
        this.body.append(this.panel.body);
        this.tools.append(...this.panel.tools);
        this.host.redraw();
      },
      () => {
        this.loading = undefined; // and tried anew when it is asked for again
        this.body.replaceChildren(make('p', { class: 'problem' }, this.host.say('ui.picture.lost')));
      },
    );
    return this.loading;
  }
}
