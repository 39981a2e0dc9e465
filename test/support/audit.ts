import { open, stat } from 'node:fs/promises';
import type { AuditEvent } from '../invariants/objects.ts';

/** The part of the audit log that one test has to do with. */
export interface AuditSlice {
  /** Writes to the namespace since the slice was begun, in the order of the log. */
  read(): Promise<readonly AuditEvent[]>;
}

/** Begins at the end of the log as it is now. */
export async function auditSlice(path: string, namespace: string): Promise<AuditSlice> {
  const from = (await stat(path)).size;
  const mark = `"namespace":${JSON.stringify(namespace)}`;
  return {
    async read() {
      const file = await open(path);
      try {
        const { size } = await file.stat();
        const { buffer } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
        const lines = buffer.toString().split('\n').slice(0, -1);
        return lines
          .filter((line) => line.includes(mark))
          .map((line) => JSON.parse(line) as AuditEvent)
          .filter(isWrite);
      } finally {
        await file.close();
      }
    },
  };
}

/** Of a worker its reads, its events and its lease are on record as well. */
function isWrite({ verb, objectRef }: AuditEvent): boolean {
  return !['get', 'list', 'watch'].includes(verb) && !['events', 'leases'].includes(objectRef?.resource ?? '');
}
