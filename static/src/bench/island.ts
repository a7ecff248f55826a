/**
 * The workbench: the only place where the connection, the fold, the player
 * and the document meet. What it does with them is in the files beside it:
 * Live (the run and how it comes), Loop (frames), Playback (where in the run),
 * Selection, Moments, Narrator; what a key does stands in commands.ts, what a
 * click does in input.ts.
 *
 * Its root tells how it stands: data-phase (empty, building, running, ended,
 * problems, failed, broken), data-seq (events past) and data-total.
 */
import { at, must } from '../event/check';
import { parse } from '../event/json';
import { patch } from '../dom/draw';
import { keep, kept } from '../dom/keep';
import { button, clock, make, scriptText } from '../dom/make';
import { EventList } from '../picture/events';
import type { Desk } from '../picture/picture';
import { light, type Mark, type Scene } from '../picture/scene';
import { Sight } from '../picture/sight';
import { onTheme } from '../page/theme';
import { pageSayer } from '../words/page';
import { type Say } from '../words/say';
import { Bar } from './bar';
import { Brought } from './brought';
import { Challenges } from './challenge';
import { type CodeEvents, CodePane } from './code-pane';
import { type Commands, commandsOf, narration, predicts } from './commands';
import { Controls } from './controls';
import { Cost } from './cost';
import { keysDialog } from './dialogs';
import { Exercise } from './exercise';
import { Explore, goroutinesOf } from './explore';
import { listen } from './input';
import { Keeper } from './keeper';
import { type Command, keyOf } from './keys';
import { Live } from './live';
import { Loop } from './loop';
import { Moments } from './moments';
import { Narrator } from './narrate';
import { type Params, readParams } from './params';
import { loneStart, Playback } from './playback';
import { Quiz } from './quiz';
import { quizWords } from './quiz-words';
import { words } from './saying';
import { Guesses } from './guesses';
import { asks, candidates } from './hand';
import type { Run } from './run';
import { Search } from './search';
import { Selection } from './selection';
import { Server } from './server';
import type { Finding } from './submission';
import { jobOf, noJob } from './settings';
import type { Outside } from './session';
import { Transport } from './transport';
import { Travel } from './travel';
import { View } from './view';
import type { Job, Message, Problem } from './wire';

const slowBuild = 300;
/** Events of a complete run that are thought about in a frame. */
const thought = 60_000;
const singleKeys = 'interleave:keys';

/** A workbench in root. */
export class Workbench {
  private readonly root: HTMLElement;
  private readonly outside: Outside | undefined;
  private readonly params: Params;
  private readonly say: Say;
  private readonly server: Server;
  private readonly live: Live;
  private readonly loop: Loop;
  private readonly selection: Selection;
  private readonly keeper: Keeper;
  private readonly playback = new Playback();
  private readonly view: View;
  private readonly explore: Explore;
  private readonly cost: Cost | undefined;
  private readonly brought: Brought | undefined;
  /** The run that is shown, or was last asked for, is none of the model's. */
  private real = false;
  /** What the run of a schedule is an example of. */
  private example = { schedule: '', about: '' };
  private readonly code: CodePane;
  private readonly controls: Controls;
  private readonly bar: Bar;
  private readonly transport: Transport;
  private readonly travel: Travel;
  private readonly moments: Moments;
  private readonly narrator: Narrator;
  private readonly desk: Desk;
  private readonly search: Search;
  private readonly events: EventList;
  private readonly exercise: Exercise | undefined;
  private readonly challenges: Challenges | undefined;
  private readonly quiz = new Quiz(kept(predicts) === 'on');
  private readonly guesses: Guesses;
  private readonly quizButton: HTMLButtonElement;
  private linked = false;
  private readonly keys: HTMLDialogElement;
  private readonly commands: Commands;
  private stale = false;
  private trouble = '';
  /** An answer to what was asked for last: that there is no such event. */
  private note = '';
  /** The playhead was moved: pictures bring it into sight. */
  private follow = false;
  /** After a step the code shows where it was made. */
  private reveal = false;

