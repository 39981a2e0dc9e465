import { annotations } from '../model/annotations.ts';
import type { StatefulSet } from '../model/objects.ts';

/** Goes with every change. */
export interface RequestOptions {
  /**
   * A key of your own: asking again with the same one is the same operation and writes nothing, also when up to eight others have asked in between.
   * Default: a random one.
   */
  readonly id?: string;
  /** Why, for the history. */
  readonly reason?: string;
  /** Who, for the history. Default: that of the client. */
  readonly requestedBy?: string;
  /** Ask the API server, change nothing. */
  readonly dryRun?: boolean;
}

const remembered = 8;

/** Whether the set has had this request already. */
export function wasRequested(set: StatefulSet, id: string | undefined): boolean {
  return id !== undefined && requestsOf(set).includes(id);
}

/** The annotations of a request; null removes what an earlier request has left. `set`: what it is made on, where there is one. */
export function requestAnnotations(
  id: string,
  of: RequestOptions,
  set?: StatefulSet,
): Readonly<Record<string, string | null>> {
  return {
    ...rememberedId(id, set),
    [annotations.reason]: of.reason ?? null,
    [annotations.requestedBy]: of.requestedBy ?? null,
  };
}

/** The annotations that have a set remember a request, and nothing else of it. */
export function rememberedId(id: string, set?: StatefulSet): Readonly<Record<string, string>> {
  const earlier = set === undefined ? [] : requestsOf(set).filter((each) => each !== id);
  return {
    [annotations.requestId]: id,
    ...(earlier.length > 0 && {
      [annotations.earlierRequests]: earlier.slice(0, remembered).map(encodeURIComponent).join(' '),
    }),
  };
}

/** Newest first. */
function requestsOf({ metadata }: StatefulSet): readonly string[] {
  const { [annotations.requestId]: last, [annotations.earlierRequests]: earlier } = metadata.annotations ?? {};
  return [...(last === undefined ? [] : [last]), ...(earlier?.split(' ').map(decodeURIComponent) ?? [])];
}
