/** Contexts: the tree of who is cancelled by whom, who hears of it, and who does not. */
import { at, must } from '../event/check';
import { type Content, h, type Node } from '../dom/draw';
import { CtxKind, ctxKindNames } from '../event.gen';
import { valueText } from '../event/log';
import type { Cancel, Context, Listener, Standing } from '../fold/contexts';
import { clauses, captioned, nanoseconds } from '../words/say';
import { chips, objectName, position } from './parts';
import { drawn, type Twin } from './picture';
import type { Scene } from './scene';

/** The most rows, and the most children of one context, that are drawn. */
const mostRows = 120;
const mostChildren = 12;
/** Deeper contexts are not moved further to the right. */
const deepest = 10;
const mostTwinRows = 500;
const longest = 60;

/** What package context says when a deadline passes. */
const deadlinePassed = 'context deadline exceeded';

/** The picture. */
export const context = drawn('context', draw, twin);

/** How many rows are left to draw. */
type Room = { rows: number };

function draw(scene: Scene): readonly Content[] {
  const { contexts } = scene.history;
  const count = contexts.countAt(scene.world.seq);
  if (count === 0) return [h('p', { class: 'empty' }, scene.tell.say('ui.picture.context.none'))];
  const room = { rows: mostRows };
  const roots: Context[] = [];
  for (let i = 0; i < count; i++) {
    const c = must(contexts.all[i], 'context');
    if (contexts.of(c.parent) === undefined) roots.push(c);
  }
  return [branch(scene, roots, roots.length, room, 0)];
}

/** The last of the contexts that are derived from one, and a word about the others. */
function branch(scene: Scene, all: readonly Context[], count: number, room: Room, depth: number): Node {
  const rows: Content[] = [];
  const first = Math.max(0, count - mostChildren);
  if (first > 0) rows.push(earlier(scene, all, first));
  let i = first;
  for (; i < count && room.rows > 0; i++) rows.push(row(scene, must(all[i], 'context'), room, depth));
  if (i < count) rows.push(rest(scene, count - i, 'after'));
  return h('ul', { key: 'below', class: depth > deepest ? 'ctx-list ctx-deep' : 'ctx-list' }, rows);
}

function rest(scene: Scene, n: number, key: string): Node {
  return h('li', { key, class: 'ctx ctx-rest dim' }, scene.tell.say('ui.context.more', { n }));
}

function earlier(scene: Scene, all: readonly Context[], n: number): Node {
  let live = 0;
  for (let i = 0; i < n; i++) if (standing(scene, must(all[i], 'context')) === 'live') live++;
  return h(
    'li',
    { key: 'before', class: 'ctx ctx-rest dim' },
    scene.tell.say('ui.context.earlier', { n, live }),
  );
}

function row(scene: Scene, c: Context, room: Room, depth: number): Node {
  room.rows--;
  const { contexts } = scene.history;
  const pos = scene.world.seq;
  const how = standing(scene, c);
  const flow = contexts.flowing(pos);
  const flows = flow !== undefined && because(contexts.cancelAt(c, pos), flow);
  const count = contexts.childrenAt(c, pos);
  return h(
    'li',
    { key: c.id, class: `ctx ctx-${how}${flows ? ' is-flowing' : ''}`, 'data-obj': c.id },
    h(
      'div',
      { class: 'ctx-row' },
      h('i', { class: 'ctx-mark', 'aria-hidden': 'true' }),
      objectName(scene, c.id),
      h('span', { class: 'ctx-kind dim' }, h('bdi', {}, kindText(scene, c))),
      timeLeft(scene, c, how),
      stateNode(scene, c, how),
    ),
    people(scene, c),
    count === 0 ? '' : branch(scene, c.children, count, room, depth + 1),
  );
}

/** Says whether a cancellation is that of from, or because of it. */
function because(cancel: Cancel | undefined, from: Context): boolean {
  const top = from.cancel;
  return cancel !== undefined && top !== undefined && cancel.seq >= top.seq && cancel.seq <= top.lastBelow;
}

function standing(scene: Scene, c: Context): Standing {
  const { history, world } = scene;
  return history.contexts.standing(c, world.seq, world.ended !== undefined);
}

/** What c is: "value userKey{}: ann". */
function kindText(scene: Scene, c: Context): string {
  const { log, tell } = scene;
  const kind = must(ctxKindNames[c.kind], `context of kind ${c.kind}`);
  if (c.kind === CtxKind.WithDeadline && c.val === 0) return tell.say('ui.context.kind.WithDeadline.bubble');
  const due = c.kind === CtxKind.WithDeadline ? nanoseconds(Number(valueText(log, c.val))) : '';
  return tell.say(`ui.context.kind.${kind}`, { due, val: visible(valueText(log, c.val)) });
}

/** A text cut to a readable length, its control characters to be seen. */
function visible(text: string): string {
  const seen = text.replace(/[\u0000-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)));
  return seen.length > longest ? `${seen.slice(0, longest - 1)}…` : seen;
}

/** How much of the time until its deadline is left. */
function timeLeft(scene: Scene, c: Context, how: Standing): Content {
  if (c.kind !== CtxKind.WithDeadline || c.val === 0 || how !== 'live') return '';
  const { log, world, tell } = scene;
  const due = Number(valueText(log, c.val));
  const left = Math.max(0, due - world.time);
  const part = left / Math.max(1, due - at(log.t, c.made));
  return h(
    'span',
    { key: 'left', class: 'ctx-left' },
    h('i', { class: 'ctx-bar', '--part': part.toFixed(3), 'aria-hidden': 'true' }),
    tell.say('ui.context.left', { left: nanoseconds(left) }),
  );
}

