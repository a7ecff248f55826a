/**
 * What goroutines did to each variable, in order: who wrote what a read saw,
 * and which updates were lost. One pass over the log, an event at a time. A
 * run tells of plain reads and writes only where it was asked to; of atomic
 * operations always.
 */
import { at16, at32, at8, atSigned } from '../event/check';
import { Kind } from '../event.gen';
import type { Log } from '../event/log';
import { Numbers } from './growing';

/**
 * An update that was lost: a goroutine read, others wrote (the last of them
 * over), and it wrote without having looked again. Whether what it wrote was
 * worked out from what it had read is known only where both stand in one line
 * (counter++); elsewhere it may be so.
 */
export type Lost = {
  readonly read: number;
  readonly over: number;
  readonly write: number;
  readonly sure: boolean;
};

/** What happened to one variable. */
export class Story {
  readonly obj: number;
  /** The accesses, by event. */
  readonly seqs = new Numbers();
  /** For each access 1 + the index of the write before it, 0 if there is none. */
  readonly sources = new Numbers();
  /** The goroutines that touched it have been more than one. */
  shared = false;
  /** A race on it was found. */
  raced = false;
  private readonly lost = { reads: new Numbers(), overs: new Numbers(), writes: new Numbers() };
  private lastWrite = 0;
  private owner = 0;
  private ownersLast = 0;
  /** By goroutine, the index of its last access; kept once there is more than one. */
  private last: Map<number, number> | undefined;

  constructor(obj: number) {
    this.obj = obj;
  }

  /** How many updates were lost. */
  get losses(): number {
    return this.lost.writes.length;
  }

  /** The last access before event seq; -1 if there is none. */
  upTo(seq: number): number {
    return this.seqs.lastUpTo(seq - 1);
  }

  /** The update that the write at event seq made others lose. */
  lostBy(log: Log, seq: number): Lost | undefined {
    const i = this.lost.writes.lastUpTo(seq);
    if (i < 0 || this.lost.writes.at(i) !== seq) return undefined;
    const read = this.lost.reads.at(i);
    return { read, over: this.lost.overs.at(i), write: seq, sure: sameLine(log, read, seq) };
  }

  /** Takes an access in. */
  take(log: Log, seq: number): void {
    const g = at32(log.g, seq);
    const kind = at8(log.kind, seq);
    const index = this.seqs.length;
    const before = this.lastOf(g);
    if (kind === Kind.Write || kind === Kind.AtomicStore) this.check(log, seq, g, before);
    this.seqs.push(seq);
    this.sources.push(this.lastWrite);
    if (isWrite(log, seq)) this.lastWrite = index + 1;
    this.remember(g, index);
  }

  private check(log: Log, seq: number, g: number, before: number): void {
    if (before < 0 || this.lastWrite === 0) return;
    const read = this.seqs.at(before);
    const over = this.seqs.at(this.lastWrite - 1);
    if (over < read || at32(log.g, over) === g || isWrite(log, read)) return;
    this.lost.reads.push(read);
    this.lost.overs.push(over);
    this.lost.writes.push(seq);
  }

  private lastOf(g: number): number {
    if (this.last !== undefined) return this.last.get(g) ?? -1;
    return g === this.owner ? this.ownersLast : -1;
  }

  private remember(g: number, index: number): void {
    if (this.owner === 0) this.owner = g;
    if (this.last !== undefined) this.last.set(g, index);
    else if (g === this.owner) this.ownersLast = index;
    else {
      this.last = new Map([
        [this.owner, this.ownersLast],
        [g, index],
      ]);
      this.shared = true;
    }
  }
}

/** Says whether event seq is an access that writes. */
export function isWrite(log: Log, seq: number): boolean {
  switch (at8(log.kind, seq)) {
    case Kind.Write:
    case Kind.AtomicStore:
      return true;
    case Kind.AtomicRMW:
      return atSigned(log.n, seq) === 1;
    default:
      return false;
  }
}

/** Says whether event seq is an atomic operation. */
export function isAtomic(log: Log, seq: number): boolean {
  const kind = at8(log.kind, seq);
  return kind === Kind.AtomicLoad || kind === Kind.AtomicStore || kind === Kind.AtomicRMW;
}

function sameLine(log: Log, a: number, b: number): boolean {
  const [x, y] = [log.sites.get(at16(log.site, a)), log.sites.get(at16(log.site, b))];
  return x !== undefined && y !== undefined && x.line === y.line && x.file === y.file;
}

/** The variables of one log. */
export class Memory {
  /** The kinds of events that take looks at. */
  static readonly kinds: readonly Kind[] = [
    Kind.Read,
    Kind.Write,
    Kind.AtomicLoad,
    Kind.AtomicStore,
    Kind.AtomicRMW,
    Kind.Race,
  ];
  readonly stories = new Map<number, Story>();
  /** Variables that more than one goroutine touched, in the order of the second one's coming. */
  readonly shared: Story[] = [];
  /** Of these, those with a race or a lost update. */
  readonly troubled = new Set<Story>();
  /** The run tells of plain reads and writes. */
  watched = false;
  private readonly log: Log;
  /** The pairs of places between which the race detector found a race. */
  private readonly pairs = new Set<string>();

  constructor(log: Log) {
    this.log = log;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    const { log } = this;
    switch (at8(log.kind, seq)) {
      case Kind.Read:
      case Kind.Write:
        this.watched = true;
        return this.access(seq);
      case Kind.AtomicLoad:
      case Kind.AtomicStore:
      case Kind.AtomicRMW:
        return this.access(seq);
      case Kind.Race: {
        this.pairs.add(pair(at16(log.site, seq), atSigned(log.n, seq)));
        const story = this.story(at32(log.obj, seq));
        story.raced = true;
        this.troubled.add(story);
        return;
      }
    }
  }

  /** Says whether the race detector found a race between two places. */
  races(site: number, other: number): boolean {
    return this.pairs.has(pair(site, other));
  }

  private story(obj: number): Story {
    let story = this.stories.get(obj);
    if (story === undefined) this.stories.set(obj, (story = new Story(obj)));
    return story;
  }

  private access(seq: number): void {
    const story = this.story(at32(this.log.obj, seq));
    const { shared, losses } = story;
    story.take(this.log, seq);
    if (story.shared !== shared) this.shared.push(story);
    if (story.losses !== losses) this.troubled.add(story);
  }
}

function pair(a: number, b: number): string {
  return `${Math.min(a, b)} ${Math.max(a, b)}`;
}
