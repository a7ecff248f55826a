/** Pool: where is my task? Queue → workers with the task in hand → results, and what never got in. */
import { at } from '../event/check';
import { type Content, h, type Node } from '../dom/draw';
import { type ChanFlow, inHand, journey, type Journey, numberOfTaken } from '../fold/flow';
import { State } from '../fold/goroutines';
import { crowd, type Pool } from '../fold/pools';
import type { Chan } from '../fold/world';
import { aside, clauses, count, captioned, nanoseconds, sentences } from '../words/say';
import { type Acting, moving } from './moving';
import { chip, chips, more, objectName, position, value, valueBox } from './parts';
import type { Twin } from './picture';
import { type Scene, stateText } from './scene';
import { visible } from '../words/visible';

const mostPools = 4;
const mostWorkers = 24;
const mostUnfolded = 200;
const mostQueued = 8;
/** The parts into which the run is cut for the number of workers over time. */
const parts = 60;

/** A task that is followed: value k of a pool's queue. */
type Followed = { readonly queue: number; readonly k: number };

/** What the reader has asked for: a task to follow, pools of which more workers are shown. */
type Asked = { followed: Followed | undefined; readonly unfolded: Set<number> };

/** The picture. */
export const pool = moving('pool', (): Acting => {
  const asked: Asked = { followed: undefined, unfolded: new Set() };
  return {
    draw: (scene) => draw(scene, asked),
    twin: (scene) => twin(scene, asked),
    opens: '.pool-way',
    press: ([what, queue, k]) => {
      const id = Number(queue);
      if (what === 'workers' && !asked.unfolded.delete(id)) asked.unfolded.add(id);
      if (what !== 'follow') return;
      const same = asked.followed?.queue === id && asked.followed.k === Number(k);
      asked.followed = same ? undefined : { queue: id, k: Number(k) };
    },
  };
});

function draw(scene: Scene, asked: Asked): readonly Content[] {
  const { pools, tell } = scene;
  if (pools.length === 0) return [h('p', { class: 'empty' }, tell.say('ui.picture.pool.none'))];
  const shown = pools.slice(0, mostPools);
  const out: Content[] = shown.map((p) => onePool(scene, p, asked));
  if (pools.length > shown.length) {
    out.push(
      h('p', { key: 'rest', class: 'dim' }, tell.say('ui.pool.rest', { n: pools.length - shown.length })),
    );
  }
  return out;
}

function onePool(scene: Scene, p: Pool, asked: Asked): Node {
  const followed = asked.followed?.queue === p.queue ? asked.followed.k : -1;
  return h(
    'section',
    { key: p.site, class: 'pool' },
    h('h3', { class: 'pool-title' }, title(scene, p)),
    h(
      'div',
      { class: 'pool-stages' },
      queue(scene, p, followed),
      h('div', { class: 'pool-arrow', 'aria-hidden': 'true' }),
      workers(scene, p, followed, asked.unfolded.has(p.queue)),
      h('div', { class: 'pool-arrow', 'aria-hidden': 'true' }),
      results(scene, p, followed),
    ),
    followed < 0 ? '' : follow(scene, p, followed),
  );
}

/** Who the workers are: their function, go statement and labels. */
function title(scene: Scene, p: Pool): Content[] {
  const { tell, history } = scene;
  const first = p.workers[0] ?? 0;
  const place = tell.names.place(p.site);
  const name = tell.names.g(first).replace(/^G\d+ ?/, '');
  const labels = history.notes.labelsOf(first, scene.world.seq);
  return [
    h('bdi', {}, name),
    h('span', { class: 'dim' }, ` ${tell.say('ui.pool.started', { at: place })}`),
    labels === undefined ? '' : h('span', { class: 'pool-label' }, h('bdi', {}, visible(labels))),
  ];
}

/** How long a value has been where it is, in words: 12 ms. */
function since(scene: Scene, seq: number): string {
  return nanoseconds(Math.max(0, scene.world.time - at(scene.log.t, seq)));
}

