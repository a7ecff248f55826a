/**
 * The run that a workbench shows and the connection over which it comes: asks
 * for runs, hears of them, folds what came.
 *
 * It leaves marks in the browser's performance timeline: 'interleave:begun' at
 * a run's first events, 'interleave:ended' when the server has said its last
 * word, and 'interleave:folded' once all is folded, with how many events that
 * were and how many ms went into reading and into folding them.
 */
import { must } from '../event/check';
import { clock } from '../dom/make';
import type { Say } from '../words/say';
import { Run } from './run';
import { type Link, type Outside, Session } from './session';
import type { Job, Message, Problem, Request } from './wire';

/** The number of SIGINT. */
const interrupt = 2;

/** Events folded at a go, and the ms of a frame that may go into folding: the rest is for drawing. */
const foldBatch = 16_384;
const foldTime = 8;
/** So many events behind, folding comes first. */
const behind = 100_000;
const behindTime = 50;

/** What a live run tells its owner. */
export type LiveEvents = {
  /** Something came: draw again. */
  readonly changed: () => void;
  readonly problems: (problems: readonly Problem[]) => void;
  /** Something came that is no run's. */
  readonly explored: (m: Message) => void;
  /** Something went wrong outside of a run. */
  readonly trouble: (text: string) => void;
  /** The run is a new one, that begins where the server still knows it. */
  readonly renewed: () => void;
};

/** The run of one workbench. */
export class Live {
  run: Run;
  link: Link = { state: 'idle' };
  private readonly say: Say;
  private readonly session: Session;
  private readonly events: LiveEvents;
  /** The ms that went into reading and into folding the run. */
  private reading = 0;
  private folding = 0;

  constructor(ws: string, token: string, say: Say, events: LiveEvents, outside?: Outside) {
    this.say = say;
    this.events = events;
    this.run = new Run(0, 0, say);
    const url = new URL(ws, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    this.session = new Session(url.href, token, this.listener(), outside);
  }

  /** Connects. */
  open(): void {
    this.session.open();
  }

  /** Ends the connection for good. */
  close(): void {
    this.session.close();
  }

  /** Begins a new run in the place of the one that there is. */
  start(job: Job): void {
    this.show(new Run(newNumber(), clock(), this.say, job));
    this.session.open();
    this.session.send({ type: 'run', run: this.run.number, ...job });
  }

  /** Puts a run in the place of the one that there is, which is stopped. */
  show(run: Run): void {
    if (this.run.active) this.stop();
    this.run.halt();
    this.run = run;
    this.reading = 0;
    this.folding = 0;
  }

  stop(): void {
    this.session.send({ type: 'stop', run: this.run.number });
  }

  /** Sends the program an interrupt. */
  interrupt(): void {
    this.session.send({ type: 'signal', run: this.run.number, n: interrupt });
  }

  /** Sends what is no run's. Without a connection it is lost. */
  send(r: Request): void {
    this.session.send(r);
  }

  /** Says which goroutine runs next, where the run asks for that. */
  choose(g: number): void {
    if (this.link.state !== 'open') return;
    this.session.send({ type: 'choose', run: this.run.number, g });
    this.run.answer();
  }

  /** Tells the server up to which event it should go now. */
  want(seq: number): void {
    if (this.link.state === 'open') this.session.send({ type: 'want', run: this.run.number, seq });
    else this.run.forgetWant();
  }

  /** Folds what has come, for as long as a frame allows; says whether there is more. */
  fold(): boolean {
    const { run } = this;
    if (run.folded === run.log.count) return false;
    const { active } = run;
    const began = clock();
    let more = run.fold(foldBatch);
    const time = run.log.count - run.folded > behind ? behindTime : foldTime;
    while (more && clock() < began + time) more = run.fold(foldBatch);
    this.folding += clock() - began;
    if (active && !run.active) this.stop();
    this.tellFolded();
    return more;
  }

  private listener(): ConstructorParameters<typeof Session>[2] {
    return {
      link: (link) => {
        this.link = link;
        if (link.state === 'open') this.run.forgetWant();
        if (link.state === 'refused') this.run.abandon(link.reason);
        if (link.state === 'puzzled') this.run.abandon(''); // the link's own words say why
        this.events.changed();
      },
      message: (m) => this.hear(m),
      batch: (run, data) => {
        if (run === this.run.number) this.take(data);
        this.events.changed();
      },
      resume: () =>
        this.run.active ? { run: this.run.number, seq: this.run.log.base + this.run.log.count } : undefined,
    };
  }

  private take(data: ArrayBuffer): void {
    const { run } = this;
    const { active } = run;
    const began = clock();
    if (run.log.count === 0) performance.mark('interleave:begun');
    run.add(data);
    this.reading += clock() - began;
    if (active && !run.active) this.stop();
  }

  /** Begins the run anew: the server has no more than what it tells from event first on. */
  private renew(first: number, events: number): void {
    const { number, since, job, phase } = this.run;
    this.run = new Run(number, since, this.say, job, { first, events });
    this.run.phase = phase;
    this.events.renewed();
  }

  private tellFolded(): void {
    const { run, reading, folding } = this;
    if (!run.complete || run.folded < run.log.count) return;
    performance.mark('interleave:folded', { detail: { events: run.log.count, reading, folding } });
  }

  private hear(m: Message): void {
    if ('run' in m && m.run !== undefined && m.run !== this.run.number) return; // of an earlier run
    if (m.type === 'exploration') this.events.explored(m);
    else if (m.type === 'error' && m.run === undefined) this.events.trouble(m.msg);
    else if (m.type === 'dropped') this.renew(m.first, m.events);
    else this.run.hear(m);
    if (m.type === 'started') this.run.forgetWant(); // whatever was asked while it was built
    if (m.type === 'problems') this.events.problems(m.problems);
    if (m.type === 'ended') {
      performance.mark('interleave:ended');
      this.tellFolded();
    }
    this.events.changed();
  }
}

function newNumber(): number {
  const [n] = crypto.getRandomValues(new Uint32Array(1));
  return must(n, 'random number') % 0x7fffffff || 1;
}
