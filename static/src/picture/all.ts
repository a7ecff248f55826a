/** All pictures, by name. */
import { channels } from './channels';
import { compare } from './compare';
import { context } from './context';
import { lanes } from './lanes';
import { memory } from './memory';
import { order } from './order';
import type { Picture } from './picture';
import { pool } from './pool';
import { scheduler } from './scheduler';
import { waitfor } from './waitfor';

export const pictures: ReadonlyMap<string, Picture> = new Map(
  [lanes, scheduler, channels, pool, context, compare, waitfor, order, memory].map((p) => [p.id, p]),
);
