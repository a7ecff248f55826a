/** All pictures, by name. */
import { channels } from './channels';
import { context } from './context';
import { lanes } from './lanes';
import { compare } from './compare';
import type { Picture } from './picture';
import { pool } from './pool';
import { scheduler } from './scheduler';

export const pictures: ReadonlyMap<string, Picture> = new Map(
  [lanes, scheduler, channels, pool, context, compare].map((p) => [p.id, p]),
);
