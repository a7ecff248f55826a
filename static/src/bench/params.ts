/** What the page says about a workbench (web/page.Params), read at the edge. */
import { boolean, type Fields, fields, list, number, optional, string, text, texts } from '../event/json';
import { type Promised, readPromised, readSubmission, type Submission } from './submission';

export type File = { readonly name: string; readonly text: string; readonly original: string };

/** A flag of the program and how its control looks. */
export type Flag = {
  readonly name: string;
  readonly type: string;
  readonly default: string;
  readonly usage: string;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly step: number | undefined;
  readonly choices: readonly string[];
};

/** How a run is to be done. */
export type Settings = {
  readonly policy: string;
  readonly seed: number;
  readonly procs: number;
  /** Of policy pct: how many ordering constraints a bug has that it looks for. */
  readonly depth: number;
  /** The collector runs by itself (policy gmp). */
  readonly gc: boolean;
  /** Accesses to memory are events, and races are looked for. */
  readonly memory: boolean;
  /** Who runs when, for policy replay, and for policy hand at first; '' is none. */
  readonly schedule: string;
  /** For policy hand: what was chosen before. */
  readonly choices: readonly number[];
  /** For policy hand: ask at every operation. */
  readonly every: boolean;
  readonly flags: ReadonlyMap<string, string>;
  /** The program is run on the real runtime, like that: of the rest the flags count. */
  readonly real?: Machine | undefined;
};

/** How a program is run on the real runtime. */
export type Machine = {
  /** How closely it is looked at: one of observes. */
  readonly observe: string;
  /** GOMAXPROCS; 0 is what the machine has. */
  readonly procs: number;
  /** '' is the default. */
  readonly gogc: string;
  /** '' is the default. */
  readonly gomemlimit: string;
  /** The ms between two lines of the scheduler about itself; 0 is none. */
  readonly schedtrace: number;
};

/** The ways in which a program on the real runtime is looked at. */
export const observes = ['plain', 'traced', 'probed'] as const;

/** How a program is run on the real runtime where nobody says. */
export const usualMachine: Machine = { observe: 'probed', procs: 0, gogc: '', gomemlimit: '', schedtrace: 0 };

/** The depth of policy pct where none is named. */
export const usualDepth = 3;

export type Part = 'demo' | 'exercise';

export type Urls = {
  readonly ws: string;
  readonly format: string;
  readonly save: string;
  readonly reset: string;
  readonly submit: string;
  readonly hint: string;
  readonly history: string;
  readonly solution: string;
  readonly guesses: string;
  /** Without the challenge's id. */
  readonly challenges: string;
  /** Where a workbench without a program takes what a person brings; '' for others. */
  readonly brought: string;
};

/** A run that won a challenge: what it takes to have it again. */
export type Won = { readonly schedule: string; readonly seed: number; readonly memory: boolean };

/** What a run has to come to; one of the fields is there. */
export type Goal = {
  readonly ends: string | undefined;
  readonly output: string | undefined;
  readonly reaches: number | undefined;
};

/** A run that is asked for. */
export type Challenge = {
  readonly id: string;
  readonly title: string;
  readonly goal: Goal;
  readonly flags: ReadonlyMap<string, string>;
  readonly policy: string;
  readonly every: boolean;
  readonly memory: boolean;
  readonly won: Won | undefined;
};

export type Params = {
  readonly lang: string;
  readonly lab: string;
  readonly title: string;
  readonly place: string;
  readonly part: Part;
  readonly files: readonly File[];
  readonly tests: readonly File[];
  readonly flags: readonly Flag[];
  readonly pictures: readonly string[];
  readonly policies: readonly string[];
  readonly run: Settings;
  readonly urls: Urls;
  readonly token: string;
  readonly nonce: string;
  readonly task: string | undefined;
  readonly hints: { readonly total: number; readonly opened: readonly string[] };
  readonly criteria: readonly Promised[];
  /** The latest one. */
  readonly submission: Submission | undefined;
  readonly points: number;
  readonly challenges: readonly Challenge[];
  /** The program can be run on the real runtime, too. */
  readonly real: boolean;
  /** And in no other way. */
  readonly realOnly: boolean;
};

