/** What this browser remembers. A page that may not remember (a file, a private window) works without. */

/** What was kept under key, if anything. */
export function kept(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch (error) {
    if (error instanceof DOMException) return undefined; // storage is switched off
    throw error;
  }
}

/** Keeps text under key; undefined forgets it. Says whether it is kept. */
export function keep(key: string, text: string | undefined): boolean {
  try {
    if (text === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false; // switched off, or full
    throw error;
  }
}

/** The same as a store of texts. */
export const memory = {
  getItem: (key: string): string | null => kept(key) ?? null,
  setItem: (key: string, text: string): void => void keep(key, text),
  removeItem: (key: string): void => void keep(key, undefined),
};
