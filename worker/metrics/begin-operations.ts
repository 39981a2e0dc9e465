import type { MetricMeter } from '@temporalio/common';
import type { Operation } from '../../model/plan.ts';
import { operationMetrics } from '../../workflows/operation-metrics.ts';
import { type OperationResult, workflowTypes } from '../../workflows/messages.ts';

const operations: readonly Operation[] = ['rollout', 'scale', 'repair', 'deletion'];
const outcomes: readonly (OperationResult['outcome'] | 'failed')[] = [
  'completed',
  'superseded',
  'aborted',
  'gone',
  'failed',
];

/**
 * Lets the counter that the workflows count operations with begin at 0, with the labels that theirs has: Prometheus sees no increase in a series
 * that begins at 1, and most kinds of end are rare.
 */
export function beginOperations(meter: MetricMeter, namespace: string, taskQueue: string): void {
  const { name, help } = operationMetrics.ended;
  const counter = meter.createCounter(name, undefined, help);
  const workflowType = workflowTypes.statefulSet;
  for (const operation of operations)
    for (const outcome of outcomes) counter.add(0, { namespace, taskQueue, workflowType, operation, outcome });
}
