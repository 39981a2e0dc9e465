import {
  condition,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  startChild,
} from '@temporalio/workflow';

export interface EmptyActivities {
  plan(): Promise<void>;
  settle(): Promise<void>;
}

const { plan } = proxyLocalActivities<EmptyActivities>({ startToCloseTimeout: '2 seconds' });
const { settle } = proxyActivities<EmptyActivities>({ startToCloseTimeout: '1 minute', heartbeatTimeout: '5 seconds' });

export const changed = defineSignal('changed');

/** What the workflow of a set does for one operation, and nothing else. */
export async function emptySet(name: string): Promise<void> {
  let told = false;
  setHandler(changed, () => void (told = true));
  await condition(() => told);
  await plan();
  const operation = await startChild(emptyOperation, { workflowId: `${name}/operation` });
  await operation.result();
  await plan();
}

/** What an operation of one step does. */
export async function emptyOperation(): Promise<void> {
  await plan();
  await settle();
  await plan();
}
