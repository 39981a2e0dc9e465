/**
 * The rules, by name; the number is that of the invariant in the design.
 *
 * | rule | what must hold |
 * |---|---|
 * | ordered-start (1) | OrderedReady: a pod is created only when all lower ordinals of the window are available |
 * | window (1) | pods are created only for ordinals that the set wants |
 * | ordered-scale-in (2) | OrderedReady: the highest goes first, the next when the former is gone; also when the set is deleted |
 * | partition, update-order, max-unavailable, on-delete, paused (3) | which pods an update may delete, in which order, how many |
 * | restart-of-done (4) | an update never deletes a Ready pod that is at the wanted revision |
 * | second-restart | nor one at the wanted revision that is still on its way to Ready |
 * | wrong-revision | a pod is created at the revision that its ordinal should have: another one means a second restart |
 * | claim-retention (5) | a claim is deleted by the retention policy alone, or by a user |
 * | preconditions (6) | every delete of pods and claims names uid and resourceVersion; of revisions, the uid |
 * | ownership (6) | only pods of a living set are deleted |
 * | created-twice | a name has one pod at a time |
 * | evidence | the audit log explains what the watch log shows: without it, the other rules could not fail |
 */
export type Rule =
  | 'ordered-start'
  | 'window'
  | 'ordered-scale-in'
  | 'partition'
  | 'update-order'
  | 'max-unavailable'
  | 'on-delete'
  | 'paused'
  | 'restart-of-done'
  | 'second-restart'
  | 'wrong-revision'
  | 'claim-retention'
  | 'preconditions'
  | 'ownership'
  | 'created-twice'
  | 'evidence';

export interface Violation {
  readonly rule: Rule;
  /** When it was seen, ms since the epoch. */
  readonly at: number;
  readonly namespace: string;
  /** The set concerned, `group/name`; absent where no set is. */
  readonly set?: string;
  /** The pod, claim or revision concerned. */
  readonly object: string;
  /** The watch event that shows it. */
  readonly resourceVersion?: string;
  /** The call that did it. */
  readonly auditId?: string;
  /** What happened and why that is wrong, for a person. */
  readonly message: string;
}

/** A violation without its place: what a rule says about the one event that it looks at. */
export interface Finding {
  readonly rule: Rule;
  readonly message: string;
}
