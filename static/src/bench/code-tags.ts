/**
 * What the code shows of a run: which goroutine is at which line, how much
 * happened there up to the playhead, and what was last sent, received, locked
 * or stored there. The twin says the same as a table.
 */
import { at, must } from '../event/check';
import { State } from '../fold/goroutines';
import type { Line } from '../fold/heat';
import { Look, lookNames } from '../fold/lives';
import { lookIn, type Scene } from '../picture/scene';
import type { Twin } from '../picture/picture';
import { baseName } from '../words/names';
import { noteText } from '../words/notes';
import { count, nanoseconds } from '../words/say';
import type { Heated, Note, Overlay, Tag } from './editor-tags';

const mostNames = 4;
/** Who looks so is not waiting for anybody. */
const busy: ReadonlySet<number> = new Set([Look.Running, Look.Runnable, Look.Call]);
const mostRows = 500;

/** By what the margin measures how much happened at a line. */
export type Measure = 'events' | 'waited' | 'off';

/** The measures, as they can be chosen. */
export const measures: readonly Measure[] = ['events', 'waited', 'off'];

/** The goroutines at one line: the first of them, one that runs if one does, and how many. */
type Crowd = { readonly first: number[]; n: number; runs: number; waited: number };

/** What is known of one line at the playhead. */
type Here = {
  readonly line: number;
  readonly crowd: Crowd | undefined;
  readonly events: number;
  readonly waited: number;
  readonly last: number | undefined;
};

/** What the editor shows over the file with this name. */
export function overlayOf(scene: Scene, file: string, measure: Measure): Overlay {
  const here = linesOf(scene, file);
  const lit = new Set<number>();
  for (const key of scene.lit.lines) {
    const cut = key.lastIndexOf(':');
    if (key.slice(0, cut) === file) lit.add(Number(key.slice(cut + 1)));
  }
  return {
    tags: here.flatMap((l) => (l.crowd === undefined ? [] : [tag(scene, l.line, l.crowd)])),
    notes: here.flatMap((l) => note(scene, l)),
    heat: heated(scene, here, measure),
    lit,
  };
}

/** The table of the same: each line where something was, with who is there, how much was, and what was last. */
export function codeTwin(scene: Scene, file: string): Twin {
  const { say, names } = scene.tell;
  const all = linesOf(scene, file);
  const there = all.reduce((n, l) => n + (l.crowd?.n ?? 0), 0);
  return {
    sentence: say('ui.code.sentence', { seq: scene.world.seq, total: scene.log.count, file, n: there }),
    head: ['line', 'who', 'events', 'waited', 'last'].map((k) => say(`ui.code.head.${k}`)),
    rows: all.slice(0, mostRows).map((l) => [
      String(l.line),
      l.crowd === undefined
        ? ''
        : named(
            scene,
            l.crowd.first.map((g) => names.g(g)),
            l.crowd.n,
          ),
      count(l.events),
      nanoseconds(l.waited),
      l.last === undefined ? '' : noteText(scene.tell, l.last),
    ]),
  };
}

/** The lines of a file where something was up to the playhead, in their order. */
function linesOf(scene: Scene, file: string): readonly Here[] {
  const crowds = crowdsOf(scene, file);
  const seq = scene.world.seq;
  const lines = new Map<number, Line>();
  for (const [name, known] of scene.history.heat.files) {
    if (baseName(name) === file) for (const [n, line] of known) lines.set(n, line);
  }
  const out: Here[] = [];
  for (const n of [...new Set([...lines.keys(), ...crowds.keys()])].sort((a, b) => a - b)) {
    const line = lines.get(n);
    const crowd = crowds.get(n);
    const events = line?.eventsBefore(seq) ?? 0;
    if (events === 0 && crowd === undefined) continue;
    const waited = (line?.waitedBefore(seq) ?? 0) + (crowd?.waited ?? 0);
    out.push({ line: n, crowd, events, waited, last: line?.valueBefore(seq) });
  }
  return out;
}

/** Who is at which line of file. */
function crowdsOf(scene: Scene, file: string): ReadonlyMap<number, Crowd> {
  const { world, tell, log } = scene;
  const { gs } = world;
  const lineAt = new Map<number, number>(); // by site; 0 is another file
  const out = new Map<number, Crowd>();
  for (let g = 1; g < gs.count; g++) {
    const state = at(gs.state, g);
    if (state === State.None || state === State.Dead) continue;
    const id = at(gs.site, g);
    let line = lineAt.get(id);
    if (line === undefined) {
      const site = tell.names.site(id);
      line = site !== undefined && tell.names.file(site) === file ? site.line : 0;
      lineAt.set(id, line);
    }
    if (line === 0) continue;
    let crowd = out.get(line);
    if (crowd === undefined) out.set(line, (crowd = { first: [], n: 0, runs: 0, waited: 0 }));
    crowd.n++;
    if (crowd.first.length < mostNames) crowd.first.push(g);
    if (state === State.Parked) crowd.waited += world.time - at(log.t, at(gs.since, g));
    else if (crowd.runs === 0) crowd.runs = g;
  }
  return out;
}

function tag(scene: Scene, line: number, crowd: Crowd): Tag {
  const { say } = scene.tell;
  const g = crowd.runs === 0 ? must(crowd.first[0], 'goroutine') : crowd.runs;
  const names = named(
    scene,
    crowd.first.map((id) => `G${id}`),
    crowd.n,
  );
  const waits = crowd.n === 1 ? 'ui.code.waits' : 'ui.code.wait';
  const look = lookIn(scene.world, g);
  return {
    line,
    text: say(busy.has(look) ? 'ui.code.here' : waits, { names }),
    look: must(lookNames[look], 'look'),
    g,
  };
}

function named(scene: Scene, first: readonly string[], n: number): string {
  const names = first.join(' ');
  return n > first.length ? scene.tell.say('ui.code.more', { names, n: count(n - first.length) }) : names;
}

function note(scene: Scene, l: Here): readonly Note[] {
  if (l.last === undefined) return [];
  return [{ line: l.line, text: noteText(scene.tell, l.last), seq: l.last }];
}

/** The bars in the margin: their lengths go by the greatest in the file. */
function heated(scene: Scene, here: readonly Here[], measure: Measure): readonly Heated[] {
  if (measure === 'off') return [];
  const { say } = scene.tell;
  const most = here.reduce((m, l) => Math.max(m, l[measure]), 0);
  return here
    .filter((l) => l[measure] > 0)
    .map((l) => ({
      line: l.line,
      share: Math.max(0.05, Math.round((l[measure] / most) * 100) / 100),
      text: say('ui.code.heat', { events: count(l.events), waited: nanoseconds(l.waited) }),
    }));
}
