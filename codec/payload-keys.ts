import { createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A key of AES-256, and the name that payloads carry of it in plain text. */
export interface PayloadKey {
  readonly id: string;
  /** Not a string or bytes: what logs an object that holds it does not log the key. */
  readonly key: KeyObject;
}

/** The first one encrypts, all of them decrypt. */
export type PayloadKeys = readonly [PayloadKey, ...PayloadKey[]];

/** A file of keys that cannot be used. Names file and line, never what stands there. */
export class PayloadKeysError extends Error {
  override readonly name = 'PayloadKeysError';
}

const variable = 'ORDINAL_PAYLOAD_KEYS';
const keyBytes = 32;
const howToMake = 'make one with: echo "$(date +%F):$(head -c 32 /dev/urandom | base64)"';

/**
 * The keys of a file; undefined where neither it nor `ORDINAL_PAYLOAD_KEYS` names one: payloads are not encrypted then. Throws
 * `PayloadKeysError`.
 */
export function loadPayloadKeys(path = process.env[variable]): PayloadKeys | undefined {
  if (path === undefined || path === '') return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new PayloadKeysError(`cannot read the payload keys ${path} (--payload-keys or ${variable}): ${why}`, {
      cause: error,
    });
  }
  return parsePayloadKeys(text, path);
}

/** One `id:key` a line, the key as base64 of 32 bytes; empty lines and those that begin with # are passed over. */
export function parsePayloadKeys(text: string, path: string): PayloadKeys {
  const keys: PayloadKey[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const refuse = (why: string) => new PayloadKeysError(`payload keys ${path}, line ${index + 1}: ${why}`);
    const separator = content.indexOf(':');
    if (separator < 0) throw refuse(`there is no colon; a line is ID:KEY; ${howToMake}`);
    const id = content.slice(0, separator);
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(id))
      throw refuse('the id before the colon has to be 1 to 64 letters, digits, dots, dashes or underscores');
    if (keys.some((known) => known.id === id)) throw refuse(`the id ${id} is there already; each key has its own`);
    const encoded = content.slice(separator + 1).trim();
    const bytes = Buffer.from(encoded, 'base64');
    if (bytes.toString('base64') !== encoded)
      throw refuse(`what follows the colon is not base64 (with its padding); ${howToMake}`);
    if (bytes.length !== keyBytes)
      throw refuse(`the key has ${bytes.length} bytes, and AES-256 wants ${keyBytes}; ${howToMake}`);
    keys.push({ id, key: createSecretKey(bytes) });
    bytes.fill(0);
  }
  const [first, ...rest] = keys;
  if (first === undefined) throw new PayloadKeysError(`payload keys ${path}: there is no key in it; ${howToMake}`);
  return [first, ...rest];
}
