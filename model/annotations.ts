/** Keys that Ordinal reads and writes on sets, each defined once. */
export const annotations = {
  paused: 'ordinal.dev/paused',
  abort: 'ordinal.dev/abort',
  orderedDeletion: 'ordinal.dev/ordered-deletion',
  parallelReplace: 'ordinal.dev/parallel-replace',
  stuckPolicy: 'ordinal.dev/stuck-policy',
  requestId: 'ordinal.dev/request-id',
  /** The ids of the requests before, newest first: one of them again is no new request. */
  earlierRequests: 'ordinal.dev/earlier-requests',
  reason: 'ordinal.dev/request-reason',
  requestedBy: 'ordinal.dev/requested-by',
  /** On a set that takes the place of one of the other API: the uid of that one, until it has. */
  replaces: 'ordinal.dev/replaces',
} as const;

/** Holds a set that is being deleted until its pods are gone, highest ordinal first. */
export const orderedDeletionFinalizer = 'ordinal.dev/ordered-deletion';
