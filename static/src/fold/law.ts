/** What a run's events must hold to, as far as the fold needs it. All laws stand in sim/event/eventlog. */

/** An event that does not fit what came before it. */
export class LawError extends Error {
  /** The event's number. */
  readonly seq: number;

  constructor(seq: number, text: string) {
    super(text);
    this.seq = seq;
  }
}

/** Says which law event seq breaks. */
export function broken(seq: number, text: string): never {
  throw new LawError(seq, text);
}
