/** All outputs that the explored schedules have, with how often, and a schedule for each. */
import { type Content, h } from '../dom/draw';
import type { Twin } from '../picture/picture';
import { count, type Say } from '../words/say';
import type { Outcome, Report } from './report';
import { visible as seen } from '../words/visible';
import { amount, endWord } from './words';

const most = 100;
/** The most of an output that is shown, in characters. */
const longest = 600;

/** The outputs of a report, the most frequent first. */
function outputsOf(report: Report): readonly Outcome[] {
  return [...report.outcomes].sort((a, b) => b.count - a.count);
}

function sentence(report: Report, say: Say): string {
  const n = amount(report.outcomes.length, 'ui.explore.outputs', say);
  return report.exhausted
    ? say('ui.explore.outputs.all', { outputs: n })
    : say('ui.explore.outputs.some', { outputs: n });
}

/** The table of outputs. */
export function outputTable(report: Report | undefined, say: Say): readonly Content[] {
  if (report === undefined || report.outcomes.length === 0) {
    return [h('p', { key: 'none', class: 'dim' }, say('ui.explore.outputs.none'))];
  }
  const all = outputsOf(report);
  const shown = all.slice(0, most);
  return [
    h('p', { key: 'sentence' }, sentence(report, say)),
    h(
      'table',
      { key: 'table', class: 'outputs' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          head(say).map((c) => h('th', { scope: 'col' }, c)),
          h('td', {}),
        ),
      ),
      h(
        'tbody',
        {},
        shown.map((o) => row(o, say)),
      ),
    ),
    all.length > most
      ? h('p', { key: 'more', class: 'dim' }, say('ui.explore.more', { n: count(all.length - most) }))
      : '',
  ];
}

const head = (say: Say): readonly string[] =>
  ['printed', 'ended', 'schedules'].map((c) => say(`ui.explore.outputs.${c}`));

function row(o: Outcome, say: Say): Content {
  const end = endWord(o, say);
  return h(
    'tr',
    { key: o.id },
    h(
      'th',
      { scope: 'row' },
      o.text.trim() === ''
        ? h('span', { class: 'dim' }, say('ui.explore.prints.nothing'))
        : printed(o.text, say),
    ),
    h('td', {}, end === '' ? say('ui.explore.ends.well') : h('b', {}, end)),
    h('td', { class: 'outputs-count' }, count(o.count)),
    h(
      'td',
      {},
      h(
        'button',
        { type: 'button', class: 'button', 'data-play': `outcome ${o.id}`, disabled: o.schedule === '' },
        say('ui.explore.play'),
      ),
    ),
  );
}

/** What was printed, with its lines. */
function printed(text: string, say: Say): Content {
  const cut = text.trimEnd();
  const shown = cut.length > longest ? `${cut.slice(0, longest)}…` : cut;
  return h(
    'pre',
    { class: 'outputs-text', tabindex: 0, 'aria-label': say('ui.explore.outputs.printed') },
    h('bdi', {}, lines(shown)),
  );
}

/** Text made visible, with its lines and tabs. */
const lines = (text: string): string => text.replace(/[^\n\t]+/g, seen);

/** The same as a table of texts. */
export function outputTwin(report: Report | undefined, say: Say): Twin {
  if (report === undefined || report.outcomes.length === 0) {
    return { sentence: say('ui.explore.outputs.none'), head: head(say), rows: [] };
  }
  const all = outputsOf(report);
  const rows = all.slice(0, most).map((o) => {
    const end = endWord(o, say);
    return [o.text.trim(), end === '' ? say('ui.explore.ends.well') : end, count(o.count)];
  });
  if (all.length > most) rows.push([say('ui.explore.more', { n: count(all.length - most) }), '', '']);
  return { sentence: sentence(report, say), head: head(say), rows };
}
