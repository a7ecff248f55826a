/**
 * The pane Explore: begins explorations, shows how far they are and what came
 * of them, keeps what was found, and plays it.
 */
import type { ExploreHost, Named } from './host';
import type { Message } from '../bench/wire';
import { type Content, h, patch } from '../dom/draw';
import { memory } from '../dom/keep';
import { button, make, setText } from '../dom/make';
import { menu } from '../dom/menu';
import type { Twin } from '../picture/picture';
import { count, nanoseconds } from '../words/say';
import { visible } from '../words/visible';
import { Ask } from './ask';
import { foundList, type FoundView, keptList } from './found';
import { Findings, type Kept } from './kept';
import { outputTable, outputTwin } from './outputs';
import type { Tried } from './report';
import { Schedules } from './schedules';
import { Exploration, readVerdict, sameProgram, type Verdict } from './state';
import { compare } from './tree';
import { classWord, nameOf, namesIn } from './words';

const budgets = [5, 10, 60] as const;
const tabs = ['found', 'outputs', 'tree', 'ask'] as const;
type Tab = (typeof tabs)[number];

/** What shows that a program reads something that no schedule decides: the clock, random numbers, the order of a map. */
const fromOutside = /"math\/rand(\/v2)?"|"crypto\/rand"|\btime\.(Now|Since|Until)\(|\bmap\[/;

/** Between two words of how far it is, to who listens: seconds of exploring. */
const sayEvery = 5;

/** Goroutines that the form offers. */
const mostNamed = 100;

/** Resolves when the panel's style is there; without it the panel is plain, and works. */
export function dressed(): Promise<void> {
  return new Promise((done) => {
    const link = make('link', { rel: 'stylesheet', href: '/static/dist/explore.css' });
    link.addEventListener('load', () => done());
    link.addEventListener('error', () => done());
    document.head.append(link);
  });
}

/** The panel of one workbench. */
export class Panel {
  readonly body: HTMLElement;
  /** What stands in the head of the pane. */
  readonly tools: readonly HTMLElement[];
  private readonly host: ExploreHost;
  private readonly kept: Findings;
  private readonly budget: HTMLSelectElement;
  private readonly bound = make('input', {
    type: 'number',
    min: 0,
    max: 1000,
    step: 1,
    class: 'field-procs',
  });
  private readonly seed = make('input', { type: 'number', min: 0, step: 1, value: '1', class: 'field-seed' });
  /** Explores, or stops. */
  private readonly flipButton: HTMLButtonElement;
  private readonly now = make('div', { class: 'explore-now' });
  /** What has to be said of the search. */
  private readonly remarks = make('div', { class: 'explore-notes dim' });
  private readonly nav = make('nav', { class: 'explore-tabs' });
  private readonly bodies: Readonly<Record<Tab, HTMLElement>>;
  private readonly live = make('div', { class: 'visually-hidden', 'aria-live': 'polite' });
  private readonly schedules: Schedules;
  private readonly ask: Ask;
  private exploration = new Exploration(0, { files: {}, flags: {} }, '');
  /** Of the last request. */
  private number = 0;
  private tab: Tab = 'found';
  /** The findings that are open; undefined while nobody has opened or closed one. */
  private opened: ReadonlySet<string> | undefined;
  private readonly verdicts = new Map<string, Verdict>();
  /** The finding that is tried now, and the number of the request. */
  private trying: { readonly id: string; readonly number: number } | undefined;
  private note = '';
  /** When, in seconds of exploring, who listens was last told how far it is. */
  private told = 0;

  constructor(host: ExploreHost) {
    const { say } = host;
    this.host = host;
    this.kept = new Findings(memory, `interleave:found:${host.lab}:${host.part}`);
    this.budget = make(
      'select',
      {},
      ...budgets.map((s) => make('option', { value: s }, say('ui.explore.seconds', { n: s }))),
    );
    this.flipButton = button(say('ui.bar.explore'), () => (this.active ? this.stop() : this.start()), {
      class: 'button tool explore-flip',
    });
    this.tools = this.newTools();
    this.schedules = new Schedules(say, { play: (run) => this.playRun(run), changed: host.redraw });
    this.ask = new Ask(host, { ask: (query) => this.start(query) });
    this.bodies = {
      found: make('div', {}),
      outputs: make('div', {}),
      tree: this.schedules.body,
      ask: this.ask.body,
    };
    for (const [name, e] of Object.entries(this.bodies)) {
      e.classList.add('explore-body');
      e.setAttribute('role', 'group');
      e.setAttribute('aria-label', say(`ui.explore.tab.${name}`));
    }
    this.nav.setAttribute('aria-label', say('ui.explore.title'));
    this.body = make(
      'div',
      { class: 'explore-panel' },
      this.now,
      this.nav,
      ...Object.values(this.bodies),
      this.remarks,
      this.live,
    );
    this.body.addEventListener('click', (e) => this.clicked(e));
    this.bodies.found.addEventListener('keydown', (e) => pressed(e, this.bodies.found));
  }

  /** Says whether the server is at work for it. */
  get active(): boolean {
    return this.exploration.active || this.trying !== undefined;
  }

  /** Explores the program as it stands; query asks for a run. */
  start(query = ''): void {
    const program = this.host.program();
    this.trying = undefined;
    this.verdicts.clear();
    this.opened = undefined;
    this.note = '';
    this.told = 0;
    this.exploration = new Exploration(++this.number, program, query, this.search(program).seed);
    this.tab = query === '' ? (this.tab === 'ask' ? 'found' : this.tab) : 'ask';
    this.host.problems([]);
    setText(this.live, this.host.say('ui.explore.begins'));
    this.tend();
    this.host.redraw();
  }

  stop(): void {
    if (!this.active) return;
    this.host.send({ type: 'enough', explore: this.trying?.number ?? this.exploration.number });
    if (this.exploration.stage === 'waiting') this.exploration.stage = 'idle';
    else if (this.exploration.active) this.exploration.stage = 'stopping';
    this.host.redraw();
  }

  /** Sends what waits for a connection, and gives up what hangs on one that is gone. */
  tend(): void {
    const { exploration: x, host } = this;
    if (!host.connected()) {
      x.lose();
      if (this.trying !== undefined)
        this.settle({ verdict: 'failed', step: 0, sentence: host.say('ui.explore.lost') });
    } else if (x.stage === 'waiting') {
      x.stage = 'building';
      const queries = x.query === '' ? [] : [x.query];
      host.send({ type: 'explore', explore: x.number, queries, ...this.search(x.program), seed: x.seed });
    }
  }

  /** Takes in a message. One that cannot be understood ends the exploration, and nothing else. */
  hear(m: Extract<Message, { type: 'exploration' }>): void {
    try {
      if (this.trying?.number === m.explore) this.hearVerdict(m);
      else if (this.exploration.number === m.explore) this.hearExploration(m);
    } catch (error) {
      this.exploration.fail(
        this.host.say('ui.explore.puzzled', {
          error: error instanceof Error ? error.message : String(error),
        }),
      );
    }
    this.host.redraw();
  }

  private hearExploration(m: Extract<Message, { type: 'exploration' }>): void {
    const { exploration: x, host } = this;
    const before = x.findings.length;
    x.hear(m.kind, m.body);
    const news = x.findings.length > before ? x.findings.find((f) => f.severity === 'bug') : undefined;
    if (news !== undefined && x.active) setText(this.live, news.sentence);
    else if (x.active && x.counts.seconds >= this.told + sayEvery) this.tellCounts();
    if (x.report !== undefined) {
      this.kept.add(x.findings, x.program.flags, x.seed);
      setText(this.live, x.report.proof);
    }
    if (x.stage !== 'failed') return;
    setText(this.live, ''); // an alert says it
    host.problems(x.problems);
  }

  private tellCounts(): void {
    const { counts, findings } = this.exploration;
    this.told = counts.seconds;
    const said = {
      schedules: count(counts.schedules),
      seconds: Math.round(counts.seconds),
      found: findings.length,
    };
    setText(this.live, this.host.say('ui.explore.so.far', said));
  }

  private hearVerdict(m: Extract<Message, { type: 'exploration' }>): void {
    if (m.kind === 'retried') this.settle(readVerdict(m.body));
    else if (m.kind === 'unexplored') {
      const x = new Exploration(m.explore, this.exploration.program, '');
      x.hear(m.kind, m.body);
      const sentence = x.problems.length > 0 ? this.host.say('ui.explore.problems') : x.error;
      this.host.problems(x.problems);
      this.settle({ verdict: 'failed', step: 0, sentence });
    }
  }

  private settle(v: Verdict): void {
    if (this.trying !== undefined) this.verdicts.set(this.trying.id, v);
    this.trying = undefined;
  }

  /** Tries a finding on the program as it is now. */
  private retry(id: string): void {
    const { host } = this;
    const f = this.known(id);
    if (f === undefined || this.active) return;
    const trying = { id, number: ++this.number };
    this.trying = trying;
    this.verdicts.set(id, { verdict: 'asked', step: 0, sentence: '' });
    const known = { id, class: f.class, cause: f.cause, schedule: f.schedule };
    const { files } = host.program();
    const { seed, flags } = f;
    const search = { ...this.search({ files, flags }), seed };
    host.send({ type: 'retry', explore: trying.number, known, ...search });
    this.tend();
    host.redraw();
  }

  /** What a request says of a search. */
  private search(program: { readonly files: Kept['flags']; readonly flags: Kept['flags'] }): {
    readonly lab: string;
    readonly part: string;
    readonly files: Kept['flags'];
    readonly flags: Kept['flags'];
    readonly budget: number;
    readonly bound: number;
    readonly seed: number;
  } {
    const { lab, part } = this.host;
    const whole = (e: HTMLInputElement, none: number): number =>
      Number.isFinite(e.valueAsNumber) ? Math.max(0, Math.round(e.valueAsNumber)) : none;
    const budget = 1000 * Number(this.budget.value);
    return {
      lab,
      part,
      ...program,
      budget,
      bound: Math.min(1000, whole(this.bound, -1)),
      seed: whole(this.seed, 1),
    };
  }

  private known(id: string): Omit<Kept, 'id' | 'severity'> | undefined {
    const { exploration: x } = this;
    const f = x.findings.find((y) => y.id === id);
    if (f !== undefined) return { ...f, flags: x.program.flags, seed: x.seed };
    return this.kept.all.find((k) => k.id === id);
  }

  private newTools(): readonly HTMLElement[] {
    const { say } = this.host;
    const field = (key: string, input: HTMLElement): HTMLElement =>
      make(
        'label',
        { title: say(`ui.explore.${key}.title`) },
        make('span', {}, say(`ui.explore.${key}`)),
        input,
      );
    this.bound.placeholder = say('ui.explore.bound.any');
    this.budget.setAttribute('aria-label', say('ui.explore.budget.title'));
    this.budget.title = say('ui.explore.budget.title');
    const top = make(
      'div',
      { class: 'explore-settings' },
      field('bound', this.bound),
      field('seed', this.seed),
    );
    return [
      this.flipButton,
      this.budget,
      menu({ label: say('ui.bar.more'), cls: 'tool', top }, () => []).body,
    ];
  }

  draw(): void {
    const { exploration: x, host, tab } = this;
    const goroutines = this.goroutines();
    const names = namesIn(x.report, host.goroutines());
    this.body.dataset['explore'] = String(x.number);
    this.body.dataset['stage'] = x.stage;
    setText(this.flipButton, host.say(this.active ? 'ui.explore.stop' : 'ui.bar.explore'));
    patch(this.now, this.status());
    patch(this.remarks, this.remarked());
    patch(
      this.nav,
      tabs.map((t) => this.tabButton(t)),
    );
    for (const t of tabs) this.bodies[t].hidden = t !== tab;
    this.schedules.show(x.report);
    if (tab === 'found') patch(this.bodies.found, this.found());
    const later = x.active && x.report === undefined;
    if (tab === 'outputs') patch(this.bodies.outputs, later ? this.later() : outputTable(x.report, host.say));
    if (tab === 'tree' && later) patch(this.bodies.tree, this.later());
    else if (tab === 'tree') this.schedules.draw(names);
    if (tab === 'ask') this.ask.draw(x, goroutines, Object.keys(host.program().files));
  }

  /** The goroutines that are known: of the schedules that were run, and of the run that is shown. */
  private goroutines(): readonly Named[] {
    const { report } = this.exploration;
    const shown = this.host.goroutines();
    const names = namesIn(report, shown);
    const paths = new Set([
      ...(report?.runs ?? []).flatMap((r) => r.turns.map((t) => t.path)),
      ...shown.map((n) => n.path),
    ]);
    paths.delete('@');
    return [...paths]
      .filter((p) => /^[\d.]+$/.test(p))
      .sort(compare)
      .slice(0, mostNamed)
      .map((path) => ({ path, name: names.get(path) ?? path, g: 0 }));
  }

  private later(): readonly Content[] {
    return [h('p', { key: 'later', class: 'dim' }, this.host.say('ui.explore.later'))];
  }

  private tabButton(t: Tab): Content {
    const { exploration: x, host, tab } = this;
    const n = { found: x.findings.length, outputs: x.report?.outcomes.length ?? 0, tree: 0, ask: 0 }[t];
    return h(
      'button',
      { type: 'button', class: 'tab', 'data-tab-of': t, 'aria-pressed': t === tab ? 'true' : 'false' },
      host.say(`ui.explore.tab.${t}`),
      n > 0 ? h('span', { class: 'tab-count' }, ` ${count(n)}`) : '',
    );
  }

  /** How it stands: counts, what that proves, and what has to be said about it. */
  private status(): readonly Content[] {
    const { exploration: x, host } = this;
    const { say } = host;
    const out: Content[] = [];
    if (x.stage !== 'idle' && (x.stage !== 'failed' || x.counts.schedules > 0)) out.push(this.counts());
    if (x.stage === 'idle') out.push(h('p', { key: 'idle', class: 'dim' }, say('ui.explore.idle')));
    if (x.stage === 'failed') {
      const why = x.problems.length > 0 ? say('ui.explore.problems') : x.error;
      out.push(h('p', { key: 'failed', class: 'problem', role: 'alert' }, why));
      out.push(this.problems());
    }
    if (x.stage === 'lost')
      out.push(h('p', { key: 'lost', class: 'say-warn', role: 'status' }, say('ui.explore.lost')));
    if (x.report !== undefined && x.report.proof !== '')
      out.push(h('p', { key: 'proof', class: 'explore-proof' }, x.report.proof));
    if (this.edited()) out.push(h('p', { key: 'edited', class: 'explore-edited' }, say('ui.explore.edited')));
    if (this.note !== '') out.push(h('p', { key: 'said', class: 'dim', role: 'status' }, this.note));
    return out;
  }

  private remarked(): readonly Content[] {
    const { exploration: x, host } = this;
    const sources = Object.values(x.program.files);
    const atomic = sources.some((text) => text.includes('"sync/atomic"'));
    const seeded = sources.some((text) => fromOutside.test(text));
    const races = x.findings.some((f) => f.class === 'race' || f.cause === 'race');
    return [
      ...(x.report?.notes ?? []).map((text, i) => h('p', { key: `note${i}` }, visible(text))),
      ...(atomic ? [h('p', { key: 'atomic', class: 'explore-atomic' }, host.say('ui.explore.atomic'))] : []),
      ...(seeded && x.stage !== 'idle'
        ? [h('p', { key: 'seeded' }, host.say('ui.explore.seeded', { seed: x.seed }))]
        : []),
      ...(races ? [h('p', { key: 'racy', class: 'explore-racy' }, host.say('ui.explore.racy'))] : []),
    ];
  }

  private problems(): Content {
    const { problems } = this.exploration;
    return h(
      'ul',
      { key: 'problems', class: 'problems' },
      problems
        .slice(0, 10)
        .map((p) =>
          h(
            'li',
            {},
            h(
              'button',
              { type: 'button', class: 'link', 'data-line': `${p.file}:${p.line}:${p.col}` },
              this.host.say('ui.state.problem', { ...p, refused: '' }),
            ),
          ),
        ),
    );
  }

  private counts(): Content {
    const { exploration: x, host } = this;
    const { say } = host;
    const { counts } = x;
    const one = counts.schedules === 1 ? '.one' : '';
    const item = (key: string, value: string): Content =>
      h(
        'div',
        { class: `count count-${key}` },
        h('dt', {}, say(`ui.explore.count.${key}${key === 'schedules' ? one : ''}`)),
        h('dd', {}, value),
      );
    return h(
      'div',
      { key: 'counts', class: 'explore-counts', 'data-stage': x.stage },
      x.stage === 'done' ? '' : h('b', { class: 'explore-stage' }, this.stageWord()),
      h(
        'dl',
        {},
        item('schedules', count(counts.schedules)),
        item('distinct', count(counts.distinct)),
        item('states', count(counts.states)),
        item('depth', count(counts.depth)),
        item('seconds', this.time(counts.seconds)),
      ),
    );
  }

  private time(seconds: number): string {
    if (seconds < 1) return nanoseconds(Math.round(seconds * 1e3) * 1e6);
    return this.host.say('ui.explore.time', { n: seconds.toFixed(1) });
  }

  private stageWord(): string {
    const { exploration: x, host } = this;
    const { say } = host;
    if (x.stage === 'exploring' && x.counts.phase !== '') {
      const key = `ui.explore.phase.${x.counts.phase}`;
      const word = say(key);
      return word === key ? x.counts.phase : word;
    }
    return say(`ui.explore.stage.${x.stage}`);
  }

  /** Says whether the program is another than the one that was explored. */
  private edited(): boolean {
    const { exploration: x } = this;
    return x.stage !== 'idle' && !sameProgram(x.program, this.host.program());
  }

  private view(): FoundView {
    const { exploration: x } = this;
    const first = x.findings[0];
    return {
      say: this.host.say,
      files: Object.keys(this.host.program().files),
      open: this.opened ?? new Set(first === undefined ? [] : [first.id]),
      edited: this.edited(),
      busy: this.active,
      schedule: this.host.schedule(),
      seq: this.host.seq(),
      numbers: new Map(this.host.goroutines().map((n) => [n.path, n.g])),
      verdict: (id) => this.verdicts.get(id),
    };
  }

  private found(): readonly Content[] {
    const { exploration: x, host } = this;
    const { say } = host;
    const view = this.view();
    const ids = new Set(x.findings.map((f) => f.id));
    const before = this.kept.all.filter((k) => !ids.has(k.id));
    const none =
      x.stage === 'done' || x.active ? say(x.active ? 'ui.explore.found.yet' : 'ui.explore.found.none') : '';
    return [
      x.findings.length === 0
        ? none === ''
          ? ''
          : h('p', { key: 'none', class: 'dim' }, none)
        : foundList(x.findings, view),
      ...(before.length === 0
        ? []
        : [h('h3', { key: 'before' }, say('ui.explore.before')), keptList(before, view)]),
    ];
  }

  /** What is shown, as a sentence and a table. */
  twin(): Twin {
    const { exploration: x, host, tab } = this;
    const { say } = host;
    if (tab === 'outputs') return outputTwin(x.report, say);
    if (tab === 'tree') {
      this.schedules.show(x.report);
      return this.schedules.twin(namesIn(x.report, host.goroutines()));
    }
    const sentence =
      x.report?.proof ?? say(x.findings.length === 0 ? 'ui.explore.idle' : 'ui.explore.found.yet');
    return {
      sentence,
      head: ['severity', 'class', 'sentence', 'schedule'].map((c) => say(`ui.explore.head.${c}`)),
      rows: x.findings.map((f) => [
        say(`ui.explore.severity.${f.severity}`),
        classWord(f.class, say),
        f.sentence,
        f.steps.map((s) => nameOf(s.path, s.name)).join(' → '),
      ]),
    };
  }

  private clicked(e: MouseEvent): void {
    if (!(e.target instanceof Element)) return;
    const { target } = e;
    const word = (name: string): string | undefined =>
      target.closest(`[${name}]`)?.getAttribute(name) ?? undefined;
    const tab = word('data-tab-of');
    const open = word('data-open');
    const played = word('data-play');
    const copied = word('data-copy');
    const tried = word('data-retry');
    const forgotten = word('data-forget');
    const line = word('data-line');
    if (tab !== undefined) this.showTab(tab);
    else if (open !== undefined) this.flip(open);
    else if (played !== undefined) this.play(played);
    else if (copied !== undefined) void this.copy(copied);
    else if (tried !== undefined) this.retry(tried);
    else if (forgotten !== undefined) this.kept.forget(forgotten);
    else if (line !== undefined) this.goTo(line);
    else return;
    this.host.redraw();
  }

  private showTab(name: string): void {
    this.tab = tabs.find((t) => t === name) ?? this.tab;
    if (this.tab === 'ask') this.ask.fill();
  }

  private flip(id: string): void {
    const open = new Set(this.view().open);
    if (!open.delete(id)) open.add(id);
    this.opened = open;
  }

  private goTo(line: string): void {
    const found = /^(.+):(\d+):(\d+)$/.exec(line);
    if (found !== null) this.host.goTo(found[1] ?? '', Number(found[2]), Number(found[3]));
  }

  private play(what: string): void {
    const { exploration: x } = this;
    const [kind, ...rest] = what.split(' ');
    const id = rest.join(' ');
    if (kind === 'finding') {
      const f = this.known(id);
      const event = x.findings.find((y) => y.id === id)?.event;
      if (f !== undefined)
        this.host.play({ schedule: f.schedule, flags: f.flags, seed: f.seed, event, about: f.sentence });
      return;
    }
    const { answer } = x;
    if (kind === 'answer' && answer !== undefined) this.playSchedule(answer.schedule, answer.sentence);
    const outcome = x.report?.outcomes.find((o) => o.id === id);
    if (kind === 'outcome' && outcome !== undefined) this.playSchedule(outcome.schedule);
  }

  /** Plays a run; one that came without its schedule is played as the one that stands for its end. */
  private playRun(run: Tried): void {
    const { report } = this.exploration;
    const same =
      report?.findings.find((f) => f.id === run.bad) ?? report?.outcomes.find((o) => o.id === run.outcome);
    const schedule = run.schedule === '' ? (same?.schedule ?? '') : run.schedule;
    if (schedule !== '') this.playSchedule(schedule);
  }

  private playSchedule(schedule: string, about = ''): void {
    const { program, seed } = this.exploration;
    this.host.play({ schedule, flags: program.flags, seed, event: undefined, about });
  }

  private async copy(id: string): Promise<void> {
    const f = this.exploration.findings.find((x) => x.id === id);
    if (f === undefined) return;
    const { say, redraw } = this.host;
    try {
      await navigator.clipboard.writeText(f.replay);
      this.note = say('ui.explore.copied');
    } catch (error) {
      this.note = say('ui.state.failed', { error: error instanceof Error ? error.message : String(error) });
    }
    redraw();
  }
}

/** Arrows go from finding to finding. */
function pressed(e: KeyboardEvent, body: HTMLElement): void {
  if (!(e.target instanceof Element) || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return;
  const heads = [...body.querySelectorAll<HTMLElement>('.finding-head')].filter(
    (b) => b.offsetParent !== null,
  );
  const i = heads.findIndex((b) => b === e.target);
  const to = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: heads.length - 1 };
  const next = i < 0 ? undefined : new Map(Object.entries(to)).get(e.key);
  if (next === undefined) return;
  e.preventDefault();
  e.stopPropagation();
  heads[Math.max(0, Math.min(heads.length - 1, next))]?.focus();
}
