const newline = 0x0a;

/**
 * Parses newline-separated JSON as it arrives. A long line is joined once, when its end has come; an unfinished last line is dropped:
 * the server was cut off while writing it. Throws `SyntaxError` on a whole line that is not JSON.
 */
export async function* jsonLines<T>(
  chunks: AsyncIterable<Uint8Array>,
  onBytes?: () => void,
): AsyncGenerator<T, void, undefined> {
  let parts: Buffer[] = [];
  for await (const chunk of chunks) {
    onBytes?.();
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      const tail = bytes.subarray(start, end);
      const line = (parts.length === 0 ? tail : Buffer.concat([...parts, tail])).toString('utf8');
      parts = [];
      start = end + 1;
      if (line.trim() !== '') yield JSON.parse(line) as T;
    }
    if (start < bytes.length) parts.push(bytes.subarray(start));
  }
}
