import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind, Origin } from '../event.gen';
import { Rows } from '../picture/rows';
import { logOf, textDef } from '../test/frames';
import { recorded } from '../test/jsonl';
import { History } from './history';
import { probed, traced } from './kind-of-run';
import { isSystem, originOf } from './origin';

test('a real run says of each event who told of it', () => {
  const recs = [
    { kind: Kind.Traced, n: Origin.FromProbes },
    { kind: Kind.GoCreate, peer: 1 },
    { kind: Kind.ChanSend, g: 1, obj: 1 },
    { kind: Kind.Output, g: 0, val: 1, n: 1 },
  ];
  const log = logOf(recs, [textDef(1, 'hello')]);
  assert(traced(log) && probed(log));
  assert.deepEqual(
    recs.map((_, i) => originOf(log, i)),
    ['runtime', 'runtime', 'probe', 'outside'],
  );
  assert.equal(originOf(logOf(recs.slice(1), [textDef(1, 'hello')]), 0), 'model');
});

test('goroutines of the runtime have no lane unless somebody wants them', () => {
  const log = recorded('real');
  const history = new History(log);
  history.extend(log.count);
  const own = history.lives.all.filter((l) => l !== undefined && isSystem(l.name)).length;
  assert(own > 3);
  const rows = new Rows();
  rows.update(log, history, 1);
  assert.equal(rows.count, history.lives.count - own);
  assert.equal(rows.hidden, own);
  rows.group('name');
  rows.update(log, history, 1);
  for (let i = 0; i < rows.count; i++) {
    const { crowd } = rows.item(i);
    assert(crowd === undefined || !isSystem(crowd.key));
  }
  rows.group('none');
  rows.system = true;
  rows.update(log, history, 1);
  assert.equal(rows.count, history.lives.count);
});

test('what observes a program is not taken for the program', () => {
  for (const name of [
    'runtime.gcBgMarkWorker',
    'runtime/trace.Start.func1',
    'interleave/sim/rt/observe.start',
  ])
    assert(isSystem(name), name);
  for (const name of [
    'main.main',
    'main.worker',
    'net/http.(*conn).serve',
    'runtimes.x',
    'interleave/web.Serve',
  ])
    assert(!isSystem(name), name);
});
