/**
 * Keeps the learner's text: in this browser at once, on the server soon after.
 * The browser's copy goes when the server has confirmed that it has the same.
 */
import { fields, parse } from '../event/json';

/** How the text stands. */
export type SaveState = 'same' | 'edited' | 'saving' | 'saved' | 'local';

export type Files = Readonly<Record<string, string>>;

/** What drafts need from outside: the two stores, and a place to tell how it stands. */
export type DraftsHost = {
  readonly put: (files: Files) => Promise<boolean>;
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly key: string;
  readonly files: () => Files;
  readonly state: (s: SaveState) => void;
};

/** Where this browser keeps the draft of a lab's part. */
export function draftKey(lab: string, part: string): string {
  return `interleave:draft:${lab}:${part}`;
}

/** Reads what a draft was kept as. */
export function readDraft(text: string): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const [name, v] of fields(parse(text), 'draft')) if (typeof v === 'string') out.set(name, v);
  return out;
}

const pause = 800;
const again = 5000;

/** The drafts of one workbench. */
export class Drafts {
  private readonly host: DraftsHost;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saving = false;
  private dirty = false;

  constructor(host: DraftsHost) {
    this.host = host;
  }

  /** The copy that this browser kept because the server had not confirmed it. */
  kept(): ReadonlyMap<string, string> | undefined {
    const text = this.host.storage.getItem(this.host.key);
    if (text === null) return undefined;
    return readDraft(text);
  }

  /** The text has changed. */
  changed(): void {
    this.dirty = true;
    this.host.storage.setItem(this.host.key, JSON.stringify(this.host.files()));
    this.host.state('edited');
    this.later(pause);
  }

  /** Saves now what is not saved yet. */
  flush(): void {
    if (this.dirty) void this.save();
  }

  /** Forgets the browser's copy: the server has what is shown. */
  clear(): void {
    this.dirty = false;
    clearTimeout(this.timer);
    this.host.storage.removeItem(this.host.key);
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), ms);
  }

  private async save(): Promise<void> {
    if (this.saving) return this.later(pause);
    clearTimeout(this.timer);
    this.saving = true;
    const files = this.host.files();
    this.dirty = false;
    this.host.state('saving');
    const done = await this.host.put(files);
    this.saving = false;
    if (!done) {
      this.dirty = true;
      this.host.state('local');
      this.later(again);
    } else if (!this.dirty) {
      this.clear();
      this.host.state('saved');
    }
  }
}
