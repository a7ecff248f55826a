/** What a run can be taken along as. Loaded when it is first asked for. */
import type { Log } from '../event/log';
import type { Run } from '../bench/run';
import { jsonl } from './jsonl';
import { type PageParts, runPage } from './page';
import { perfetto } from './perfetto';
import { pictureSVG, picturePNG } from './picture';

/** A file to be kept. */
export type File = { readonly name: string; readonly blob: Blob };

/** Pieces made between two breaths of the page. */
const breath = 64;

/** The event log of a run, as JSON Lines. */
export async function logFile(log: Log, name: string): Promise<File> {
  return { name: `${name}.jsonl`, blob: await blobOf(jsonl(log), 'application/jsonl') };
}

/** The trace of a run for Perfetto. */
export async function traceFile(run: Run, name: string): Promise<File> {
  const pieces = perfetto(run.log, run.history, run.tell);
  return { name: `${name}.perfetto.json`, blob: await blobOf(pieces, 'application/json') };
}

/** A run as a page. */
export async function pageFile(parts: PageParts, name: string): Promise<File> {
  return { name: `${name}.html`, blob: new Blob([await runPage(parts)], { type: 'text/html' }) };
}

/** A picture as SVG or PNG; undefined if it has too many elements. */
export async function pictureFile(
  body: HTMLElement,
  title: string,
  name: string,
  form: 'svg' | 'png',
): Promise<File | undefined> {
  const text = pictureSVG(body, title);
  if (text === undefined) return undefined;
  if (form === 'svg') return { name: `${name}.svg`, blob: new Blob([text], { type: 'image/svg+xml' }) };
  const { width, height } = body.getBoundingClientRect();
  return { name: `${name}.png`, blob: await picturePNG(text, width, height) };
}

/** Pieces as one file. The page can breathe while they are made. */
async function blobOf(pieces: Iterable<string>, type: string): Promise<Blob> {
  const parts: string[] = [];
  for (const piece of pieces) {
    parts.push(piece);
    if (parts.length % breath === 0) await new Promise((done) => setTimeout(done));
  }
  return new Blob(parts, { type });
}
