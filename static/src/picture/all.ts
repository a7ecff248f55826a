/** All pictures, by name. */
import { channels } from './channels';
import { charts } from './charts';
import { context } from './context';
import { lanes } from './lanes';
import type { Picture } from './picture';
import { pool } from './pool';
import { scheduler } from './scheduler';

export const pictures: ReadonlyMap<string, Picture> = new Map(
  [lanes, scheduler, channels, pool, context, charts].map((p) => [p.id, p]),
);
