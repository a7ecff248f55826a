/** Predict: stops play before something worth a guess, asks what will happen, and says what did and by which rule. */
import { at, must } from '../event/check';
import { Kind, outcomeNames, Outcome, Reason, Why, whyNames } from '../event.gen';
import { type Log, valueText } from '../event/log';
import { State } from '../fold/goroutines';
import type { World } from '../fold/world';
import type { Telling } from '../words/sentences';
import type { Run } from './run';

/** What a question is about. */
export type QuizKind = 'next' | 'receive' | 'block' | 'end';

/** A question that event seq answers. */
export type Question = {
  readonly seq: number;
  readonly kind: QuizKind;
  readonly text: string;
  readonly options: readonly string[];
  /** Which option is what happens. */
  readonly right: number;
  /** The rule by which it does. */
  readonly rule: string;
};

/** A question that was answered: what was said, and whether that was right. */
export type Answered = { readonly question: Question; readonly answer: number; readonly right: boolean };

const mostOptions = 5;
const longestOption = 40;
/** At least so many events lie between two questions, and a run has about so many questions. */
const leastGap = 6;
const perRun = 10;

/** The questions of one workbench. */
export class Quiz {
  on: boolean;
  /** What is asked now. */
  question: Question | undefined;
  /** What was answered last; until play goes on. */
  answered: Answered | undefined;
  right = 0;
  total = 0;
  private run: Run | undefined;
  private readonly asked = new Set<number>();
  private last = -Infinity;
  private endAsked = false;

  constructor(on: boolean) {
    this.on = on;
  }

  /** Where play from one event to another stops, because there is something to ask. */
  stop(run: Run, from: number, to: number): number | undefined {
    if (run !== this.run) this.begin(run);
    if (!this.on) return undefined;
    this.answered = to > from ? undefined : this.answered;
    const { log } = run;
    const gap = Math.max(leastGap, Math.floor(log.count / perRun));
    for (let i = from; i < to; i++) {
      if (this.asked.has(i) || !worthALook(log, i)) continue;
      const end = isEnd(log, i);
      if (end ? this.endAsked : i < this.last + gap) continue;
      const q = questionAt(run, i);
      if (q === undefined) continue;
      this.asked.add(i);
      this.last = i;
      this.endAsked ||= end;
      this.question = q;
      return i;
    }
    return undefined;
  }

  /** Answers the question, if one is open; the answer with what was so. */
  answer(k: number): Answered | undefined {
    const { question } = this;
    if (question === undefined || question.options[k] === undefined) return undefined;
    this.question = undefined;
    this.answered = { question, answer: k, right: k === question.right };
    this.total++;
    if (this.answered.right) this.right++;
    return this.answered;
  }

  /** Forgets the question if the playhead is elsewhere. */
  at(seq: number): void {
    if (this.question !== undefined && this.question.seq !== seq) this.question = undefined;
    if (this.answered !== undefined && this.answered.question.seq + 1 !== seq) this.answered = undefined;
  }

  private begin(run: Run): void {
    this.run = run;
    this.question = this.answered = undefined;
    this.asked.clear();
    this.last = -Infinity;
    this.endAsked = false;
  }
}

/** Says whether an event may answer a question; cheap, for there are many events. */
function worthALook(log: Log, i: number): boolean {
  switch (log.kind[i]) {
    case Kind.GoStart:
    case Kind.ChanRecv:
    case Kind.ChanSend:
      return true;
    case Kind.GoPark:
      return at(log.n, i) === Reason.SendWait;
    default:
      return isEnd(log, i);
  }
}

/** Says whether event i tells how the run ends. */
function isEnd(log: Log, i: number): boolean {
  switch (log.kind[i]) {
    case Kind.Leak:
    case Kind.Stuck:
    case Kind.GoPanic:
    case Kind.RunEnd:
      return true;
    case Kind.Output:
      return at(log.n, i) === 2 && /^(fatal error|panic): /.test(valueText(log, at(log.val, i)));
    default:
      return false;
  }
}

/** The question that event i of a run answers, if it is one. */
export function questionAt(run: Run, i: number): Question | undefined {
  const { log, tell } = run;
  if (isEnd(log, i)) return endQuestion(run, i);
  const world = run.world(i);
  switch (log.kind[i]) {
    case Kind.GoStart:
      return nextQuestion(run, world, i);
    case Kind.ChanRecv:
      return receiveQuestion(tell, world, i);
    case Kind.ChanSend:
    case Kind.GoPark:
      return blockQuestion(tell, world, i);
    default:
      return undefined;
  }
}