function taskBox(scene: Scene, p: Pool, val: number, k: number, followed: number, title: string): Node {
  return valueBox(scene, val, {
    key: `k${k}`,
    'data-fly': `t${p.queue} ${k}`,
    'data-do': `follow ${p.queue} ${k}`,
    'aria-pressed': String(k === followed),
    class: k === followed ? 'is-followed' : '',
    title,
  });
}

function queue(scene: Scene, p: Pool, followed: number): Node {
  const { say, names } = scene.tell;
  const { flow } = scene.history;
  const c = scene.world.chans.get(p.queue);
  const f = flow.of(p.queue);
  const buffered = c?.buffer.slice(0, mostQueued) ?? [];
  const waiting = c?.buffer.length ?? 0;
  const senders = c === undefined ? [] : [...c.senders.values()];
  const first = c?.received ?? 0;
  const box = (val: number, i: number): Node => {
    const k = first + i;
    const offered = k < f.offered.length ? f.offered.at(k) : undefined;
    const text =
      offered === undefined
        ? value(scene, val)
        : say('ui.pool.waits', {
            val: value(scene, val),
            g: names.g(at(scene.log.g, offered)),
            time: since(scene, offered),
          });
    return taskBox(scene, p, val, k, followed, text);
  };
  return h(
    'div',
    { class: 'pool-queue' },
    h('header', {}, objectName(scene, p.queue), h('span', { class: 'dim' }, ` ${fill(scene, c)}`)),
    h(
      'div',
      { class: 'pool-tasks' },
      buffered.map(box),
      waiting > mostQueued ? more(scene, waiting - mostQueued) : '',
    ),
    h('p', { class: 'pool-note dim' }, oldest(scene, p, c)),
    h(
      'div',
      { class: 'pool-senders' },
      senders.length === 0
        ? ''
        : [
            h('span', { key: 'n', class: 'dim' }, say('ui.pool.senders', { n: count(senders.length) })),
            ...senders
              .slice(0, 6)
              .map((w, i) =>
                h(
                  'span',
                  { key: w.g, class: 'pool-sender' },
                  chip(scene, w.g),
                  taskBox(
                    scene,
                    p,
                    w.val,
                    (c?.sent ?? 0) + i,
                    followed,
                    say('ui.pool.outside', { val: value(scene, w.val), g: names.g(w.g) }),
                  ),
                ),
              ),
            senders.length > 6 ? more(scene, senders.length - 6) : '',
          ],
    ),
    refusals(scene, p),
  );
}

function fill(scene: Scene, c: Chan | undefined): string {
  const { say } = scene.tell;
  return c === undefined || c.cap === 0
    ? say('ui.pool.unbuffered')
    : say('ui.pool.queued', { n: count(c.buffer.length), cap: count(c.cap) });
}

/** How long the next task out has waited, from when it was offered. */
function oldest(scene: Scene, p: Pool, c: Chan | undefined): string {
  const f = scene.history.flow.of(p.queue);
  if (c === undefined || c.buffer.length === 0 || c.received >= f.offered.length) return '\u00a0';
  return scene.tell.say('ui.pool.oldest', { time: since(scene, f.offered.at(c.received)) });
}

/** Tasks that never got in. The lines stand there if the run ever refuses one: their places stay. */
function refusals(scene: Scene, p: Pool): Content[] {
  const { world, history, tell } = scene;
  const { say } = tell;
  const { refused, up } = lost(scene, p);
  const out: Content[] = [];
  if (history.refusals.count(p.refusing, history.done) > 0) {
    const last = history.refusals.last(p.refusing, world.seq);
    out.push(
      h(
        'p',
        { key: 'refused', class: 'pool-lost', title: say('ui.pool.refused.inferred') },
        h('b', {}, count(refused)),
        ` ${say('ui.pool.refused')} `,
        h('span', { class: 'dim' }, say('ui.inferred')),
        last === undefined
          ? ''
          : h('button', { type: 'button', class: 'fold', 'data-seq': last }, say('ui.pool.last')),
      ),
    );
  }
  const list = history.refusals.givenUp.get(p.queue);
  if (list !== undefined) {
    const last = up > 0 ? list.chosen.at(up - 1) : undefined;
    const won =
      last === undefined ? '' : say('ui.pool.won', { obj: tell.names.obj(at(scene.log.obj, last)) });
    out.push(
      h(
        'p',
        { key: 'up', class: 'pool-lost' },
        h('b', {}, count(up)),
        ` ${say('ui.pool.givenup')} `,
        h('span', { class: 'dim' }, won),
        last === undefined
          ? ''
          : h('button', { type: 'button', class: 'fold', 'data-seq': last }, say('ui.pool.last')),
      ),
    );
  }
  return out;
}

