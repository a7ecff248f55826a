/** What was found, as it is drawn: a line for each finding, and of the open one what it takes to understand and to have it again. */
import { type Content, h } from '../dom/draw';
import type { Say } from '../words/say';
import { visible } from '../words/visible';
import type { Kept } from './kept';
import type { Finding, Party, Severity, Site, Step } from './report';
import type { Verdict } from './state';
import { fileOf, nameOf, placeOf, sizeText } from './words';

/** Steps, places and goroutines that are drawn of one finding. */
const mostSteps = 200;
const mostPlaces = 20;

/** Earlier findings that are seen at once. */
const mostKept = 3;

/** What is known beside the findings. */
export type FoundView = {
  readonly say: Say;
  /** The names of the learner's files. */
  readonly files: readonly string[];
  /** The findings whose lines are open. */
  readonly open: ReadonlySet<string>;
  /** The program was edited since. */
  readonly edited: boolean;
  /** Something is being explored or tried. */
  readonly busy: boolean;
  /** The schedule of the run that is shown, and the numbers that goroutines have there, by path. */
  readonly schedule: string;
  readonly numbers: ReadonlyMap<string, number>;
  /** How many of its events are past. */
  readonly seq: number;
  readonly verdict: (id: string) => Verdict | undefined;
};

/** A severity: a shape and a word. */
export function badge(severity: Severity, say: Say): Content {
  return h('span', { class: `severity severity-${severity}` }, say(`ui.explore.severity.${severity}`));
}

/** The list of findings. */
export function foundList(findings: readonly Finding[], v: FoundView): Content {
  return h(
    'ul',
    { key: 'found', class: 'findings' },
    findings.map((f) => item(f.id, f.severity, f.sentence, v, () => details(f, v))),
  );
}

/** The list of what was found earlier and is not among the findings. */
export function keptList(kept: readonly Kept[], v: FoundView): Content {
  const list = (some: readonly Kept[]): Content => keptItems(some, v);
  const rest = kept.slice(mostKept);
  return h(
    'div',
    { key: 'kept' },
    list(kept.slice(0, mostKept)),
    rest.length === 0
      ? ''
      : h(
          'details',
          { class: 'finding-older' },
          h('summary', {}, v.say('ui.explore.more', { n: rest.length })),
          list(rest),
        ),
  );
}

function keptItems(kept: readonly Kept[], v: FoundView): Content {
  return h(
    'ul',
    { class: 'findings' },
    kept.map((k) =>
      item(k.id, k.severity, k.sentence, v, () => [
        tools(k.id, true, { ...v, edited: true }, [
          h('button', { type: 'button', class: 'button', 'data-forget': k.id }, v.say('ui.explore.forget')),
        ]),
        verdictLine(k.id, v),
      ]),
    ),
  );
}

function item(
  id: string,
  severity: Severity,
  sentence: string,
  v: FoundView,
  more: () => readonly Content[],
): Content {
  const open = v.open.has(id);
  return h(
    'li',
    { key: id, class: `finding finding-${severity}` },
    h(
      'button',
      { type: 'button', class: 'finding-head', 'data-open': id, 'aria-expanded': open ? 'true' : 'false' },
      badge(severity, v.say),
      h('span', { class: 'finding-sentence' }, h('bdi', {}, visible(sentence))),
    ),
    ...(open ? [h('div', { class: 'finding-more' }, more())] : []),
  );
}

function details(f: Finding, all: FoundView): readonly Content[] {
  const { say } = all;
  const played = all.schedule === f.schedule;
  const v = played ? all : { ...all, numbers: new Map<string, number>(), seq: 0 };
  const sites = different(f.sites);
  return [
    tools(f.id, f.schedule !== '', v, [
      h(
        'button',
        { type: 'button', class: 'button', 'data-copy': f.id, disabled: f.replay === '' },
        say('ui.explore.copy'),
      ),
    ]),
    f.schedule === '' && !v.busy ? h('p', { class: 'dim' }, say('ui.explore.unplayable')) : '',
    verdictLine(f.id, v),
    f.message === '' || f.class === 'race' || f.sentence.includes(f.message)
      ? ''
      : h('p', {}, h('code', { class: 'finding-message' }, visible(f.message))),
    ...section('ui.explore.schedule', f.steps.length > 0, v, () => steps(f, v)),
    ...section('ui.explore.places', sites.length > 0, v, () => places(sites, v)),
    ...section('ui.explore.goroutines', f.parties.length > 0, v, () => parties(f.parties, v)),
    f.stacks.length === 0
      ? ''
      : h(
          'details',
          { key: 'stacks' },
          h('summary', {}, say('ui.explore.stacks')),
          f.stacks.map((s) => h('pre', { class: 'finding-stack', tabindex: 0 }, s)),
        ),
  ];
}

/** The places that are known, each once. */
function different(sites: readonly Site[]): readonly Site[] {
  const by = new Map(sites.map((s) => [JSON.stringify(s), s]));
  return [...by.values()].filter((s) => s.line > 0);
}

