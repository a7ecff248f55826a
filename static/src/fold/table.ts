/**
 * Tables that share what did not change with their copies: a copy takes the
 * time of a list of chunks, and what is written to afterwards is copied then
 * (copy on write). Keyframes of a run with 100,000 channels share nearly all.
 */

/** Stands for the one table that may change an entry; a table that was copied gets another. */
export type Owner = object;

/** Makes an entry that owner may change: a new one, or a copy of one. */
export type Make<T> = (owner: Owner, from?: T) => T;

const bits = 5;
const mask = (1 << bits) - 1;

/** The greatest number of an entry. */
export const mostEntries = 1 << 22;

type Chunk<T> = { readonly owner: Owner; readonly slots: (T | undefined)[] };

/** Entries by number. V is what readers see of an entry. */
export class Table<T extends { readonly owner: Owner }, V> {
  size = 0;
  private owner: Owner = {};
  private chunks: (Chunk<T> | undefined)[] = [];
  private readonly make: Make<T>;
  private readonly show: (entry: T, id: number) => V;

  constructor(make: Make<T>, show: (entry: T, id: number) => V) {
    this.make = make;
    this.show = show;
  }

  /** An independent copy, whose readers see entries by show. */
  copy(show: (entry: T, id: number) => V): Table<T, V> {
    const c = new Table(this.make, show);
    c.size = this.size;
    c.chunks = this.chunks.slice();
    this.owner = {};
    return c;
  }

  /** How many chunks there are to copy. */
  get chunkCount(): number {
    return this.chunks.length;
  }

  has(id: number): boolean {
    return this.entry(id) !== undefined;
  }

  get(id: number): V | undefined {
    const entry = this.entry(id);
    return entry === undefined ? undefined : this.show(entry, id);
  }

  /** Entry id, not to be changed. */
  entry(id: number): T | undefined {
    return this.chunks[id >>> bits]?.slots[id & mask];
  }

  /** Entry id, to be changed; a new one if there is none. */
  own(id: number): T {
    const entry = this.entry(id);
    return entry !== undefined && entry.owner === this.owner ? entry : this.renew(id, entry);
  }

  private renew(id: number, old: T | undefined): T {
    if (id > mostEntries) throw new RangeError(`object ${id}`);
    if (old === undefined) this.size++;
    const entry = this.make(this.owner, old);
    const i = id >>> bits;
    let chunk = this.chunks[i];
    if (chunk === undefined || chunk.owner !== this.owner) {
      const slots =
        chunk === undefined ? new Array<T | undefined>(mask + 1).fill(undefined) : chunk.slots.slice();
      chunk = { owner: this.owner, slots };
      this.chunks[i] = chunk;
    }
    chunk.slots[id & mask] = entry;
    return entry;
  }

  *keys(): Generator<number, undefined> {
    for (const [id] of this.entries()) yield id;
  }

  *values(): Generator<V, undefined> {
    for (const [, v] of this.entries()) yield v;
  }

  /** All entries in the order of their numbers. */
  *entries(): Generator<[number, V], undefined> {
    for (let i = 0; i < this.chunks.length; i++) {
      const slots = this.chunks[i]?.slots;
      if (slots === undefined) continue;
      for (let j = 0; j < slots.length; j++) {
        const entry = slots[j];
        const id = (i << bits) | j;
        if (entry !== undefined) yield [id, this.show(entry, id)];
      }
    }
  }

  [Symbol.iterator](): Generator<[number, V], undefined> {
    return this.entries();
  }
}
