/** What goroutines, objects and places are called: the same everywhere. */
import { at, must } from '../event/check';
import { Class, classNames } from '../event.gen';
import type { Log, Site } from '../event/log';
import type { History } from '../fold/history';
import type { Say } from './say';

/** The names in one run. */
export type Names = {
  /** "G2 worker". */
  readonly g: (g: number) => string;
  /** "jobs"; what has no name is called by its class and line. */
  readonly obj: (id: number) => string;
  /** "chan Job, 2 slots"; empty where unknown. */
  readonly type: (id: number) => string;
  readonly site: (id: number) => Site | undefined;
  readonly file: (site: Site) => string;
  /** "line 10", or "main.go:10" in a program of several files; empty for site 0. */
  readonly place: (site: number) => string;
};

/** The names in log. */
export function namesOf(log: Log, history: History, say: Say): Names {
  const site = (id: number): Site | undefined =>
    id === 0 ? undefined : must(log.sites.get(id), `site ${id}`);
  const file = (s: Site): string => baseName(log.text(s.file));
  const place = (id: number): string => {
    const s = site(id);
    if (s === undefined || s.line === 0) return ''; // a trace knows no place for some
    return severalFiles(log)
      ? say('ui.place.file', { file: file(s), line: s.line })
      : say('ui.place.line', { line: s.line });
  };
  const g = (id: number): string => {
    const life = history.lives.all[id];
    return life === undefined ? `G${id}` : `G${id} ${shortName(life.name)}`.trimEnd();
  };
  const obj = (id: number): string => {
    const o = log.objects.get(id);
    if (o === undefined) return say('ui.object.unknown', { id });
    if (o.name !== 0) return log.text(o.name);
    const cls = say(`ui.class.${className(o.cls)}`);
    return o.site === 0
      ? say('ui.object.nameless', { class: cls, id })
      : say('ui.object.at', { class: cls, place: place(o.site) });
  };
  const type = (id: number): string => {
    const o = log.objects.get(id);
    if (o === undefined) return '';
    return o.type !== 0 ? log.text(o.type) : say(`ui.class.${className(o.cls)}`);
  };
  return { g, obj, type, site, file, place };
}

function className(cls: number): string {
  return must(classNames[cls], `class ${cls}`);
}

/** The function's name without its package if that is main, and without the path of others: "worker", "http.(*conn).serve", "Pool.run", "main.func1" as "func1 of main". */
export function shortName(name: string): string {
  return name
    .replace(/\[.*\]/, '[…]')
    .replace(/^.*\//, '')
    .replace(/^main\.(?=[A-Z_a-z])(?!func\d)/, '');
}

/** A file's name without its folders. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function severalFiles(log: Log): boolean {
  let first: number | undefined;
  for (const s of log.sites.values()) {
    if (first === undefined) first = s.file;
    else if (s.file !== first) return true;
  }
  return false;
}

/** Says whether an object is a channel. */
export function isChan(log: Log, id: number): boolean {
  return log.objects.get(id)?.cls === Class.Chan;
}

/** The line of the place where goroutine g's column says it is. */
export function lineOf(names: Names, sites: ArrayLike<number>, g: number): number | undefined {
  return names.site(at(sites, g))?.line;
}
