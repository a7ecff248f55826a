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
import { EventList } from '../picture/events';
import type { Desk } from '../picture/picture';
import { Sight } from '../picture/sight';
import { onTheme } from '../page/theme';
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
import { type Params, readParams } from './params';
import { Playback } from './playback';
import { Run } from './run';
import { words } from './saying';
import { light, type Mark, sameMark, type Scene } from '../picture/scene';
import { Server } from './server';
import { type Link, Session } from './session';
import { fromFragment, type Moment, toFragment } from './settings';
import { markOf, numberOf, pointsItself, pressOf } from './targets';
import { Transport } from './transport';
import { View } from './view';
import type { Job, Message } from './wire';

/** The number of SIGINT. */
const interrupt = 2;

/** Events folded at a go, and the ms of a frame that may go into folding. */
const foldBatch = 32_768;
const foldTime = 22;
/** More fresh events than this in a frame are a rush. */
const rush = 10_000;
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
  private readonly desk: Desk;
  private readonly events: EventList;
  private readonly exercise: Exercise | undefined;
  private readonly keys: HTMLDialogElement;
  private run: Run;
  private readonly playback = new Playback();
  private link: Link = { state: 'idle' };
  private pointed: Mark | undefined;
  private selected: Mark = { kind: 'g', g: 1 };
  private goroutine = 1;
  private stale = false;
  private grading = false;
  private trouble = '';
  private frame = 0;
  private last = 0;
  private drawnAt = 0;
  private drawnCount = 0;
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
    this.desk = {
      say,
      sight: new Sight(redraw),
      point: (m) => this.point(m),
      select: (m) => this.select(m),
      seek: (pos) => this.seek(pos),
      redraw,
    };
    this.events = new EventList(say, (seq) => this.seek(seq), redraw);
    this.transport = new Transport(say, {
      command: (c) => this.command(c),
      seek: (seq) => this.seek(seq),
      speed: (s) => this.playback.setSpeed(s),
    });
    this.controls = new Controls(params, say, () => this.edited());
    this.server.heard = (flags) => this.controls.show(flags);
    this.code = this.newCode();
    this.exercise = params.part === 'exercise' ? this.newExercise() : undefined;
    this.keys = keysDialog(say, singlesOn(), (on) => localStorage.setItem(singleKeys, on ? 'on' : 'off'));
    this.bar = this.newBar();
    this.view = this.newView();
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
    this.start(m.at);
  }

  private newSession(): Session {
    const url = new URL(this.params.urls.ws, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    return new Session(url.href, this.params.token, {
      link: (link) => {
        this.link = link;
        if (link.state === 'open') this.run.forgetWant();
        if (link.state === 'refused') this.run.abandon(link.reason);
        this.schedule();
      },
      message: (m) => this.hear(m),
      batch: (run, data) => {
        if (run === this.run.number) this.run.add(data);
        this.schedule();
      },
      resume: () => (this.run.active ? { run: this.run.number, seq: this.run.log.count } : undefined),
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

  private newExercise(): Exercise {
    return new Exercise(this.params, this.say, {
      server: this.server,
      files: () => this.code.files(),
      grading: (on) => {
        this.grading = on;
        this.schedule();
      },
      trouble: (error) => this.setTrouble(error),
    });
  }

  private newBar(): Bar {
    const narrowable = this.root.closest('.with-bench') !== null;
    return new Bar(this.params, this.controls.bar, narrowable, this.say, {
      run: () => this.start(),
      stop: () => this.session.send({ type: 'stop', run: this.run.number }),
      interrupt: () => this.session.send({ type: 'signal', run: this.run.number, n: interrupt }),
      submit: () => this.submit(),
      link: () => this.copyLink(),
      wide: () => this.command('wide'),
      help: () => this.keys.showModal(),
    });
  }

  private newView(): View {
    return new View(this.root, this.params, this.say, {
      bar: this.bar.body,
      foot: this.transport.body,
      code: this.code.pane,
      controls: this.controls.body,
      task: this.exercise?.body,
      events: this.events,
      desk: this.desk,
    });
  }

  private listen(): void {
    const { root } = this;
    root.addEventListener('keydown', (e) => this.pressed(e));
    root.addEventListener('click', (e) => this.clicked(e));
    root.addEventListener('pointerover', (e) => {
      if (!pointsItself(e.target)) this.point(markOf(e.target));
    });
    root.addEventListener('pointerleave', () => this.point(undefined));
    root.addEventListener('focusin', (e) => this.point(markOf(e.target)));
    root.addEventListener('interleave:open', (e) => {
      const m = e instanceof CustomEvent ? fromFragment(String(e.detail)) : undefined;
      if (m !== undefined) this.open(m);
    });
    const sizes = new ResizeObserver(() => {
      this.view.measure();
      this.transport.measure();
      this.schedule();
    });
    for (const e of [root, ...root.querySelectorAll('.bench-pictures, .pane-body'), this.transport.body])
      sizes.observe(e);
    window.addEventListener('pagehide', () => this.code.flush());
    onTheme(() => {
      this.view.restyle();
      this.transport.restyle();
      this.schedule();
    });
  }

  /** Runs the program as it stands in the editor; plays it, or goes to event goal. */
  private start(goal?: number): void {
    if (this.run.active) this.session.send({ type: 'stop', run: this.run.number });
    this.code.flush();
    this.run = new Run(newNumber(), clock(), this.say);
    this.playback.begin(goal);
    this.drawnCount = 0;
    this.stale = false;
    this.reveal = true;
    this.trouble = '';
    this.select({ kind: 'g', g: 1 });
    this.code.problems([]);
    this.view.showRun();
    this.session.open();
    this.session.send({ type: 'run', run: this.run.number, ...this.job() });
    setTimeout(() => this.schedule(), slowBuild + 10);
    this.schedule();
  }

  /** The program and settings as they stand. */
  private job(): Job {
    const settings = this.controls.settings();
    return {
      lab: this.params.lab,
      part: this.params.part,
      files: this.code.files(),
      flags: Object.fromEntries(settings.flags),
      policy: settings.policy,
      seed: settings.seed,
      procs: settings.procs,
      depth: settings.depth,
      gc: settings.gc,
      memory: settings.memory,
      schedule: settings.schedule,
      hold: true,
    };
  }

  private hear(m: Message): void {
    if ('run' in m && m.run !== undefined && m.run !== this.run.number) return; // of an earlier run
    if (m.type === 'error' && m.run === undefined) this.setTrouble(m.msg);
    else this.run.hear(m);
    if (m.type === 'started') this.run.forgetWant(); // whatever was asked while it was built
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

  private submit(): void {
    this.code.flush();
    this.view.show('task');
    void this.exercise?.submit();
  }

  private async copyLink(): Promise<void> {
    const url = new URL(location.href);
    url.hash = toFragment(this.controls.settings(), this.playback.player.seq);
    await navigator.clipboard.writeText(url.href);
  }

  private seek(seq: number): void {
    this.follow = true;
    this.playback.seek(this.run, seq);
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
    const problem = this.run.problems[numberOf(e.target, 'data-problem', this.root) ?? -1];
    if (problem !== undefined) this.code.goTo(problem);
    const seq = numberOf(e.target, 'data-seq', this.root);
    if (seq !== undefined) this.seek(seq + 1);
    const mark = markOf(e.target);
    if (mark === undefined) return;
    if (mark.kind === 'g' && e.target.closest('[data-choice]') !== null) {
      this.session.send({ type: 'choose', run: this.run.number, g: mark.g });
      this.playback.resume();
    }
    this.select(mark);
  }

  private pressed(e: KeyboardEvent): void {
    const command = commandOf(pressOf(e), singlesOn());
    if (command === undefined || this.keys.open) return;
    e.preventDefault();
    this.command(command);
  }

  private command(c: Command): void {
    const empty = this.run.log.count === 0 && !this.run.active;
    if (c === 'run' || (c === 'play' && empty)) {
      this.start();
    } else if (this.playback.command(c, this.run, this.goroutine)) {
      this.follow = true;
      this.reveal = c !== 'home' && c !== 'end';
    } else {
      this.point(undefined);
      this.look(c);
    }
    this.schedule();
  }

  /** Does what a command says that changes only what is looked at. */
  private look(c: Command): void {
    switch (c) {
      case 'next':
      case 'prev': {
        const g = this.goroutine + (c === 'next' ? 1 : -1);
        this.select({ kind: 'g', g: Math.max(1, Math.min(this.run.log.maxG, g)) });
        break;
      }
      case 'escape':
        this.select({ kind: 'g', g: 1 });
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
      default:
        throw new Error(`no such command here: ${c}`);
    }
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
      if (this.mayDraw(t)) this.draw();
      else this.schedule();
      if (more || (this.playback.player.playing && this.run.log.count > 0)) this.schedule();
      else this.last = 0;
    } catch (error) {
      this.broken(error);
    }
  }

  /** Says whether to draw now: a run that rushes in is drawn ten times a second only. */
  private mayDraw(t: number): boolean {
    const { count } = this.run.log;
    const fresh = count - this.drawnCount;
    if (fresh > rush && t - this.drawnAt < 100) return false;
    this.drawnCount = count;
    this.drawnAt = t;
    return true;
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
    const { run, playback } = this;
    const want = playback.move(run, ms);
    if (playback.player.playing) this.follow = true;
    if (want === undefined) return;
    if (this.link.state === 'open') this.session.send({ type: 'want', run: run.number, seq: want });
    else run.forgetWant();
  }

  private scene(): Scene {
    const { run } = this;
    const world = run.timeline.at(this.playback.player.seq);
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
    const { player, told } = this.playback;
    const scene = this.scene();
    const started = run.log.count > 0;
    this.view.draw(scene, this.follow, started);
    this.follow = false;
    this.transport.draw(scene, player);
    this.drawCode(scene);
    const slow = run.phase === 'building' && clock() - run.since >= slowBuild;
    const { link, stale, trouble } = this;
    patch(this.view.saying, words({ run, scene, link, told, slow, stale, trouble }, this.say));
    this.bar.draw({
      active: run.active,
      listens: run.history.listens,
      grading: this.grading,
      wide: root.closest('.is-wide') !== null,
      linkable: started,
    });
    this.announce(scene);
    root.dataset['phase'] = run.phase;
    root.dataset['seq'] = String(player.seq);
    root.dataset['total'] = String(run.log.count);
    root.dataset['playing'] = String(player.playing);
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
    const { player, told } = this.playback;
    if (player.playing) return;
    const step = scene.world.seq > 0 ? sentence(scene.tell, scene.world.seq - 1) : '';
    const ended = told && scene.world.seq === scene.log.count ? this.run.sentence : '';
    const text = ended === '' ? step : ended;
    if (text === this.announced) return;
    this.announced = text;
    this.view.live.textContent = text;
  }
}

function newNumber(): number {
  const [n] = crypto.getRandomValues(new Uint32Array(1));
  return must(n, 'random number') % 0x7fffffff || 1;
}

function singlesOn(): boolean {
  return localStorage.getItem(singleKeys) !== 'off';
}
