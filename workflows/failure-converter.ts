import { DefaultFailureConverter } from '@temporalio/common';

/** What a worker that encrypts puts before the code of the workflows, which cannot ask anything of their process. */
declare global {
  var ordinalEncryptsFailures: boolean | undefined;
}

/** Puts messages and stacks of failures where payloads are encrypted, in workers that do encrypt; else they stay readable. */
export const failureConverter = new DefaultFailureConverter({
  encodeCommonAttributes: globalThis.ordinalEncryptsFailures === true,
});
