/** What the page and the server say to each other on the WebSocket (web/live, protocol.go). */
import { boolean, type Fields, fields, list, number, optional, parse, string } from '../event/json';
import { addFrame } from '../event/frame';
import type { Log } from '../event/log';

/** A place where a program does not build, or cannot be run by the model. */
export type Problem = {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  readonly msg: string;
  readonly refused: boolean;
};

/** A message from the server. */
export type Message =
  | { readonly type: 'hello'; readonly v: number }
  | { readonly type: 'building'; readonly run: number; readonly phase: string }
  | { readonly type: 'problems'; readonly run: number; readonly problems: readonly Problem[] }
  | { readonly type: 'started'; readonly run: number; readonly schedule: string }
  | {
      /** So many events of the run are not kept any more: what follows begins with event first, and with what they came to. */
      readonly type: 'dropped';
      readonly run: number;
      readonly first: number;
      readonly events: number;
    }
  | {
      readonly type: 'ended';
      readonly run: number;
      readonly outcome: string;
      readonly status: number;
      readonly sentence: string;
      readonly events: number;
    }
  | { readonly type: 'pong'; readonly n: number }
  | {
      readonly type: 'exploration';
      readonly kind: 'exploring' | 'finding' | 'explored' | 'retried' | 'unexplored' | 'cost';
      readonly explore: number;
      /** The message, of which the rest is read by who needs it. */
      readonly body: Fields;
    }
  | { readonly type: 'error'; readonly run: number | undefined; readonly msg: string };

/** The program and the settings of a run that the page asks for. */
export type Job = {
  readonly lab: string;
  readonly part: string;
  readonly files: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, string>>;
  readonly policy: string;
  readonly seed: number;
  readonly procs: number;
  readonly depth: number;
  readonly gc: boolean;
  readonly memory: boolean;
  readonly schedule: string;
  /** For policy hand: what was chosen before. */
  readonly choices: readonly number[];
  /** For policy hand: ask at every operation. */
  readonly every: boolean;
  /** Do as the rest says up to this event, then go on by hand; 0 is not at all. */
  readonly cut: number;
  readonly hold: boolean;
  /** The exercise's test to run, in place of its main; '' for none. */
  readonly test: string;
  /** Where the run comes from, if not from the model: the real runtime, what was brought, a program that runs. */
  readonly mode?: 'real' | 'brought' | 'attach';
  readonly observe?: string;
  readonly gogc?: string;
  readonly gomemlimit?: string;
  readonly schedtrace?: number;
  /** The name of what was brought. */
  readonly brought?: string;
  /** The address of the program that runs, and for how many ms it is traced. */
  readonly address?: string;
  readonly time?: number;
};

/** A program whose schedules are to be searched, for so many ms, with so many pre-emptions at most (-1: any number). */
export type Search = Pick<Job, 'lab' | 'part' | 'files' | 'flags' | 'seed'> & {
  readonly budget: number;
  readonly bound: number;
};

/** A finding that is tried again. */
export type Known = {
  readonly id: string;
  readonly class: string;
  readonly cause: string;
  readonly schedule: string;
};

/** A message to the server. */
export type Request =
  | {
      readonly type: 'hello';
      readonly v: 1;
      readonly token: string;
      readonly resume?: { readonly run: number; readonly seq: number };
    }
  | ({ readonly type: 'run'; readonly run: number } & Job)
  | { readonly type: 'want'; readonly run: number; readonly seq: number }
  | { readonly type: 'pause' | 'stop'; readonly run: number }
  | { readonly type: 'step' | 'signal'; readonly run: number; readonly n: number }
  | ({ readonly type: 'explore'; readonly explore: number; readonly queries: readonly string[] } & Search)
  | ({ readonly type: 'retry'; readonly explore: number; readonly known: Known } & Search)
  | ({ readonly type: 'cost'; readonly explore: number } & Job)
  | { readonly type: 'enough'; readonly explore: number }
  | { readonly type: 'choose'; readonly run: number; readonly g: number }
  | { readonly type: 'ping'; readonly n: number };

/** Reads a text message. */
export function readMessage(text: string): Message {
  const f = fields(parse(text), 'message');
  const type = string(f, 'type');
  switch (type) {
    case 'hello':
      return { type, v: number(f, 'v') };
    case 'building':
      return { type, run: number(f, 'run'), phase: string(f, 'phase') };
    case 'problems':
      return { type, run: number(f, 'run'), problems: list(f, 'problems', readProblem) };
    case 'started':
      return { type, run: number(f, 'run'), schedule: optional(f, 'schedule', string) ?? '' };
    case 'dropped':
      return { type, run: number(f, 'run'), first: number(f, 'first'), events: number(f, 'events') };
    case 'ended':
      return {
        type,
        run: number(f, 'run'),
        outcome: string(f, 'outcome'),
        status: number(f, 'status'),
        sentence: string(f, 'sentence'),
        events: number(f, 'events'),
      };
    case 'pong':
      return { type, n: number(f, 'n') };
    case 'exploring':
    case 'finding':
    case 'explored':
    case 'retried':
    case 'unexplored':
    case 'cost':
      return { type: 'exploration', kind: type, explore: number(f, 'explore'), body: f };
    case 'error':
      return { type, run: optional(f, 'run', number), msg: string(f, 'msg') };
    default:
      throw new TypeError(`message of type ${type}`);
  }
}

/** Reads a problem; a server that says nothing of refusal means a mistake in the program. */
export function readProblem(v: unknown): Problem {
  const f = fields(v, 'problem');
  return {
    file: optional(f, 'file', string) ?? '',
    line: number(f, 'line'),
    col: optional(f, 'col', number) ?? 1,
    msg: string(f, 'msg'),
    refused: optional(f, 'refused', boolean) ?? false,
  };
}

const runHeader = 8;

/** The run to which a binary message belongs. */
export function runOf(data: ArrayBuffer): number {
  if (data.byteLength < runHeader) throw new TypeError(`binary message of ${data.byteLength} bytes`);
  return new DataView(data).getUint32(0, true);
}

/** Adds the frame in a binary message to log. */
export function addBatch(log: Log, data: ArrayBuffer): void {
  addFrame(log, new Uint8Array(data, runHeader));
}
