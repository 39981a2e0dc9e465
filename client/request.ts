import { annotations } from '../model/annotations.ts';

/** Goes with every change. */
export interface RequestOptions {
  /**
   * A key of your own: asking twice with the same one is one operation, as long as nobody else asked in between. Default: a random one.
   */
  readonly id?: string;
  /** Why, for the history. */
  readonly reason?: string;
  /** Who, for the history. Default: that of the client. */
  readonly by?: string;
  /** Ask the API server, change nothing. */
  readonly dryRun?: boolean;
}

/** The annotations of a request; null removes what an earlier request has left. */
export function requestAnnotations(id: string, of: RequestOptions): Readonly<Record<string, string | null>> {
  return {
    [annotations.requestId]: id,
    [annotations.reason]: of.reason ?? null,
    [annotations.requestedBy]: of.by ?? null,
  };
}
