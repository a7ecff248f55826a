/** Where the nodes and arrows of the wait-for picture lie: rings as a track of two columns, all else in three columns. */

/** Where a node lies, in px. */
export type Place = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };

/** The three columns of a width: goroutines, what they wait for, who could release them. */
export type Columns = {
  readonly at: readonly [number, number, number];
  readonly w: number;
  /** The height of a node, and of a node with the space below it. */
  readonly h: number;
  readonly row: number;
};

const narrowest = 80;
const widest = 200;

/** The columns that fit into width. */
export function columns(width: number): Columns {
  const gap = width < 480 ? 22 : 56;
  const w = Math.max(narrowest, Math.min(widest, Math.floor((width - 2 * gap) / 3)));
  const step = Math.min(w + 120, Math.max(w + 16, (width - w) / 2));
  const h = w < 150 ? 54 : 38; // a narrow node has its second line twice
  return { at: [0, Math.floor(step), Math.floor(2 * step)], w, h, row: h + 8 };
}

/** The places of n nodes in a ring, clockwise from the top left. */
export function track(n: number, cols: Columns): Place[] {
  const rows = Math.ceil(n / 2);
  const [left, right] = cols.at;
  return Array.from({ length: n }, (_, i) => {
    const onRight = i >= 1 && i <= rows;
    const row = i === 0 ? 0 : onRight ? i - 1 : n - i;
    return { x: onRight ? right : left, y: row * (cols.row + 14), w: cols.w, h: cols.h };
  });
}

/** The places of n nodes one below the other, centred in a group of so many rows. */
export function stack(n: number, rows: number, column: 0 | 1 | 2, cols: Columns): Place[] {
  const from = ((rows - n) * cols.row) / 2;
  return Array.from({ length: n }, (_, i) => ({
    x: cols.at[column],
    y: from + i * cols.row,
    w: cols.w,
    h: cols.h,
  }));
}

/** An arrow: its line, and its head as a path of its own. */
export type Arrow = { readonly line: string; readonly head: string };

/** An arrow from one node to another: sideways where they lie beside each other, else up or down; shift moves it aside. */
export function arrow(from: Place, to: Place, shift = 0): Arrow {
  if (Math.abs(from.x - to.x) < 1) {
    const down = to.y > from.y ? 1 : -1;
    const x = from.x + from.w / 2 + shift;
    const y = down > 0 ? from.y + from.h : from.y;
    const end = down > 0 ? to.y : to.y + to.h;
    return { line: `M${x} ${y}V${end - 7 * down}`, head: `M${x} ${end}l-5 ${-9 * down}h10z` };
  }
  const right = to.x > from.x ? 1 : -1;
  const x = right > 0 ? from.x + from.w : from.x;
  const end = right > 0 ? to.x : to.x + to.w;
  const y = from.y + from.h / 2 + shift;
  const endY = to.y + to.h / 2 + shift;
  const bend = (end - x) / 2;
  const tip = end - 8 * right;
  return {
    line: `M${x} ${y}C${x + bend} ${y} ${end - bend} ${endY} ${tip} ${endY}`,
    head: `M${end} ${endY}l${-9 * right} -5v10z`,
  };
}
