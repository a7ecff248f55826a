/**
 * Texts packed into a link, and out of it again: JSON, deflated (RFC 1951),
 * in the alphabet of URLs (RFC 4648, base64url). What comes out is bounded,
 * however small what goes in is, and what is no pack is undefined.
 */
import { fields, parse, texts } from '../event/json';

/** The most that is unpacked, in bytes, and the longest pack that is looked at. */
const mostBytes = 1 << 20;
const longestPack = 1 << 20;

/** Packs texts by name. */
export async function pack(what: Readonly<Record<string, string>>): Promise<string> {
  const source = new Blob([JSON.stringify(what)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return toBase64(new Uint8Array(await new Response(source).arrayBuffer()));
}

/** Unpacks texts; undefined if it is no pack, or too large a one. */
export async function unpack(packed: string): Promise<ReadonlyMap<string, string> | undefined> {
  if (packed.length > longestPack || !/^[\w-]+$/.test(packed)) return undefined;
  try {
    // A stream that fails has met something that is not deflated: it reads nothing else.
    const text = await inflated(fromBase64(packed)).catch(() => undefined);
    if (text === undefined) return undefined;
    const f = fields(parse(text), 'pack');
    return [...f.values()].every((v) => typeof v === 'string')
      ? texts(new Map([['pack', Object.fromEntries(f)]]), 'pack')
      : undefined;
  } catch (error) {
    // Damaged on its way: atob and the reader of JSON say so with these.
    if (error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException)
      return undefined;
    throw error;
  }
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  for (let sum = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    sum += value.length;
    if (sum > mostBytes) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Bytes as base64url, without padding. */
export function toBase64(bytes: Uint8Array): string {
  let s = '';
  for (let i = 0; i < bytes.length; i += 8192) s += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(s).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** The bytes in base64url; what is none throws a DOMException. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const s = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  const bytes = new Uint8Array(s.length);
  for (let i = 0; i < s.length; i++) bytes[i] = s.charCodeAt(i);
  return bytes;
}
