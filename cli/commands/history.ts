import { OrdinalError } from '../../client/errors.ts';
import type { StatefulSetHandle } from '../../client/set-handle.ts';
import type { Console } from '../console.ts';
import type { HistoryEntry } from '../../client/history.ts';
import type { Run } from '../../client/temporal.ts';
import { CommandError, exitCodes } from '../exit.ts';
import type { OutputFlag } from '../flags.ts';
import { kubectlYaml } from '../kubectl-yaml.ts';
import { shortDuration } from '../render/age.ts';
import { documentOf, listOf, printed } from '../render/output.ts';
import { table } from '../render/table.ts';
import type { Session } from '../session.ts';
import { qualifiedName } from '../set-name.ts';

/** As `kubectl rollout history`; `-o wide` adds what Temporal knows of the runs. */
export async function history(
  session: Session,
  [name = '']: readonly string[],
  flags: OutputFlag & { readonly revision?: number },
): Promise<void> {
  const { console } = session;
  const handle = session.set(name);
  const { key } = await handle.located();
  const qualified = qualifiedName(key.flavour, handle.name);
  const all = await handle.history();
  if (flags.revision !== undefined) {
    const entry = all.find(({ revision }) => revision === flags.revision);
    if (entry === undefined)
      throw new CommandError(
        exitCodes.failed,
        `unable to find the revision ${flags.revision}; there are: ${all.map(({ revision }) => revision).join(', ')}`,
      );
    const template = await handle.template(entry.revision);
    if (await printed(console, flags.output, documentOf('Revision', { ...entry, template }), [qualified])) return;
    const { stringify } = await import('yaml');
    console.out(`${qualified} with revision #${entry.revision}\n${stringify(template, kubectlYaml).trimEnd()}`);
    return;
  }
  if (await printed(console, flags.output, listOf('Revision', all), [qualified])) return;
  const runs = flags.output === 'wide' ? await runsOf(handle, console) : [];
  console.out(`${qualified}\n${historyTable(all, flags.output === 'wide' ? runs : undefined)}`);
}

/** The revisions are in the cluster: they are shown also when Temporal does not answer. */
async function runsOf(handle: StatefulSetHandle, console: Console): Promise<readonly Run[]> {
  try {
    return await handle.runs(100);
  } catch (error) {
    if (!(error instanceof OrdinalError)) throw error;
    console.err(`without the runs: ${error.message}`);
    return [];
  }
}

/** Revision and change cause first, as everywhere; with `runs` what became of each. */
export function historyTable(entries: readonly HistoryEntry[], runs?: readonly Run[]): string {
  const header = ['REVISION', 'CHANGE-CAUSE', ...(runs ? ['STARTED', 'DURATION', 'BY', 'RESULT', 'RUN'] : [])];
  const rows = entries.map((entry) => {
    const first = [String(entry.revision), entry.changeCause ?? '<none>'];
    if (runs === undefined) return first;
    const run = runs.find(({ type, revision }) => type === 'rollout' && revision === entry.name);
    if (run === undefined) return [...first, entry.createdAt ?? '-', '-', entry.requestedBy ?? '-', '-', '-'];
    const ms = run.closedAt === undefined ? undefined : Date.parse(run.closedAt) - Date.parse(run.startedAt);
    const lasted = ms === undefined ? '-' : shortDuration(ms);
    return [
      ...first,
      run.startedAt,
      lasted,
      entry.requestedBy ?? '-',
      run.outcome ?? run.status.toLowerCase(),
      run.runId,
    ];
  });
  return table(header, rows);
}
