/** Arbitrary text made safe to look at: nothing in it is invisible or changes what stands around it. */

/** The C0 and C1 controls, marks that order text, and spaces without width. */
const unseen =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]/g;

const short: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['\r', '\\r'],
]);

/** Text with every control character and invisible mark written as Go would escape it: \n, \x07, \u202e. */
export function visible(text: string): string {
  return text.replace(unseen, (c) => {
    const code = c.charCodeAt(0);
    const hex = code.toString(16);
    return short.get(c) ?? (code < 0x80 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`);
  });
}

/** The beginning of text, made visible, of at most so many characters; an ellipsis says that there is more. */
export function beginning(text: string, most: number): string {
  const head = [...visible(text.slice(0, 2 * most))];
  return head.length <= most && text.length <= 2 * most
    ? head.join('')
    : `${head.slice(0, most - 1).join('')}…`;
}