  /** A workbench that has another outside than the server shows what comes from there, and runs nothing new. */
  constructor(root: HTMLElement, outside?: Outside) {
    this.root = root;
    this.outside = outside;
    const id = must(root.dataset['workbench'], 'data-workbench');
    const params = readParams(parse(scriptText(`params-${id}`)));
    const say = pageSayer();
    this.params = params;
    this.say = say;
    this.loop = this.newLoop();
    const redraw = this.loop.wake;
    this.selection = new Selection(redraw);
    this.keeper = new Keeper(params, say);
    this.live = this.newLive();
    this.server = new Server(params.urls, params.token);
    this.guesses = new Guesses(params.lab, (g) => this.server.guess(g));
    this.playback.stops = (run, from, to) => this.stop(run, from, to);
    this.challenges = this.newChallenges();
    this.quizButton = button(say('ui.quiz.switch'), () => this.command('quiz'), {
      class: 'button foot-quiz',
      title: say('ui.quiz.title'),
    });
    this.desk = this.newDesk();
    this.search = new Search(say, {
      changed: redraw,
      go: (by) => this.command(by > 0 ? 'match' : 'matchback'),
    });
    this.events = new EventList(say, this.search.body, () => this.search.filters, redraw);
    this.transport = new Transport(say, {
      command: (c) => this.command(c),
      seek: (seq) => this.seek(seq),
      speed: (s) => this.playback.setSpeed(s),
    });
    this.controls = new Controls(
      params,
      say,
      () => this.edited(),
      () => this.cost?.open(),
    );
    this.server.heard = (flags) => this.controls.show(flags);
    this.code = this.newCode();
    this.exercise = params.part === 'exercise' ? this.newExercise() : undefined;
    this.keys = keysDialog(say, singlesOn(), (on) => keep(singleKeys, on ? 'on' : 'off'));
    this.travel = this.newTravel();
    this.transport.addMenu(this.travel.menu.body);
    if (params.urls.brought === '') this.transport.addMenu(this.quizButton);
    this.moments = this.newMoments();
    this.commands = this.newCommands();
    this.bar = this.newBar();
    this.explore = this.newExplore();
    this.cost = params.real && outside === undefined ? this.newCost() : undefined;
    this.brought = params.urls.brought === '' ? undefined : this.newBrought();
    this.view = this.newView();
    this.bar.addMenu(this.view.menu.body);
    this.bar.addMenu(this.moments.taking.menu.body);
    if (outside !== undefined) {
      for (const e of [...this.controls.bars, this.controls.body]) e.inert = true;
      if (this.brought !== undefined) this.brought.body.inert = true;
    }
    this.narrator = new Narrator(this.view.live, (scene) => this.view.sentence(scene));
    this.narrator.full = kept(narration) === 'on';
    root.append(this.keys);
    this.listen();
    this.live.open();
    void this.openAddress(location.hash);
    redraw();
  }

