/** What an exploration found, as the server tells it (sim/explore), read at the edge. */
import { outcomeNames } from '../event.gen';
import { boolean, type Fields, fields, list, number, optional, string, text, texts } from '../event/json';

/** How bad a finding is: it does damage, it breaks a rule, it is worth knowing. */
export type Severity = 'bug' | 'hazard' | 'note';

/** A place in the program's source. */
export type Site = {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  readonly func: string;
  readonly name: string;
};

/** One turn of a schedule: who goes, from where to where. */
export type Step = {
  readonly path: string;
  readonly name: string;
  readonly site: Site | undefined;
  readonly until: Site | undefined;
  readonly does: string;
  /** The one before could have gone on. */
  readonly preempts: boolean;
  /** How many events of the run that plays it come before; undefined if it is not known. */
  readonly event: number | undefined;
};

/** A goroutine that a finding is about, as it stands there. */
export type Party = {
  readonly path: string;
  readonly name: string;
  readonly state: string;
  readonly on: string;
  readonly at: Site | undefined;
};

/** Something that a schedule can do. */
export type Finding = {
  readonly id: string;
  readonly class: string;
  readonly cause: string;
  readonly severity: Severity;
  readonly sentence: string;
  readonly message: string;
  readonly sites: readonly Site[];
  readonly parties: readonly Party[];
  readonly stacks: readonly string[];
  readonly schedule: string;
  readonly steps: readonly Step[];
  readonly preemptions: number;
  readonly switches: number;
  /** No schedule with fewer pre-emptions does it. */
  readonly minimal: boolean;
  readonly late: string;
  readonly replay: string;
  /** How many events of the run that plays it come before the damage; undefined if it is not known. */
  readonly event: number | undefined;
};

/** One of the outputs that the program can have. */
export type Outcome = {
  readonly id: string;
  readonly text: string;
  readonly status: number;
  /** How it ended, as event.gen.ts names it; '' if nobody says. */
  readonly outcome: string;
  readonly count: number;
  readonly schedule: string;
  readonly preemptions: number;
};

/** What became of a run that was asked for. */
export type Answer = {
  readonly query: string;
  readonly found: boolean;
  readonly schedule: string;
  readonly sentence: string;
};

/** How far an exploration is. */
export type Counts = {
  readonly schedules: number;
  readonly distinct: number;
  readonly states: number;
  readonly cut: number;
  readonly depth: number;
  readonly seconds: number;
  readonly phase: string;
};

/** A goroutine runs for so many steps. */
export type Turn = { readonly path: string; readonly steps: number };

/** One schedule that was run. */
export type Tried = {
  readonly n: number;
  /** The bug or hazard that it shows; '' is none. */
  readonly bad: string;
  /** The id of its outcome. */
  readonly outcome: string;
  readonly turns: readonly Turn[];
  readonly schedule: string;
};

/** All that an exploration came to. */
export type Report = {
  readonly findings: readonly Finding[];
  readonly outcomes: readonly Outcome[];
  readonly queries: readonly Answer[];
  readonly counts: Counts;
  readonly proof: string;
  readonly exhausted: boolean;
  readonly runs: readonly Tried[];
  readonly notes: readonly string[];
  /** The functions of goroutines, by path. */
  readonly names: ReadonlyMap<string, string>;
};

/** Counts of nothing yet. */
export const noCounts: Counts = {
  schedules: 0,
  distinct: 0,
  states: 0,
  cut: 0,
  depth: 0,
  seconds: 0,
  phase: '',
};

const child = (f: Fields, name: string): Fields => fields(f.get(name), name);
const amount = (f: Fields, name: string): number => optional(f, name, number) ?? 0;
const words = (f: Fields, name: string): string => optional(f, name, string) ?? '';
const truth = (f: Fields, name: string): boolean => optional(f, name, boolean) ?? false;

/** Reads a report. */
export function readReport(v: unknown): Report {
  const f = fields(v, 'report');
  const proof = optional(f, 'proof', child);
  const findings = list(f, 'findings', readFinding);
  const bad = new Set(findings.filter((x) => x.severity !== 'note').map((x) => x.id));
  return {
    findings,
    outcomes: list(f, 'outcomes', readOutcome),
    queries: list(f, 'queries', readAnswer),
    counts: readCounts(f.get('counts')),
    proof: proof === undefined ? '' : words(proof, 'sentence'),
    exhausted: proof !== undefined && truth(proof, 'exhausted'),
    runs: list(f, 'runs', readTried).map((run) => (bad.has(run.bad) ? run : { ...run, bad: '' })),
    notes: list(f, 'notes', text),
    names: texts(f, 'names'),
  };
}

