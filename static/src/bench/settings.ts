/** The settings of a run as a link's fragment: #policy=gmp&procs=2&seed=7&f.workers=3&at=318. */
import type { Settings } from './params';

/** Settings, each of which may be left out, and the event to stop at. */
export type Moment = {
  readonly policy?: string;
  readonly seed?: number;
  readonly procs?: number;
  readonly flags: ReadonlyMap<string, string>;
  readonly at?: number;
};

/** The fragment (without #) for settings and an event. */
export function toFragment(s: Settings, at?: number): string {
  const q = new URLSearchParams({ policy: s.policy, procs: String(s.procs), seed: String(s.seed) });
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
  const [seed, procs, at] = ['seed', 'procs', 'at'].map((name) => whole(q.get(name)));
  if (policy === null && seed === undefined && procs === undefined && at === undefined && flags.size === 0) {
    return undefined;
  }
  return {
    flags,
    ...(policy === null ? {} : { policy }),
    ...(seed === undefined ? {} : { seed }),
    ...(procs === undefined ? {} : { procs }),
    ...(at === undefined ? {} : { at }),
  };
}

function whole(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
