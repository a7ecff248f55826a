/**
 * The workbench: the only place where the connection, the fold, the player
 * and the document meet. It owns the one requestAnimationFrame.
 *
 * Its root tells how it stands: data-phase (empty, building, running, ended,
 * problems, failed, broken), data-seq (events past) and data-total.
 */
import { at, must } from '../event/check';
import { parse } from '../event/json';
import { patch } from '../dom/draw';
import { clock, make, scriptText } from '../dom/make';
import { advance, atStart, type Player, seek, type Speed, step, stepGoroutine, toggle } from '../fold/player';
import { EventList } from '../picture/events';
import { Lanes } from '../picture/lanes';
import { type Say, sayer } from '../words/say';
import { sentence } from '../words/sentences';
import { Bar } from './bar';
import { CodePane } from './code-pane';
import { overlayOf } from './code-tags';
import { Controls } from './controls';
import { keysDialog } from './dialogs';
import { noOverlay } from './editor-tags';
import { Exercise } from './exercise';
import { type Command, commandOf } from './keys';
import { pane } from './pane';
import { type Params, readParams } from './params';
import { ahead, Run } from './run';
import { asks, words } from './saying';
import { light, type Mark, sameMark, type Scene } from './scene';
import { Server } from './server';
import { type Link, Session } from './session';
import { fromFragment, type Moment, toFragment } from './settings';
import { Transport } from './transport';
import { View } from './view';
import type { Message } from './wire';

/** Events folded at a go, and the ms of a frame that may go into folding. */
const foldBatch = 32_768;
const foldTime = 22;
const slowBuild = 300;
const singleKeys = 'interleave:keys';

/** A workbench in root. */
export class Workbench {
  private readonly root: HTMLElement;
  private readonly params: Params;
  private readonly say: Say;
  private readonly server: Server;
  private readonly session: Session;
  private readonly view: View;
  private readonly code: CodePane;
  private readonly controls: Controls;
  private readonly bar: Bar;
  private readonly transport: Transport;
  private readonly lanes: Lanes;
  private readonly events: EventList;
  private readonly exercise: Exercise | undefined;
  private readonly keys: HTMLDialogElement;
  private run: Run;
  private player: Player = atStart;
  private link: Link = { state: 'idle' };
  private pointed: Mark | undefined;
  private selected: Mark = { kind: 'g', g: 1 };
  private goroutine = 1;
  private told = false;
  private stale = false;
  private grading = false;
  private trouble = '';
  private seekTo: number | undefined;
  private frame = 0;
  private last = 0;
  private announced = '';
  private follow = false;
  /** After a step the code shows where it was made. */
  private reveal = false;

  constructor(root: HTMLElement) {
    this.root = root;
    const id = must(root.dataset['workbench'], 'data-workbench');
    const params = readParams(parse(scriptText(`params-${id}`)));
    const say = sayer(params.messages);
    this.params = params;
    this.say = say;
    this.run = new Run(0, 0, say);
    this.server = new Server(params.urls, params.token);
    this.session = this.newSession();
    const redraw = (): void => this.schedule();
    this.lanes = new Lanes(say, {
      point: (m) => this.point(m),
      select: (g) => this.select({ kind: 'g', g }),
      seek: (pos) => this.seek(pos),
      redraw,
    });
    this.events = new EventList(say, (seq) => this.seek(seq), redraw);
    this.transport = new Transport(say, {
      command: (c) => this.command(c),
      seek: (seq) => this.seek(seq),
      speed: (s) => this.setSpeed(s),
    });
    this.controls = new Controls(params, say, () => this.edited());
    this.code = this.newCode();
    this.exercise =
      params.part === 'exercise' ? new Exercise(params, say, () => void this.hint()) : undefined;
    this.keys = keysDialog(say, singlesOn(), (on) => localStorage.setItem(singleKeys, on ? 'on' : 'off'));
    this.bar = this.newBar();
    this.view = this.newView(redraw);
    root.append(this.keys);
    this.listen();
    this.session.open();
    const asked = fromFragment(location.hash);
    if (asked !== undefined) this.open(asked);
    this.schedule();
  }

  /** Opens the workbench with settings, and runs. */
  open(m: Moment): void {
    this.controls.apply(m);
    this.start();
    this.seekTo = m.at;
  }

