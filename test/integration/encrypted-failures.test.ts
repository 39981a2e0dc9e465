import { ApplicationFailure, type WorkflowFailedError } from '@temporalio/client';
import { afterEach, expect, inject, test } from 'vitest';
import { parsePayloadKeys } from '../../codec/payload-keys.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { kindOf, operations, type Run } from '../support/history.ts';
import { encodingsIn, rawText } from '../support/raw-payloads.ts';
import { planOf, startStubCluster, type StubCluster } from './stub-cluster.ts';

const secret = 'hunter2-swordfish';
const keys = parsePayloadKeys(`one:${Buffer.alloc(32, 1).toString('base64')}`, 'keys');
let stub: StubCluster | undefined;

afterEach(() => stub?.stop());

/** An operation whose only step fails for good. */
async function failedRun(isEncrypted: boolean): Promise<Run> {
  let failed = false;
  const step = () => {
    failed = true;
    return Promise.reject(ApplicationFailure.nonRetryable(`refused: ${secret}`, 'Refused', { seen: secret }));
  };
  const plan = () => (failed ? planOf({ revision: 'web-a' }) : planOf({ revision: 'web-a' }, 0));
  stub = await startStubCluster(inject('target'), { plan, step }, isEncrypted ? keys : undefined);
  await stub.wake();
  return waitUntil('the operation has failed', async () =>
    operations((await stub?.runs()) ?? []).find(({ status }) => status === 'Failed'),
  );
}

const failures = ({ events }: Run) => events.filter((event) => kindOf(event)?.endsWith('Failed'));

test('failures are encrypted, messages and stacks, of activities and of workflows; with the key they are read', async () => {
  const run = await failedRun(true);
  expect(failures(run).map(kindOf)).toEqual(['activityTaskFailed', 'workflowExecutionFailed']);
  for (const event of failures(run)) {
    const text = rawText(event);
    expect(text).toContain('Encoded failure');
    for (const part of [secret, 'refused', '.ts:', '.js:']) expect(text).not.toContain(part);
  }
  expect(encodingsIn(run.events)).toEqual(new Set(['binary/encrypted']));
  const error = await stub?.client.workflow
    .getHandle(run.id, run.runId)
    .result()
    .then(
      () => undefined,
      (thrown: WorkflowFailedError) => thrown,
    );
  const told = error?.cause?.cause;
  expect(told).toBeInstanceOf(ApplicationFailure);
  expect(told).toMatchObject({ message: `refused: ${secret}`, details: [{ seen: secret }] });
});

test('without keys they can be read by everybody, as ever', async () => {
  for (const event of failures(await failedRun(false))) expect(rawText(event)).toContain(`refused: ${secret}`);
});
