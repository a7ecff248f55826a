import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../event/check';
import { Kind, Reason } from '../event.gen';
import type { Log } from '../event/log';
import { logOf, type Rec } from '../test/frames';
import { recorded } from '../test/jsonl';
import { type Chain, chainAt } from './cause';
import { History } from './history';
import { Look } from './lives';

function livesOf(log: Log): History['lives'] {
  const history = new History(log);
  history.extend(log.count);
  return history.lives;
}

/** A chain in a few words: "G5 waits 1094848 < G8 runs 2176, is runnable 2432, waits 1090240 (timer)". */
function told(chain: Chain | undefined): string {
  if (chain === undefined) return 'none';
  const verb = (look: number): string =>
    look === Look.Running
      ? 'runs'
      : look === Look.Runnable
        ? 'is runnable'
        : look === Look.Call
          ? 'calls'
          : 'waits';
  const links = chain.links.map((l) => {
    const how = l.how === 'started' ? 'starter ' : l.how === 'ran' ? 'busy ' : '';
    return `${how}G${l.g} ${l.parts.map((p) => `${verb(p.look)} ${p.ns}`).join(', ')}`;
  });
  return `${links.join(' < ')} (${chain.end})`;
}

test('on the real runtime, who waits for a value waits for the sleep of the sender', () => {
  const log = recorded('real');
  const lives = livesOf(log);
  // G5 parks with event 37, is released with event 50 by G8, which a timer woke with event 48.
  assert.equal(
    told(chainAt(log, lives, 5, 40)),
    'G5 waits 1089856 < G8 runs 2176, is runnable 2432, waits 1085248 (timer)',
  );
  // Of the mutex: G5 holds it and was runnable all the time that G6 waited.
  assert.equal(told(chainAt(log, lives, 6, 66)), 'G6 waits 832 < G5 runs 640, is runnable 192 (runnable)');
});

test('a chain asked for while a goroutine runs is that of its last delay, and of that the longer part', () => {
  const log = recorded('real');
  const lives = livesOf(log);
  const first = log.count;
  for (let seq = 0; seq < first; seq++) {
    if (at(log.g, seq) !== 5 || at(log.kind, seq) !== Kind.GoStart) continue;
    const chain = chainAt(log, lives, 5, seq);
    assert(chain !== undefined && chain.from < seq);
  }
  assert.equal(chainAt(log, lives, 5, 52)?.from, 37);
});

test('a goroutine that has not been created has no chain, nor has one that ran from the first', () => {
  const log = logOf([
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoStart, g: 1, p: 0, t: 5 },
    { kind: Kind.RunEnd, obj: 1, t: 9 },
  ]);
  const lives = livesOf(log);
  assert.equal(told(chainAt(log, lives, 2, 2)), 'none');
  assert.equal(told(chainAt(log, lives, 1, 2)), 'G1 is runnable 5 (idle)');
});

const begun: readonly Rec[] = [
  { kind: Kind.GoCreate, peer: 1 },
  { kind: Kind.GoStart, g: 1, p: 0 },
  { kind: Kind.GoCreate, g: 1, p: 0, peer: 2, t: 1 },
  { kind: Kind.GoCreate, g: 1, p: 0, peer: 3, t: 1 },
];

test('a wait ends with who was started to release it, and that with who started it', () => {
  const log = logOf([
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.GoStart, g: 1, p: 0 },
    { kind: Kind.GoCreate, g: 1, p: 0, peer: 2 },
    { kind: Kind.GoStart, g: 2, p: 1, t: 10 },
    { kind: Kind.GoPark, g: 2, p: 1, n: Reason.GroupWait, t: 20 },
    { kind: Kind.GoCreate, g: 1, p: 0, peer: 3, t: 50 },
    { kind: Kind.GoStart, g: 3, p: 1, t: 60 },
    { kind: Kind.SysEnter, g: 3, p: 1, t: 65 },
    { kind: Kind.SysExit, g: 3, p: 1, n: 1, t: 75 },
    { kind: Kind.GoReady, g: 3, p: 1, peer: 2, t: 90 },
  ]);
  assert.equal(
    told(chainAt(log, livesOf(log), 2, 5)),
    'G2 waits 70 < G3 runs 15, calls 10, runs 5, is runnable 10 < starter G1 runs 30 (ran)',
  );
});

