/** All pictures, by name. */
import { about } from './about';
import { channels } from './channels';
import { lanes } from './lanes';
import { later } from './later';
import type { Picture } from './picture';
import { pool } from './pool';
import { scheduler } from './scheduler';

export const pictures: ReadonlyMap<string, Picture> = new Map(
  [
    lanes,
    scheduler,
    channels,
    pool,
    later('waitfor', async () => (await import('./waitfor')).waitfor),
    later('order', async () => (await import('./order')).order),
    later('memory', async () => (await import('./memory')).memory),
    later('context', async () => (await import('./context')).context),
    later('charts', async () => (await import('./charts')).charts),
    later('compare', async () => (await import('./compare')).compare),
    about,
  ].map((p) => [p.id, p]),
);
