/**
 * How the panes of a workbench lie: two columns of rows of cells, and in a
 * cell one pane, or several as tabs. Pure; the dock draws it. It is written
 * as a line of text, for this browser's memory and for links:
 *
 *	36|code:100@100;controls:100@0|lanes:100@120;channels:100,pool:80@100;console+events*:100@90
 *
 * is the left column's width in percent, then the two columns: rows parted by
 * ";" with their height behind "@" (0: as high as what is in it), cells
 * parted by "," with their width behind ":", panes parted by "+", the one
 * that is shown with a star.
 */

/** Panes in one place, one of which is shown. Sizes are shares of what there is. */
export type Cell = { readonly panes: readonly string[]; readonly shown: string; readonly size: number };
export type Row = { readonly cells: readonly Cell[]; readonly size: number };
export type Column = readonly Row[];

/** The panes of a workbench. */
export type Layout = {
  /** Percent of the width that the left column takes. */
  readonly left: number;
  readonly columns: readonly [Column, Column];
};

/** Where a pane can be moved to. */
export type Direction = 'left' | 'right' | 'up' | 'down';

const usual = 100;
const longestText = 4000;
/** The narrowest and the widest left column, in percent. */
const narrow = 15;
const wide = 80;

/** The panes as a workbench opens with them: lanes have a row to themselves, what follows shares rows by two. */
export function initial(left: readonly string[], pictures: readonly string[]): Layout {
  const row = (...panes: readonly string[]): Row => ({ cells: panes.map((id) => cell([id])), size: usual });
  const rows: Row[] = [];
  const rest = pictures.filter((id) => id !== 'lanes' && id !== 'console' && id !== 'events');
  const much = left.includes('brought'); // what comes from elsewhere has many goroutines
  if (pictures.includes('lanes')) rows.push({ ...row('lanes'), size: much ? 2 * usual : usual });
  for (let i = 0; i + 1 < rest.length; i += 2) rows.push(row(...rest.slice(i, i + 2)));
  const text = cell(['console', 'events']);
  const odd = rest.length % 2 === 1 ? rest.slice(-1).map((id) => cell([id])) : [];
  rows.push({ cells: [...odd, text], size: usual });
  return {
    left: 36,
    columns: [left.map((id) => ({ ...row(id), size: id === 'code' || id === 'brought' ? usual : 0 })), rows],
  };
}

function cell(panes: readonly string[]): Cell {
  return { panes, shown: panes[0] ?? '', size: usual };
}

/** The panes that lie in l, in order. */
export function panesOf(l: Layout): readonly string[] {
  return l.columns.flatMap((rows) => rows.flatMap((r) => r.cells.flatMap((c) => c.panes)));
}

/** Where a pane lies. */
type Place = { readonly column: 0 | 1; readonly row: number; readonly cell: number };

function placeOf(l: Layout, id: string): Place | undefined {
  for (const column of [0, 1] as const) {
    for (const [row, r] of l.columns[column].entries()) {
      const found = r.cells.findIndex((c) => c.panes.includes(id));
      if (found >= 0) return { column, row, cell: found };
    }
  }
  return undefined;
}

/** The column in which a pane lies: 0 is the left one. */
export function columnOf(l: Layout, id: string): 0 | 1 | undefined {
  return placeOf(l, id)?.column;
}

/** The panes with which a pane shares its place. */
export function tabsWith(l: Layout, id: string): readonly string[] {
  const at = placeOf(l, id);
  return at === undefined ? [] : (l.columns[at.column][at.row]?.cells[at.cell]?.panes ?? []);
}

function withColumn(l: Layout, column: 0 | 1, rows: Column): Layout {
  const kept = rows.filter((r) => r.cells.length > 0);
  return { ...l, columns: column === 0 ? [kept, l.columns[1]] : [l.columns[0], kept] };
}

function replaced<T>(list: readonly T[], i: number, ...by: readonly T[]): T[] {
  return [...list.slice(0, i), ...by, ...list.slice(i + 1)];
}

/** l without a pane. */
export function remove(l: Layout, id: string): Layout {
  const at = placeOf(l, id);
  if (at === undefined) return l;
  const rows = l.columns[at.column].map((r) => ({
    ...r,
    cells: r.cells.map((c) => without(c, id)).filter((c) => c.panes.length > 0),
  }));
  return withColumn(l, at.column, rows);
}

