/** What goroutines say about themselves: regions and tasks of runtime/trace, labels of runtime/pprof. */
import { at32, at8 } from '../event/check';
import { Kind } from '../event.gen';
import { type Log, valueText } from '../event/log';
import { Numbers } from './growing';

/** How many annotations are looked back at for the innermost region. */
const furthest = 256;

/** The annotations of one log. */
export class Notes {
  /** The kinds of events that take looks at. */
  static readonly kinds: readonly Kind[] = [
    Kind.TaskBegin,
    Kind.TaskEnd,
    Kind.RegionBegin,
    Kind.RegionEnd,
    Kind.Label,
  ];
  private readonly log: Log;
  private readonly spans = new Map<number, Numbers>();
  private readonly labels = new Map<number, Numbers>();

  constructor(log: Log) {
    this.log = log;
  }

  /** Takes event seq in, which is an annotation. */
  take(seq: number): void {
    const labels = at8(this.log.kind, seq) === Kind.Label;
    this.list(labels ? this.labels : this.spans, at32(this.log.g, seq)).push(seq);
  }

  /** The innermost region or task that goroutine g began after event from and has not ended before seq. */
  doing(g: number, from: number, seq: number): string | undefined {
    const { log } = this;
    const list = this.spans.get(g);
    if (list === undefined) return undefined;
    let ended = 0;
    const last = list.lastUpTo(seq - 1);
    for (let i = last; i >= 0 && i > last - furthest && list.at(i) > from; i--) {
      const kind = at8(log.kind, list.at(i));
      if (kind === Kind.RegionEnd || kind === Kind.TaskEnd) ended++;
      else if (ended > 0) ended--;
      else return valueText(log, at32(log.val, list.at(i)));
    }
    return undefined;
  }

  /** Goroutine g's labels at seq, as "k=v, k=v"; undefined if it has none. */
  labelsOf(g: number, seq: number): string | undefined {
    const label = this.labels.get(g)?.lastBelow(seq);
    if (label === undefined) return undefined;
    const text = valueText(this.log, at32(this.log.val, label));
    return text === '' ? undefined : text;
  }

  private list(of: Map<number, Numbers>, g: number): Numbers {
    let list = of.get(g);
    if (list === undefined) of.set(g, (list = new Numbers()));
    return list;
  }
}
