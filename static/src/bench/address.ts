/**
 * The address of a moment: everything that it takes to see the same again, as
 * a link's fragment. Settings are readable; the code, where it was edited,
 * and a long schedule are packed. Whatever comes from outside is checked here.
 */
import type { Settings } from './params';
import { pack, unpack } from './pack';
import { fromFragment, type Moment, toFragment } from './settings';

/** Where one is in a run, and what of it is seen. */
export type View = {
  readonly at: number;
  readonly g: number;
  readonly obj: number | undefined;
  /** The panes, as layout.ts writes them; undefined are those that the lab opens with. */
  readonly panes: string | undefined;
  /** The files that are not as the lab gives them. */
  readonly files: Readonly<Record<string, string>>;
};

/** A moment that somebody shares. */
export type Shared = Moment & {
  readonly g?: number;
  readonly obj?: number;
  readonly panes?: string;
  /** The pictures that a lesson speaks of. */
  readonly pictures?: readonly string[];
  /** The files that were edited, if the moment is one of a certain code; the others are as the lab gives them. */
  readonly files?: ReadonlyMap<string, string>;
  /** It brings code that cannot be read. */
  readonly damaged: boolean;
};

/** The longest fragment that is given as a link, in characters: more is cut off on the way too often. */
export const longestLink = 24_000;
/** The longest fragment that is read at all. */
const longestRead = 1 << 20;
const longestSchedule = 400;
const longestPanes = 4000;
const mostFiles = 16;
/** As the server's (web/live): a larger file could not be run. */
const largestFile = 64 << 10;

/** The fragment (without #) of a moment. */
export async function toAddress(s: Settings, v: View): Promise<string> {
  const packed: Record<string, string> = { ...v.files };
  const long = s.schedule.length > longestSchedule;
  if (long) packed[''] = s.schedule;
  const q = new URLSearchParams(toFragment(long ? { ...s, schedule: '' } : s, v.at));
  q.set('v', '1');
  if (v.g > 1) q.set('g', String(v.g));
  if (v.obj !== undefined) q.set('obj', String(v.obj));
  if (v.panes !== undefined) q.set('panes', v.panes);
  if (Object.keys(packed).length > 0) q.set('z', await pack(packed));
  return q.toString();
}

/** Reads an address; undefined if it is none. */
export async function fromAddress(fragment: string): Promise<Shared | undefined> {
  if (fragment.length > longestRead) return undefined;
  const q = new URLSearchParams(fragment.replace(/^#/, ''));
  const moment = fromFragment(fragment);
  const z = q.get('z');
  if (moment === undefined && z === null) return undefined;
  const packed = z === null ? undefined : await unpack(z);
  const files = z === null ? whole(q) : packed === undefined ? undefined : filesIn(packed);
  const schedule = packed?.get('');
  const [g, obj] = ['g', 'obj'].map((name) => number(q.get(name)));
  const panes = q.get('panes');
  const pictures = q.get('pictures');
  return {
    flags: new Map<string, string>(),
    ...moment,
    ...(schedule === undefined ? {} : { schedule }),
    ...(g === undefined || g === 0 ? {} : { g }),
    ...(obj === undefined || obj === 0 ? {} : { obj }),
    ...(panes === null || panes.length > longestPanes ? {} : { panes }),
    ...(pictures === null || pictures.length > longestPanes ? {} : { pictures: pictures.split(',') }),
    ...(files === undefined ? {} : { files }),
    damaged: z !== null && files === undefined,
  };
}

/** The files of an address without a pack: none edited, unless it is one of settings only. */
function whole(q: URLSearchParams): ReadonlyMap<string, string> | undefined {
  return q.get('v') === '1' ? new Map() : undefined;
}

/** The files of a pack; undefined if there are too many or too large ones. */
function filesIn(packed: ReadonlyMap<string, string>): ReadonlyMap<string, string> | undefined {
  const files = new Map([...packed].filter(([name]) => name !== ''));
  const sizes = [...files.values()].map((text) => new TextEncoder().encode(text).length);
  return files.size <= mostFiles && sizes.every((n) => n <= largestFile) ? files : undefined;
}

function number(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
