/**
 * The connection to the server: says hello, comes back by itself with a
 * growing pause when it is lost, and asks to go on with the run where the log
 * stops. It owns the socket and its timers and nothing else.
 */
import { type Message, readMessage, type Request, runOf } from './wire';

/**
 * How the connection stands; `wait` is the ms until the next try, `reason` why
 * the server will have no more of us, or what of it we do not understand.
 */
export type Link =
  | { readonly state: 'idle' | 'connecting' | 'open' }
  | { readonly state: 'lost'; readonly wait: number }
  | { readonly state: 'refused' | 'puzzled'; readonly reason: string };

/** What a session tells its owner. */
export type Listener = {
  readonly link: (link: Link) => void;
  readonly message: (m: Message) => void;
  readonly batch: (run: number, data: ArrayBuffer) => void;
  /** The run to go on with, and from where; undefined if there is none. */
  readonly resume: () => { readonly run: number; readonly seq: number } | undefined;
};

/** What a session needs of a WebSocket. */
export type Socket = {
  binaryType: BinaryType;
  onopen: ((e: Event) => void) | null;
  onmessage: ((e: MessageEvent<unknown>) => void) | null;
  onclose: ((e: CloseEvent) => void) | null;
  send(data: string): void;
  close(code?: number): void;
};

/** What a session takes from its surroundings: sockets and time. */
export type Outside = {
  readonly connect: (url: string) => Socket;
  /** Does act after ms, unless what it returns is called first. */
  readonly after: (ms: number, act: () => void) => () => void;
};

const browser: Outside = {
  connect: (url) => new WebSocket(url),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

const firstWait = 500;
const longestWait = 15_000;
const pingEvery = 20_000;
const refusals = 4400;
const tooSlow = 4408;

/** The wait before try number n (from 0). */
export function backoff(n: number): number {
  return Math.min(longestWait, firstWait * 2 ** n);
}

/** A session with the server at url; `open` starts it. */
export class Session {
  private readonly url: string;
  private readonly token: string;
  private readonly listener: Listener;
  private readonly outside: Outside;
  private socket: Socket | undefined;
  private ready = false;
  private closed = false;
  private tries = 0;
  private pings = 0;
  /** The run that the server has heard of last. */
  private told = 0;
  /** The run that waits for a connection. */
  private waiting: Request | undefined;
  /** Cancels the next try, or the next ping. */
  private cancel: () => void = () => undefined;

  constructor(url: string, token: string, listener: Listener, outside: Outside = browser) {
    this.url = url;
    this.token = token;
    this.listener = listener;
    this.outside = outside;
  }

  /** Connects, unless it is connected or on its way. */
  open(): void {
    if (this.closed || this.socket !== undefined) return;
    this.cancel();
    this.listener.link({ state: 'connecting' });
    const socket = this.outside.connect(this.url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.greet(socket);
    socket.onmessage = (e) => this.take(e.data);
    socket.onclose = (e) => this.lost(e.code, e.reason);
    this.socket = socket;
  }

  /**
   * Sends r. Without a connection a run is kept until there is one; anything
   * else is dropped, for it is about a run that the next hello resumes.
   */
  send(r: Request): void {
    if (this.ready && this.socket !== undefined) {
      this.socket.send(JSON.stringify(r));
      if (r.type === 'run') this.told = r.run;
    } else if (r.type === 'run') {
      this.waiting = r;
    }
  }

  /** Ends the session for good. */
  close(): void {
    this.closed = true;
    this.cancel();
    this.socket?.close(1000);
  }

  private greet(socket: Socket): void {
    const resume = this.listener.resume();
    const known = resume !== undefined && resume.run === this.told;
    const hello: Request = { type: 'hello', v: 1, token: this.token, ...(known ? { resume } : {}) };
    socket.send(JSON.stringify(hello));
  }

  private take(data: unknown): void {
    const heard = this.read(data);
    if (heard instanceof Error) {
      this.close();
      this.listener.link({ state: 'puzzled', reason: heard.message });
      return;
    }
    heard();
  }

  /** Reads what came; returns what is to be done about it, or why it cannot be understood. */
  private read(data: unknown): (() => void) | Error {
    try {
      if (data instanceof ArrayBuffer) {
        const run = runOf(data);
        return () => this.listener.batch(run, data);
      }
      const m = readMessage(String(data));
      return () => {
        if (m.type === 'hello') this.welcome();
        this.listener.message(m);
      };
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  private welcome(): void {
    this.ready = true;
    this.tries = 0;
    this.listener.link({ state: 'open' });
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting !== undefined) this.send(waiting);
    this.ping();
  }

  private ping(): void {
    this.cancel = this.outside.after(pingEvery, () => {
      this.send({ type: 'ping', n: ++this.pings });
      this.ping();
    });
  }

  private lost(code: number, reason: string): void {
    this.cancel();
    this.socket = undefined;
    this.ready = false;
    if (this.closed) return;
    if (code >= refusals && code < refusals + 100 && code !== tooSlow) {
      this.closed = true;
      this.listener.link({ state: 'refused', reason: reason === '' ? String(code) : reason });
      return;
    }
    const wait = backoff(this.tries++);
    this.listener.link({ state: 'lost', wait });
    this.cancel = this.outside.after(wait, () => this.open());
  }
}
