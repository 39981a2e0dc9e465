import { answerChange, requestOf } from '../answer.ts';
import type { RequestFlags } from '../flags.ts';
import type { Session } from '../session.ts';

export async function scale(
  session: Session,
  [name = '']: readonly string[],
  flags: RequestFlags & { readonly replicas: number },
): Promise<void> {
  const handle = session.set(name);
  await answerChange(session, handle, await handle.scale(flags.replicas, requestOf(flags)), 'scaled', flags);
}
