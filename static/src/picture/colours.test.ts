import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { must } from '../event/check';
import { lookNames } from '../fold/lives';
import { apart, colour, contrast, eyes, seen } from '../test/colours';

const css = readFileSync('css/tokens.css', 'utf8');

/** The variables that a rule sets. */
function variables(selector: string): ReadonlyMap<string, string> {
  const from = css.indexOf(`${selector} {`);
  assert(from >= 0, selector);
  const body = css.slice(from, css.indexOf('\n}', from));
  return new Map(
    [...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1] ?? '', (m[2] ?? '').replace(/\s+/g, ' ')]),
  );
}

const light = variables(':root');
const themes = { light, dark: new Map([...light, ...variables(":root[data-theme='dark']")]) };
const looks = lookNames.filter((name) => name !== 'none');

test('the dark theme of the system is the one that can be chosen', () => {
  const chosen = css.slice(css.indexOf("[data-theme='dark'] {"), css.indexOf('@media'));
  const system = css.slice(css.indexOf('@media (prefers-color-scheme'), css.indexOf('@media (forced-colors'));
  const lines = (text: string): string[] => [...text.matchAll(/--[\w-]+:[^;]+;/g)].map((m) => m[0]);
  assert.deepEqual(lines(system), lines(chosen));
});

test('every look stands out from the panel, and text from what it stands on', () => {
  const weak: string[] = [];
  for (const [theme, vars] of Object.entries(themes)) {
    const ask = (front: string, back: string, least: number): void => {
      const [f, b] = [front, back].map((name) => colour(must(vars.get(name), `${name} of ${theme}`)));
      const is = contrast(must(f, front), must(b, back));
      if (is < least) weak.push(`${theme}: ${front} on ${back} is ${is.toFixed(2)}, not ${least}`);
    };
    for (const look of looks) ask(`look-${look}`, 'panel', 3);
    for (const edge of ['edge-strong', 'accent', 'ink']) ask(edge, 'panel', 3);
    for (const text of ['ink', 'soft', 'accent', 'bad', 'good', 'warn']) {
      for (const back of ['panel', 'paper', 'code']) ask(text, back, 4.5);
    }
    for (const text of ['ink', 'soft']) ask(text, 'mark', 4.5);
    ask('accent-ink', 'accent', 4.5);
    for (const token of vars.keys()) if (token.startsWith('tok-')) ask(token, 'code', 4.5);
  }
  assert.deepEqual(weak, []);
});

test('no two looks are told apart by colour alone where some eyes see the same colour', () => {
  const alike: string[] = [];
  for (const [theme, vars] of Object.entries(themes)) {
    const hue = (look: string): string => must(vars.get(`look-${look}`), look);
    const texture = (look: string): string => {
      const rule = variables(`.look-${look}`);
      const solid = rule.get('pale') === `var(--look-${look})`;
      return `${rule.get('texture') ?? ''} ${solid ? 'solid' : 'on pale'}`;
    };
    for (const [eye, matrix] of Object.entries(eyes)) {
      looks.forEach((a, i) => {
        for (const b of looks.slice(i + 1)) {
          if (texture(a) !== texture(b)) continue;
          const far = apart(seen(matrix, colour(hue(a))), seen(matrix, colour(hue(b))));
          if (far < 12) alike.push(`${theme}, ${eye}: ${a} and ${b} are ${far.toFixed(1)} apart`);
        }
      });
    }
  }
  assert.deepEqual(alike, []);
});

test('simulated eyes see what those eyes see', () => {
  const [red, green] = ['#c00000', '#6b6b00'].map(colour);
  const far = (eye: string): number => {
    const matrix = must(eyes[eye], eye);
    return apart(seen(matrix, must(red, 'red')), seen(matrix, must(green, 'green')));
  };
  assert(far('usual') > 60, 'red and olive');
  assert(far('deuteranopia') < far('usual') / 2, 'are hard to tell apart without green cones');
});
