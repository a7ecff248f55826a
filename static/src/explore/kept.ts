/** Findings that this browser keeps for a lab, so that a fix can be tried on them. */
import { type Fields, fields, list, number, optional, parse, string, texts } from '../event/json';
import { type Finding, readSeverity, type Severity } from './report';

/** What is kept of a finding. */
export type Kept = {
  readonly id: string;
  readonly class: string;
  readonly cause: string;
  readonly severity: Severity;
  readonly sentence: string;
  readonly schedule: string;
  /** The flags with which the program was run. */
  readonly flags: Readonly<Record<string, string>>;
  readonly seed: number;
};

/** The store that it takes. */
export type Memory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Findings kept for one lab, and the characters of a schedule that are worth keeping. */
const most = 20;
const longest = 64 << 10;

/** The findings kept under a key; the newest is first. */
export class Findings {
  private readonly memory: Memory;
  private readonly key: string;
  private kept: readonly Kept[];

  constructor(memory: Memory, key: string) {
    this.memory = memory;
    this.key = key;
    this.kept = readAll(memory.getItem(key));
  }

  get all(): readonly Kept[] {
    return this.kept;
  }

  /** Keeps bugs and hazards; one with the id of another takes its place. */
  add(findings: readonly Finding[], flags: Kept['flags'], seed: number): void {
    const fresh = findings
      .filter((f) => f.severity !== 'note' && f.schedule !== '' && f.schedule.length <= longest)
      .map((f): Kept => {
        const { id, cause, severity, sentence, schedule } = f;
        return { id, class: f.class, cause, severity, sentence, schedule, flags, seed };
      });
    const ids = new Set(fresh.map((f) => f.id));
    this.write([...fresh, ...this.kept.filter((f) => !ids.has(f.id))].slice(0, most));
  }

  forget(id: string): void {
    this.write(this.kept.filter((f) => f.id !== id));
  }

  private write(kept: readonly Kept[]): void {
    this.kept = kept;
    if (kept.length === 0) this.memory.removeItem(this.key);
    else this.memory.setItem(this.key, JSON.stringify(kept));
  }
}

/** Reads what was kept; what another version kept, or nobody can read, is nothing. */
function readAll(text: string | null): readonly Kept[] {
  if (text === null) return [];
  try {
    return list(fields({ kept: parse(text) }, 'memory'), 'kept', readKept).slice(0, most);
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return [];
    throw error;
  }
}

function readKept(v: unknown): Kept {
  const f = fields(v, 'finding');
  const words = (g: Fields, name: string): string => optional(g, name, string) ?? '';
  return {
    id: string(f, 'id'),
    class: string(f, 'class'),
    cause: words(f, 'cause'),
    severity: readSeverity(string(f, 'severity')),
    sentence: string(f, 'sentence'),
    schedule: string(f, 'schedule'),
    flags: Object.fromEntries(texts(f, 'flags')),
    seed: optional(f, 'seed', number) ?? 1,
  };
}