function without(c: Cell, id: string): Cell {
  const panes = c.panes.filter((p) => p !== id);
  return { ...c, panes, shown: c.shown === id ? (panes[0] ?? '') : c.shown };
}

/** l with one more pane: beside one that stands alone in the last row, or in a row of its own of this size. */
export function add(l: Layout, id: string, column: 0 | 1 = 1, size = usual): Layout {
  if (placeOf(l, id) !== undefined) return l;
  const rows = l.columns[column];
  const last = rows.at(-1);
  const joins = column === 1 && rows.length > 1 && last?.cells.length === 1;
  if (!joins || last === undefined) {
    return withColumn(l, column, [...rows, { cells: [cell([id])], size }]);
  }
  return withColumn(
    l,
    column,
    replaced(rows, rows.length - 1, { ...last, cells: [cell([id]), ...last.cells] }),
  );
}

/** l with panes of a column made tabs of one place, its last row of this size; the last of them is shown. */
export function gather(l: Layout, panes: readonly string[], column: 0 | 1, size: number): Layout {
  const rest = panes.reduce(remove, l);
  const one: Cell = { panes, shown: panes.at(-1) ?? '', size: usual };
  return withColumn(rest, column, [...rest.columns[column], { cells: [one], size }]);
}

/** l with a pane shown in its place. */
export function show(l: Layout, id: string): Layout {
  const at = placeOf(l, id);
  const c = at === undefined ? undefined : l.columns[at.column][at.row]?.cells[at.cell];
  return at === undefined || c === undefined ? l : withCell(l, at, { ...c, shown: id });
}

function withCell(l: Layout, at: Place, c: Cell): Layout {
  const rows = l.columns[at.column];
  const row = rows[at.row];
  if (row === undefined) return l;
  return withColumn(l, at.column, replaced(rows, at.row, { ...row, cells: replaced(row.cells, at.cell, c) }));
}

/** l with a pane moved; the same l where there is no such way. */
export function move(l: Layout, id: string, to: Direction): Layout {
  const at = placeOf(l, id);
  if (at === undefined) return l;
  const before = to === 'left' || to === 'up';
  return to === 'left' || to === 'right' ? aside(l, at, id, before) : across(l, at, id, before);
}

/** Moves a pane within its row: out of its tabs, or past its neighbour. */
function aside(l: Layout, at: Place, id: string, before: boolean): Layout {
  const rows = l.columns[at.column];
  const row = rows[at.row];
  const own = row?.cells[at.cell];
  if (row === undefined || own === undefined) return l;
  if (own.panes.length > 1) {
    const parts = before ? [cell([id]), without(own, id)] : [without(own, id), cell([id])];
    return withColumn(
      l,
      at.column,
      replaced(rows, at.row, { ...row, cells: replaced(row.cells, at.cell, ...parts) }),
    );
  }
  const other = row.cells[at.cell + (before ? -1 : 1)];
  if (other === undefined) return l;
  const first = before ? at.cell - 1 : at.cell;
  const pair = before ? [own, other] : [other, own];
  const cells = [...row.cells.slice(0, first), ...pair, ...row.cells.slice(first + 2)];
  return withColumn(l, at.column, replaced(rows, at.row, { ...row, cells }));
}

/** Moves a pane to another row: one of its own first, then the next one. */
function across(l: Layout, at: Place, id: string, before: boolean): Layout {
  const rows = l.columns[at.column];
  const row = rows[at.row];
  if (row === undefined) return l;
  const alone = row.cells.length === 1 && row.cells[0]?.panes.length === 1;
  const target = rows[at.row + (before ? -1 : 1)];
  if (alone && target === undefined) return l;
  const rest = { ...row, cells: row.cells.map((c) => without(c, id)).filter((c) => c.panes.length > 0) };
  if (!alone) {
    const own = { cells: [cell([id])], size: usual };
    return withColumn(l, at.column, replaced(rows, at.row, ...(before ? [own, rest] : [rest, own])));
  }
  const out = rows.map((r) =>
    r === target ? { ...r, cells: [...r.cells, cell([id])] } : r === row ? rest : r,
  );
  return withColumn(l, at.column, out);
}

