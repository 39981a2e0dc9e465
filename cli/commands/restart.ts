import { answerChange, requestOf } from '../answer.ts';
import type { RequestFlags } from '../flags.ts';
import type { Session } from '../session.ts';

export async function restart(session: Session, [name = '']: readonly string[], flags: RequestFlags): Promise<void> {
  const handle = session.set(name);
  await answerChange(session, handle, await handle.restart(requestOf(flags)), 'restarted', flags);
}
