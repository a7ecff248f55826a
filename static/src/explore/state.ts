/** An exploration as the page knows it: what was asked for, how far it is, and what came of it. Pure. */
import { type Fields, list, number, optional, string } from '../event/json';
import { type Problem, readProblem } from '../bench/wire';
import {
  type Answer,
  type Counts,
  type Finding,
  noCounts,
  readCounts,
  readFinding,
  readReport,
  type Report,
} from './report';

/** How an exploration stands: lost is one whose connection broke, failed one that could not be done. */
export type Stage = 'idle' | 'waiting' | 'building' | 'exploring' | 'stopping' | 'done' | 'lost' | 'failed';

/** What became of a finding on the program as it is now. */
export type Verdict = {
  readonly verdict: 'asked' | 'fails' | 'passes' | 'unfit' | 'failed';
  readonly step: number;
  readonly sentence: string;
};

/** The program that is explored: its files and flags. */
export type Program = {
  readonly files: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, string>>;
};

const order = { bug: 0, hazard: 1, note: 2 } as const;

/** One exploration. */
export class Exploration {
  readonly number: number;
  readonly program: Program;
  /** The run that is asked for, if one is. */
  readonly query: string;
  /** Of what is random in the search, and in the program. */
  readonly seed: number;
  stage: Stage;
  /** What is done before the first schedule. */
  phase = '';
  counts: Counts = noCounts;
  report: Report | undefined;
  error = '';
  problems: readonly Problem[] = [];
  private found: readonly Finding[] = [];

  constructor(number: number, program: Program, query: string, seed = 1) {
    this.number = number;
    this.seed = seed;
    this.program = program;
    this.query = query;
    this.stage = number === 0 ? 'idle' : 'waiting';
  }

  /** Says whether the server is at it, or soon will be. */
  get active(): boolean {
    return (
      this.stage === 'waiting' ||
      this.stage === 'building' ||
      this.stage === 'exploring' ||
      this.stage === 'stopping'
    );
  }

  /** What was found so far: bugs first, then in the order in which it was found. */
  get findings(): readonly Finding[] {
    return this.report?.findings ?? this.found;
  }

  /** The answer to what was asked for. */
  get answer(): Answer | undefined {
    return this.report?.queries.find((q) => q.query === this.query);
  }

  /** Takes in a message of the server about this exploration. */
  hear(kind: string, body: Fields): void {
    if (!this.active) return;
    switch (kind) {
      case 'exploring':
        this.phase = optional(body, 'phase', string) ?? this.phase;
        if (optional(body, 'counts', (f, n) => f.get(n)) !== undefined)
          this.counts = readCounts(body.get('counts'));
        if (this.stage !== 'stopping') this.stage = this.counts === noCounts ? 'building' : 'exploring';
        return;
      case 'finding':
        this.add(readFinding(body.get('finding')));
        return;
      case 'explored': {
        const report = readReport(body.get('report'));
        this.report = { ...report, findings: sorted(report.findings) };
        this.counts = this.report.counts;
        this.stage = 'done';
        return;
      }
      case 'unexplored':
        this.fail(optional(body, 'msg', string) ?? '');
        this.problems = list(body, 'problems', readProblem);
        return;
    }
  }

  /** It cannot be done, or not be understood. */
  fail(error: string): void {
    this.error = error;
    this.stage = 'failed';
  }

  /** The connection is gone: what was found is kept. */
  lose(): void {
    if (this.active && this.stage !== 'waiting') this.stage = 'lost';
  }

  private add(f: Finding): void {
    const there = this.found.some((x) => x.id === f.id);
    const next = there ? this.found.map((x) => (x.id === f.id ? f : x)) : [...this.found, f];
    this.found = sorted(next);
  }
}

function sorted(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => order[a.severity] - order[b.severity]);
}

/** Reads what became of a finding that was tried. */
export function readVerdict(body: Fields): Verdict {
  const verdict = string(body, 'verdict');
  if (verdict !== 'fails' && verdict !== 'passes' && verdict !== 'unfit')
    throw new TypeError(`verdict ${verdict}`);
  return {
    verdict,
    step: optional(body, 'step', number) ?? 0,
    sentence: optional(body, 'sentence', string) ?? '',
  };
}

/** Says whether two programs are the same, flags and all. */
export function sameProgram(a: Program, b: Program): boolean {
  return same(a.files, b.files) && same(a.flags, b.flags);
}

function same(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((n) => a[n] === b[n]);
}
