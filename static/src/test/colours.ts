/** Colours as they are measured: contrast, and what a person who is colour-blind can tell apart. */
import { at, must } from '../event/check';

/** Linear red, green and blue, each from 0 to 1. */
export type Colour = readonly [number, number, number];

/** Reads #rrggbb. */
export function colour(hex: string): Colour {
  const m = must(/^#(\w\w)(\w\w)(\w\w)$/.exec(hex), `colour ${hex}`);
  const part = (i: number): number => {
    const v = parseInt(must(m[i], 'part'), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(2), part(3)];
}

/** The contrast of two colours, as WCAG 2.2 defines it: 1 to 21. */
export function contrast(a: Colour, b: Colour): number {
  const light = ([r, g, b]: Colour): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const [x, y] = [light(a), light(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/**
 * How the eyes that lack one kind of cone see a colour: the matrices of
 * Machado, Oliveira and Fernandes, A Physiologically-based Model for
 * Simulation of Color Vision Deficiency (2009), at severity 1.
 */
export const eyes: Readonly<Record<string, readonly number[]>> = {
  usual: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

/** A colour as eyes with this matrix see it. */
export function seen(matrix: readonly number[], c: Colour): Colour {
  const row = (i: number): number =>
    Math.min(
      1,
      Math.max(
        0,
        c.reduce((sum, v, j) => sum + at(matrix, 3 * i + j) * v, 0),
      ),
    );
  return [row(0), row(1), row(2)];
}

/** How far apart two colours are in CIE L*a*b* (D65): 2 is just to be seen. */
export function apart(a: Colour, b: Colour): number {
  const [x, y] = [lab(a), lab(b)];
  return Math.hypot(...x.map((v, i) => v - at(y, i)));
}

function lab([r, g, b]: Colour): readonly number[] {
  const f = (v: number): number => (v > (6 / 29) ** 3 ? Math.cbrt(v) : v / (3 * (6 / 29) ** 2) + 4 / 29);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
