import type { NativeConnection } from '@temporalio/worker';
import { pause } from './retrying.ts';

/** A build of a Worker Deployment. */
export interface Build {
  readonly deploymentName: string;
  readonly buildId: string;
}

const everyMs = 500;

/**
 * Waits until Temporal knows the build, then makes it the current one, or says how a person does: until then it gets no new work. Ends
 * without a word where it is current already.
 */
export async function takeOver(
  connection: NativeConnection,
  namespace: string,
  build: Build,
  makeCurrent: boolean,
  signal: AbortSignal,
  say: (message: string) => void,
): Promise<void> {
  const { workflowService } = connection;
  const { deploymentName, buildId } = build;
  for (; !signal.aborted; await pause(everyMs, signal)) {
    const found = await describe(connection, namespace, deploymentName);
    if (found === undefined || !found.builds.includes(buildId)) continue;
    if (found.current === buildId) return;
    if (!makeCurrent) {
      const command = `temporal worker deployment set-current-version --namespace ${namespace} --deployment-name ${deploymentName} --build-id ${buildId}`;
      return say(
        `build ${buildId} of ${deploymentName} is not the current one and gets no new work; make it so with: ${command}`,
      );
    }
    await workflowService.setWorkerDeploymentCurrentVersion({
      namespace,
      deploymentName,
      buildId,
      identity: `ordinal ${buildId}`,
      ignoreMissingTaskQueues: true,
    });
    return say(`build ${buildId} is now the current one of ${deploymentName}`);
  }
}

/** Undefined while there is no such deployment. */
async function describe(
  { workflowService }: NativeConnection,
  namespace: string,
  deploymentName: string,
): Promise<{ readonly builds: readonly (string | null | undefined)[]; readonly current?: string | null } | undefined> {
  try {
    const { workerDeploymentInfo: told } = await workflowService.describeWorkerDeployment({
      namespace,
      deploymentName,
    });
    const builds = (told?.versionSummaries ?? []).map(({ deploymentVersion }) => deploymentVersion?.buildId);
    return { builds, current: told?.routingConfig?.currentDeploymentVersion?.buildId };
  } catch (error) {
    const notFound = 5;
    if ((error as { readonly code?: number }).code === notFound) return undefined;
    throw error;
  }
}
