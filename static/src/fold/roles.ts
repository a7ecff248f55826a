/**
 * Roles: which goroutine of one run is which of another. A goroutine's role is
 * its place in the tree of go statements: whose child it is, of which go
 * statement, the how-manieth of them. Its number says less: it depends on who
 * came first. Objects have roles too: by class, name, maker and order.
 */
import { at, at16, at32, at8 } from '../event/check';
import { Kind } from '../event.gen';
import { type Log, valueText } from '../event/log';
import { diff } from './diff';
import { Numbers } from './growing';

/** The program's files by name, as they were run. */
export type Sources = ReadonlyMap<string, string>;

/** A run that is compared: its events, and the program that made them. */
export type Take = { readonly log: Log; readonly sources: Sources };

/** A role. path is 1.2.1: the first child of the second child of main. */
export type Role = { readonly id: number; readonly parent: number; readonly path: string };

/** The roles of goroutines, shared by the runs that are compared; role 0 is nobody's. */
export class Roles {
  readonly all: Role[] = [{ id: 0, parent: 0, path: '' }];
  private readonly ids = new Map<string, number>();
  private readonly children: number[] = [0];

  /** The role of parent's child with this key, which stands for a go statement and a number. */
  of(parent: number, key: string): number {
    const full = `${parent}/${key}`;
    const known = this.ids.get(full);
    if (known !== undefined) return known;
    const id = this.all.length;
    const nth = at(this.children, parent) + 1;
    this.children[parent] = nth;
    this.children.push(0);
    const above = this.all[parent]?.path ?? '';
    this.all.push({ id, parent, path: above === '' ? String(nth) : `${above}.${nth}` });
    this.ids.set(full, id);
    return id;
  }
}

/** What a go statement is called in both runs. */
type PlaceKey = (site: number, child: string) => string;

/**
 * All go statements called alike, so that a role is whose how-manieth child one
 * is: for runs of one program by the model and by the real runtime, which do
 * not say the same place where a library starts a goroutine.
 */
export const anyPlace: PlaceKey = () => '';

/** Who plays which role in one run. */
export class Cast {
  /** Role by goroutine. */
  readonly roles = new Numbers();
  /** Goroutine by role; 0 is none. */
  readonly players: number[] = [0];
  /** With anyPlace: roles of goroutines that the program's own did not start, such as the runtime's. */
  readonly foreign = new Set<number>();
  private readonly log: Log;
  private readonly table: Roles;
  private readonly keyOf: PlaceKey;
  private readonly counts = new Map<string, number>();

  constructor(log: Log, table: Roles, keyOf: PlaceKey = ownPlaces(log)) {
    this.log = log;
    this.table = table;
    this.keyOf = keyOf;
    this.roles.push(0);
  }

  /** Goroutine g's role; 0 if it has not been created. */
  of(g: number): number {
    return g < this.roles.length ? this.roles.at(g) : 0;
  }

  /** The goroutine that plays role; 0 if nobody does. */
  player(role: number): number {
    return this.players[role] ?? 0;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    const { log } = this;
    if (at8(log.kind, seq) !== Kind.GoCreate) return;
    const g = at32(log.peer, seq);
    const parent = this.of(at32(log.g, seq));
    const child = valueText(log, at32(log.val, seq));
    const own =
      g === 1 ||
      (parent !== 0 && !this.foreign.has(parent) && !/^(runtime[./]|interleave\/sim\/rt\/)/.test(child));
    const foreign = this.keyOf === anyPlace && !own;
    const place = foreign ? 'foreign' : this.keyOf(at16(log.site, seq), child);
    const counted = `${parent}/${place}`;
    const nth = this.counts.get(counted) ?? 0;
    this.counts.set(counted, nth + 1);
    const role = this.table.of(parent, `${g === 1 ? 'main' : place}/${nth}`);
    if (foreign) this.foreign.add(role);
    while (this.roles.length < g) this.roles.push(0);
    if (this.roles.length === g) this.roles.push(role);
    else this.roles.set(g, role); // a trace may meet main after others
    while (this.players.length <= role) this.players.push(0);
    this.players[role] = g;
  }
}

