import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frame } from '../test/frames';
import { Kind } from '../event.gen';
import { backoff, type Link, Session, type Socket } from './session';
import type { Job } from './wire';

const job: Job = {
  lab: 'x',
  part: 'demo',
  files: {},
  flags: {},
  policy: 'gmp',
  depth: 3,
  gc: false,
  memory: false,
  schedule: '',
  choices: [],
  every: false,
  cut: 0,
  seed: 1,
  procs: 2,
  hold: true,
  test: '',
};

/** A socket whose other end is the test. */
class FakeSocket implements Socket {
  binaryType: BinaryType = 'blob';
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  readonly sent: unknown[] = [];

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.drop(1000, '');
  }

  greet(): void {
    this.onopen?.(new Event('open'));
    this.say({ type: 'hello', v: 1 });
  }

  say(m: unknown): void {
    this.give(JSON.stringify(m));
  }

  give(data: unknown): void {
    this.onmessage?.(new MessageEvent('message', { data }));
  }

  drop(code: number, reason: string): void {
    this.onclose?.(Object.assign(new Event('close'), { code, reason, wasClean: true }));
  }
}

/** A session in a world that the test moves. */
function world(seq: () => number): {
  readonly session: Session;
  readonly sockets: FakeSocket[];
  readonly links: Link[];
  readonly timers: { readonly ms: number; readonly act: () => void; live: boolean }[];
  readonly batches: number[];
} {
  const sockets: FakeSocket[] = [];
  const links: Link[] = [];
  const timers: { readonly ms: number; readonly act: () => void; live: boolean }[] = [];
  const batches: number[] = [];
  const session = new Session(
    'ws://test/ws',
    'secret',
    {
      link: (l) => links.push(l),
      message: () => undefined,
      batch: (run) => batches.push(run),
      resume: () => ({ run: 7, seq: seq() }),
    },
    {
      connect: () => {
        const s = new FakeSocket();
        sockets.push(s);
        return s;
      },
      after: (ms, act) => {
        const timer = { ms, act, live: true };
        timers.push(timer);
        return () => {
          timer.live = false;
        };
      },
    },
  );
  return { session, sockets, links, timers, batches };
}

test('a run that is asked for before there is a connection is sent after hello', () => {
  const w = world(() => 0);
  w.session.open();
  w.session.send({ type: 'run', run: 7, ...job });
  w.sockets[0]?.greet();
  assert.deepEqual(w.sockets[0]?.sent, [
    { type: 'hello', v: 1, token: 'secret' },
    { type: 'run', run: 7, ...job },
  ]);
});

test('a lost connection comes back by itself and resumes the run where the log stops', () => {
  const w = world(() => 318);
  w.session.open();
  w.sockets[0]?.greet();
  w.session.send({ type: 'run', run: 7, ...job });
  w.sockets[0]?.drop(1006, '');
  assert.deepEqual(w.links.at(-1), { state: 'lost', wait: 500 });
  w.timers.filter((t) => t.live).forEach((t) => t.act());
  w.sockets[1]?.greet();
  assert.deepEqual(w.sockets[1]?.sent, [
    { type: 'hello', v: 1, token: 'secret', resume: { run: 7, seq: 318 } },
  ]);
  assert.deepEqual(w.links.at(-1), { state: 'open' });
});

test('a lost connection is tried again ever more slowly, but always', () => {
  assert.deepEqual([backoff(0), backoff(1), backoff(2), backoff(30)], [500, 1000, 2000, 15_000]);
});

test('a refusal says its reason and is not tried again', () => {
  const w = world(() => 0);
  w.session.open();
  w.sockets[0]?.drop(4401, 'not yours');
  assert.deepEqual(w.links.at(-1), { state: 'refused', reason: 'not yours' });
  assert.equal(w.timers.filter((t) => t.live).length, 0);
  w.session.open();
  assert.equal(w.sockets.length, 1);
});

test('a server that shuts down is waited for', () => {
  const w = world(() => 0);
  w.session.open();
  w.sockets[0]?.drop(4503, 'shutting down');
  assert.equal(w.links.at(-1)?.state, 'lost');
});

test('what is not understood ends the session, which says why', () => {
  const w = world(() => 0);
  w.session.open();
  w.sockets[0]?.greet();
  w.sockets[0]?.say({ type: 'nonsense' });
  assert.deepEqual(w.links.at(-1), { state: 'puzzled', reason: 'message of type nonsense' });
  assert.equal(w.timers.filter((t) => t.live).length, 0);
});

test('a batch is given on with the number of its run', () => {
  const w = world(() => 0);
  w.session.open();
  w.sockets[0]?.greet();
  const f = frame(0, [{ kind: Kind.GoCreate, peer: 1 }]);
  const data = new Uint8Array(8 + f.length);
  data[0] = 7;
  data.set(f, 8);
  w.sockets[0]?.give(data.buffer);
  assert.deepEqual(w.batches, [7]);
});
