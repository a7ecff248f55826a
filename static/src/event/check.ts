/** Checks that a program relies on: what must hold is asked for, and its absence is loud. */

/** Reads column[i], which must exist. */
export function at(column: ArrayLike<number>, i: number): number {
  const v = column[i];
  if (v === undefined) throw new RangeError(`index ${i} of ${column.length}`);
  return v;
}

/** Returns v, which must be there; what says in the error's text what is missing. */
export function must<T>(v: T | undefined | null, what: string): T {
  if (v === undefined || v === null) throw new Error(`missing ${what}`);
  return v;
}

/** Marks the end of a switch that has met every case. */
export function unreachable(v: never): never {
  throw new Error(`unexpected ${String(v)}`);
}
