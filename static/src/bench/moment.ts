/** A moment: a small picture of one run, stopped at one event, that can be stepped and scrubbed where it stands in the lesson. */
import { must } from '../event/check';
import { boolean, type Fields, fields, list, number, optional, parse, string, text } from '../event/json';
import { patch } from '../dom/draw';
import { icon } from '../dom/icons';
import { clock, make, scriptText, setText } from '../dom/make';
import { findEvent, type Wanted } from '../fold/find';
import { pictures } from '../picture/all';
import { table } from '../picture/parts';
import type { Shown } from '../picture/picture';
import { Sight } from '../picture/sight';
import { pageSayer } from '../words/page';
import { count, type Say } from '../words/say';
import { onTheme } from '../page/theme';
import { sentence } from '../words/sentences';
import { child, type File, readFile, readSettings, type Settings } from './params';
import { Run } from './run';
import { light, type Mark, type Scene } from '../picture/scene';
import { Session } from './session';
import type { Message } from './wire';

/** What the page says about a moment (web/page.MomentParams). */
type Params = {
  readonly lab: string;
  readonly files: readonly File[];
  readonly run: Settings;
  readonly at: Wanted;
  readonly pictures: readonly string[];
  readonly ws: string;
  readonly token: string;
};

function readMoment(v: unknown): Params {
  const f = fields(v, 'moment');
  const named = list(f, 'pictures', text).filter((p) => pictures.has(p));
  return {
    lab: string(f, 'lab'),
    files: list(f, 'files', readFile),
    run: readSettings(child(f, 'run')),
    at: readWanted(child(f, 'at')),
    pictures: named.length > 0 ? named : ['lanes'],
    ws: string(child(f, 'urls'), 'ws'),
    token: string(f, 'token'),
  };
}

function readWanted(f: Fields): Wanted {
  return {
    g: optional(f, 'g', number) ?? 0,
    kinds: list(f, 'kinds', Number),
    n: list(f, 'n', Number),
    outcome: optional(f, 'outcome', number) ?? 0,
    object: optional(f, 'object', string) ?? '',
    peer: optional(f, 'peer', boolean) ?? false,
    nth: optional(f, 'nth', number) ?? 1,
  };
}

/** The island of one moment. It runs its program once it comes into sight. */
export class Momentary {
  private readonly root: HTMLElement;
  private readonly params: Params;
  private readonly say: Say;
  private readonly run: Run;
  private readonly session: Session;
  private readonly shown: readonly Shown[];
  private readonly words = make('p', { class: 'moment-step', role: 'status' });
  private readonly range: HTMLInputElement;
  private readonly twin = make('div', { class: 'moment-table' });
  private readonly more: HTMLDetailsElement;
  private seq = 0;
  private found = false;
  private pointed: Mark | undefined;
  private pinned: number | undefined;
  private frame = 0;

  constructor(root: HTMLElement) {
    this.root = root;
    this.params = readMoment(parse(scriptText(must(root.dataset['moment'], 'data-moment'))));
    this.say = pageSayer();
    this.run = new Run(1 + Math.floor(Math.random() * 0x7ffffffe), clock(), this.say);
    this.session = this.newSession();
    this.shown = this.openPictures();
    this.range = make('input', {
      type: 'range',
      min: 0,
      max: 0,
      step: 1,
      'aria-label': this.say('ui.foot.label'),
    });
    this.range.addEventListener('input', () => this.seek(this.range.valueAsNumber));
    this.more = make(
      'details',
      { class: 'twin' },
      make('summary', {}, this.say('ui.picture.table')),
      this.twin,
    );
    this.more.addEventListener('toggle', () => this.schedule());
    this.build();
  }