  private newSession(): Session {
    const url = new URL(this.params.urls.ws, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    return new Session(url.href, this.params.token, {
      link: (link) => {
        this.link = link;
        if (link.state === 'open') this.run.forgetWant();
        this.schedule();
      },
      message: (m) => this.hear(m),
      batch: (run, data) => {
        if (run === this.run.number) this.run.add(data);
        this.schedule();
      },
      resume: () =>
        this.run.phase === 'running' ? { run: this.run.number, seq: this.run.log.count } : undefined,
      broken: (error) => this.broken(error),
    });
  }

  private newCode(): CodePane {
    return new CodePane(this.params, this.server, this.say, {
      edited: () => this.edited(),
      shown: () => {
        if (this.run.problems.length > 0) this.code.editor.problems(this.run.problems);
        this.schedule();
      },
      point: (m) => this.point(m),
      select: (m) => this.select(m),
      trouble: (error) => this.setTrouble(error),
    });
  }

  private newBar(): Bar {
    const narrowable = this.root.closest('.with-bench') !== null;
    return new Bar(this.params, this.controls.bar, narrowable, this.say, {
      run: () => this.start(),
      stop: () => this.session.send({ type: 'stop', run: this.run.number }),
      submit: () => void this.submit(),
      link: () => this.copyLink(),
      wide: () => this.command('wide'),
      help: () => this.keys.showModal(),
    });
  }

  private newView(redraw: () => void): View {
    const { say } = this;
    const controls = pane('controls', this.controls.body, {
      title: say('ui.controls.title'),
      question: say('ui.controls.question'),
    });
    const task =
      this.exercise === undefined
        ? undefined
        : pane('task', this.exercise.body, {
            title: say('ui.exercise.task'),
            question: say('ui.exercise.points', { n: this.params.points }),
          });
    return new View(this.root, this.params, say, {
      bar: this.bar.body,
      foot: this.transport.body,
      code: this.code.pane,
      controls,
      task,
      lanes: this.lanes,
      events: this.events,
      redraw,
    });
  }

  private listen(): void {
    const { root } = this;
    root.addEventListener('keydown', (e) => this.pressed(e));
    root.addEventListener('click', (e) => this.clicked(e));
    root.addEventListener('pointerover', (e) => {
      if (!(e.target instanceof HTMLCanvasElement)) this.point(markOf(e.target));
    });
    root.addEventListener('pointerleave', () => this.point(undefined));
    root.addEventListener('focusin', (e) => this.point(markOf(e.target)));
    root.addEventListener('interleave:open', (e) => {
      const m = e instanceof CustomEvent ? fromFragment(String(e.detail)) : undefined;
      if (m !== undefined) this.open(m);
    });
    new ResizeObserver(() => {
      this.lanes.measure();
      this.events.measure();
      this.transport.measure();
      this.schedule();
    }).observe(root);
    for (const e of [this.lanes.body, this.events.body, this.transport.body]) {
      new ResizeObserver(() => {
        this.lanes.measure();
        this.events.measure();
        this.transport.measure();
        this.schedule();
      }).observe(e);
    }
    window.addEventListener('pagehide', () => this.code.flush());
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
      matchMedia(query).addEventListener('change', () => this.schedule());
    }
    document.addEventListener('interleave:theme', () => this.schedule());
  }

  /** Runs the program as it stands in the editor. */
  private start(): void {
    if (this.run.active) this.session.send({ type: 'stop', run: this.run.number });
    this.code.flush();
    const settings = this.controls.settings();
    this.run = new Run(newNumber(), clock(), this.say);
    this.player = { ...atStart, speed: this.player.speed, playing: true };
    this.told = this.stale = false;
    this.reveal = true;
    this.trouble = '';
    this.seekTo = undefined;
    this.goroutine = 1;
    this.selected = { kind: 'g', g: 1 };
    this.code.problems([]);
    if (this.view.tab === 'code' || this.view.tab === 'task' || this.view.tab === 'controls')
      this.view.show(this.params.pictures.includes('lanes') ? 'lanes' : 'console');
    this.session.open();
    this.session.send({
      type: 'run',
      run: this.run.number,
      lab: this.params.lab,
      part: this.params.part,
      files: this.code.files(),
      flags: Object.fromEntries(settings.flags),
      policy: settings.policy,
      seed: settings.seed,
      procs: settings.procs,
      hold: false,
    });
    setTimeout(() => this.schedule(), slowBuild + 10);
    this.schedule();
  }

  private hear(m: Message): void {
    if ('run' in m && m.run !== undefined && m.run !== this.run.number) return; // of an earlier run
    if (m.type === 'error' && m.run === undefined) this.setTrouble(m.msg);
    else this.run.hear(m);
    if (m.type === 'problems') this.code.problems(m.problems);
    this.schedule();
  }

  private broken(error: unknown): void {
    this.session.close();
    cancelAnimationFrame(this.frame);
    this.root.dataset['phase'] = 'broken';
    const text = error instanceof Error ? error.message : String(error);
    this.view.saying.replaceChildren(
      make('p', { class: 'problem', role: 'alert' }, this.say('ui.state.broken', { error: text })),
    );
    throw error;
  }

