/**
 * The plot of the charts, by uPlot: a part of its own, which the browser
 * fetches when a chart is first shown. It holds no state but uPlot's.
 */
import uPlot from 'uplot';

/** How a line is drawn: dot is the width of the ring around each of its values, 0 for a line of steps. */
export type Stroke = { readonly colour: string; readonly dash: readonly number[]; readonly dot: number };

/** What a plot is told when it is made. */
export type PlotParts = {
  readonly strokes: readonly Stroke[];
  readonly ink: string;
  readonly grid: string;
  readonly font: string;
  readonly xText: (v: number) => string;
  readonly yText: (v: number) => string;
  /** A part of the horizontal scale was brushed. */
  readonly brushed: (from: number, to: number) => void;
  /** A place on the horizontal scale was clicked. */
  readonly clicked: (v: number) => void;
};

/** What is plotted: xs, then one column of values a line; NaN is none. */
export type PlotData = {
  readonly xs: Float64Array;
  readonly lines: readonly Float64Array[];
  readonly from: number;
  readonly to: number;
};

/** Where the plot's area lies within its element, in px. */
export type Area = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** A plot in its place. */
export type Plot = {
  readonly set: (data: PlotData) => void;
  readonly size: (width: number, height: number) => void;
  readonly area: () => Area;
  readonly close: () => void;
};

const yAxis = 62;
const xAxis = 26;
/** A press that moves less than this, in px, is a click. */
const still = 4;

/** Makes a plot in e. */
export function plotIn(e: HTMLElement, width: number, height: number, parts: PlotParts): Plot {
  let range: [number, number] = [0, 1];
  let pressed = 0;
  const axis = { stroke: parts.ink, font: parts.font, ticks: { show: false }, gap: 4 };
  const grid = { stroke: parts.grid, width: 1 };
  const u = new uPlot(
    {
      width,
      height,
      legend: { show: false },
      padding: [10, 8, 0, 0],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: still },
      },
      scales: { x: { time: false, range: () => range }, y: { range: (_, min, max) => roomy(min, max) } },
      axes: [
        { ...axis, grid, size: xAxis, space: 90, values: (_, vs) => vs.map(parts.xText) },
        { ...axis, grid, size: yAxis, space: 28, values: (_, vs) => vs.map(parts.yText) },
      ],
      series: [{}, ...parts.strokes.map(seriesOf)],
      hooks: {
        setSelect: [
          (self) => {
            const { left, width: w } = self.select;
            if (w < still) return;
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            parts.brushed(self.posToVal(left, 'x'), self.posToVal(left + w, 'x'));
          },
        ],
      },
    },
    [[], ...parts.strokes.map(() => [])],
    e,
  );
  u.over.addEventListener('mousedown', (m) => (pressed = m.clientX));
  u.over.addEventListener('click', (m) => {
    if (Math.abs(m.clientX - pressed) < still) parts.clicked(u.posToVal(m.offsetX, 'x'));
  });
  return {
    set: ({ xs, lines, from, to }) => {
      range = [from, to];
      u.setData([xs, ...lines.map(gaps)]);
    },
    size: (w, h) => u.setSize({ width: w, height: h }),
    area: () => {
      const { left, top, width: w, height: h } = u.bbox;
      const ratio = uPlot.pxRatio;
      return { left: left / ratio, top: top / ratio, width: w / ratio, height: h / ratio };
    },
    close: () => u.destroy(),
  };
}

function seriesOf({ colour, dash, dot }: Stroke): uPlot.Series {
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    stroke: colour,
    width: 2,
    dash: [...dash],
    points:
      dot > 0 ? { show: true, size: dot, width: 2, stroke: colour, fill: 'transparent' } : { show: false },
    spanGaps: dot > 0,
    ...(dot > 0 || stepped === undefined ? {} : { paths: stepped }),
  };
}

/** uPlot's form of a column: null is no value. */
function gaps(values: Float64Array): (number | null)[] {
  return Array.from(values, (v) => (Number.isNaN(v) ? null : v));
}

/** The vertical scale: from 0, unless something is below, to a little above the most. */
function roomy(min: number | null, max: number | null): [number, number] {
  const lo = Math.min(0, min ?? 0);
  const hi = Math.max(lo + 1, max ?? 1);
  return [lo, hi + (hi - lo) * 0.06];
}
