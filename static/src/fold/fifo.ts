/** A queue of numbers: what goes in first comes out first, each in constant time however many there are. */
export class Fifo {
  private items: number[];
  /** Where the first item is; those before it are gone. */
  private head = 0;

  constructor(items: number[] = []) {
    this.items = items;
  }

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: number): void {
    this.items.push(item);
  }

  /** Takes the first item out, if there is one. */
  shift(): void {
    if (this.length === 0) return;
    this.head++;
    if (this.head < 32 || this.head * 2 < this.items.length) return;
    this.items = this.items.slice(this.head);
    this.head = 0;
  }

  /** Item i, the first being 0; undefined if there is none. */
  at(i: number): number | undefined {
    return i < 0 ? undefined : this.items[this.head + i];
  }

  /** The items from one index up to another, as a new array; without a second one all of them. */
  slice(from = 0, to = this.length): number[] {
    return this.items.slice(this.head + from, this.head + Math.min(to, this.length));
  }

  copy(): Fifo {
    return new Fifo(this.slice());
  }
}