  private newSession(): Session {
    const url = new URL(this.params.ws, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    return new Session(url.href, this.params.token, {
      link: (link) => {
        if (link.state === 'refused' || link.state === 'puzzled') setText(this.words, link.reason);
      },
      message: (m) => this.hear(m),
      batch: (run, data) => {
        if (run === this.run.number) this.run.add(data);
        this.schedule();
      },
      resume: () =>
        this.run.phase === 'running' ? { run: this.run.number, seq: this.run.log.count } : undefined,
    });
  }

  private openPictures(): readonly Shown[] {
    const redraw = (): void => this.schedule();
    const desk = {
      say: this.say,
      sight: new Sight(redraw),
      point: (m: Mark | undefined) => {
        this.pointed = m;
        this.schedule();
      },
      select: redraw,
      seek: (pos: number) => this.seek(pos),
      pin: (seq: number | undefined) => {
        this.pinned = seq === this.pinned ? undefined : seq;
        this.schedule();
      },
      rerun: undefined,
      redraw,
    };
    return this.params.pictures.map((id) => must(pictures.get(id), `picture ${id}`).open(desk));
  }

  private build(): void {
    const press = (by: -1 | 1): HTMLElement => {
      const label = this.say(by < 0 ? 'ui.foot.back' : 'ui.foot.step');
      const b = make(
        'button',
        { type: 'button', class: 'button', 'aria-label': label, title: label },
        icon(by < 0 ? 'back' : 'step'),
      );
      b.addEventListener('click', () => this.seek(this.seq + by));
      return b;
    };
    const bodies = make('div', { class: 'moment-pictures' }, ...this.shown.map((s) => s.body));
    this.root.prepend(
      bodies,
      make('div', { class: 'moment-foot' }, press(-1), this.range, press(1)),
      this.words,
      this.more,
    );
    this.root.addEventListener('pointerover', (e) => {
      if (!(e.target instanceof Element) || e.target instanceof HTMLCanvasElement) return;
      const g = e.target.closest('[data-g]')?.getAttribute('data-g');
      this.pointed = g === undefined || g === null ? undefined : { kind: 'g', g: Number(g) };
      this.schedule();
    });
    new ResizeObserver(() => {
      for (const s of this.shown) s.measure();
      this.schedule();
    }).observe(bodies);
    onTheme(() => {
      for (const s of this.shown) s.restyle();
      this.schedule();
    });
    const sight = new IntersectionObserver((entries) => {
      if (entries.some((e) => e.isIntersecting)) begin();
    });
    const begin = () => {
      sight.disconnect();
      this.root.removeEventListener('interleave:begin', begin);
      this.start();
    };
    // A page that is to be printed is drawn out of sight, too.
    this.root.addEventListener('interleave:begin', begin);
    if (this.root.closest('[data-handout]') === null) sight.observe(this.root);
    this.root.addEventListener('interleave:gone', () => {
      sight.disconnect();
      this.session.close();
    });
  }

  private start(): void {
    const { lab, files, run } = this.params;
    this.session.open();
    this.session.send({
      type: 'run',
      run: this.run.number,
      lab,
      part: 'demo',
      files: Object.fromEntries(files.map((f) => [f.name, f.text])),
      flags: Object.fromEntries(run.flags),
      policy: run.policy,
      seed: run.seed,
      procs: run.procs,
      depth: run.depth,
      gc: run.gc,
      memory: run.memory,
      schedule: run.schedule,
      choices: run.choices,
      every: run.every,
      cut: 0,
      hold: true,
      test: '',
    });
  }

  private hear(m: Message): void {
    if ('run' in m && m.run !== undefined && m.run !== this.run.number) return;
    this.run.hear(m);
    const want = m.type === 'started' ? this.run.want(0) : undefined;
    if (want !== undefined) this.session.send({ type: 'want', run: this.run.number, seq: want });
    if (this.run.complete) this.session.close();
    this.schedule();
  }

  private seek(seq: number): void {
    this.seq = Math.max(0, Math.min(this.run.log.count, seq));
    this.schedule();
  }

  private schedule(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.frame = 0;
    const { run, root } = this;
    while (run.fold(1 << 20));
    if (!this.found) this.find();
    if (run.log.count === 0) {
      if (run.error !== '') setText(this.words, run.error);
      root.dataset['phase'] = run.phase;
      return;
    }
    const scene = this.scene();
    for (const s of this.shown) s.draw(scene, true);
    this.range.max = String(run.log.count);
    this.range.value = String(this.seq);
    const where = this.say('ui.state.step', { seq: count(this.seq), total: count(run.log.count) });
    const missing = run.complete && !this.found ? this.say('ui.moment.missing') : '';
    const step = this.seq > 0 ? sentence(scene.tell, this.seq - 1) : '';
    setText(this.words, missing === '' ? `${where} ${step}` : missing);
    if (this.more.open) {
      patch(this.twin, table(must(this.shown[0], 'picture of the moment').twin(scene)));
    }
    root.dataset['seq'] = String(this.seq);
    root.dataset['total'] = String(run.log.count);
    root.dataset['phase'] = run.phase;
  }

  private find(): void {
    const seq = findEvent(this.run.log, this.params.at);
    if (seq === undefined) return;
    this.found = true;
    this.seq = seq + 1;
  }

  private scene(): Scene {
    const { run } = this;
    const world = run.world(this.seq);
    const { g } = this.params.at;
    const mark = this.pointed ?? (g === 0 ? undefined : { kind: 'g' as const, g });
    return {
      log: run.log,
      history: run.history,
      world,
      aside: (seq) => run.aside(seq),
      pools: run.pools(),
      tell: run.tell,
      lit: light([mark], world, run.tell),
      selected: g === 0 ? 1 : g,
      pair: undefined,
      pinned: this.pinned,
    };
  }
}
