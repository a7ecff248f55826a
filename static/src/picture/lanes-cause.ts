/**
 * The way back from a delay to its cause: a list of links beside the lanes, and
 * a line through them. A delay is asked about once and stays until another is,
 * whatever is selected meanwhile.
 */
import { at, must } from '../event/check';
import { type Content, h, type Node, patch } from '../dom/draw';
import { button, make } from '../dom/make';
import type { Log } from '../event/log';
import { type Chain, chainAt, type Link, type Part } from '../fold/cause';
import { Look, lookNames } from '../fold/lives';
import { count, nanoseconds, type Say } from '../words/say';
import { reasonText } from '../words/sentences';
import { xAt } from './axis';
import { rowMiddle, type Stage } from './lanes-draw';
import { crowdHeight } from './rows';
import type { Scene } from './scene';

/** So many stretches of one goroutine have room in its line, and so many links in the list. */
const mostParts = 12;
const mostLinks = 60;

/** The panel with the links of one chain. */
export class Cause {
  readonly body: HTMLElement;
  private readonly say: Say;
  private readonly list = make('ol', { class: 'cause-links', tabindex: '0' });
  private readonly head = make('p', { class: 'cause-head' });
  private asked: { readonly log: Log; readonly g: number; readonly seq: number } | undefined;
  private known: { readonly done: number; readonly chain: Chain | undefined } | undefined;

  /** Calls changed when it is closed. */
  constructor(say: Say, changed: () => void) {
    this.say = say;
    const close = button(say('ui.cause.close'), () => {
      this.asked = undefined;
      changed();
    });
    close.className = 'tool cause-close';
    this.list.setAttribute('aria-label', say('ui.cause.links'));
    this.body = make('div', { class: 'lanes-cause', hidden: true }, close, this.head, this.list);
  }

  /** Asks for the delay of the selected goroutine at the playhead, or the last one before. */
  ask(scene: Scene): void {
    this.asked = { log: scene.log, g: scene.selected, seq: scene.world.seq - 1 };
    this.known = undefined;
  }

  /** The chain that was asked for, as far as the log goes now. */
  of(scene: Scene): Chain | undefined {
    const { asked } = this;
    if (asked?.log !== scene.log) return undefined;
    const { done, lives } = scene.history;
    if (this.known?.done !== done) {
      this.known = { done, chain: chainAt(scene.log, lives, asked.g, asked.seq) };
    }
    return this.known.chain;
  }

  /** Draws the list, or hides it where nothing was asked; says whether that changed how much room it takes. */
  draw(scene: Scene): boolean {
    const was = this.body.hidden !== false;
    const { asked } = this;
    if (asked?.log !== scene.log) {
      this.body.hidden = true;
      return !was;
    }
    this.body.hidden = false;
    const chain = this.of(scene);
    if (chain === undefined) {
      patch(this.head, [this.say('ui.cause.none', { g: scene.tell.names.g(asked.g) })]);
      patch(this.list, []);
      return was;
    }
    patch(this.head, [headText(scene, chain)]);
    patch(this.list, linksOf(scene, chain));
    return was;
  }
}

/** What was asked about, in a sentence. */
export function headText(scene: Scene, chain: Chain): string {
  const { tell, log } = scene;
  const { say, names } = tell;
  const first = must(chain.links[0]?.parts[0], 'delay');
  const args = { g: names.g(chain.g), took: nanoseconds(chain.ns), place: placeOf(scene, chain.from) };
  if (first.look === Look.Runnable) return say('ui.cause.runnable', args);
  if (first.look === Look.Call) return say('ui.cause.call', args);
  const reason = reasonText(tell, first.reason, at(log.obj, chain.from));
  return say(args.place === '' ? 'ui.cause.waited' : 'ui.cause.waited.at', { ...args, reason });
}

/** The links of a chain in words, from the delay back to the cause. */
export function linksOf(scene: Scene, chain: Chain): readonly Content[] {
  const { say } = scene.tell;
  const rest = chain.links.slice(1);
  const out: Content[] = rest
    .slice(0, mostLinks)
    .map((link, i) => line(scene, link, must(chain.links[i], 'link before'), i));
  if (rest.length > mostLinks) {
    out.push(
      h('li', { key: 'more', class: 'dim' }, say('ui.cause.more', { n: count(rest.length - mostLinks) })),
    );
  }
  const last = must(chain.links.at(-1), 'link');
  const end = say(`ui.cause.end.${chain.end}`, { g: scene.tell.names.g(last.g) });
  const beyond = last.parts.at(-1);
  const earlier =
    rest.length > 0 && (chain.end === 'ran' || chain.end === 'runnable') && beyond !== undefined
      ? h(
          'button',
          { type: 'button', class: 'link', 'data-g': last.g, 'data-seq': beyond.from },
          say('ui.cause.there'),
        )
      : '';
  out.push(h('li', { key: 'end', class: 'cause-end' }, end, ' ', earlier));
  return out;
}

