/** What every picture is drawn from, and what is lit up in it. */
import { at } from '../event/check';
import type { Log } from '../event/log';
import { State } from '../fold/goroutines';
import type { Found } from '../fold/found';
import type { History } from '../fold/history';
import { type Look, Look as Looks, lookOf } from '../fold/lives';
import type { Pool } from '../fold/pools';
import type { World } from '../fold/world';
import { reasonText, type Telling } from '../words/sentences';

/** What is pointed at or selected: a goroutine, an object, or a line of the source. */
export type Mark =
  | { readonly kind: 'g'; readonly g: number }
  | { readonly kind: 'obj'; readonly obj: number }
  | { readonly kind: 'line'; readonly file: string; readonly line: number };

/** What lights up because of a mark. */
export type Lit = {
  readonly gs: ReadonlySet<number>;
  readonly objs: ReadonlySet<number>;
  /** Keys of lineKey. */
  readonly lines: ReadonlySet<string>;
};

/** A run as another is compared with it; title names its settings. */
export type Taken = {
  readonly log: Log;
  readonly history: History;
  readonly tell: Telling;
  readonly sources: ReadonlyMap<string, string>;
  readonly title: string;
};

/** Two runs to compare: a was kept, b is the one that is shown (the same, until there is another). */
export type Pair = { readonly a: Taken; readonly b: Taken };

/** One moment of one run, as pictures see it. */
export type Scene = {
  readonly log: Log;
  readonly history: History;
  readonly world: World;
  /** The world after seq events, to compare with; it changes with the next call. */
  readonly aside: (seq: number) => World;
  readonly pools: readonly Pool[];
  readonly tell: Telling;
  readonly lit: Lit;
  readonly selected: number;
  /** A run was kept to be compared with. */
  readonly pair: Pair | undefined;
  /** The event to which the current one is compared. */
  readonly pinned: number | undefined;
  /** What is looked for in the events, if something is. */
  readonly found?: Found | undefined;
};

export function lineKey(file: string, line: number): string {
  return `${file}:${line}`;
}

/** Says whether two marks mark the same. */
export function sameMark(a: Mark | undefined, b: Mark | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));
}

/** What lights up when these are marked. */
export function light(marks: readonly (Mark | undefined)[], world: World, tell: Telling): Lit {
  const lit = { gs: new Set<number>(), objs: new Set<number>(), lines: new Set<string>() };
  for (const mark of marks) {
    if (mark === undefined) continue;
    switch (mark.kind) {
      case 'g': {
        lit.gs.add(mark.g);
        const place = placeOf(world, tell, mark.g);
        if (place !== undefined) lit.lines.add(place);
        break;
      }
      case 'obj': {
        lit.objs.add(mark.obj);
        addWaiters(lit.gs, world, mark.obj);
        const made = siteKey(tell, tell.log.objects.get(mark.obj)?.site ?? 0);
        if (made !== undefined) lit.lines.add(made);
        break;
      }
      case 'line':
        lit.lines.add(lineKey(mark.file, mark.line));
        addAtLine(lit.gs, world, tell, mark);
        break;
    }
  }
  return lit;
}

/** The line (as lineKey) at which goroutine g is. */
export function placeOf(world: World, tell: Telling, g: number): string | undefined {
  return g < world.gs.count ? siteKey(tell, at(world.gs.site, g)) : undefined;
}

function siteKey(tell: Telling, id: number): string | undefined {
  const site = tell.names.site(id);
  return site === undefined ? undefined : lineKey(tell.names.file(site), site.line);
}

function addWaiters(gs: Set<number>, world: World, obj: number): void {
  for (let g = 1; g < world.gs.count; g++) if (at(world.gs.obj, g) === obj) gs.add(g);
  const c = world.chans.get(obj);
  if (c === undefined) return;
  for (const w of c.senders.values()) gs.add(w.g);
  for (const w of c.receivers.values()) gs.add(w.g);
}

function addAtLine(
  gs: Set<number>,
  world: World,
  tell: Telling,
  mark: { readonly file: string; readonly line: number },
): void {
  const key = lineKey(mark.file, mark.line);
  for (let g = 1; g < world.gs.count; g++) {
    if (at(world.gs.state, g) !== State.Dead && placeOf(world, tell, g) === key) gs.add(g);
  }
}

/** How goroutine g looks in world. */
export function lookIn(world: World, g: number): Look {
  switch (g < world.gs.count ? at(world.gs.state, g) : State.None) {
    case State.Running:
      return Looks.Running;
    case State.Calling:
      return Looks.Call;
    case State.Runnable:
      return Looks.Runnable;
    case State.Parked:
      return lookOf(at(world.gs.reason, g));
    default:
      return Looks.None;
  }
}

/** What goroutine g does in world, in words: "blocked: send on out, nobody receives". */
export function stateText(scene: Scene, g: number): string {
  const { world, tell } = scene;
  const { say } = tell;
  switch (g < world.gs.count ? at(world.gs.state, g) : State.None) {
    case State.Running:
      return say('ui.look.running');
    case State.Calling:
      return say('ui.look.call');
    case State.Runnable:
      return say('ui.look.runnable');
    case State.Parked:
      return say('ui.blocked', { reason: reasonText(tell, at(world.gs.reason, g), at(world.gs.obj, g)) });
    default:
      return say('ui.look.none');
  }
}
