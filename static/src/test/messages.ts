/** The English messages of the page, for tests: read as the flat files that they are. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** All messages of the page but those about a run's end, which the server makes. */
export function messages(): Map<string, string> {
  const out = new Map<string, string>();
  for (const area of ['author-ui', 'client', 'explore-ui', 'pictures', 'real-ui']) {
    for (const line of readFileSync(`../sim/say/en/${area}.yaml`, 'utf8').split('\n')) {
      const found = /^([\w.-]+): "(.*)"$/.exec(line);
      if (found !== null) out.set(found[1] ?? '', found[2] ?? '');
      else assert(line === '' || line.startsWith('#'), line);
    }
  }
  return out;
}
