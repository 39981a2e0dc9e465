import { withImages } from '../../client/rollout-change.ts';
import { answerChange, requestOf } from '../answer.ts';
import { usageError } from '../exit.ts';
import type { RequestFlags } from '../flags.ts';
import type { Session } from '../session.ts';

export async function setImage(
  session: Session,
  [name = '', ...pairs]: readonly string[],
  flags: RequestFlags,
): Promise<void> {
  const handle = session.set(name);
  const images = imagesOf(pairs);
  const operation = await handle.rollout((template, set) => withImages(set, template, images), requestOf(flags));
  // kubectl says nothing when the image is the same already.
  if (operation.changed || flags.output !== undefined)
    await answerChange(session, handle, operation, 'image updated', flags);
}

/** Reads `container=image` pairs. */
export function imagesOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1 || at === pair.length - 1) throw usageError(`"${pair}" is not CONTAINER=IMAGE`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