  private edited(): void {
    this.stale = this.run.log.count > 0;
    this.schedule();
  }

  private setTrouble(text: string): void {
    this.trouble = text;
    this.schedule();
  }

  private async hint(): Promise<void> {
    try {
      this.exercise?.add(await this.server.hint());
    } catch (error) {
      this.setTrouble(this.say('ui.state.failed', { error: String(error) }));
    }
  }

  private async submit(): Promise<void> {
    const { exercise } = this;
    if (exercise === undefined || this.grading) return;
    this.code.flush();
    this.grading = true;
    this.view.show('task');
    exercise.grading();
    this.schedule();
    try {
      exercise.show(await this.server.submit(this.code.files()));
    } catch (error) {
      exercise.failed(this.say('ui.state.failed', { error: String(error) }));
    }
    this.grading = false;
    this.schedule();
  }

  private async copyLink(): Promise<void> {
    const url = new URL(location.href);
    url.hash = toFragment(this.controls.settings(), this.player.seq);
    await navigator.clipboard.writeText(url.href);
  }

  private setSpeed(speed: Speed): void {
    this.player = { ...this.player, speed, part: 0 };
  }

  private seek(seq: number): void {
    this.follow = true;
    this.player = seek(this.player, seq, this.run.log.count);
    this.schedule();
  }

  private point(m: Mark | undefined): void {
    if (sameMark(m, this.pointed)) return;
    this.pointed = m;
    this.schedule();
  }

  private select(m: Mark): void {
    this.selected = m;
    if (m.kind === 'g') this.goroutine = m.g;
    this.schedule();
  }

  private clicked(e: MouseEvent): void {
    if (!(e.target instanceof Element)) return;
    const problem = e.target.closest('[data-problem]')?.getAttribute('data-problem');
    const found = problem === undefined || problem === null ? undefined : this.run.problems[Number(problem)];
    if (found !== undefined) this.code.goTo(found);
    const seq = e.target.closest('[data-seq]');
    if (seq !== null && seq !== this.root) this.seek(Number(seq.getAttribute('data-seq')) + 1);
    const mark = markOf(e.target);
    if (mark === undefined) return;
    if (mark.kind === 'g' && e.target.closest('[data-choice]') !== null) {
      this.session.send({ type: 'choose', run: this.run.number, g: mark.g });
      this.player = { ...this.player, playing: true };
    }
    this.select(mark);
  }

  private pressed(e: KeyboardEvent): void {
    const target = e.target instanceof Element ? e.target : undefined;
    const range = target instanceof HTMLInputElement && target.type === 'range';
    const command = commandOf(
      {
        key: e.key.length === 1 ? e.key.toLowerCase() : e.key,
        shift: e.shiftKey,
        alt: e.altKey,
        mod: e.ctrlKey || e.metaKey,
        inField: inField(target) && !(range && target.closest('.scrub') !== null),
        onButton: target?.closest('button, a, summary') !== null && target !== undefined,
      },
      singlesOn(),
    );
    if (command === undefined || this.keys.open) return;
    e.preventDefault();
    this.command(command);
  }

  private command(c: Command): void {
    const { log, complete } = this.run;
    this.follow = true;
    switch (c) {
      case 'play':
        if (log.count === 0 && !this.run.active) this.start();
        else this.player = toggle(this.player, log.count, complete);
        this.reveal = true;
        break;
      case 'step':
      case 'back':
        this.player = step(this.player, c === 'step' ? 1 : -1, log.count);
        this.reveal = true;
        break;
      case 'own':
      case 'ownback':
        this.player = stepGoroutine(this.player, log, this.goroutine, c === 'own' ? 1 : -1);
        this.reveal = true;
        break;
      case 'home':
      case 'end':
        this.player = seek(this.player, c === 'home' ? 0 : log.count, log.count);
        break;
      case 'next':
      case 'prev':
        this.select({
          kind: 'g',
          g: Math.max(1, Math.min(log.maxG, this.goroutine + (c === 'next' ? 1 : -1))),
        });
        break;
      case 'find':
        this.view.show('events');
        this.events.search.focus();
        break;
      case 'help':
        this.keys.showModal();
        break;
      case 'wide':
        this.root.closest('.with-bench')?.classList.toggle('is-wide');
        break;
      case 'run':
        this.start();
        break;
      case 'escape':
        this.pointed = undefined;
        this.select({ kind: 'g', g: 1 });
        break;
    }
    this.schedule();
  }

  private schedule(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame((t) => this.tick(t));
  }

  private tick(t: number): void {
    this.frame = 0;
    const ms = this.last === 0 ? 16 : Math.min(100, t - this.last);
    this.last = t;
    try {
      const more = this.fold();
      this.move(ms);
      this.draw();
      if (more || (this.player.playing && this.run.log.count > 0)) this.schedule();
      else this.last = 0;
    } catch (error) {
      this.broken(error);
    }
  }