/** l with a pane made a tab of the place before it (or after it, where there is none before). */
export function stack(l: Layout, id: string): Layout {
  const at = placeOf(l, id);
  const neighbour = at === undefined ? undefined : neighbourOf(l, at);
  if (at === undefined || neighbour === undefined) return l;
  const out = remove(l, id);
  const place = placeOf(out, neighbour);
  const c = place === undefined ? undefined : out.columns[place.column][place.row]?.cells[place.cell];
  if (place === undefined || c === undefined) return l;
  return withCell(out, place, { ...c, panes: [...c.panes, id], shown: id });
}

/** A pane of the place before the one at at, else of the place after it. */
function neighbourOf(l: Layout, at: Place): string | undefined {
  const cells = l.columns[at.column].flatMap((r) => r.cells);
  const own = l.columns[at.column][at.row]?.cells[at.cell];
  const i = own === undefined ? -1 : cells.indexOf(own);
  return (cells[i - 1] ?? cells[i + 1])?.panes[0];
}

/** l with the left column so wide, in percent. */
export function widen(l: Layout, left: number): Layout {
  return { ...l, left: Math.round(Math.max(narrow, Math.min(wide, left))) };
}

/** l with the heights of a column's rows, or the widths of a row's cells. */
export function resize(l: Layout, column: 0 | 1, row: number | undefined, sizes: readonly number[]): Layout {
  const size = (i: number, old: number): number => Math.round(sizes[i] ?? old);
  const rows = l.columns[column].map((r, i) => {
    if (row === undefined) return { ...r, size: size(i, r.size) };
    if (row !== i) return r;
    return { ...r, cells: r.cells.map((c, k) => ({ ...c, size: size(k, c.size) })) };
  });
  return withColumn(l, column, rows);
}

/** l as text. */
export function format(l: Layout): string {
  const cellText = (c: Cell): string => {
    const panes = c.panes.map((p) => (c.panes.length > 1 && p === c.shown ? `${p}*` : p));
    return `${panes.join('+')}:${c.size}`;
  };
  const rowText = (r: Row): string => `${r.cells.map(cellText).join(',')}@${r.size}`;
  return [l.left, ...l.columns.map((rows) => rows.map(rowText).join(';'))].join('|');
}

/** Reads a layout; panes that are not known, or come twice, are left out. Undefined is a text that is none. */
export function parseLayout(text: string, known: (id: string) => boolean): Layout | undefined {
  if (text.length > longestText) return undefined;
  const [left, ...columns] = text.split('|');
  if (!/^\d{1,3}$/.test(left ?? '') || columns.length !== 2) return undefined;
  const seen = new Set<string>();
  const fresh = (id: string): boolean => {
    if (seen.has(id) || !known(id)) return false;
    seen.add(id);
    return true;
  };
  const [a, b] = columns.map((c) => readColumn(c, fresh));
  if (a === undefined || b === undefined || seen.size === 0) return undefined;
  return widen({ left: 0, columns: [a, b] }, Number(left));
}

function readColumn(text: string, fresh: (id: string) => boolean): Column | undefined {
  const rows: Row[] = [];
  for (const part of text === '' ? [] : text.split(';')) {
    const found = /^([^@]*)@(\d{1,5})$/.exec(part);
    if (found === null) return undefined;
    const cells = (found[1] ?? '').split(',').map((c) => readCell(c, fresh));
    if (cells.includes(undefined)) return undefined;
    const kept = cells.filter((c) => c !== undefined && c.panes.length > 0);
    rows.push({ cells: kept.filter((c) => c !== undefined), size: Number(found[2]) });
  }
  return rows.filter((r) => r.cells.length > 0);
}

function readCell(text: string, fresh: (id: string) => boolean): Cell | undefined {
  const found = /^([a-z-]+\*?(?:\+[a-z-]+\*?)*):(\d{1,5})$/.exec(text);
  if (found === null) return undefined;
  const marked = (found[1] ?? '').split('+');
  const panes = marked.map((p) => p.replace('*', '')).filter(fresh);
  const shown = marked.find((p) => p.endsWith('*'))?.replace('*', '') ?? '';
  return {
    panes,
    shown: panes.includes(shown) ? shown : (panes[0] ?? ''),
    size: Math.max(1, Number(found[2])),
  };
}
