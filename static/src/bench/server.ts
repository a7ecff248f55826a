/** The requests of a workbench besides the WebSocket: format, save, reset, submit, hint. */
import { boolean, fields, list, number, parse, string } from '../event/json';
import type { Judgement } from './challenge';
import type { Guess } from './guesses';
import { type Answer, readAnswer } from './outbox';
import { type Flag, readFlag, type Urls, type Won } from './params';
import { readSubmission, readTry, type Submission, type Try } from './submission';
import { type Problem, readProblem } from './wire';

/** What formatting says. */
export type Formatted = { readonly source: string } | { readonly problems: readonly Problem[] };

/** A hint: which of how many. */
export type Hint = { readonly index: number; readonly text: string; readonly total: number };

/** A server at urls that knows us by token. It tells heard of the flags that an edited program has. */
export class Server {
  heard: (flags: readonly Flag[]) => void = () => undefined;
  private readonly urls: Urls;
  private readonly token: string;

  constructor(urls: Urls, token: string) {
    this.urls = urls;
    this.token = token;
  }

  async format(source: string): Promise<Formatted> {
    const answer = await this.ask('POST', this.urls.format, { source });
    const f = fields(parse(await answer.text()), 'answer');
    if (answer.status === 422) return { problems: list(f, 'problems', readProblem) };
    expectOK(answer);
    return { source: string(f, 'source') };
  }

  /** Saves; says whether the server has confirmed it. Works while the page is being left, too. */
  async save(part: string, files: Readonly<Record<string, string>>): Promise<boolean> {
    try {
      const answer = await this.ask('PUT', this.urls.save, { part, files }, true);
      if (answer.ok) await this.hearFlags(answer);
      return answer.ok;
    } catch (error) {
      if (error instanceof TypeError) return false; // no connection: fetch says so with a TypeError
      throw error;
    }
  }

  async reset(part: string): Promise<void> {
    const answer = await this.ask('POST', this.urls.reset, { part });
    expectOK(answer);
    await this.hearFlags(answer);
  }

  private async hearFlags(answer: Response): Promise<void> {
    this.heard(list(fields(parse(await answer.text()), 'answer'), 'flags', readFlag));
  }

  /** Hands in files under a key. */
  async submit(key: string, files: Readonly<Record<string, string>>): Promise<Answer> {
    try {
      return await readAnswer(await this.ask('POST', this.urls.submit, { key, files }));
    } catch (error) {
      if (error instanceof TypeError) return { kind: 'away' }; // no connection
      throw error;
    }
  }

  /** The latest submission, once its rev is another one; undefined if the server cannot be reached, or signal ended it. */
  async latest(rev: string, signal: AbortSignal): Promise<Submission | undefined> {
    const answer = await this.get(`${this.urls.submit}/latest?rev=${encodeURIComponent(rev)}`, signal);
    return answer === undefined ? undefined : readSubmission(parse(answer));
  }

  /** The history of the exercise; undefined if the server cannot be reached. */
  async tries(): Promise<readonly Try[] | undefined> {
    const answer = await this.get(this.urls.submit);
    return answer === undefined ? undefined : list(fields(parse(answer), 'history'), 'tries', readTry);
  }

  private async get(url: string, signal?: AbortSignal): Promise<string | undefined> {
    try {
      const answer = await fetch(url, {
        headers: { 'X-Interleave-Token': this.token },
        signal: signal ?? null,
      });
      return answer.ok ? await answer.text() : undefined;
    } catch (error) {
      if (error instanceof TypeError || error instanceof DOMException) return undefined; // no connection, or ended
      throw error;
    }
  }

  async hint(): Promise<Hint> {
    const answer = await this.ask('POST', this.urls.hint, {});
    expectOK(answer);
    const f = fields(parse(await answer.text()), 'hint');
    return { index: number(f, 'index'), text: string(f, 'text'), total: number(f, 'total') };
  }

  /** Keeps guesses; says whether the server has confirmed it. */
  async guess(guesses: readonly Guess[]): Promise<boolean> {
    try {
      return (await this.ask('POST', this.urls.guesses, { guesses })).ok;
    } catch (error) {
      if (error instanceof TypeError) return false; // no connection
      throw error;
    }
  }

  /** Asks whether a run wins a challenge; undefined if the server cannot be reached. */
  async judge(id: string, run: Won): Promise<Judgement | undefined> {
    let answer: Response;
    try {
      answer = await this.ask('POST', this.urls.challenges + id, run);
    } catch (error) {
      if (error instanceof TypeError) return undefined; // no connection
      throw error;
    }
    const f = fields(parse(await answer.text()), 'judgement');
    if (!answer.ok) return { won: false, sentence: string(f, 'msg') };
    return { won: boolean(f, 'won'), sentence: string(f, 'sentence') };
  }

  private ask(method: string, url: string, body: unknown, keepalive = false): Promise<Response> {
    const text = JSON.stringify(body);
    return fetch(url, {
      method,
      headers: { 'Content-Type': 'application/json', 'X-Interleave-Token': this.token },
      body: text,
      keepalive: keepalive && text.length < 60_000,
    });
  }
}

function expectOK(answer: Response): void {
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
}
