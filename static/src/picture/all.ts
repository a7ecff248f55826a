/** All pictures, by name. */
import { about } from './about';
import { channels } from './channels';
import { charts } from './charts';
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
  [lanes, scheduler, channels, pool, waitfor, order, memory, context, charts, compare, about].map((p) => [
    p.id,
    p,
  ]),
);
