import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../event/check';
import { Kind, Reason } from '../event.gen';
import { int, logOf, siteDef, textDef } from '../test/frames';
import { recorded } from '../test/jsonl';
import { at } from '../event/check';
import { Heat, type Line } from './heat';

function lineOf(heat: Heat, file: string, line: number): Line {
  return must(heat.files.get(file)?.get(line), `line ${line}`);
}

function heatOf(log: ConstructorParameters<typeof Heat>[0]): Heat {
  const heat = new Heat(log);
  for (let seq = 0; seq < log.count; seq++) heat.take(seq);
  return heat;
}

test('a line has the events, the waiting and the last value that were there before the playhead', () => {
  const log = logOf(
    [
      { kind: Kind.GoCreate, peer: 1 },
      { kind: Kind.GoStart, g: 1, p: 0 },
      { kind: Kind.GoPark, g: 1, p: 0, n: Reason.RecvWait, site: 1, t: 100 },
      { kind: Kind.GoReady, peer: 1, t: 350 },
      { kind: Kind.GoStart, g: 1, p: 0, t: 400, site: 1 },
      { kind: Kind.ChanReceived, g: 1, p: 0, val: int(7), site: 2, t: 410 },
      { kind: Kind.GoPark, g: 1, p: 0, n: Reason.RecvWait, site: 1, t: 500 },
    ],
    [textDef(1, 'main.go'), siteDef(1, 10, 1), siteDef(2, 10, 1)],
  );
  const line = lineOf(heatOf(log), 'main.go', 10);
  assert.deepEqual(
    [2, 3, 4, 5, 6, 7].map((pos) => [
      line.eventsBefore(pos),
      line.waitedBefore(pos),
      line.valueBefore(pos) ?? -1,
    ]),
    [
      [0, 0, -1],
      [1, 0, -1],
      [1, 250, -1],
      [2, 250, -1],
      [3, 250, 5],
      [4, 250, 5],
    ],
  );
});

test('the lines of a recorded run have its events between them, at every moment', () => {
  const log = recorded('fixed-pool');
  const heat = heatOf(log);
  const lines = [...heat.files.values()].flatMap((f) => [...f.values()]);
  for (const pos of [0, 1, 40, 100, log.count]) {
    let want = 0;
    for (let seq = 0; seq < pos; seq++) want += at(log.g, seq) !== 0 && at(log.site, seq) !== 0 ? 1 : 0;
    assert.equal(
      lines.reduce((n, l) => n + l.eventsBefore(pos), 0),
      want,
    );
  }
});
