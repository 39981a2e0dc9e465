import { answer, requestOf } from '../answer.ts';
import type { RequestFlags } from '../flags.ts';
import type { Session } from '../session.ts';

const did = { pause: 'paused', resume: 'resumed', abort: 'aborted', retry: 'retried' } as const;

/** The verbs that set or lift a hold; a repeat is no error. */
export function hold(verb: keyof typeof did) {
  return async (session: Session, [name = '']: readonly string[], flags: RequestFlags): Promise<void> => {
    const handle = session.set(name);
    const operation = await handle[verb](requestOf(flags));
    const already = { pause: 'already ', abort: 'already ', resume: 'not paused, ', retry: 'not aborted, ' }[verb];
    const words = operation.changed
      ? did[verb]
      : verb === 'pause' || verb === 'abort'
        ? `${already}${did[verb]}`
        : `${already}nothing to do`;
    await answer(session, handle, operation, words, flags);
  };
}
