/** The settings of a run as a link's fragment: #policy=gmp&procs=2&seed=7&f.workers=3&at=318. */
import type { Params, Settings } from './params';
import type { Job } from './wire';

/** Settings, each of which may be left out, and the event to stop at. */
export type Moment = {
  readonly policy?: string;
  readonly seed?: number;
  readonly procs?: number;
  readonly depth?: number;
  readonly gc?: boolean;
  readonly memory?: boolean;
  readonly schedule?: string;
  readonly choices?: readonly number[];
  readonly every?: boolean;
  readonly flags: ReadonlyMap<string, string>;
  readonly at?: number;
};

/** What the server is asked to run: these files with these settings. */
export function jobOf(params: Params, files: Job['files'], s: Settings): Job {
  return {
    lab: params.lab,
    part: params.part,
    files,
    flags: Object.fromEntries(s.flags),
    policy: s.policy,
    seed: s.seed,
    procs: s.procs,
    depth: s.depth,
    gc: s.gc,
    memory: s.memory,
    schedule: s.schedule,
    choices: s.choices,
    every: s.every,
    cut: 0,
    hold: true,
    test: '',
  };
}

/** The fragment (without #) for settings and an event. */
export function toFragment(s: Settings, at?: number): string {
  const q = new URLSearchParams({ policy: s.policy, procs: String(s.procs), seed: String(s.seed) });
  if (s.policy === 'pct') q.set('depth', String(s.depth));
  if (s.gc) q.set('gc', '1');
  if (s.memory) q.set('memory', '1');
  if (s.every) q.set('every', '1');
  if (s.choices.length > 0) q.set('choices', s.choices.join('.'));
  if (s.schedule !== '') q.set('schedule', s.schedule);
  for (const [name, value] of s.flags) q.set(`f.${name}`, value);
  if (at !== undefined) q.set('at', String(at));
  return q.toString();
}

/** Reads a fragment; undefined if it names no setting. */
export function fromFragment(fragment: string): Moment | undefined {
  const q = new URLSearchParams(fragment.replace(/^#/, ''));
  const flags = new Map<string, string>();
  for (const [key, value] of q) if (key.startsWith('f.')) flags.set(key.slice(2), value);
  const policy = q.get('policy');
  const [seed, procs, depth, at] = ['seed', 'procs', 'depth', 'at'].map((name) => whole(q.get(name)));
  const [gc, memory, every] = ['gc', 'memory', 'every'].map((name) => truth(q.get(name)));
  const schedule = q.get('schedule');
  const choices = q.get('choices');
  const some = [seed, procs, depth, at, gc, memory, every].some((v) => v !== undefined);
  if (!some && policy === null && schedule === null && flags.size === 0) return undefined;
  return {
    flags,
    ...(policy === null ? {} : { policy }),
    ...(seed === undefined ? {} : { seed }),
    ...(procs === undefined ? {} : { procs }),
    ...(depth === undefined ? {} : { depth }),
    ...(gc === undefined ? {} : { gc }),
    ...(memory === undefined ? {} : { memory }),
    ...(every === undefined ? {} : { every }),
    ...(schedule === null ? {} : { schedule }),
    ...(choices === null || !/^\d{1,9}(\.\d{1,9})*$/.test(choices)
      ? {}
      : { choices: choices.split('.').map(Number) }),
    ...(at === undefined ? {} : { at }),
  };
}

function truth(text: string | null): boolean | undefined {
  return text === null ? undefined : text === '1' || text === 'true';
}

function whole(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
