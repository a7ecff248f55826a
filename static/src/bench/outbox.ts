/**
 * What was handed in and has not reached the server: kept in this browser
 * until the server has taken it, also over a reload. Every text has a key, by
 * which the server knows it again: sent twice, by a second click, by a second
 * tab, or because an answer was lost, it is one submission.
 */
import { fields, list, parse, string, texts } from '../event/json';
import type { Files } from './drafts';
import { readSubmission, type Submission } from './submission';

/** What the server says to what is handed in. */
export type Answer =
  | { readonly kind: 'taken'; readonly submission: Submission }
  /** Not taken, and why. Later says that the same may be taken at another time. */
  | { readonly kind: 'refused'; readonly sentence: string; readonly later: boolean }
  /** The server cannot be reached. */
  | { readonly kind: 'away' };

/** What an outbox needs from outside. */
export type OutboxHost = {
  readonly key: string;
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly post: (key: string, files: Files) => Promise<Answer>;
  readonly newKey: () => string;
  /** Does act after ms, unless what it returns is called first. */
  readonly after: (ms: number, act: () => void) => () => void;
  readonly changed: () => void;
  readonly taken: (s: Submission) => void;
};

type Letter = { readonly key: string; readonly files: Files };

const again = 4000;
/** Texts that may wait here. */
const most = 20;

/** What one exercise has to hand in. */
export class Outbox {
  /** The server cannot be reached: what is here is sent when it can. */
  away = false;
  /** Why the last one was not taken; '' if it was. */
  refused = '';
  private readonly host: OutboxHost;
  private letters: readonly Letter[];
  private sending = false;
  private cancel: () => void = () => undefined;

  constructor(host: OutboxHost) {
    this.host = host;
    this.letters = readLetters(host.storage.getItem(host.key));
  }

  /** How many texts wait to be taken. */
  get waiting(): number {
    return this.letters.length;
  }

  /** Hands in files, unless they wait already. */
  add(files: Files): void {
    this.refused = '';
    const text = JSON.stringify(files);
    if (!this.letters.some((l) => JSON.stringify(l.files) === text)) {
      this.hold([...this.letters, { key: this.host.newKey(), files }].slice(-most));
    }
    void this.send();
  }

  /** Sends what is here, now. */
  async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    this.cancel();
    try {
      for (let next = this.letters[0]; next !== undefined; next = this.letters[0]) {
        this.host.changed();
        const answer = await this.host.post(next.key, next.files);
        this.away = answer.kind === 'away';
        if (answer.kind === 'away' || (answer.kind === 'refused' && answer.later)) {
          if (answer.kind === 'refused') this.refused = answer.sentence;
          this.cancel = this.host.after(again, () => void this.send());
          return;
        }
        const { key } = next;
        this.hold(this.letters.filter((l) => l.key !== key));
        if (answer.kind === 'refused') this.refused = answer.sentence;
        else {
          this.refused = '';
          this.host.taken(answer.submission);
        }
      }
    } finally {
      this.sending = false;
      this.host.changed();
    }
  }

  private hold(letters: readonly Letter[]): void {
    this.letters = letters;
    const { storage, key } = this.host;
    if (letters.length === 0) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(letters));
  }
}

/** Reads what was kept; what cannot be read was not written by us. */
function readLetters(text: string | null): readonly Letter[] {
  if (text === null) return [];
  try {
    return list(new Map([['all', parse(text)]]), 'all', (v) => {
      const f = fields(v, 'letter');
      return { key: string(f, 'key'), files: Object.fromEntries(texts(f, 'files')) };
    });
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Reads the server's answer. */
export async function readAnswer(answer: Response): Promise<Answer> {
  const body = parse(await answer.text());
  if (answer.ok) return { kind: 'taken', submission: readSubmission(body) };
  const { status } = answer;
  // A page from before the server's restart (403) and a server in trouble
  // (500) refuse what will be taken later; a full queue (503) asks for patience.
  const later = status === 403 || status >= 500;
  return { kind: 'refused', sentence: string(fields(body, 'answer'), 'msg'), later };
}