  /** Opens what an address names, if it names anything: a challenge, or a moment, which is run, and explored if it says so. */
  async openAddress(fragment: string): Promise<void> {
    const q = new URLSearchParams(fragment.replace(/^#/, ''));
    const challenge = q.get('challenge');
    if (challenge !== null) {
      if (this.challenges?.take(challenge) === false) this.view.show('challenges');
      return;
    }
    await this.moments.open(fragment);
    if (q.get('explore') !== '1') return;
    this.view.show('explore');
    this.command('explore');
  }

  /** Takes in what an author has changed: parameters as the page has them now. */
  renew(text: string): void {
    const now = readParams(parse(text));
    this.controls.show(now.flags);
    this.code.renew(now.files, now.tests);
    this.exercise?.renew(now.task);
  }

  private newLoop(): Loop {
    return new Loop({
      work: () => {
        const more = this.live.fold();
        this.search.of(this.live.run);
        const thinks = this.playback.told && this.live.run.reflect(thought);
        return this.search.extend() || thinks || more;
      },
      move: (ms) => this.move(ms),
      count: () => this.live.run.folded,
      draw: () => this.draw(),
      broken: (error) => this.broken(error),
    });
  }

  private newLive(): Live {
    const { params } = this;
    const events = {
      changed: this.loop.wake,
      problems: (problems: readonly Problem[]) => this.code.problems(problems),
      trouble: (text: string) => this.setTrouble(text),
      explored: (m: Message) => {
        this.explore.hear(m);
        this.cost?.hear(m);
      },
      renewed: () => {
        const { run } = this.live;
        if (run.job !== undefined) this.keeper.begin(run, run.job);
        this.desk.sight.show(undefined);
        this.playback.beginLive();
      },
    };
    return new Live(params.urls.ws, params.token, this.say, events, this.outside);
  }

  private newDesk(): Desk {
    const redraw = this.loop.wake;
    return {
      say: this.say,
      sight: new Sight(redraw),
      point: (m) => this.selection.point(m),
      select: (m) => this.selection.select(m),
      seek: (pos) => this.seek(pos),
      pin: (seq) => this.selection.pin(seq),
      rerun: (m) => {
        this.controls.apply({ ...this.controls.settings(), ...m });
        this.start();
      },
      redraw,
      runs: {
        keep: () => this.setTrouble(this.keeper.keep()),
        again: () => {
          this.controls.nextSeed();
          this.start();
        },
        swap: () => this.swap(),
        drop: () => {
          this.keeper.drop();
          redraw();
        },
      },
    };
  }

  private newCode(): CodePane {
    const events: CodeEvents = {
      edited: () => this.edited(),
      shown: () => {
        const { problems } = this.live.run;
        if (problems.length > 0) this.code.editor.problems(problems);
        this.loop.wake();
      },
      point: (m) => this.selection.point(m),
      select: (m) => this.selection.select(m),
      menuOfLine: (m) => {
        this.selection.select(m);
        this.travel.menu.open();
      },
      trouble: (error) => this.setTrouble(error),
      redraw: this.loop.wake,
    };
    const readOnly = this.outside !== undefined || this.params.urls.brought !== '';
    return new CodePane(this.params, this.server, this.say, events, readOnly);
  }

  private newExercise(): Exercise {
    return new Exercise(this.params, this.say, {
      server: this.server,
      files: () => this.code.files(),
      changed: this.loop.wake,
      trouble: (error) => this.setTrouble(error),
      goTo: (file, line) => this.goTo(file, line, 1),
      play: (f, files) => this.playTest(f, files),
    });
  }

  private newBar(): Bar {
    const narrowable = this.root.closest('.with-bench') !== null;
    return new Bar(this.params, this.controls.bars, narrowable, this.say, {
      run: () => this.start(),
      explore: () => this.command('explore'),
      stop: () => {
        this.explore.stop();
        this.live.stop();
      },
      interrupt: () => this.live.interrupt(),
      submit: () => this.submit(),
      link: () => this.moments.copyLink(),
      wide: () => this.command('wide'),
      help: () => this.command('help'),
    });
  }

  private newView(): View {
    return new View(this.root, this.params, this.say, {
      bar: this.bar.body,
      foot: this.transport.body,
      code: this.code.pane,
      controls: this.controls.body,
      task: this.exercise?.body,
      challenges: this.challenges?.body,
      events: this.events,
      explore: this.outside === undefined && this.brought === undefined ? this.explore : undefined,
      cost: this.cost,
      brought: this.brought?.body,
      desk: this.desk,
      picture: (id, body, title, form) => this.moments.taking.picture(id, body, title, form),
      items: () => [
        {
          label: this.say('ui.narrate'),
          hint: this.say('ui.narrate.hint'),
          key: keyOf('narrate'),
          checked: this.narrator.full,
          act: () => this.command('narrate'),
        },
      ],
    });
  }

  private newTravel(): Travel {
    const { playback, selection } = this;
    return new Travel(this.say, {
      run: () => this.live.run,
      playback,
      selection,
      line: () => selection.line ?? this.code.cursor(),
      found: () => this.search.found?.fits,
      moved: () => this.moved(),
      tell: (text) => this.tell(text),
    });
  }

  private newMoments(): Moments {
    return new Moments(this.params, this.say, {
      run: () => this.live.run,
      playback: this.playback,
      selection: this.selection,
      controls: this.controls,
      code: this.code,
      panes: () => this.view.panes,
      arrange: (panes) => this.view.setPanes(panes),
      show: (pane) => this.view.show(pane),
      start: (goal) => this.start(goal),
      tell: (text) => this.tell(text),
      trouble: (text) => this.setTrouble(text),
    });
  }

  private newCommands(): Commands {
    return commandsOf({
      root: this.root,
      say: this.say,
      live: this.live,
      playback: this.playback,
      selection: this.selection,
      search: this.search,
      sight: this.desk.sight,
      quiz: this.quiz,
      travel: this.travel,
      keys: this.keys,
      view: () => this.view,
      narrator: () => this.narrator,
      scene: () => this.scene(),
      start: () => {
        if (this.brought === undefined) this.start();
      },
      explore: () => {
        if (this.outside === undefined && this.brought === undefined) this.explore.start();
      },
      repeat: (job) => this.repeat(job),
      pick: (g) => this.pick(g),
      guess: (k) => this.guess(k),
      moved: () => this.moved(),
      tell: (text) => this.tell(text),
    });
  }

  private listen(): void {
    const { root, selection } = this;
    listen(root, {
      run: () => this.live.run,
      selection,
      singles: singlesOn,
      busy: () => this.keys.open,
      answer: (k) => this.guess(k),
      command: (c, key) => this.command(c, key),
      seek: (seq) => this.seek(seq),
      problem: (problem) => this.code.goTo(problem),
      settle: (choice) => {
        this.moments.settle(choice);
        this.loop.wake();
      },
      chosen: (mark) => this.chosen(mark),
      open: (fragment) => void this.openAddress(fragment),
      renew: (text) => this.renew(text),
    });
    const sizes = new ResizeObserver(() => {
      this.view.measure();
      this.transport.measure();
      this.loop.wake();
    });
    for (const e of [root, this.transport.body]) sizes.observe(e);
    window.addEventListener('pagehide', () => this.code.flush());
    onTheme(() => {
      this.view.restyle();
      this.transport.restyle();
      this.loop.wake();
    });
  }

  /** Runs the program as it stands in the editor; plays it, or goes to event goal. */
  private start(goal?: number): void {
    if (this.controls.real) this.playback.beginLive();
    else this.playback.begin(goal);
    this.begin(jobOf(this.params, this.code.files(), this.controls.settings()));
  }

  private newCost(): Cost {
    return new Cost({
      say: this.say,
      job: () => jobOf(this.params, this.code.files(), this.controls.onMachine()),
      connected: () => this.live.link.state === 'open',
      send: (r) => this.live.send(r),
      problems: (list) => this.code.problems(list),
      show: () => this.view.show('cost'),
      redraw: this.loop.wake,
    });
  }

  private newBrought(): Brought {
    const { params } = this;
    return new Brought(this.root, {
      say: this.say,
      url: params.urls.brought,
      token: params.token,
      start: (job) => {
        this.playback.beginLive();
        this.begin({ ...noJob, ...job });
      },
      trouble: (text) => this.setTrouble(text),
      redraw: this.loop.wake,
    });
  }

  /** Runs what was run before, up to where the learner chooses (anew). */
  private repeat(job: Job | undefined): void {
    if (job === undefined) return;
    this.playback.beginAtQuestion();
    this.begin({ ...job, every: this.controls.settings().every });
  }

  private newExplore(): Explore {
    const { params } = this;
    return new Explore({
      say: this.say,
      lab: params.lab,
      part: params.part,
      program: () => ({
        files: this.code.files(),
        flags: Object.fromEntries(this.controls.settings().flags),
      }),
      connected: () => this.live.link.state === 'open',
      send: (r) => this.live.send(r),
      play: (p) => {
        const { schedule, seed } = p;
        this.example = { schedule, about: p.about };
        const flags = new Map(Object.entries(p.flags));
        // What was explored watches memory, and its schedules name accesses to it.
        this.controls.apply({ policy: 'replay', schedule, seed, memory: true, flags });
        this.start(p.event);
      },
      goTo: (file, line, col) => this.goTo(file, line, col),
      problems: (list) => this.code.problems(list),
      cursor: () => this.code.cursor(),
      goroutines: () => goroutinesOf(this.live.run),
      schedule: () => this.live.run.job?.schedule ?? '',
      seq: () => this.playback.player.seq,
      show: () => this.view.show('explore'),
      redraw: this.loop.wake,
    });
  }

  /** Shows a place in the editor, also where one thing is shown at a time. */
  private goTo(file: string, line: number, col: number): void {
    this.view.show('code');
    this.code.goTo({ file, line, col, msg: '', refused: false });
  }

  private newChallenges(): Challenges | undefined {
    const { params } = this;
    if (params.challenges.length === 0) return undefined;
    return new Challenges(params.challenges, () => this.code.originals(), this.say, {
      open: (m) => {
        this.controls.apply(m);
        this.start();
      },
      judge: (id, run) => this.server.judge(id, run),
      changed: this.loop.wake,
      won: (id) =>
        this.root.dispatchEvent(
          new CustomEvent('interleave:won', { detail: { lab: params.lab, id }, bubbles: true }),
        ),
    });
  }

  /** Where play has to stop: at a question, or where one goroutine alone can run and the learner wants to see that. */
  private stop(run: Run, from: number, to: number): number | undefined {
    const alone = this.controls.goesOn ? undefined : loneStart(run, from, to);
    return run.real ? undefined : (this.quiz.stop(run, from, alone ?? to) ?? alone);
  }

  /** Answers the open question, and shows what happens. */
  private guess(k: number): void {
    const answered = this.quiz.answer(k);
    if (answered === undefined) return;
    this.guesses.add(answered);
    this.playback.step(this.live.run, 1);
    this.follow = true;
    this.loop.wake();
  }

  /** Lets goroutine g run next, if the run asks for that. */
  private pick(g: number | undefined): void {
    if (g === undefined || !asks(this.live.run, this.playback.player.seq)) return;
    this.live.choose(g);
    this.playback.resume(matchMedia('(prefers-reduced-motion: reduce)').matches);
    this.selection.select({ kind: 'g', g });
    this.loop.wake();
  }

  private begin(job: Job): void {
    this.code.flush();
    this.loop.restart();
    this.stale = false;
    this.reveal = true;
    this.trouble = '';
    this.note = '';
    this.selection.clear();
    this.selection.pinned = undefined;
    this.code.problems([]);
    this.view.showRun();
    const real = job.mode !== undefined;
    // Real time is what a real run is about; the model's events are worth the same space each.
    if (real !== this.real) {
      this.desk.sight.show(undefined);
      this.desk.sight.scale = real ? 'time' : 'events';
    }
    this.real = real;
    this.live.start(job);
    this.keeper.begin(this.live.run, job);
    setTimeout(this.loop.wake, slowBuild + 10);
    this.loop.wake();
  }

  /** Shows the kept run, at its end, and keeps the one that was shown. */
  private swap(): void {
    const kept = this.keeper.swap();
    if (kept === undefined) return;
    this.live.show(kept);
    this.selection.clear();
    this.seek(kept.log.count);
  }

  private broken(error: unknown): void {
    this.live.close();
    this.loop.stop();
    this.root.dataset['phase'] = 'broken';
    const text = error instanceof Error ? error.message : String(error);
    this.view.saying.replaceChildren(
      make('p', { class: 'problem', role: 'alert' }, this.say('ui.state.broken', { error: text })),
    );
    reportError(error);
  }

  private edited(): void {
    this.stale = this.live.run.log.count > 0;
    this.loop.wake();
  }

  private setTrouble(text: string): void {
    this.trouble = text;
    this.loop.wake();
  }

  private submit(): void {
    this.code.flush();
    this.view.show('task');
    this.exercise?.submit();
  }

  /** Plays the schedule under which a test of these files fails. */
  private playTest(f: Finding, files: ReadonlyMap<string, string>): void {
    this.code.borrow(files);
    const { schedule, seed, test } = f;
    this.example = { schedule, about: f.sentence };
    // What was explored watches memory, and its schedules name accesses to it.
    // The controls stay as they are: they are those of the program itself.
    const how = {
      policy: 'replay',
      schedule,
      seed,
      memory: true,
      choices: [],
      flags: new Map<string, string>(),
    };
    const settings = { ...this.controls.settings(), ...how };
    this.playback.begin();
    this.begin({ ...jobOf(this.params, this.code.files(), settings), test });
  }

  private seek(seq: number): void {
    this.playback.seek(this.live.run, seq);
    this.moved();
  }

  /** The playhead was moved by choice: pictures and code show where it is. */
  private moved(): void {
    this.note = '';
    this.follow = true;
    this.reveal = true;
    this.loop.wake();
  }

  /** Says something about what was asked for last. */
  private tell(text: string): void {
    this.note = text;
    this.loop.wake();
  }

  /** Something was clicked: it is selected, or chosen where the run asks who runs next. */
  private chosen(mark: Mark): void {
    const picks = mark.kind === 'g' && asks(this.live.run, this.playback.player.seq);
    if (picks && candidates(this.scene()).includes(mark.g)) this.pick(mark.g);
    else this.selection.select(mark);
  }

  private command(c: Command, key = ''): void {
    this.commands[c](key);
    this.loop.wake();
  }

  /** Moves the playhead, and asks for more events if it comes near the end of what is there; says whether it plays. */
  private move(ms: number): boolean {
    const { run } = this.live;
    const want = this.playback.move(run, ms);
    const { playing } = this.playback.player;
    if (playing || this.playback.live) this.follow = true;
    if (want !== undefined) this.live.want(want);
    this.traceOn(run);
    return (playing && run.log.count > 0) || this.playback.hunting(run);
  }

  /** Traces a program once more, if that is wanted and its trace has ended by itself while its end was looked at. */
  private traceOn(run: Run): void {
    const { job, outcome, log } = run;
    if (job?.mode !== 'attach' || outcome !== 'Untold' || log.count === 0 || this.brought?.again !== true)
      return;
    if (run.folded < log.count || this.playback.player.seq < log.count) return;
    this.playback.beginLive();
    this.begin(job);
  }

  private scene(): Scene {
    const { run } = this.live;
    const world = run.world(this.playback.player.seq);
    return {
      log: run.log,
      history: run.history,
      world,
      aside: (seq) => run.aside(seq),
      pools: run.pools(),
      tell: run.tell,
      lit: light(this.selection.marks(), world, run.tell),
      selected: this.selection.goroutine,
      pair: this.keeper.pair,
      pinned: this.selection.pinned,
      found: this.search.found,
    };
  }

  private draw(): void {
    const { root } = this;
    const { run, link } = this.live;
    const { player, told } = this.playback;
    const scene = this.scene();
    const started = run.log.count > 0;
    this.view.draw(scene, this.follow, started);
    this.follow = false;
    this.search.draw();
    this.transport.draw(scene, player);
    this.quizButton.setAttribute('aria-pressed', String(this.quiz.on));
    this.quizButton.hidden = run.real; // what is there to predict has happened
    if (link.state === 'open' && !this.linked) void this.guesses.send();
    this.linked = link.state === 'open';
    this.drawCode(scene);
    const slow = run.phase === 'building' && clock() - run.since >= slowBuild;
    const { stale, trouble, note } = this;
    const brought = this.brought !== undefined;
    const shared = this.code.borrowed;
    const about = run.job?.schedule === this.example.schedule ? this.example.about : '';
    this.quiz.at(player.seq);
    this.challenges?.look(run, link.state === 'open', this.code.files());
    this.challenges?.draw();
    const asked = [run.real ? '' : quizWords(this.quiz, this.say), this.challenges?.words(told) ?? ''].filter(
      (c) => c !== '',
    );
    const focused = this.view.saying.contains(document.activeElement);
    patch(
      this.view.saying,
      words({ run, scene, link, told, slow, stale, trouble, note, about, shared, asked, brought }, this.say),
    );
    // Who has pressed what is gone now goes on with keys.
    if (focused && document.activeElement === document.body) this.view.saying.focus({ preventScroll: true });
    this.explore.tend();
    this.bar.draw({
      active: run.active || this.explore.active,
      listens: run.history.listens || run.job?.mode === 'real', // of which that is not always known
      wide: root.closest('.is-wide') !== null,
      // A link names settings of the program itself, and no test of it.
      linkable: started && (run.job?.test ?? '') === '' && this.brought === undefined,
      real: this.controls.real,
    });
    this.narrator.tell({
      scene,
      playing: player.playing,
      outcome: told ? run.sentence : '',
      asks: asks(run, player.seq),
    });
    root.dataset['phase'] = run.phase;
    root.dataset['mode'] = this.controls.real ? 'real' : 'model';
    root.dataset['seq'] = String(player.seq);
    root.dataset['total'] = String(run.log.count);
    root.dataset['asks'] = String(asks(run, player.seq));
    this.view.saying.classList.toggle('is-example', about !== '');
    this.view.saying.classList.toggle('is-hand', run.byHand || this.quiz.on);
    root.dataset['playing'] = String(player.playing);
  }

  private drawCode(scene: Scene): void {
    const { editor } = this.code;
    this.code.draw(scene, this.stale);
    if (this.reveal && !this.stale && scene.world.seq > 0) {
      const site = scene.tell.names.site(at(scene.log.site, scene.world.seq - 1));
      if (site !== undefined && scene.tell.names.file(site) === editor.shown) {
        editor.reveal(site.line);
        this.reveal = false;
      }
    }
  }
}

function singlesOn(): boolean {
  return kept(singleKeys) !== 'off';
}
