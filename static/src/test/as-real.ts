/** Makes runs of the real runtime from recorded runs of the model, for tests. */
import { at, atSigned } from '../event/check';
import { isKind, type Log } from '../event/log';
import { Kind, Origin } from '../event.gen';
import { logOf, objectDef, type Rec, siteDef, textDef } from './frames';

/** The same events as the real runtime would tell them: by which origin, k times slower, and without what that cannot know. */
export function asReal(log: Log, origin: Origin, k: number): Log {
  const recs: Rec[] = [
    { kind: Kind.Traced, n: origin },
    { kind: Kind.GoCreate, peer: 90, val: 900 },
  ];
  const lost = new Set<number>([Kind.Sleep, Kind.Output, Kind.Enqueue, Kind.Steal]);
  if (origin === Origin.FromTrace)
    for (let kind: number = Kind.ChanMake; kind < Kind.Sleep; kind++) lost.add(kind);
  for (let seq = 0; seq < log.count; seq++) {
    const kind = at(log.kind, seq);
    if (!isKind(kind)) throw new Error(`kind ${kind}`);
    if (lost.has(kind)) continue;
    const named = origin === Origin.FromProbes || kind === Kind.RunEnd;
    recs.push({
      kind,
      t: at(log.t, seq) * k,
      g: at(log.g, seq),
      obj: named ? at(log.obj, seq) : 0,
      peer: at(log.peer, seq),
      val: kind === Kind.GoCreate && at(log.g, seq) === 0 ? 0 : at(log.val, seq),
      n: atSigned(log.n, seq),
      site: at(log.site, seq),
      p: at(log.p, seq),
    });
  }
  const defs = [...log.texts].map(([id, text]) => textDef(id, text === 'main.go' ? './main.go' : text));
  const sites = [...log.sites].map(([id, s]) => siteDef(id, s.line, s.file, s.col, s.func));
  const objects = [...log.objects].map(([id, o]) => objectDef(id, o.name, o.cls, o.type));
  return logOf(recs, [textDef(900, 'runtime.bgsweep'), ...defs, ...sites, ...objects]);
}