function stateNode(scene: Scene, c: Context, how: Standing): Node {
  const { contexts } = scene.history;
  const cancel = contexts.cancelAt(c, scene.world.seq);
  return h(
    cancel === undefined ? 'span' : 'button',
    {
      key: how,
      class: `ctx-state ctx-state-${how}`,
      type: cancel === undefined ? undefined : 'button',
      'data-seq': cancel?.seq,
      title: cancel === undefined ? undefined : scene.tell.say('ui.context.go'),
    },
    h('bdi', {}, stateText(scene, c, how, cancel)),
  );
}

/** How c stands, in words. */
function stateText(scene: Scene, c: Context, how: Standing, cancel: Cancel | undefined): string {
  const { log, tell, world } = scene;
  const { say, names } = tell;
  if (cancel === undefined) return say(`ui.context.state.${how}`);
  const ago = nanoseconds(world.time - at(log.t, cancel.seq));
  const cause = valueText(log, cancel.cause);
  const with_ = cancel.by !== 0 ? cancel.by : how === 'above' ? c.parent : 0;
  if (c.kind === CtxKind.AfterFunc) return say(`ui.context.func.${how}`, { ago, of: names.obj(with_) });
  if (with_ !== 0) return say('ui.context.state.above', { ago, of: names.obj(with_), cause: visible(cause) });
  if (cause === deadlinePassed) return say('ui.context.state.deadline', { ago });
  return say('ui.context.state.self', { ago, g: names.g(cancel.g), cause: visible(cause) });
}

/** Who listens to c, and who does not. */
function people(scene: Scene, c: Context): Content {
  const { say } = scene.tell;
  const pos = scene.world.seq;
  const heard = new Map(scene.history.contexts.listenersAt(c, pos).map((l) => [l.g, l]));
  const deaf = deafTo(scene, c);
  if (heard.size + deaf.length === 0) return '';
  return h(
    'div',
    { key: 'people', class: 'ctx-people' },
    heard.size === 0
      ? ''
      : h(
          'div',
          { key: 'listen', class: 'ctx-who' },
          h('span', { class: 'ctx-label' }, say('ui.context.listen')),
          chips(scene, [...heard.keys()], (g) => listenText(scene, c, must(heard.get(g), 'listener'))),
        ),
    deaf.length === 0
      ? ''
      : h(
          'div',
          { key: 'deaf', class: 'ctx-who ctx-deaf', title: say('ui.context.inferred') },
          h('span', { class: 'ctx-label' }, say('ui.context.deaf')),
          chips(scene, deaf, (g) => deafText(scene, c, g)),
        ),
  );
}

function deafTo(scene: Scene, c: Context): readonly number[] {
  const { contexts, lives } = scene.history;
  return contexts.deafAt(c, scene.world.seq, (g) => lives.of(g).ended);
}

/** What a listener has done about c's cancellation. */
function listenText(scene: Scene, c: Context, l: Listener): string {
  const { log, world, tell, history } = scene;
  const cancel = history.contexts.cancelAt(c, world.seq);
  if (cancel === undefined) return tell.say(waits(scene, c, l.g) ? 'ui.context.waits' : 'ui.context.asked');
  if (l.heard === undefined || l.heard >= world.seq) return tell.say('ui.context.unheard');
  const after = at(log.t, l.heard) - at(log.t, Math.min(cancel.seq, l.heard));
  return tell.say('ui.context.heard', { after: nanoseconds(after) });
}

function waits(scene: Scene, c: Context, g: number): boolean {
  const done = scene.world.chans.get(c.done);
  if (done === undefined) return false;
  for (const w of done.receivers.values()) if (w.g === g) return true;
  return false;
}

/** How long g went on after c was cancelled without having asked. */
function deafText(scene: Scene, c: Context, g: number): string {
  const { log, world, tell, history } = scene;
  const from = at(log.t, c.cancel?.seq ?? 0);
  const { ended } = history.lives.of(g);
  if (ended !== undefined && ended < world.seq) {
    return tell.say('ui.context.over', { after: nanoseconds(at(log.t, ended) - from) });
  }
  return tell.say('ui.context.alive', { after: nanoseconds(world.time - from) });
}

function twin(scene: Scene): Twin {
  const { say, names } = scene.tell;
  const { contexts } = scene.history;
  const count = contexts.countAt(scene.world.seq);
  const shown = contexts.all.slice(0, Math.min(count, mostTwinRows));
  let live = 0;
  let deaf = 0;
  for (let i = 0; i < count; i++) {
    const c = must(contexts.all[i], 'context');
    if (contexts.cancelAt(c, scene.world.seq) === undefined) live++;
    deaf += deafTo(scene, c).length;
  }
  return {
    sentence: say('ui.context.sentence', {
      ...position(scene),
      n: count,
      live,
      cancelled: count - live,
      deaf,
    }),
    head: ['name', 'of', 'kind', 'state', 'listen', 'deaf'].map((k) => say(`ui.context.head.${k}`)),
    rows: shown.map((c) => {
      const how = standing(scene, c);
      const pos = scene.world.seq;
      const list = (gs: readonly number[], text: (g: number) => string): string =>
        clauses(
          say,
          gs.map((g) => captioned(say, names.g(g), text(g))),
        );
      const listeners = contexts.listenersAt(c, pos);
      return [
        names.obj(c.id),
        c.parent === 0 ? '' : names.obj(c.parent),
        kindText(scene, c),
        stateText(scene, c, how, contexts.cancelAt(c, pos)),
        clauses(
          say,
          listeners.map((l) => captioned(say, names.g(l.g), listenText(scene, c, l))),
        ),
        list(deafTo(scene, c), (g) => deafText(scene, c, g)),
      ];
    }),
  };
}
