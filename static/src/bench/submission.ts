/** A submission and its verdict, as the server tells them (web/page.Submission), read at the edge. */
import { boolean, type Fields, fields, list, number, optional, string, texts } from '../event/json';

/** A criterion with its points, before anything was handed in. */
export type Promised = { readonly name: string; readonly title: string; readonly points: number };

export type Test = {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
  readonly ms: number;
  readonly file: string;
  /** 0: not known. */
  readonly line: number;
};

/** A schedule under which a test fails. */
export type Finding = {
  readonly test: string;
  readonly sentence: string;
  readonly schedule: string;
  /** The seed of what is random in the test. */
  readonly seed: number;
  readonly preemptions: number;
  readonly minimal: boolean;
  readonly file: string;
  readonly line: number;
};

export type Criterion = {
  readonly name: string;
  readonly title: string;
  readonly passed: boolean;
  readonly checked: boolean;
  readonly points: number;
  readonly of: number;
  readonly message: string;
  readonly tests: readonly Test[];
  readonly findings: readonly Finding[];
};

/** What grading said of a submission. */
export type Verdict = {
  readonly passed: boolean;
  readonly score: number;
  readonly points: number;
  readonly criteria: readonly Criterion[];
  /** What is wrong with a solution that behaves in the same way; '' for none. */
  readonly like: string;
  /** Why it is lower than the first one; '' if it is not. */
  readonly lowered: string;
};

/** How a submission stands. */
export type Submission = {
  /** 0: nothing was handed in yet. */
  readonly id: number;
  readonly state: 'none' | 'queued' | 'grading' | 'graded' | 'failed';
  /** How many are taken until it is, itself included; 0 if it does not wait for that. */
  readonly position: number;
  /** Another one whenever the rest is. */
  readonly rev: string;
  /** Its page. */
  readonly href: string;
  readonly files: ReadonlyMap<string, string>;
  readonly verdict: Verdict | undefined;
  /** The verdict that a lower one has replaced. */
  readonly first: Verdict | undefined;
};

/** A line of the history. */
export type Try = {
  readonly at: string;
  readonly kind: string;
  readonly href: string;
  readonly text: string;
};

/** Says whether the verdict is still to come. */
export function waits(s: Submission | undefined): boolean {
  return s?.state === 'queued' || s?.state === 'grading';
}

export function readSubmission(v: unknown): Submission {
  const f = fields(v, 'submission');
  return {
    id: number(f, 'id'),
    state: readState(optional(f, 'state', string) ?? 'none'),
    position: number(f, 'position'),
    rev: string(f, 'rev'),
    href: optional(f, 'href', string) ?? '',
    files: texts(f, 'files'),
    verdict: optional(f, 'verdict', readVerdict),
    first: optional(f, 'first', readVerdict),
  };
}

function readState(s: string): Submission['state'] {
  if (s === 'none' || s === 'queued' || s === 'grading' || s === 'graded' || s === 'failed') return s;
  throw new TypeError(`state ${s}`);
}

export function readPromised(v: unknown): Promised {
  const f = fields(v, 'criterion');
  return { name: string(f, 'name'), title: string(f, 'title'), points: number(f, 'points') };
}

export function readTry(v: unknown): Try {
  const f = fields(v, 'try');
  return {
    at: optional(f, 'at', string) ?? '',
    kind: string(f, 'kind'),
    href: optional(f, 'href', string) ?? '',
    text: string(f, 'text'),
  };
}

function readVerdict(outer: Fields, name: string): Verdict {
  const f = fields(outer.get(name), name);
  const like = optional(f, 'like', (g, n) => fields(g.get(n), n));
  return {
    passed: boolean(f, 'passed'),
    score: number(f, 'score'),
    points: number(f, 'points'),
    criteria: list(f, 'criteria', readCriterion),
    like: like === undefined ? '' : string(like, 'what'),
    lowered: optional(f, 'lowered', string) ?? '',
  };
}

function readCriterion(v: unknown): Criterion {
  const f = fields(v, 'criterion');
  return {
    name: string(f, 'name'),
    title: string(f, 'title'),
    passed: boolean(f, 'passed'),
    checked: boolean(f, 'checked'),
    points: number(f, 'points'),
    of: number(f, 'of'),
    message: optional(f, 'message', string) ?? '',
    tests: list(f, 'tests', readTest),
    findings: list(f, 'findings', readFinding),
  };
}

function readTest(v: unknown): Test {
  const f = fields(v, 'test');
  return {
    name: string(f, 'name'),
    passed: boolean(f, 'passed'),
    message: optional(f, 'message', string) ?? '',
    ms: number(f, 'ms'),
    file: optional(f, 'file', string) ?? '',
    line: optional(f, 'line', number) ?? 0,
  };
}

function readFinding(v: unknown): Finding {
  const f = fields(v, 'finding');
  return {
    test: string(f, 'test'),
    sentence: string(f, 'sentence'),
    schedule: optional(f, 'schedule', string) ?? '',
    seed: optional(f, 'seed', number) ?? 1,
    preemptions: optional(f, 'preemptions', number) ?? 0,
    minimal: optional(f, 'minimal', boolean) ?? false,
    file: optional(f, 'file', string) ?? '',
    line: optional(f, 'line', number) ?? 0,
  };
}
