import type { DataConverter } from '@temporalio/common';
import { OrdinalError } from './errors.ts';

/**
 * For a client or a worker of Temporal of your own: reads and writes payloads as Ordinal's workers do that have this file of keys. Default:
 * `ORDINAL_PAYLOAD_KEYS`; without either, payloads are not encrypted. Rejects with `OrdinalError` for keys that cannot be used.
 */
export async function encryptedPayloads(path?: string): Promise<DataConverter> {
  const [{ createPayloadCodec }, { loadPayloadKeys, PayloadKeysError }] = await Promise.all([
    import('../codec/payload-codec.ts'),
    import('../codec/payload-keys.ts'),
  ]);
  try {
    return { payloadCodecs: [createPayloadCodec(loadPayloadKeys(path))] };
  } catch (error) {
    if (!(error instanceof PayloadKeysError)) throw error;
    throw new OrdinalError('Configuration', error.message, error);
  }
}