/** Who runs next, where there is a rule that one could know. */
function nextQuestion(run: Run, world: World, i: number): Question | undefined {
  const { log, tell, job } = run;
  const why = at(log.n, i);
  const byRule = why !== Why.ByPolicy || job?.policy === 'fifo' || job?.policy === 'lifo';
  if (run.byHand || !byRule || why === Why.Directly || why === Why.FromPull) return undefined;
  const truth = at(log.g, i);
  const others: number[] = [];
  for (let g = 1; g < world.gs.count && others.length < mostOptions - 1; g++) {
    if (g !== truth && at(world.gs.state, g) === State.Runnable) others.push(g);
  }
  if (others.length === 0) return undefined;
  const gs = [...others, truth].sort((a, b) => a - b);
  const { say, names } = tell;
  return {
    seq: i,
    kind: 'next',
    text: say('ui.quiz.next', { p: `P${at(log.p, i)}` }),
    options: gs.map((g) => names.g(g)),
    right: gs.indexOf(truth),
    rule: say('ui.quiz.rule.next', {
      g: names.g(truth),
      why:
        why === Why.ByPolicy
          ? say(`ui.policy.${job?.policy ?? ''}`)
          : say(`ui.why.${must(whyNames[why], 'why')}`),
    }),
  };
}

/** What a receive will give: the values that are there to be had. */
function receiveQuestion(tell: Telling, world: World, i: number): Question | undefined {
  const { log, say, names } = tell;
  const c = world.chans.get(at(log.obj, i));
  if (c === undefined) return undefined;
  const shown = (val: number): string => clipped(valueText(log, val));
  const truth = shown(at(log.val, i));
  const there = [...c.buffer, ...[...c.senders.values()].map((w) => w.val)].slice(0, 1000).map(shown);
  const values = [...new Set([truth, ...there])]
    .slice(0, mostOptions - 1)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return {
    seq: i,
    kind: 'receive',
    text: say('ui.quiz.receive', { g: names.g(at(log.g, i)), obj: names.obj(c.id) }),
    options: [...values, say('ui.quiz.waits')],
    right: values.indexOf(truth),
    rule: say(c.buffer.length > 0 ? 'ui.quiz.rule.buffer' : 'ui.quiz.rule.sender'),
  };
}

/** Whether a send has to wait. */
function blockQuestion(tell: Telling, world: World, i: number): Question | undefined {
  const { log, say, names } = tell;
  const c = world.chans.get(at(log.obj, i));
  if (c === undefined) return undefined;
  const waits = log.kind[i] === Kind.GoPark;
  const room = c.receivers.size > 0 ? 'receiver' : c.cap === 0 ? 'nobody' : waits ? 'full' : 'room';
  return {
    seq: i,
    kind: 'block',
    text: say('ui.quiz.block', { g: names.g(at(log.g, i)), obj: names.obj(c.id) }),
    options: [say('ui.quiz.yes'), say('ui.quiz.no')],
    right: waits ? 0 : 1,
    rule: say(`ui.quiz.rule.${room}`, { n: c.buffer.length, cap: c.cap }),
  };
}

/** How the run ends. */
function endQuestion(run: Run, i: number): Question | undefined {
  const { log, tell } = run;
  const { say } = tell;
  if (!run.complete || log.kind[log.count - 1] !== Kind.RunEnd) return undefined;
  const outcome = at(log.obj, log.count - 1);
  const name = must(outcomeNames[outcome], 'outcome');
  const leaks = outcome === Outcome.Exited && log.kind[log.count - 2] === Kind.Leak;
  const ends = ['Exited', 'leak', 'Deadlock', 'Panicked'];
  const right = ends.indexOf(leaks ? 'leak' : name);
  if (right < 0) return undefined;
  return {
    seq: i,
    kind: 'end',
    text: say('ui.quiz.end'),
    options: ends.map((e) => say(`ui.quiz.end.${e}`)),
    right,
    rule: run.sentence,
  };
}

function clipped(text: string): string {
  return text.length > longestOption ? `${text.slice(0, longestOption - 1)}…` : text;
}
