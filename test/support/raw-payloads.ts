/** A history, or a part of one, as text: payloads as they are stored, byte for byte. */
export function rawText(value: object): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each instanceof Uint8Array
      ? Buffer.from(each).toString('latin1')
      : typeof each === 'bigint'
        ? `${each}`
        : isBuffer(each)
          ? Buffer.from(each.data).toString('latin1')
          : each,
  );
}

/** What `JSON.stringify` makes of a buffer before it asks. */
function isBuffer(value: unknown): value is { readonly type: 'Buffer'; readonly data: readonly number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value;
}

/** How each payload in it is encoded, but for search attributes, which nobody can encrypt. */
export function encodingsIn(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (each: unknown): void => {
    if (typeof each !== 'object' || each === null || each instanceof Uint8Array) return;
    if ('metadata' in each && isMetadata(each.metadata)) found.add(Buffer.from(each.metadata.encoding).toString());
    for (const [name, part] of Object.entries(each)) if (name !== 'searchAttributes') visit(part);
  };
  visit(value);
  return found;
}

function isMetadata(value: unknown): value is { readonly encoding: Uint8Array } {
  return typeof value === 'object' && value !== null && 'encoding' in value && value.encoding instanceof Uint8Array;
}
