/** The settings of a run as a link's fragment: #policy=gmp&procs=2&seed=7&f.workers=3&at=318. */
import { type Machine, observes, type Params, type Settings, usualMachine } from './params';
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
  readonly real?: Machine | undefined;
  readonly flags: ReadonlyMap<string, string>;
  readonly at?: number;
};

/** What a run that is not the model's has of a job. */
export const noJob: Job = {
  lab: '',
  part: 'demo',
  files: {},
  flags: {},
  policy: '',
  seed: 0,
  procs: 0,
  depth: 0,
  gc: false,
  memory: false,
  schedule: '',
  choices: [],
  every: false,
  cut: 0,
  hold: false,
  test: '',
};

/** What the server is asked to run: these files with these settings. */
export function jobOf(params: Pick<Params, 'lab' | 'part'>, files: Job['files'], s: Settings): Job {
  const program = { lab: params.lab, part: params.part, files, flags: Object.fromEntries(s.flags) };
  if (s.real !== undefined) return { ...noJob, ...program, ...s.real, mode: 'real' };
  return {
    ...program,
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
  if (s.real !== undefined) return realFragment(s.real, s.flags);
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

/** The fragment of a run on the real runtime: it is another one each time, so there is no event to stop at. */
function realFragment(m: Machine, flags: ReadonlyMap<string, string>): string {
  const q = new URLSearchParams({ mode: 'real', observe: m.observe });
  if (m.procs > 0) q.set('procs', String(m.procs));
  if (m.gogc !== '') q.set('gogc', m.gogc);
  if (m.gomemlimit !== '') q.set('gomemlimit', m.gomemlimit);
  if (m.schedtrace > 0) q.set('schedtrace', String(m.schedtrace));
  for (const [name, value] of flags) q.set(`f.${name}`, value);
  return q.toString();
}

/** The settings of a run on the real runtime in a fragment; the server refuses what makes no sense. */
function machineIn(q: URLSearchParams): Machine | undefined {
  if (q.get('mode') !== 'real') return undefined;
  const observe = q.get('observe') ?? '';
  return {
    observe: observes.some((o) => o === observe) ? observe : usualMachine.observe,
    procs: whole(q.get('procs')) ?? 0,
    gogc: q.get('gogc') ?? '',
    gomemlimit: q.get('gomemlimit') ?? '',
    schedtrace: whole(q.get('schedtrace')) ?? 0,
  };
}

/** Reads a fragment; undefined if it names no setting. */
export function fromFragment(fragment: string): Moment | undefined {
  const q = new URLSearchParams(fragment.replace(/^#/, ''));
  const flags = new Map<string, string>();
  for (const [key, value] of q) if (key.startsWith('f.')) flags.set(key.slice(2), value);
  const real = machineIn(q);
  if (real !== undefined) return { flags, real };
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