/** How many tasks were refused at once, and how many given up after a wait. */
function lost(scene: Scene, p: Pool): { readonly refused: number; readonly up: number } {
  const { refusals } = scene.history;
  const { seq } = scene.world;
  return {
    refused: refusals.count(p.refusing, seq),
    up: refusals.givenUp.get(p.queue)?.chosen.below(seq) ?? 0,
  };
}

/** A worker at this moment: the event by which it got the task that it has in hand. */
type Worker = { readonly g: number; readonly took: number | undefined; readonly gone: boolean };

function workersNow(scene: Scene, p: Pool): Worker[] {
  const { world, history } = scene;
  const f = history.flow.of(p.queue);
  const out: Worker[] = [];
  for (const g of p.workers) {
    if (g >= world.gs.count) continue;
    const gone = at(world.gs.state, g) === State.Dead;
    out.push({ g, gone, took: gone ? undefined : inHand(f, g, world.seq) });
  }
  return out;
}

/** How many workers have a task and run, or could, or wait with it, are free, are gone. */
function tally(
  scene: Scene,
  list: readonly Worker[],
): { readonly [what in (typeof kindsOfWork)[number]]: number } {
  const n = { runs: 0, ready: 0, waits: 0, free: 0, gone: 0 };
  for (const w of list) {
    if (w.gone) n.gone++;
    else if (w.took === undefined) n.free++;
    else if (at(scene.world.gs.state, w.g) === State.Parked) n.waits++;
    else if (at(scene.world.gs.state, w.g) === State.Runnable) n.ready++;
    else n.runs++;
  }
  return n;
}

const kindsOfWork = ['runs', 'ready', 'waits', 'free', 'gone'] as const;

function workers(scene: Scene, p: Pool, followed: number, open: boolean): Node {
  const { say } = scene.tell;
  const now = workersNow(scene, p);
  const n = tally(scene, now);
  const shown = now.slice(0, open ? mostUnfolded : mostWorkers);
  for (const w of now.slice(shown.length))
    if (scene.lit.gs.has(w.g) && shown.length < mostUnfolded) shown.push(w);
  const rest = now.length - shown.length;
  const alive = now.length - n.gone;
  return h(
    'div',
    { class: 'pool-workers' },
    h(
      'header',
      {},
      h('span', {}, say(alive === 1 ? 'ui.pool.worker' : 'ui.pool.workers', { n: count(alive) })),
      h(
        'span',
        { class: 'dim' },
        kindsOfWork
          .filter((k) => n[k] > 0)
          .map((k) => say(`ui.pool.tally.${k}`, { n: count(n[k]) }))
          .join(' · '),
      ),
    ),
    h(
      'div',
      { class: 'pool-tally', 'aria-hidden': 'true' },
      kindsOfWork.map((k) => h('span', { class: `tally-${k}`, '--n': n[k] })),
    ),
    dynamic(scene, p),
    h(
      'ul',
      {},
      shown.map((w) => worker(scene, p, w, followed)),
    ),
    now.length <= mostWorkers
      ? ''
      : h(
          'button',
          { type: 'button', class: 'fold', 'data-do': `workers ${p.queue}`, 'aria-expanded': String(open) },
          open ? say('ui.scheduler.fold') : say('ui.channels.more', { n: count(rest) }),
        ),
    open && rest > 0 ? more(scene, rest) : '',
  );
}