/** Places called by their own lines. */
export function ownPlaces(log: Log): PlaceKey {
  return (site, child) => {
    const s = log.sites.get(site);
    return s === undefined ? child : placeKey(log.text(s.file), s.line);
  };
}

function placeKey(file: string, line: number): string {
  return `${file}:${line}`;
}

/**
 * The places of b called as in a, whose events are all there: by the lines
 * that both programs have, and where a go statement's own line was changed by
 * the function that it starts.
 */
export function placesAs(a: Take, b: Take): PlaceKey {
  const lines = new Map<string, ReadonlyMap<number, number>>();
  for (const [file, text] of b.sources) lines.set(file, linesAs(a.sources.get(file) ?? '', text));
  let changed: Map<string, string[]> | undefined;
  const claimed = new Map<string, string>();
  return (site, child) => {
    const s = b.log.sites.get(site);
    if (s === undefined) return child;
    const file = b.log.text(s.file);
    const known = lines.get(file);
    const own = placeKey(file, s.line);
    if (known === undefined) return own;
    const line = known.get(s.line);
    if (line !== undefined) return placeKey(file, line);
    changed ??= changedPlaces(a, lines);
    const key = claimed.get(own) ?? changed.get(child)?.shift() ?? `new ${own}`;
    claimed.set(own, key);
    return key;
  };
}

/** For each line of b (from 1) that a has too: its number in a. */
export function linesAs(a: string, b: string): ReadonlyMap<number, number> {
  const out = new Map<number, number>();
  for (const pair of diff(a.split('\n'), b.split('\n'))) {
    if (pair.a >= 0 && pair.b >= 0) out.set(pair.b + 1, pair.a + 1);
  }
  return out;
}

/** a's go statements on lines that b does not have, by the function that they start. */
function changedPlaces(
  a: Take,
  lines: ReadonlyMap<string, ReadonlyMap<number, number>>,
): Map<string, string[]> {
  const kept = new Set<string>();
  for (const [file, map] of lines) for (const line of map.values()) kept.add(placeKey(file, line));
  const own = ownPlaces(a.log);
  const out = new Map<string, string[]>();
  for (let seq = 0; seq < a.log.count; seq++) {
    if (at(a.log.kind, seq) !== Kind.GoCreate || at(a.log.site, seq) === 0) continue;
    const child = valueText(a.log, at(a.log.val, seq));
    const place = own(at(a.log.site, seq), child);
    const list = out.get(child) ?? [];
    if (!kept.has(place) && !list.includes(place)) list.push(place);
    out.set(child, list);
  }
  return out;
}

/** Which channel, lock or other object of a run is which of another. */
export class Things {
  /** Role by object; the table is shared by the runs that are compared. */
  private readonly roles = new Map<number, number>();
  private readonly counts = new Map<string, number>();
  private readonly log: Log;
  private readonly table: Map<string, number>;

  constructor(log: Log, table: Map<string, number>) {
    this.log = log;
    this.table = table;
  }

  /** Object obj's role; 0 if no event has named it. */
  of(obj: number): number {
    return this.roles.get(obj) ?? 0;
  }

  /** Takes in that an event names obj, made by the goroutine with this role (0: not known). */
  take(obj: number, maker: number): void {
    if (obj === 0 || this.roles.has(obj)) return;
    const o = this.log.objects.get(obj);
    const kind = o === undefined ? '' : `${o.cls}/${this.log.text(o.name)}`;
    const key = `${kind}/${maker}`;
    const nth = this.counts.get(key) ?? 0;
    this.counts.set(key, nth + 1);
    const full = `${key}/${nth}`;
    const role = this.table.get(full) ?? this.table.size + 1;
    this.table.set(full, role);
    this.roles.set(obj, role);
  }
}