/** Reads a workbench's parameters; what does not fit throws. */
export function readParams(v: unknown): Params {
  const f = fields(v, 'parameters');
  const hints = optional(f, 'hints', child);
  const policies = list(f, 'policies', text);
  return {
    lang: string(f, 'lang'),
    lab: string(f, 'lab'),
    title: string(f, 'title'),
    place: optional(f, 'place', string) ?? '',
    part: readPart(optional(f, 'part', string) ?? 'demo'),
    files: list(f, 'files', readFile),
    tests: list(f, 'tests', readFile),
    flags: list(f, 'flags', readFlag),
    pictures: list(f, 'pictures', text),
    policies: policies.length > 0 ? policies : ['gmp', 'fifo', 'random'],
    run: readSettings(child(f, 'run')),
    urls: readUrls(child(f, 'urls')),
    token: string(f, 'token'),
    nonce: optional(f, 'nonce', string) ?? '',
    task: optional(f, 'task', string),
    hints:
      hints === undefined
        ? { total: 0, opened: [] }
        : { total: number(hints, 'total'), opened: list(hints, 'opened', text) },
    criteria: list(f, 'criteria', readPromised),
    submission: optional(f, 'submission', (g, name) => readSubmission(g.get(name))),
    points: optional(f, 'points', number) ?? 0,
    challenges: list(f, 'challenges', readChallenge),
    real: optional(f, 'real', boolean) ?? false,
    realOnly: optional(f, 'realOnly', boolean) ?? false,
  };
}

export function child(f: Fields, name: string): Fields {
  return fields(f.get(name), name);
}

function readPart(part: string): Part {
  if (part === 'demo' || part === 'exercise') return part;
  throw new TypeError(`part ${part}`);
}

/** Reads a file: its text, and the text as it was given (the same, where none is named). */
export function readFile(v: unknown): File {
  const f = fields(v, 'file');
  const content = string(f, 'text');
  return { name: string(f, 'name'), text: content, original: optional(f, 'original', string) ?? content };
}

/** Reads a flag. */
export function readFlag(v: unknown): Flag {
  const f = fields(v, 'flag');
  return {
    name: string(f, 'name'),
    type: string(f, 'type'),
    default: string(f, 'default'),
    usage: string(f, 'usage'),
    min: optional(f, 'min', number),
    max: optional(f, 'max', number),
    step: optional(f, 'step', number),
    choices: list(f, 'choices', text),
  };
}

/** Reads the settings of a run; what is absent is gmp, seed 1, 2 Ps. */
export function readSettings(f: Fields): Settings {
  return {
    policy: optional(f, 'policy', string) ?? 'gmp',
    seed: optional(f, 'seed', number) ?? 1,
    procs: optional(f, 'procs', number) ?? 2,
    depth: optional(f, 'depth', number) ?? usualDepth,
    gc: optional(f, 'gc', boolean) ?? false,
    memory: optional(f, 'memory', boolean) ?? false,
    schedule: optional(f, 'schedule', string) ?? '',
    choices: list(f, 'choices', Number),
    every: optional(f, 'every', boolean) ?? false,
    flags: texts(f, 'flags'),
    real: optional(f, 'real', (real) => readMachine(child(real, 'real'))),
  };
}

/** Reads how a run of the real runtime is looked at. */
function readMachine(f: Fields): Machine {
  return { ...usualMachine, observe: string(f, 'observe'), procs: optional(f, 'procs', number) ?? 0 };
}

function readChallenge(v: unknown): Challenge {
  const f = fields(v, 'challenge');
  const goal = child(f, 'goal');
  return {
    id: string(f, 'id'),
    title: string(f, 'title'),
    goal: {
      ends: optional(goal, 'ends', string),
      output: optional(goal, 'output', string),
      reaches: optional(goal, 'reaches', number),
    },
    flags: texts(f, 'flags'),
    policy: optional(f, 'policy', string) ?? 'hand',
    every: optional(f, 'every', boolean) ?? false,
    memory: optional(f, 'memory', boolean) ?? false,
    won: optional(f, 'won', (won) => readWon(child(won, 'won'))),
  };
}

function readWon(f: Fields): Won {
  return {
    schedule: string(f, 'schedule'),
    seed: optional(f, 'seed', number) ?? 0,
    memory: optional(f, 'memory', boolean) ?? false,
  };
}

function readUrls(f: Fields): Urls {
  const url = (name: string): string => optional(f, name, string) ?? '';
  return {
    ws: string(f, 'ws'),
    format: url('format'),
    save: url('save'),
    reset: url('reset'),
    submit: url('submit'),
    hint: url('hint'),
    history: url('history'),
    solution: url('solution'),
    guesses: url('guesses'),
    challenges: url('challenges'),
    brought: url('brought'),
  };
}