/** Reads counts; nothing is none. */
export function readCounts(v: unknown): Counts {
  if (v === undefined || v === null) return noCounts;
  const f = fields(v, 'counts');
  return {
    schedules: amount(f, 'schedules'),
    distinct: amount(f, 'distinct'),
    states: amount(f, 'states'),
    cut: amount(f, 'cut'),
    depth: amount(f, 'depth'),
    seconds: amount(f, 'seconds'),
    phase: words(f, 'phase'),
  };
}

/** Reads a finding. */
export function readFinding(v: unknown): Finding {
  const f = fields(v, 'finding');
  return {
    id: string(f, 'id'),
    class: string(f, 'class'),
    cause: words(f, 'cause'),
    severity: readSeverity(string(f, 'severity')),
    sentence: words(f, 'sentence'),
    message: words(f, 'message'),
    sites: list(f, 'sites', readSite),
    parties: list(f, 'goroutines', readParty),
    stacks: list(f, 'stacks', text),
    schedule: words(f, 'schedule'),
    steps: list(f, 'steps', readStep),
    preemptions: amount(f, 'preemptions'),
    switches: amount(f, 'switches'),
    minimal: truth(f, 'minimal'),
    late: words(f, 'late'),
    replay: words(f, 'replay'),
    event: optional(f, 'event', number),
  };
}

/** Reads how bad a finding is. */
export function readSeverity(s: string): Severity {
  if (s === 'bug' || s === 'hazard' || s === 'note') return s;
  throw new TypeError(`a finding that is a ${s}`);
}

function readSite(v: unknown): Site {
  const f = fields(v, 'site');
  return {
    file: words(f, 'file'),
    line: amount(f, 'line'),
    col: Math.max(1, amount(f, 'col')),
    func: words(f, 'func'),
    name: words(f, 'name'),
  };
}

const siteIn = (f: Fields, name: string): Site | undefined => {
  const site = optional(f, name, (g, n) => readSite(g.get(n)));
  return site === undefined || site.line === 0 ? undefined : site;
};

function readParty(v: unknown): Party {
  const f = fields(v, 'goroutine');
  return {
    path: string(f, 'path'),
    name: words(f, 'name'),
    state: words(f, 'state'),
    on: words(f, 'on'),
    at: siteIn(f, 'at'),
  };
}

function readStep(v: unknown): Step {
  const f = fields(v, 'step');
  return {
    path: string(f, 'path'),
    name: words(f, 'name'),
    site: siteIn(f, 'site'),
    until: siteIn(f, 'until'),
    does: words(f, 'does'),
    preempts: truth(f, 'preempts'),
    event: optional(f, 'event', number),
  };
}

function readOutcome(v: unknown): Outcome {
  const f = fields(v, 'outcome');
  return {
    id: string(f, 'id'),
    text: words(f, 'text'),
    status: amount(f, 'status'),
    outcome: outcomeName(f.get('outcome')),
    count: amount(f, 'count'),
    schedule: words(f, 'schedule'),
    preemptions: amount(f, 'preemptions'),
  };
}

/** The name of an outcome, which may be told by its number. */
function outcomeName(v: unknown): string {
  if (typeof v === 'number') return outcomeNames[v] ?? '';
  return outcomeNames.find((name) => typeof v === 'string' && name.toLowerCase() === v.toLowerCase()) ?? '';
}

function readAnswer(v: unknown): Answer {
  const f = fields(v, 'answer');
  return {
    query: string(f, 'query'),
    found: truth(f, 'found'),
    schedule: words(f, 'schedule'),
    sentence: words(f, 'sentence'),
  };
}

function readTried(v: unknown): Tried {
  const f = fields(v, 'run');
  return {
    n: amount(f, 'n'),
    bad: words(f, 'bad'),
    outcome: words(f, 'outcome'),
    turns: readTurns(words(f, 'turns')),
    schedule: words(f, 'schedule'),
  };
}

/** Reads "1:3,1.1:2": who runs for how many steps, in order. */
export function readTurns(s: string): readonly Turn[] {
  if (s === '') return [];
  return s.split(',').map((part) => {
    const found = /^([^:]+):(\d+)$/.exec(part);
    if (found === null) throw new TypeError(`a turn that is ${part}`);
    return { path: found[1] ?? '', steps: Number(found[2]) };
  });
}
