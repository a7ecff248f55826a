/** Reads values of unknown shape at the edge: each function returns the type it names or throws where it does not fit. */

/** The fields of a JSON object. */
export type Fields = ReadonlyMap<string, unknown>;

/** A JSON text's value. */
export function parse(text: string): unknown {
  const v: unknown = JSON.parse(text);
  return v;
}

export function fields(v: unknown, what: string): Fields {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) throw new TypeError(`${what} is no object`);
  return new Map<string, unknown>(Object.entries(v));
}

export function string(f: Fields, name: string): string {
  const v = f.get(name);
  if (typeof v !== 'string') throw new TypeError(`${name} is no text`);
  return v;
}

export function number(f: Fields, name: string): number {
  const v = f.get(name);
  if (typeof v !== 'number') throw new TypeError(`${name} is no number`);
  return v;
}

export function boolean(f: Fields, name: string): boolean {
  const v = f.get(name);
  if (typeof v !== 'boolean') throw new TypeError(`${name} is neither true nor false`);
  return v;
}

/** The list in a field; a field that is absent or null is an empty list, as Go writes it. */
export function list<T>(f: Fields, name: string, item: (v: unknown) => T): T[] {
  const v = f.get(name);
  if (v === undefined || v === null) return [];
  if (!Array.isArray(v)) throw new TypeError(`${name} is no list`);
  return v.map((x: unknown) => item(x));
}

/** What read makes of a field, or undefined where it is absent, null or the empty text. */
export function optional<T>(f: Fields, name: string, read: (f: Fields, name: string) => T): T | undefined {
  const v = f.get(name);
  return v === undefined || v === null || v === '' ? undefined : read(f, name);
}

/** An object of texts; a field that is absent is empty. Numbers and truth values become their text. */
export function texts(f: Fields, name: string): Map<string, string> {
  const v = f.get(name);
  const out = new Map<string, string>();
  if (v === undefined || v === null) return out;
  for (const [key, x] of fields(v, name)) out.set(key, String(x));
  return out;
}

/** A list's item that is a text. */
export function text(v: unknown): string {
  if (typeof v !== 'string') throw new TypeError('a text was expected');
  return v;
}
