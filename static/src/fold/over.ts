import { Kind } from '../event.gen';
import type { Log } from '../event/log';

/** Says whether the log holds the end of its run. */
export function over(log: Log): boolean {
  return log.count > 0 && log.kindAt(log.count - 1) === Kind.RunEnd;
}
