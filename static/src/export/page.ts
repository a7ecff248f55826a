/**
 * One run as one page that needs no server: the workbench itself, read-only,
 * with the events in it. For a slide, or for a report of a bug.
 */
import { frames } from './frames';
import type { Log } from '../event/log';
import { toBase64 } from '../bench/pack';

/** What a page of a run is made from. */
export type PageParts = {
  readonly title: string;
  readonly lang: string;
  readonly lab: string;
  /** The words of its language, as JSON. */
  readonly words: string;
  /** The workbench's parameters and the run's end, as JSON. */
  readonly params: string;
  readonly run: string;
  readonly log: Log;
  /** The viewer's script, and the style sheet. */
  readonly script: string;
  readonly style: string;
  /** Said where there is no JavaScript. */
  readonly note: string;
};

/** The page's text. */
export async function runPage(p: PageParts): Promise<string> {
  const data = await packed(p.log);
  const policy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'";
  return [
    `<!doctype html>\n<html lang="${escaped(p.lang)}">\n<head>\n<meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(p.title)}</title>`,
    `<style>${p.style.replace(/<\//g, '<\\/')}</style>\n</head>`,
    '<body class="page-lab page-bench">\n<main class="bench-page">',
    `<section class="workbench is-viewer" data-workbench="${escaped(p.lab)}" aria-label="${escaped(p.title)}">`,
    `<p class="bench-fallback">${escaped(p.note)}</p></section>\n</main>`,
    `<script type="application/json" id="words">${inScript(p.words)}</script>`,
    `<script type="application/json" id="params-${escaped(p.lab)}">${inScript(p.params)}</script>`,
    `<script type="application/json" id="run">${inScript(p.run)}</script>`,
    `<script type="text/plain" id="events">${data}</script>`,
    `<script>${p.script.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--')}</script>\n</body>\n</html>\n`,
  ].join('\n');
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}

/** JSON that ends no script element. */
function inScript(json: string): string {
  return json.replace(/</g, '\\u003c');
}

/** The frames of a log, each behind its length, deflated, as base64url. */
async function packed(log: Log): Promise<string> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const f of frames(log)) {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, f.length, true);
    parts.push(length, f);
  }
  const deflated = new Blob(parts).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return toBase64(new Uint8Array(await new Response(deflated).arrayBuffer()));
}
