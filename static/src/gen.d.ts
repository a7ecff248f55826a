declare module '*/gen.mjs' {
  /** The text of kinds.ts. */
  export function kinds(): string;
}
