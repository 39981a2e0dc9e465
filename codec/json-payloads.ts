import type { Payload } from '@temporalio/common';

/** Payloads as protobuf writes them in JSON: bytes in base64. */
export interface JsonPayloads {
  readonly payloads: readonly {
    readonly metadata?: Readonly<Record<string, string>>;
    readonly data?: string;
  }[];
}

/** Undefined for what is no such text. */
export function fromJson(text: string): Payload[] | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(body) || !Array.isArray(body['payloads'])) return undefined;
  const payloads: Payload[] = [];
  for (const each of body['payloads'] as readonly unknown[]) {
    if (!isRecord(each)) return undefined;
    const { metadata = {}, data = '' } = each;
    if (!isRecord(metadata) || typeof data !== 'string') return undefined;
    const entries = Object.entries(metadata);
    if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) return undefined;
    payloads.push({
      metadata: Object.fromEntries(entries.map(([name, value]) => [name, Buffer.from(value, 'base64')])),
      data: Buffer.from(data, 'base64'),
    });
  }
  return payloads;
}

export function toJson(payloads: readonly Payload[]): JsonPayloads {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
      ...(data && { data: base64(data) }),
    })),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
