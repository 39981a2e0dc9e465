import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { createPayloadCodec } from '../codec/payload-codec.ts';
import type { PayloadKeys } from '../codec/payload-keys.ts';

/** How a worker writes and reads payloads and failures. Without keys too: what it then cannot read it says so of. */
export function dataConverter(keys: PayloadKeys | undefined): DataConverter {
  const payloadCodecs = [createPayloadCodec(keys)];
  if (keys === undefined) return { payloadCodecs };
  const built = extname(fileURLToPath(import.meta.url));
  return { payloadCodecs, failureConverterPath: fileURLToPath(new URL(`failure-converter${built}`, import.meta.url)) };
}
