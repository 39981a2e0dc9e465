import { DefaultFailureConverter } from '@temporalio/common';

/** Of a worker that encrypts: messages and stacks of failures are encrypted too. Temporal's SDK loads it by its path. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