  /** Folds what has come, for as long as a frame allows; says whether there is more. */
  private fold(): boolean {
    const until = clock() + foldTime;
    let more = this.run.fold(foldBatch);
    while (more && clock() < until) more = this.run.fold(foldBatch);
    return more;
  }

  /** Moves the playhead, and asks for more events if it comes near the end of what is there. */
  private move(ms: number): void {
    const { run } = this;
    const { count } = run.log;
    if (this.seekTo !== undefined && (count >= this.seekTo || run.complete)) {
      this.player = seek(this.player, this.seekTo, count);
      this.seekTo = undefined;
    }
    if (this.player.playing) this.follow = true;
    if (count > 0) this.player = advance(this.player, ms, count, run.complete);
    if (run.complete && !run.active && this.player.seq >= count) this.told = true;
    if (count === 0 && run.complete) this.player = { ...this.player, playing: false };
    if (asks(run, this.player.seq)) this.player = { ...this.player, playing: false };
    const want = run.want(Math.max(this.player.seq, this.seekTo ?? 0));
    if (want !== undefined && this.link.state === 'open') {
      this.session.send({ type: 'want', run: run.number, seq: want });
    } else if (want !== undefined) {
      run.forgetWant();
    }
  }

  private scene(): Scene {
    const { run } = this;
    const world = run.timeline.at(this.player.seq);
    const marks =
      this.pointed === undefined && this.selected.kind === 'g' && this.goroutine === 1
        ? []
        : [this.pointed ?? this.selected];
    return {
      log: run.log,
      history: run.history,
      world,
      pools: run.pools(),
      tell: run.tell,
      lit: light(marks, world, run.tell),
      selected: this.goroutine,
    };
  }

  private draw(): void {
    const { run, root } = this;
    const scene = this.scene();
    const started = run.log.count > 0;
    this.view.draw(scene, this.follow, started);
    this.follow = false;
    this.transport.draw(scene, this.player);
    this.drawCode(scene);
    const slow = run.phase === 'building' && clock() - run.since >= slowBuild;
    const { link, told, stale, trouble } = this;
    patch(this.view.saying, words({ run, scene, link, told, slow, stale, trouble }, this.say));
    this.bar.draw({
      active: run.active,
      grading: this.grading,
      wide: root.closest('.is-wide') !== null,
      linkable: started,
    });
    this.announce(scene);
    root.dataset['phase'] = run.phase;
    root.dataset['seq'] = String(this.player.seq);
    root.dataset['total'] = String(run.log.count);
    root.dataset['playing'] = String(this.player.playing);
  }

  private drawCode(scene: Scene): void {
    const { editor } = this.code;
    editor.draw(this.stale ? noOverlay : overlayOf(scene, editor.shown));
    if (this.reveal && !this.stale && scene.world.seq > 0) {
      const site = scene.tell.names.site(at(scene.log.site, scene.world.seq - 1));
      if (site !== undefined && scene.tell.names.file(site) === editor.shown) {
        editor.reveal(site.line);
        this.reveal = false;
      }
    }
  }

  /** Speaks a step while the run is halted, and how the run ended. */
  private announce(scene: Scene): void {
    if (this.player.playing) return;
    const step = scene.world.seq > 0 ? sentence(scene.tell, scene.world.seq - 1) : '';
    const ended = this.told && scene.world.seq === scene.log.count ? this.run.sentence : '';
    const text = ended === '' ? step : ended;
    if (text === this.announced) return;
    this.announced = text;
    this.view.live.textContent = text;
  }
}

/** How far ahead of the playhead the server may run, for tests. */
export const runAhead = ahead;

function newNumber(): number {
  const [n] = crypto.getRandomValues(new Uint32Array(1));
  return must(n, 'random number') % 0x7fffffff || 1;
}

function singlesOn(): boolean {
  return localStorage.getItem(singleKeys) !== 'off';
}

function inField(target: Element | undefined): boolean {
  return (
    target?.closest('input, select, textarea, [contenteditable="true"]') !== null && target !== undefined
  );
}

/** What an element of the document stands for. */
function markOf(target: EventTarget | null): Mark | undefined {
  if (!(target instanceof Element)) return undefined;
  const e = target.closest('[data-g], [data-obj]');
  const g = e?.getAttribute('data-g');
  const obj = e?.getAttribute('data-obj');
  if (g !== undefined && g !== null) return { kind: 'g', g: Number(g) };
  if (obj !== undefined && obj !== null) return { kind: 'obj', obj: Number(obj) };
  return undefined;
}
