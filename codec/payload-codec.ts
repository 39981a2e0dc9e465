import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { PayloadKey, PayloadKeys } from './payload-keys.ts';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/** As Temporal's own examples name it, so that tools that show payloads know what they see. */
const encoding = 'binary/encrypted';
const algorithm = 'aes-256-gcm';
const cipherName = 'AES/GCM';
const ivBytes = 12;
const tagBytes = 16;

/** A payload that cannot be read here. Says which key is missing, or that the key does not fit. */
class UnreadablePayloadError extends Error {
  override readonly name = 'UnreadablePayloadError';
}

/**
 * Encrypts each payload as a whole, type and value, with AES-256-GCM: 12 bytes of nonce, what is encrypted, 16 bytes of tag. The id of the key
 * stands beside it in plain text. Reads payloads of any of the keys, and those that are not encrypted as they are.
 *
 * Without keys nothing is encrypted; what is says so when it is to be read (`UnreadablePayloadError`).
 */
export function createPayloadCodec(keys?: PayloadKeys): PayloadCodec {
  const encrypting = keys?.[0];
  const byId = new Map((keys ?? []).map((each) => [each.id, each]));
  return {
    async encode(payloads) {
      return encrypting === undefined ? payloads : payloads.map((payload) => encrypt(payload, encrypting));
    },
    async decode(payloads) {
      return payloads.map((payload) => (isEncrypted(payload) ? decrypt(payload, byId) : payload));
    },
  };
}

function encrypt(payload: Payload, { id, key }: PayloadKey): Payload {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv);
  const sealed = [iv, cipher.update(PayloadMessage.encode(payload).finish()), cipher.final(), cipher.getAuthTag()];
  return {
    metadata: {
      encoding: Buffer.from(encoding),
      'encryption-cipher': Buffer.from(cipherName),
      'encryption-key-id': Buffer.from(id),
    },
    data: Buffer.concat(sealed),
  };
}

function isEncrypted({ metadata }: Payload): boolean {
  return textOf(metadata?.['encoding']) === encoding;
}

function decrypt({ metadata, data }: Payload, keys: ReadonlyMap<string, PayloadKey>): Payload {
  const id = textOf(metadata?.['encryption-key-id']);
  const known = keys.get(id);
  if (known === undefined) {
    const has = keys.size === 0 ? 'no keys were given here' : `the keys given here are: ${[...keys.keys()].join(', ')}`;
    throw new UnreadablePayloadError(
      `a payload is encrypted with the key "${id}", and ${has}; add it to the file of --payload-keys (ORDINAL_PAYLOAD_KEYS)`,
    );
  }
  const sealed = data ?? new Uint8Array();
  try {
    const tagAt = sealed.length - tagBytes;
    const decipher = createDecipheriv(algorithm, known.key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes });
    decipher.setAuthTag(sealed.subarray(tagAt));
    const opened = Buffer.concat([decipher.update(sealed.subarray(ivBytes, tagAt)), decipher.final()]);
    return PayloadMessage.decode(opened);
  } catch (error) {
    throw new UnreadablePayloadError(
      `a payload cannot be decrypted with the key "${id}": it was encrypted with another key of that id, or was changed`,
      { cause: error },
    );
  }
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes === null || bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}
