/** Checks that a program relies on: what must hold is asked for, and its absence is loud. */

/** Reads column[i], which must exist. Loops over all events use the functions below, each for one type of column. */
export function at(column: ArrayLike<number>, i: number): number {
  return column[i] ?? absent(column, i);
}

// The same for one type of column each: a function that meets only one type is
// compiled into its caller, check and all, while at() costs a call and a look-up.

export function at8(column: Uint8Array, i: number): number {
  return column[i] ?? absent(column, i);
}

export function at16(column: Uint16Array, i: number): number {
  return column[i] ?? absent(column, i);
}

export function at32(column: Uint32Array, i: number): number {
  return column[i] ?? absent(column, i);
}

export function atSigned(column: Int32Array, i: number): number {
  return column[i] ?? absent(column, i);
}

export function atFloat(column: Float64Array, i: number): number {
  return column[i] ?? absent(column, i);
}

function absent(column: ArrayLike<number>, i: number): never {
  throw new RangeError(`index ${i} of ${column.length}`);
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
