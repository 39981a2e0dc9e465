import { answerChange, requestOf } from '../answer.ts';
import type { RequestFlags } from '../flags.ts';
import type { Session } from '../session.ts';

export async function undo(
  session: Session,
  [name = '']: readonly string[],
  flags: RequestFlags & { readonly toRevision?: number },
): Promise<void> {
  const handle = session.set(name);
  const { toRevision } = flags;
  const operation = await handle.undo({ ...requestOf(flags), ...(toRevision !== undefined && { toRevision }) });
  const skipped = `skipped rollback (current template already matches revision ${operation.revision})`;
  await answerChange(session, handle, operation, operation.changed ? 'rolled back' : skipped, flags);
}
