/** The reference: who follows a cell finds its program open, also where the browser does not open it by itself. */

export function enhanceReference(root: HTMLElement): void {
  const open = (hash: string): void => {
    const cell = hash.length > 1 ? document.getElementById(hash.slice(1)) : null;
    const fold = root.contains(cell) ? cell?.closest('details') : undefined;
    if (cell === null || fold === null || fold === undefined) return;
    fold.open = true;
    fold.scrollIntoView({ block: 'start' });
    cell.focus({ preventScroll: true });
  };
  root.addEventListener('click', (e) => {
    const link = e.target instanceof Element ? e.target.closest('a.effect') : null;
    // Once more to the cell where one has been does not change the address.
    if (link instanceof HTMLAnchorElement && link.hash === location.hash) open(link.hash);
  });
  addEventListener('hashchange', () => open(location.hash));
  open(location.hash);
}
