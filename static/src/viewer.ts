/** The script of a page that holds one run (export/page.ts): the workbench, with a server that knows nothing but that run. */
import { fromBase64 } from './bench/pack';
import { Workbench } from './bench/island';
import type { Outside, Socket } from './bench/session';
import { must } from './event/check';
import { fields, number, parse, string } from './event/json';
import { scriptText } from './dom/make';

const root = must(document.querySelector<HTMLElement>('[data-workbench]'), 'workbench');
const ended = fields(parse(scriptText('run')), 'run');

/** The frames of the run, each with room for the number of a run before it. */
async function framesOf(text: string): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  const stream = new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const buffer = await new Response(stream).arrayBuffer();
  const view = new DataView(buffer);
  const out: Uint8Array<ArrayBuffer>[] = [];
  for (let o = 0; o < buffer.byteLength;) {
    const length = view.getUint32(o, true);
    const batch = new Uint8Array(8 + length);
    batch.set(new Uint8Array(buffer, o + 4, length), 8);
    out.push(batch);
    o += 4 + length;
  }
  return out;
}

/** A socket to nobody: it answers every run with the one that there is. */
class Replay implements Socket {
  binaryType: BinaryType = 'arraybuffer';
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  private readonly frames: readonly Uint8Array<ArrayBuffer>[];

  constructor(frames: readonly Uint8Array<ArrayBuffer>[]) {
    this.frames = frames;
    queueMicrotask(() => this.onopen?.(new Event('open')));
  }

  send(data: string): void {
    const f = fields(parse(data), 'request');
    if (string(f, 'type') === 'hello') this.tell({ type: 'hello', v: 1 });
    if (string(f, 'type') === 'run') this.replay(number(f, 'run'));
  }

  close(): void {
    this.onmessage = null;
  }

  private replay(run: number): void {
    this.tell({ type: 'started', run });
    for (const batch of this.frames) {
      new DataView(batch.buffer).setUint32(0, run, true);
      this.deliver(batch.buffer);
    }
    this.tell({ type: 'ended', run, ...Object.fromEntries(ended) });
  }

  private tell(m: Readonly<Record<string, unknown>>): void {
    this.deliver(JSON.stringify(m));
  }

  private deliver(data: string | ArrayBuffer): void {
    queueMicrotask(() => this.onmessage?.(new MessageEvent('message', { data })));
  }
}

async function show(): Promise<void> {
  const frames = await framesOf(scriptText('events'));
  const outside: Outside = {
    connect: () => new Replay(frames),
    after: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  };
  await new Workbench(root, outside).openAddress(string(ended, 'address'));
}

void show();
