/** Arbitrary text made safe to look at: nothing in it is invisible or changes what stands around it. */

/** The C0 and C1 controls, marks that order text, and spaces without width. */
const unseen =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]/g;

/** Text with every control character and invisible mark shown as a symbol or by its number. */
export function visible(text: string): string {
  return text.replace(unseen, (c) => {
    const code = c.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** The beginning of text, made visible, of at most so many characters; an ellipsis says that there is more. */
export function beginning(text: string, most: number): string {
  const head = [...visible(text.slice(0, 2 * most))];
  return head.length <= most && text.length <= 2 * most
    ? head.join('')
    : `${head.slice(0, most - 1).join('')}…`;
}
