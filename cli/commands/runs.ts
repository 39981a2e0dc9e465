import type { OutputFlag } from '../flags.ts';
import { age, shortDuration } from '../render/age.ts';
import { listOf, printed } from '../render/output.ts';
import { table } from '../render/table.ts';
import type { Session } from '../session.ts';

export async function runs(
  session: Session,
  [name = '']: readonly string[],
  flags: OutputFlag & { readonly limit?: number },
): Promise<void> {
  const { console } = session;
  const found = await session.set(name).runs(flags.limit ?? 20);
  if (
    await printed(
      console,
      flags.output,
      listOf('Run', found),
      found.map(({ workflowId }) => workflowId),
    )
  )
    return;
  if (found.length === 0) {
    console.err(`Temporal knows no runs of ${name}.`);
    return;
  }
  const now = Date.now();
  const rows = found.map(({ type, status, outcome, phase, revision, startedAt, closedAt, workflowId, runId }) => [
    type,
    outcome ?? status.toLowerCase(),
    // The phase of a run that has ended is the last one that it told.
    (status === 'RUNNING' ? phase : undefined) ?? '-',
    revision ?? '-',
    age(startedAt, now),
    shortDuration((closedAt === undefined ? now : Date.parse(closedAt)) - Date.parse(startedAt)),
    workflowId,
    ...(flags.output === 'wide' ? [runId] : []),
  ]);
  const header = ['TYPE', 'STATUS', 'PHASE', 'REVISION', 'STARTED', 'DURATION', 'WORKFLOW'];
  console.out(table(flags.output === 'wide' ? [...header, 'RUN'] : header, rows));
}
