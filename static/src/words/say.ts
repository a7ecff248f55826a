/** The message catalogue of the page: keys to sentences with {placeholders}. */

/** What fills a message's placeholders. */
export type Args = Readonly<Record<string, string | number>>;

/** Gives the message of a key, its placeholders filled; a key that is missing shows as itself. */
export type Say = (key: string, args?: Args) => string;

/** A Say over messages. */
export function sayer(messages: ReadonlyMap<string, string>): Say {
  return (key, args) => {
    const text = messages.get(key);
    if (text === undefined) return key;
    if (args === undefined) return text;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(args[name] ?? whole));
  };
}

/** A count with thousands separated, as in 1,204. */
export function count(n: number): string {
  return n.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A virtual time or duration in ns with its unit, four digits at most: 25 ns, 1.204 ms, 2 s. */
export function nanoseconds(ns: number): string {
  const units: readonly [number, string][] = [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
  ];
  for (const [size, unit] of units) {
    if (ns >= size) return `${digits(ns / size)} ${unit}`;
  }
  return `${ns} ns`;
}

function digits(x: number): string {
  const places = x >= 1000 ? 0 : x >= 100 ? 1 : x >= 10 ? 2 : 3;
  return Number(x.toFixed(places)).toString();
}
