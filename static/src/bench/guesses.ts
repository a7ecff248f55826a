/** What was guessed and is not stored by the server yet: kept in this browser until it is. */
import { keep, kept } from '../dom/keep';
import { boolean, fields, list, number, parse, string } from '../event/json';
import type { Answered, QuizKind } from './quiz';

/** A guess as the server keeps it. */
export type Guess = {
  readonly id: string;
  readonly kind: QuizKind;
  readonly question: string;
  readonly answer: string;
  readonly truth: string;
  readonly right: boolean;
  /** ms since 1970. */
  readonly at: number;
};

const batch = 100;
const longest = 400;

/** The guesses of one lab. */
export class Guesses {
  private readonly key: string;
  private readonly post: (guesses: readonly Guess[]) => Promise<boolean>;
  private waiting: readonly Guess[];
  private sending = false;

  constructor(lab: string, post: (guesses: readonly Guess[]) => Promise<boolean>) {
    this.key = `interleave:guesses:${lab}`;
    this.post = post;
    this.waiting = readGuesses(kept(this.key));
    void this.send();
  }

  /** Adds a guess, and sends what is there. */
  add(a: Answered): void {
    const { kind, text, options, right } = a.question;
    const cut = (s: string | undefined): string => cutTo(s ?? '', longest);
    const guess = {
      id: newID(),
      kind,
      question: cut(text),
      answer: cut(options[a.answer]),
      truth: cut(options[right]),
      right: a.right,
      at: Date.now(),
    };
    this.hold([...this.waiting, guess]);
    void this.send();
  }

  /** Sends what was not sent yet, as far as there is a server. */
  async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.waiting.length > 0) {
        const some = this.waiting.slice(0, batch);
        if (!(await this.post(some))) return;
        const sent = new Set(some.map((g) => g.id));
        this.hold(this.waiting.filter((g) => !sent.has(g.id)));
      }
    } finally {
      this.sending = false;
    }
  }

  private hold(waiting: readonly Guess[]): void {
    this.waiting = waiting;
    keep(this.key, waiting.length === 0 ? undefined : JSON.stringify(waiting));
  }
}

/** Text of at most n bytes as UTF-8. */
function cutTo(text: string, n: number): string {
  let s = text.slice(0, n);
  while (new TextEncoder().encode(s).length > n) s = s.slice(0, -1);
  return s;
}

/** An id that nobody else makes. */
export function newID(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, '0')).join('');
}

/** Reads what was kept; what cannot be read was not written by us. */
function readGuesses(text: string | undefined): readonly Guess[] {
  if (text === undefined) return [];
  try {
    return list(new Map([['all', parse(text)]]), 'all', readGuess);
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return [];
    throw error;
  }
}

function readGuess(v: unknown): Guess {
  const f = fields(v, 'guess');
  const kind = string(f, 'kind');
  if (kind !== 'next' && kind !== 'receive' && kind !== 'block' && kind !== 'end') throw new TypeError(kind);
  return {
    id: string(f, 'id'),
    kind,
    question: string(f, 'question'),
    answer: string(f, 'answer'),
    truth: string(f, 'truth'),
    right: boolean(f, 'right'),
    at: number(f, 'at'),
  };
}