function worker(scene: Scene, p: Pool, w: Worker, followed: number): Node {
  const { log, tell, history } = scene;
  const { say } = tell;
  const f = history.flow.of(p.queue);
  const taken = f.hands.get(w.g)?.takes.below(scene.world.seq) ?? 0;
  const state = w.gone ? 'gone' : 'free';
  const doing = w.took === undefined ? undefined : history.notes.doing(w.g, w.took, scene.world.seq);
  return h(
    'li',
    { key: w.g, class: `worker${w.gone ? ' is-gone' : ''}` },
    chip(scene, w.g),
    w.took === undefined
      ? h('span', { key: 'free', class: 'dim worker-free' }, say(`ui.pool.${state}`))
      : taskBox(scene, p, at(log.val, w.took), numberOfTaken(f, w.took), followed, taskText(scene, w)),
    h('span', { class: 'worker-time' }, w.took === undefined ? '' : since(scene, w.took)),
    h('span', { class: 'worker-doing dim' }, doing === undefined ? '' : h('bdi', {}, visible(doing))),
    h('span', { class: 'worker-taken dim' }, say('ui.pool.taken', { n: count(taken) })),
  );
}

function taskText(scene: Scene, w: Worker): string {
  if (w.took === undefined) return '';
  return scene.tell.say('ui.pool.has', {
    g: scene.tell.names.g(w.g),
    val: value(scene, at(scene.log.val, w.took)),
    time: since(scene, w.took),
  });
}

/** The number of workers over the run, if they come and go while there is work. */
function dynamic(scene: Scene, p: Pool): Content {
  const { history, world, tell } = scene;
  const f = history.flow.of(p.queue);
  const firstTake = f.taken.length > 0 ? f.taken.at(0) : history.done;
  const lastBorn = history.lives.of(p.workers[p.workers.length - 1] ?? 1).starts.at(0);
  if (lastBorn <= firstTake) return '';
  const n = crowd(history, p, history.done, parts);
  const most = Math.max(1, ...n);
  const path = n
    .map(
      (v, i) =>
        `${i === 0 ? 'M' : 'V'}${i === 0 ? `0 ${20 - (18 * v) / most}` : 20 - (18 * v) / most}H${i + 1}`,
    )
    .join('');
  const x = (world.seq / Math.max(1, history.done)) * parts;
  const text = tell.say('ui.pool.crowd', { most });
  return h(
    'svg',
    {
      class: 'pool-crowd',
      viewBox: `0 0 ${parts} 21`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': text,
    },
    h('path', { d: path }),
    h('line', { x1: x, x2: x, y1: 0, y2: 21 }),
  );
}

function results(scene: Scene, p: Pool, followed: number): Node {
  const { say } = scene.tell;
  if (p.results === 0) return h('div', { class: 'pool-results dim' }, say('ui.pool.noresults'));
  const c = scene.world.chans.get(p.results);
  const first = c?.received ?? 0;
  const receivers = c === undefined ? [] : [...c.receivers.values()].map((w) => w.g);
  const buffered = c?.buffer.slice(0, mostQueued) ?? [];
  const waiting = c?.buffer.length ?? 0;
  const way = followed < 0 ? undefined : journey(scene.history.flow, scene.log, p.queue, followed, p.results);
  return h(
    'div',
    { class: 'pool-results' },
    h(
      'header',
      {},
      objectName(scene, p.results),
      h('span', { class: 'dim' }, ` ${say('ui.pool.sent', { n: count(c?.sent ?? 0) })}`),
    ),
    h(
      'div',
      { class: 'pool-tasks' },
      buffered.map((v, i) => resultBox(scene, p, v, first + i, way)),
      waiting > mostQueued ? more(scene, waiting - mostQueued) : '',
    ),
    h('p', { class: 'pool-note dim' }, lastResult(scene, p)),
    h('div', { class: 'pool-senders' }, chips(scene, receivers)),
  );
}