/** One link: who, what it did to the one before, and what it did before that. */
function line(scene: Scene, link: Link, before: Link, i: number): Node {
  const { tell, log } = scene;
  const { say, names } = tell;
  const place = placeOf(scene, link.at);
  const args = { before: names.g(before.g), place, p: at(log.p, link.at) };
  const key = link.how === 'ran' || place === '' ? `ui.cause.${link.how}` : `ui.cause.${link.how}.at`;
  const shown = link.parts.slice(0, mostParts).map((p) => partButton(scene, p));
  const more = link.parts.slice(mostParts);
  if (more.length > 0) {
    const took = nanoseconds(more.reduce((sum, p) => sum + p.ns, 0));
    shown.push(h('span', { class: 'dim' }, say('ui.cause.parts', { n: count(more.length), took })));
  }
  return h(
    'li',
    { key: i },
    h(
      'button',
      {
        type: 'button',
        class: `link cause-who${scene.lit.gs.has(link.g) ? ' is-lit' : ''}`,
        'data-g': link.g,
        'data-seq': link.at,
        'aria-pressed': scene.selected === link.g ? 'true' : 'false',
      },
      h('bdi', {}, names.g(link.g)),
    ),
    ' ',
    say(key, args),
    ' ',
    h('span', { class: 'cause-parts' }, shown),
  );
}

/** A stretch, which is gone to when it is pressed. */
function partButton(scene: Scene, p: Part): Node {
  return h(
    'button',
    {
      type: 'button',
      class: `cause-part${p.counts ? '' : ' is-passed'}`,
      'data-g': p.g,
      'data-seq': p.from,
      title: scene.tell.say('ui.cause.go', { n: count(p.from + 1) }),
    },
    h('i', { class: `swatch look-${must(lookNames[p.look], 'look')}` }),
    partText(scene, p),
  );
}

/** A stretch in words: "ran 2.18 µs", "waited 1.09 ms: sleep, until a timer". */
export function partText(scene: Scene, p: Part): string {
  const { tell, log } = scene;
  const { say } = tell;
  const took = nanoseconds(p.ns);
  if (p.look === Look.Running) return say('ui.cause.part.running', { took });
  if (p.look === Look.Runnable) return say('ui.cause.part.runnable', { took });
  if (p.look === Look.Call) return say('ui.cause.part.call', { took });
  const reason = reasonText(tell, p.reason, at(log.obj, p.from));
  return say(p.end === undefined ? 'ui.cause.part.wait' : `ui.cause.part.${p.end}`, { took, reason });
}

function placeOf(scene: Scene, seq: number): string {
  return scene.tell.names.place(at(scene.log.site, seq));
}

/** Draws a chain through the lanes: along who did what counts, and from each to whom it passed on. */
export function drawChain(stage: Stage, chain: Chain): void {
  const { ctx, ink, rows, scene, span, width } = stage;
  const x = (seq: number): number => Math.max(-4, Math.min(width + 4, xAt(span, scene.log, width, seq + 1)));
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = ink.accent;
  let before: number | undefined;
  for (const link of chain.links) {
    const row = rows.of(link.g);
    const y = row < 0 ? undefined : rowMiddle(stage, row);
    if (y !== undefined) {
      const half = (rows.item(row).crowd === undefined ? rows.barHeight : crowdHeight - 8) / 2;
      for (const p of link.parts) {
        const from = x(Math.max(p.from, chain.from));
        const to = Math.max(from + 1.5, x(p.to));
        ctx.lineWidth = p.counts || link.how === 'delayed' ? 2 : 1;
        ctx.setLineDash(p.counts ? [] : [3, 3]);
        ctx.strokeRect(from, y - half - 2, to - from, 2 * half + 4);
      }
      if (before !== undefined && before !== y) arrow(ctx, x(link.at), y, before, half + 2);
    }
    before = y;
  }
  ctx.restore();
}

/** An arrow at x from one lane to another. */
function arrow(ctx: CanvasRenderingContext2D, x: number, from: number, to: number, half: number): void {
  const down = to > from ? 1 : -1;
  const tip = to - half * down;
  ctx.setLineDash([]);
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.moveTo(x, from + half * down);
  ctx.lineTo(x, tip - 4 * down);
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(x, tip);
  ctx.lineTo(x - 4, tip - 7 * down);
  ctx.lineTo(x + 4, tip - 7 * down);
  ctx.fill();
}
