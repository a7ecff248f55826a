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

/** Names, or the like, in a row: "a, b". */
export function listed(say: Say, texts: readonly string[]): string {
  return texts.join(say('join.comma'));
}

/** Clauses one after the other: "a waits; b runs". */
export function clauses(say: Say, texts: readonly string[]): string {
  return texts.join(say('join.clause'));
}

/** Sentences one after the other. */
export function sentences(say: Say, texts: readonly string[]): string {
  return texts.join(say('join.sentence'));
}

/** A thing and what is said of it: "ch: closed". */
export function captioned(say: Say, what: string, says: string): string {
  return say('join.label', { what, says });
}

/** A text with more beside it: "G2 (holds it)". */
export function aside(say: Say, text: string, more: string): string {
  return say('join.aside', { text, more });
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

/** As much of any text as stands in a line. */
const longest = 200;

/**
 * A text of the program as it is drawn in a line: cut where it is endless,
 * control characters as the signs that stand for them, and with a writing
 * direction that ends where it ends.
 */
export function visible(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  const shown = cut.replace(/[\0-\x1f\x7f]/g, (c) =>
    String.fromCharCode(c === '\x7f' ? 0x2421 : 0x2400 + c.charCodeAt(0)),
  );
  return /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(shown) ? `\u2068${shown}\u2069` : shown;
}