/** A result in the buffer: pressed, the task that it is inferred to come from is followed. */
function resultBox(scene: Scene, p: Pool, val: number, k: number, way: Journey | undefined): Node {
  const { history, log, tell } = scene;
  const f = history.flow.of(p.results);
  const offered = k < f.offered.length ? f.offered.at(k) : undefined;
  const attrs = {
    key: `k${k}`,
    'data-fly': `r${p.results} ${k}`,
    class: way?.result !== undefined && way.result === offered ? 'is-followed' : '',
  };
  const took =
    offered === undefined ? undefined : inHand(history.flow.of(p.queue), at(log.g, offered), offered);
  if (took === undefined) return valueBox(scene, val, attrs);
  return valueBox(scene, val, {
    ...attrs,
    'data-do': `follow ${p.queue} ${numberOfTaken(history.flow.of(p.queue), took)}`,
    title: tell.say('ui.pool.from', { val: value(scene, val), g: tell.names.g(at(log.g, offered ?? 0)) }),
  });
}

/** The last result that left, and whose it was. */
function lastResult(scene: Scene, p: Pool): string {
  const f = scene.history.flow.of(p.results);
  const taken = f.taken.lastBelow(scene.world.seq);
  if (taken === undefined) return '\u00a0';
  return scene.tell.say('ui.pool.lastresult', {
    val: value(scene, at(scene.log.val, taken), 28),
    time: since(scene, taken),
  });
}

/** A step on a task's way: its words and the event; undefined if that has not been seen. */
type Step = { readonly text: string; readonly seq: number; readonly inferred: boolean };

/** The way of value k of the pool's queue, a step at a time. */
function stepsOf(scene: Scene, p: Pool, k: number): readonly Step[] {
  const { history, log, tell } = scene;
  const { say, names } = tell;
  const way = journey(history.flow, log, p.queue, k, p.results);
  if (way === undefined) return [];
  const time = (a: number, b: number): string => nanoseconds(Math.max(0, at(log.t, b) - at(log.t, a)));
  const g = way.sender === 0 ? say('ui.channels.timer') : names.g(way.sender);
  const steps: Step[] = [{ text: say('ui.pool.way.offered', { g }), seq: way.offered, inferred: false }];
  if (way.taken === undefined) return steps;
  const waited = time(way.offered, way.taken);
  steps.push({
    text: say('ui.pool.way.taken', { g: names.g(way.taker), time: waited }),
    seq: way.taken,
    inferred: false,
  });
  if (way.result === undefined) return steps;
  const had = time(way.taken, way.result);
  const val = value(scene, resultValue(scene, way.result), 40);
  steps.push({ text: say('ui.pool.way.result', { val, time: had }), seq: way.result, inferred: true });
  return steps;
}

function resultValue(scene: Scene, seq: number): number {
  return at(scene.log.val, seq);
}

function taskName(scene: Scene, f: ChanFlow, k: number): string {
  return k < f.offered.length ? value(scene, at(scene.log.val, f.offered.at(k)), 28) : '?';
}

/** The way of the followed task; what comes after this moment is dimmer. */
function follow(scene: Scene, p: Pool, k: number): Node {
  const { say } = scene.tell;
  const steps = stepsOf(scene, p, k);
  const val = taskName(scene, scene.history.flow.of(p.queue), k);
  return h(
    'div',
    { class: 'pool-way', role: 'region', 'aria-label': say('ui.pool.way', { val }) },
    h('b', {}, h('bdi', {}, val)),
    h(
      'ol',
      {},
      steps.map((s, i) =>
        h(
          'li',
          { key: i, class: s.seq >= scene.world.seq ? 'is-later' : '' },
          h(
            'button',
            {
              type: 'button',
              class: 'fold',
              'data-seq': s.seq,
              title: s.inferred ? say('ui.pool.way.inferred') : undefined,
            },
            h('bdi', {}, s.text),
          ),
          s.inferred ? h('span', { class: 'dim' }, ` ${say('ui.inferred')}`) : '',
        ),
      ),
    ),
    h(
      'button',
      { type: 'button', class: 'fold', 'data-do': `follow ${p.queue} ${k}` },
      say('ui.scheduler.why.close'),
    ),
  );
}

