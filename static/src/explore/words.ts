/** How explorations are said: names, places, ends, counts. */
import type { Named } from './host';
import { count, listed, type Say } from '../words/say';
import { shortName } from '../words/names';
import { beginning, visible } from '../words/visible';
import type { Finding, Outcome, Report, Site, Turn } from './report';
import type { Branch } from './tree';

/** The most of an output that stands in a line. */
const longestOutput = 40;

/** What a finding is called in a word or two. */
export function classWord(name: string, say: Say): string {
  const key = `ui.explore.class.${name}`;
  const text = say(key);
  return text === key ? name : text;
}

/** "1 pre-emption", "3 pre-emptions"; key.one is the form for one. */
export function amount(n: number, key: string, say: Say): string {
  return say(n === 1 ? `${key}.one` : key, { n: count(n) });
}

/** A file's name without the directories. */
export const fileOf = (site: Site): string => site.file.slice(site.file.lastIndexOf('/') + 1);

/** "line 14", or "main.go:14" in a program of several files. */
export function placeOf(site: Site, files: readonly string[], say: Say): string {
  const file = fileOf(site);
  if (files.length === 1 && files[0] === file) return say('ui.place.line', { line: site.line });
  return say('ui.place.file', { file, line: site.line });
}

/**
 * What a goroutine is called here: its function and its place in the tree of go
 * statements. Its number would not do: it is another one in other schedules.
 */
export function nameOf(path: string, func: string): string {
  const name = shortName(func);
  return name === '' || path === '@' ? name || path : `${name} ${path}`;
}

/** The names of goroutines by path: as a report tells them, or else as in the run that is shown. */
export function namesIn(report: Report | undefined, shown: readonly Named[]): ReadonlyMap<string, string> {
  const names = new Map(shown.map((n) => [n.path, nameOf(n.path, n.name)]));
  for (const [path, func] of report?.names ?? []) names.set(path, nameOf(path, func));
  for (const f of report?.findings ?? []) {
    for (const { path, name } of [...f.parties, ...f.steps])
      if (name !== '') names.set(path, nameOf(path, name));
  }
  return names;
}

/** Who takes a turn: a goroutine, or the time, which lets a timer fire that was set by "1" if path is "@1.2". */
export function callerOf(path: string, names: ReadonlyMap<string, string>, say: Say): string {
  if (!path.startsWith('@')) return visible(names.get(path) ?? path);
  const owner = path.slice(1, path.lastIndexOf('.'));
  return say('ui.explore.timer', { path, who: visible(names.get(owner) ?? owner) });
}

/** Turns in words: "G1 main 3 steps, G2 worker 1 step". */
export function turnsText(
  turns: readonly Turn[],
  names: ReadonlyMap<string, string>,
  most: number,
  say: Say,
): string {
  const said = turns.slice(0, most).map((t) => {
    const name = callerOf(t.path, names, say);
    return say(t.steps === 1 ? 'ui.explore.turn.one' : 'ui.explore.turn', { name, n: count(t.steps) });
  });
  if (turns.length > most) said.push(say('ui.explore.more', { n: count(turns.length - most) }));
  return listed(say, said);
}

/** How an outcome ended, if that is worth a word: '' for a program that ended as it should. */
export function endWord(o: Outcome, say: Say): string {
  if (o.outcome === '' || (o.outcome === 'Exited' && o.status === 0)) return '';
  return say(`ui.outcome.${o.outcome}`, { status: o.status });
}

/** What an outcome is in a line: what it printed, or else how it ended. */
export function outcomeText(o: Outcome, say: Say): string {
  const text = o.text.trim();
  const end = endWord(o, say);
  if (text === '') return end === '' ? say('ui.explore.prints.nothing') : end;
  const printed = say('ui.explore.prints', { text: beginning(text.replaceAll('\n', ' ↵ '), longestOutput) });
  return end === '' ? printed : say('ui.explore.prints.end', { printed, end });
}

/** How all runs below a branch end. */
export function endText(b: Branch, report: Report, say: Say): string {
  if (b.end === undefined) return say('ui.explore.ends.several');
  const { bad, outcome } = b.run;
  if (bad !== '') {
    const f = report.findings.find((x) => x.id === bad);
    if (f !== undefined) return classWord(f.class, say);
  }
  const o = report.outcomes.find((x) => x.id === outcome);
  return o === undefined ? say('ui.explore.ends.well') : outcomeText(o, say);
}

/** How small a finding's schedule is. */
export function sizeText(f: Finding, say: Say): string {
  const preemptions =
    f.preemptions === 0
      ? say('ui.explore.preemptions.none')
      : amount(f.preemptions, 'ui.explore.preemptions', say);
  const switches = amount(f.switches, 'ui.explore.switches', say);
  const key = f.minimal && f.preemptions > 0 ? 'ui.explore.size.minimal' : 'ui.explore.size';
  return say(key, { preemptions, switches });
}
