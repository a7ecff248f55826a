/** Console: what the program has printed up to the playhead. */
import { at } from '../event/check';
import { type Content, h } from '../dom/draw';
import { valueText } from '../event/log';
import { visible } from '../words/visible';
import type { Scene } from './scene';

const mostLines = 400;

/** Draws the newest outputs; an earlier one than those shown is counted. */
export function consoleLines(scene: Scene): readonly Content[] {
  const { history, world, log, tell } = scene;
  const end = history.outputs.lastUpTo(world.seq - 1) + 1;
  if (end === 0) return [h('p', { class: 'empty' }, tell.say('ui.picture.console.empty'))];
  const begin = Math.max(0, end - mostLines);
  const out: Content[] = [];
  if (begin > 0) out.push(h('p', { key: 'more', class: 'dim' }, tell.say('ui.channels.more', { n: begin })));
  for (let i = begin; i < end; i++) {
    const seq = history.outputs.at(i);
    const g = at(log.g, seq);
    const from = at(log.n, seq);
    const error = from === 2 ? ' console-error' : from > 2 ? ' console-runtime' : '';
    if (from > 2) {
      // It tells of a moment, which the pictures show.
      const text = printed(valueText(log, at(log.val, seq)));
      const title = tell.say('ui.console.runtime');
      out.push(
        h(
          'button',
          { key: seq, type: 'button', class: `console-line${error}`, 'data-seq': seq, title },
          h('bdi', {}, text),
        ),
      );
      continue;
    }
    const lit = scene.lit.gs.has(g) ? ' is-lit' : '';
    out.push(
      h(
        'div',
        { key: seq, class: `console-line${error}${lit}`, 'data-g': g === 0 ? undefined : g },
        h('bdi', {}, printed(valueText(log, at(log.val, seq)))),
      ),
    );
  }
  return out;
}

/** A printed text: its lines and tabs as they are, what else is unseen made visible. */
function printed(text: string): string {
  return text.replace(/\n$/, '').replace(/[^\n\t]+/g, visible);
}