function tools(id: string, playable: boolean, v: FoundView, more: readonly Content[]): Content {
  const { say } = v;
  return h(
    'p',
    { key: 'tools', class: 'finding-tools' },
    h(
      'button',
      { type: 'button', class: 'button button-main', 'data-play': `finding ${id}`, disabled: !playable },
      say('ui.explore.play'),
    ),
    v.edited && playable
      ? h(
          'button',
          { type: 'button', class: 'button', 'data-retry': id, disabled: v.busy },
          say('ui.explore.try'),
        )
      : '',
    ...more,
  );
}

/** What became of a finding on the program as it is. */
function verdictLine(id: string, { say, verdict }: FoundView): Content {
  const got = verdict(id);
  if (got === undefined) return '';
  const key =
    got.verdict === 'unfit' && got.step === 0
      ? 'ui.explore.verdict.misfit'
      : `ui.explore.verdict.${got.verdict}`;
  return h(
    'p',
    { key: 'verdict', class: `finding-verdict verdict-${got.verdict}`, role: 'status' },
    h('b', {}, got.sentence === '' ? say(key, { step: got.step }) : visible(got.sentence)),
  );
}

function section(key: string, there: boolean, v: FoundView, draw: () => Content): readonly Content[] {
  return there ? [h('h3', { key }, v.say(key)), draw()] : [];
}

/** A place: a button where it lies in the learner's files. */
export function place(site: Site, v: Pick<FoundView, 'say' | 'files'>): Content {
  const text = placeOf(site, v.files, v.say);
  if (!v.files.includes(fileOf(site))) return h('span', { class: 'place' }, visible(text));
  const at = `${fileOf(site)}:${site.line}:${site.col}`;
  return h('button', { type: 'button', class: 'link place', 'data-line': at }, visible(text));
}

/** A goroutine; where the run that is shown is that of the finding, with the number that it has there. */
function who(path: string, name: string, v: FoundView): Content {
  const g = v.numbers.get(path);
  const text = visible(nameOf(path, name));
  if (g === undefined) return h('b', {}, h('bdi', {}, text));
  return h('b', { 'data-g': g }, h('bdi', {}, `G${g} ${text}`));
}

function places(sites: readonly Site[], v: FoundView): Content {
  return h(
    'ul',
    { key: 'places', class: 'finding-places' },
    sites
      .slice(0, mostPlaces)
      .map((s) =>
        h(
          'li',
          {},
          place(s, v),
          s.func === ''
            ? ''
            : h('span', { class: 'dim' }, ` ${v.say('ui.explore.in', { func: visible(s.func) })}`),
          s.name === '' ? '' : h('code', {}, ` ${visible(s.name)}`),
        ),
      ),
    more(sites.length - mostPlaces, v),
  );
}

function parties(list: readonly Party[], v: FoundView): Content {
  return h(
    'ul',
    { key: 'parties', class: 'finding-places' },
    list
      .slice(0, mostPlaces)
      .map((p) =>
        h(
          'li',
          {},
          who(p.path, p.name, v),
          p.state === '' ? '' : ` ${stateWord(p.state, v.say)}`,
          p.on === '' ? '' : h('code', {}, ` ${visible(p.on)}`),
          ...(p.at === undefined ? [] : [' ', place(p.at, v)]),
        ),
      ),
    more(list.length - mostPlaces, v),
  );
}

function stateWord(state: string, say: Say): string {
  const key = `ui.explore.state.${state}`;
  const word = say(key);
  return word === key ? visible(state) : word;
}

/** The schedule: who goes, and from where; marked where the run is that plays it. */
function steps(f: Finding, v: FoundView): Content {
  const now = f.steps.findLast((s) => s.event !== undefined && s.event < v.seq);
  return h(
    'div',
    { key: 'steps' },
    h('p', { class: 'dim' }, sizeText(f, v.say)),
    f.late === '' ? '' : h('p', {}, v.say('ui.explore.late', { late: visible(f.late) })),
    h(
      'ol',
      { class: 'steps' },
      f.steps.slice(0, mostSteps).map((s) => step(s, s === now, v)),
      more(f.steps.length - mostSteps, v),
    ),
  );
}

function step(s: Step, now: boolean, v: FoundView): Content {
  const { say } = v;
  const time = s.path === '@';
  return h(
    'li',
    {
      class: `step${s.preempts ? ' is-preempting' : ''}${now ? ' is-now' : ''}`,
      'aria-current': now ? 'step' : undefined,
    },
    who(s.path, s.name, v),
    ...(time
      ? []
      : s.site === undefined
        ? [' ', say('ui.explore.step.starts')]
        : [' ', say('ui.explore.step.goes'), ' ', place(s.site, v)]),
    ...(s.until === undefined || (s.until.line === s.site?.line && fileOf(s.until) === fileOf(s.site))
      ? []
      : [' ', say('ui.explore.step.until'), ' ', place(s.until, v)]),
    s.does === '' ? '' : h('span', { class: 'dim' }, `: ${visible(s.does)}`),
    s.preempts ? h('span', { class: 'step-mark' }, say('ui.explore.step.preempts')) : '',
  );
}

function more(n: number, v: FoundView): Content {
  return n > 0 ? h('li', { key: 'more', class: 'dim' }, v.say('ui.explore.more', { n })) : '';
}
