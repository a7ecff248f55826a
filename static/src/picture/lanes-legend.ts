/** The legend of lanes: colours and textures, arrows, marks and bands, in words. */
import { h, type Node } from '../dom/draw';
import type { Say } from '../words/say';
import { type ArrowKind, dashes } from './lanes-arrows';
import { markKinds, shapes } from './lanes-marks';
import { legend } from './parts';

const arrows: readonly ArrowKind[] = ['go', 'value', 'lock', 'wake'];
const bands = ['region', 'cycle', 'pause'] as const;

/** A new legend. */
export function lanesLegend(say: Say): HTMLElement {
  return legend(say, [
    ...arrows.map((kind) => line(say(`ui.lanes.arrow.${kind}`), arrow(kind))),
    ...markKinds.map((kind) =>
      line(
        say(`ui.lanes.mark.${kind}`),
        icon(
          h('path', {
            d: shapes[kind],
            class: `mark-${kind}`,
            'fill-rule': 'evenodd',
            transform: 'translate(9 1)',
          }),
        ),
      ),
    ),
    ...bands.map((name) =>
      line(say(`ui.lanes.band.${name}`), h('i', { class: `lanes-band lanes-band-${name}` })),
    ),
  ]);
}

function line(text: string, sign: Node): Node {
  return h('li', {}, sign, text);
}

function icon(...content: readonly Node[]): Node {
  return h(
    'svg',
    { viewBox: '0 0 28 12', width: 28, height: 12, 'aria-hidden': 'true', class: 'legend-sign' },
    ...content,
  );
}

function arrow(kind: ArrowKind): Node {
  return icon(
    h('path', { d: 'M0 6H22', class: `arrow-${kind}`, 'stroke-dasharray': dashes[kind].join(' ') }),
    h('path', { d: 'M28 6L21 3V9Z', class: `arrow-${kind}` }),
  );
}
