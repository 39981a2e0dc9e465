import { withImages } from '../../client/rollout-change.ts';
import { usageError } from '../exit.ts';
import type { OutputFlag } from '../flags.ts';
import { documentOf, printed } from '../render/output.ts';
import { planTable } from '../render/plan-table.ts';
import type { Session } from '../session.ts';
import { imagesOf } from './set-image.ts';

export async function plan(
  session: Session,
  [name = '']: readonly string[],
  flags: OutputFlag & { readonly image?: readonly string[]; readonly replicas?: number },
): Promise<void> {
  const handle = session.set(name);
  const { image, replicas } = flags;
  if (image !== undefined && replicas !== undefined) throw usageError('give --image or --replicas, one at a time');
  const images = image && imagesOf(image);
  const work = await handle.plan(
    images ? (template, set) => withImages(set, template, images) : replicas === undefined ? undefined : { replicas },
  );
  const pods = work.steps.map(({ pod }) => `pod/${pod}`);
  if (await printed(session.console, flags.output, documentOf('Plan', work), pods)) return;
  session.console.out(planTable(work));
}