test('who was runnable waits for those who ran on its P', () => {
  const log = logOf([
    ...begun,
    { kind: Kind.GoYield, g: 1, p: 0, t: 10 },
    { kind: Kind.GoStart, g: 2, p: 0, t: 12 },
    { kind: Kind.GoYield, g: 2, p: 0, t: 40 },
    { kind: Kind.GoStart, g: 3, p: 0, t: 41 },
    { kind: Kind.GoEnd, g: 3, p: 0, t: 61 },
    { kind: Kind.GoStart, g: 1, p: 0, t: 62 },
  ]);
  const lives = livesOf(log);
  assert.equal(
    told(chainAt(log, lives, 1, 5)),
    'G1 is runnable 52 < busy G3 runs 20 < busy G2 runs 28 (turns)',
  );
  assert.equal(told(chainAt(log, lives, 3, 5)), 'G3 is runnable 40 < busy G2 runs 28 < busy G1 runs 9 (ran)');
});

test('the end says what no goroutine did', () => {
  const ends = (reason: Reason, by: number): string | undefined => {
    const log = logOf([
      ...begun,
      { kind: Kind.GoStart, g: 2, p: 1, t: 2 },
      { kind: Kind.GoPark, g: 2, p: 1, n: reason, t: 3 },
      { kind: Kind.GoReady, g: by, peer: 2, t: 9 },
    ]);
    return chainAt(log, livesOf(log), 2, 5)?.end;
  };
  assert.deepEqual(
    [
      ends(Reason.NetWait, 0),
      ends(Reason.SleepWait, 0),
      ends(Reason.SelectPark, 0),
      ends(Reason.SignalWait, 0),
      ends(Reason.SystemWait, 0),
      ends(Reason.AssistWait, 1),
      ends(Reason.NetWait, 1),
    ],
    ['network', 'timer', 'timer', 'signal', 'runtime', 'collector', 'ran'],
  );
  const waits: readonly Rec[] = [...begun, { kind: Kind.GoPark, g: 1, p: 0, n: Reason.RecvWait, t: 3 }];
  assert.equal(chainAt(...both(logOf(waits)), 1, 9)?.end, 'open');
  assert.equal(chainAt(...both(logOf([...waits, { kind: Kind.RunEnd, obj: 2, t: 5 }])), 1, 9)?.end, 'never');
});

function both(log: Log): [Log, History['lives']] {
  return [log, livesOf(log)];
}

const runs = [
  'busy',
  'counter-mutex',
  'deadlines',
  'fixed-pool',
  'oncewaits',
  'pair-1',
  'pair-real',
  'pull',
  'racing',
  'readers',
  'real',
  'refused',
  'rendezvous-deadlock',
  'slices',
  'stages',
  'steal',
  'tickers',
  'trylock',
  'writerwaits',
];

test('the stretches of a chain follow each other without a gap and add up to the delay', () => {
  let chains = 0;
  let longest = 0;
  for (const name of runs) {
    const log = recorded(name);
    const lives = livesOf(log);
    for (const life of lives.all) {
      if (life === undefined) continue;
      for (let i = 0; i < life.starts.length; i++) {
        const look = life.looks.at(i);
        if (look === Look.Running || look === Look.None) continue;
        const chain = chainAt(log, lives, life.g, life.starts.at(i));
        assert(chain !== undefined);
        assert.equal(chain.from, life.starts.at(i));
        chains++;
        longest = Math.max(longest, chain.links.length);
        let to = chain.to;
        let sum = 0;
        for (const link of chain.links) {
          if (link.how === 'delayed' && link.parts[0]?.counts !== true) continue;
          assert(link.at <= to, `${name} G${life.g} span ${i}`);
          for (const p of link.parts) {
            assert(p.to <= to || !p.counts, `${name} G${life.g} span ${i}: ${told(chain)}`);
            assert(p.from < p.to || chain.from === log.count - 1);
            if (p.counts) {
              sum += p.ns;
              to = p.from;
            }
          }
        }
        const last = chain.links.at(-1)?.parts.at(-1);
        const born = last?.reason === 0 && (chain.end === 'begin' || chain.end === 'timer'); // by nobody, in the delay
        if (look === Look.Runnable || born) assert(sum <= chain.ns, told(chain));
        else assert.equal(sum, chain.ns, `${name}: ${told(chain)}`);
      }
    }
  }
  assert(chains > 500, String(chains));
  assert(longest > 4, String(longest));
});
