/** The places in a run that were visited: the way back, and forth again. Pure. */

const most = 50;

export type Places = { readonly past: readonly number[]; readonly ahead: readonly number[] };

/** No place visited yet. */
export const nowhere: Places = { past: [], ahead: [] };

/** Notes that event from is left for another place. */
export function leave(p: Places, from: number): Places {
  return p.past.at(-1) === from ? { ...p, ahead: [] } : { past: [...p.past, from].slice(-most), ahead: [] };
}

/** Goes back from event here; undefined if there is no place. */
export function back(p: Places, here: number): { readonly to: number; readonly places: Places } | undefined {
  const past = p.past.at(-1) === here ? p.past.slice(0, -1) : p.past;
  const to = past.at(-1);
  return to === undefined
    ? undefined
    : { to, places: { past: past.slice(0, -1), ahead: [here, ...p.ahead] } };
}

/** Goes forth again from event here. */
export function forth(p: Places, here: number): { readonly to: number; readonly places: Places } | undefined {
  const [to, ...ahead] = p.ahead;
  return to === undefined ? undefined : { to, places: { past: [...p.past, here], ahead } };
}
