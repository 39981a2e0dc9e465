import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** Search attributes of every workflow of ours: all Keyword. */
export const searchAttributes = {
  cluster: defineSearchAttributeKey('OrdinalCluster', SearchAttributeType.KEYWORD),
  namespace: defineSearchAttributeKey('OrdinalNamespace', SearchAttributeType.KEYWORD),
  name: defineSearchAttributeKey('OrdinalName', SearchAttributeType.KEYWORD),
  operation: defineSearchAttributeKey('OrdinalOperation', SearchAttributeType.KEYWORD),
  /** `Running`, `Waiting`, `Stuck`; an entity has none. */
  phase: defineSearchAttributeKey('OrdinalPhase', SearchAttributeType.KEYWORD),
  revision: defineSearchAttributeKey('OrdinalRevision', SearchAttributeType.KEYWORD),
} as const;
