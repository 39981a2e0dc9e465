/** What the workflow of a set measures of its operations. Temporal's SDK appends `_total` to the name of a counter. */
export const operationMetrics = {
  ended: {
    name: 'ordinal_operations',
    help: 'Operations that have ended, by kind and outcome (completed, superseded, aborted, gone, failed).',
  },
  seconds: {
    name: 'ordinal_operation_duration_seconds',
    help: 'Time that an operation took, from its start to its end, parked or not.',
  },
} as const;
