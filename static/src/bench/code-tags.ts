/** Which goroutine is at which line: the tags in the editor's margin. */
import { at, must } from '../event/check';
import { State } from '../fold/goroutines';
import { Look, lookNames } from '../fold/lives';
import type { Overlay, Tag } from './editor-tags';
import { lookIn, type Scene } from '../picture/scene';

const mostNames = 4;

/** What the editor shows over the file with this name. */
export function overlayOf(scene: Scene, file: string): Overlay {
  const { world, tell, lit } = scene;
  const byLine = new Map<number, number[]>();
  for (let g = 1; g < world.gs.count; g++) {
    const state = at(world.gs.state, g);
    if (state === State.None || state === State.Dead) continue;
    const site = tell.names.site(at(world.gs.site, g));
    if (site === undefined || tell.names.file(site) !== file) continue;
    const list = byLine.get(site.line);
    if (list === undefined) byLine.set(site.line, [g]);
    else list.push(g);
  }
  const lines = new Set<number>();
  for (const key of lit.lines) {
    const cut = key.lastIndexOf(':');
    if (key.slice(0, cut) === file) lines.add(Number(key.slice(cut + 1)));
  }
  return { tags: [...byLine].map(([line, gs]) => tag(scene, line, gs)), lit: lines };
}

function tag(scene: Scene, line: number, gs: readonly number[]): Tag {
  const { say } = scene.tell;
  const looks = gs.map((g) => lookIn(scene.world, g));
  const running = looks.findIndex((l) => l === Look.Running || l === Look.Runnable);
  const which = Math.max(0, running);
  const look = must(looks[which], 'look');
  const ids = gs
    .slice(0, mostNames)
    .map((g) => `G${g}`)
    .join(' ');
  const names = gs.length > mostNames ? say('ui.code.more', { names: ids, n: gs.length - mostNames }) : ids;
  const waits = gs.length === 1 ? 'ui.code.waits' : 'ui.code.wait';
  const key = running >= 0 ? 'ui.code.here' : waits;
  return {
    line,
    text: say(key, { names }),
    look: must(lookNames[look], 'look'),
    g: must(gs[which], 'goroutine'),
  };
}