function twin(scene: Scene, asked: Asked): Twin {
  const { say } = scene.tell;
  const head = ['worker', 'task', 'since', 'state', 'taken'].map((k) => say(`ui.pool.head.${k}`));
  const shown = scene.pools.slice(0, mostPools);
  if (shown.length === 0) return { sentence: say('ui.picture.pool.none'), head, rows: [] };
  const told: string[] = [];
  const rows: string[][] = [];
  shown.forEach((p, i) => {
    told.push(sentenceOf(scene, p, i === 0));
    if (asked.followed?.queue === p.queue) told.push(wayText(scene, p, asked.followed.k));
    rows.push(...rowsOf(scene, p));
  });
  if (scene.pools.length > shown.length)
    told.push(say('ui.pool.rest', { n: scene.pools.length - shown.length }));
  return { sentence: sentences(say, told), head, rows };
}

function sentenceOf(scene: Scene, p: Pool, first: boolean): string {
  const { say, names } = scene.tell;
  const { history } = scene;
  const c = scene.world.chans.get(p.queue);
  const now = workersNow(scene, p);
  const n = tally(scene, now);
  const { refused, up } = lost(scene, p);
  const out = [
    say(first ? 'ui.pool.sentence' : 'ui.pool.sentence.next', {
      ...position(scene),
      busy: n.runs + n.ready + n.waits,
      workers: now.length - n.gone,
      queued: (c?.buffer.length ?? 0) + (c?.senders.size ?? 0),
      queue: names.obj(p.queue),
    }),
  ];
  if (n.gone > 0) out.push(say('ui.pool.sentence.gone', { n: n.gone }));
  if (history.refusals.count(p.refusing, history.done) > 0)
    out.push(say('ui.pool.sentence.refused', { n: refused }));
  if (history.refusals.givenUp.has(p.queue)) out.push(say('ui.pool.sentence.givenup', { n: up }));
  if (p.results !== 0) {
    const sent = scene.world.chans.get(p.results)?.sent ?? 0;
    out.push(say('ui.pool.sentence.results', { n: sent, results: names.obj(p.results) }));
  }
  return sentences(say, out);
}

function wayText(scene: Scene, p: Pool, k: number): string {
  const { say } = scene.tell;
  const steps = stepsOf(scene, p, k).map((s) =>
    s.inferred ? aside(say, s.text, say('ui.inferred')) : s.text,
  );
  const way = say('ui.pool.way', { val: taskName(scene, scene.history.flow.of(p.queue), k) });
  return say('join.end', { clause: captioned(say, way, clauses(say, steps)) });
}

function rowsOf(scene: Scene, p: Pool): string[][] {
  const { say, names } = scene.tell;
  const f = scene.history.flow.of(p.queue);
  const now = workersNow(scene, p);
  const rows = now
    .slice(0, mostUnfolded)
    .map((w) => [
      names.g(w.g),
      w.took === undefined
        ? say(`ui.pool.${w.gone ? 'gone' : 'free'}`)
        : value(scene, at(scene.log.val, w.took), 80),
      w.took === undefined ? '' : since(scene, w.took),
      stateText(scene, w.g),
      String(f.hands.get(w.g)?.takes.below(scene.world.seq) ?? 0),
    ]);
  if (now.length > mostUnfolded)
    rows.push([say('ui.channels.more', { n: now.length - mostUnfolded }), '', '', '', '']);
  const c = scene.world.chans.get(p.queue);
  const waiting = [
    ...(c?.buffer.slice(0, mostUnfolded) ?? []),
    ...[...(c?.senders.values() ?? [])].slice(0, mostQueued).map((w) => w.val),
  ];
  waiting.forEach((val, i) => {
    const k = (c?.received ?? 0) + i;
    const inBuffer = i < (c?.buffer.length ?? 0);
    rows.push([
      say(inBuffer ? 'ui.pool.inqueue' : 'ui.pool.atdoor', { queue: names.obj(p.queue) }),
      value(scene, val, 80),
      inBuffer && k < f.offered.length ? since(scene, f.offered.at(k)) : '',
      '',
      '',
    ]);
  });
  const hidden = (c?.buffer.length ?? 0) + (c?.senders.size ?? 0) - waiting.length;
  if (hidden > 0) rows.push([say('ui.channels.more', { n: count(hidden) }), '', '', '', '']);
  return rows;
}
