/**
 * The connection to the server: says hello, comes back by itself with a
 * growing pause when it is lost, and asks to go on with the run where the log
 * stops. It owns the socket and its timers and nothing else.
 */
import { type Message, readMessage, type Request, runOf } from './wire';

/** How the connection stands; `wait` is the ms until the next try, `reason` why the server will have no more of us. */
export type Link =
  | { readonly state: 'idle' | 'connecting' | 'open' }
  | { readonly state: 'lost'; readonly wait: number }
  | { readonly state: 'refused'; readonly reason: string };

/** What a session tells its owner. */
export type Listener = {
  readonly link: (link: Link) => void;
  readonly message: (m: Message) => void;
  readonly batch: (run: number, data: ArrayBuffer) => void;
  /** The run to go on with, and from where; undefined if there is none. */
  readonly resume: () => { readonly run: number; readonly seq: number } | undefined;
  /** The session met something that it does not understand, and is closed. */
  readonly broken: (error: unknown) => void;
};

const firstWait = 500;
const longestWait = 15_000;
const pingEvery = 20_000;
const refusals = 4400;

/** The wait before try number n (from 0). */
export function backoff(n: number): number {
  return Math.min(longestWait, firstWait * 2 ** n);
}

/** A session with the server at url; `open` starts it. */
export class Session {
  private readonly url: string;
  private readonly token: string;
  private readonly listener: Listener;
  private socket: WebSocket | undefined;
  private ready = false;
  private closed = false;
  private tries = 0;
  private pings = 0;
  private readonly waiting: Request[] = [];
  private retry: ReturnType<typeof setTimeout> | undefined;
  private pinger: ReturnType<typeof setInterval> | undefined;

  constructor(url: string, token: string, listener: Listener) {
    this.url = url;
    this.token = token;
    this.listener = listener;
  }

  /** Connects, unless it is connected or on its way. */
  open(): void {
    if (this.closed || this.socket !== undefined) return;
    clearTimeout(this.retry);
    this.listener.link({ state: 'connecting' });
    const socket = new WebSocket(this.url);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.addEventListener('open', () => this.greet(socket));
    socket.addEventListener('message', (e: MessageEvent<unknown>) => this.take(e.data));
    socket.addEventListener('close', (e) => this.lost(e.code, e.reason));
  }

  /** Sends r, at once or as soon as there is a connection. What is about a run that a lost connection took is lost with it. */
  send(r: Request): void {
    if (this.ready && this.socket !== undefined) this.socket.send(JSON.stringify(r));
    else if (r.type === 'run') this.waiting.push(r);
  }

  /** Ends the session for good. */
  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    clearInterval(this.pinger);
    this.socket?.close(1000);
  }

  private greet(socket: WebSocket): void {
    const resume = this.listener.resume();
    const hello: Request = { type: 'hello', v: 1, token: this.token };
    socket.send(JSON.stringify(resume === undefined ? hello : { ...hello, resume }));
  }

  private take(data: unknown): void {
    try {
      if (data instanceof ArrayBuffer) {
        this.listener.batch(runOf(data), data);
        return;
      }
      const m = readMessage(String(data));
      if (m.type === 'hello') this.welcome();
      this.listener.message(m);
    } catch (error) {
      this.close();
      this.listener.broken(error);
    }
  }

  private welcome(): void {
    this.ready = true;
    this.tries = 0;
    this.listener.link({ state: 'open' });
    for (const r of this.waiting.splice(0)) this.send(r);
    this.pinger = setInterval(() => this.send({ type: 'ping', n: ++this.pings }), pingEvery);
  }

  private lost(code: number, reason: string): void {
    clearInterval(this.pinger);
    this.socket = undefined;
    this.ready = false;
    if (this.closed) return;
    if (code >= refusals && code < refusals + 100 && code !== 4408) {
      this.closed = true;
      this.listener.link({ state: 'refused', reason: reason === '' ? String(code) : reason });
      return;
    }
    const wait = backoff(this.tries++);
    this.listener.link({ state: 'lost', wait });
    this.retry = setTimeout(() => this.open(), wait);
  }
}
