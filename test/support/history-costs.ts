import { kindOf, type Run } from './history.ts';

/** What one run takes of Temporal. */
export interface HistoryCosts {
  readonly events: number;
  /** Size of the history as the protocol encodes it, by its payloads: what else an event holds is some hundred bytes. */
  readonly bytes: number;
  readonly largestPayload: number;
  /** Activities and children under way at once, at most. */
  readonly mostPending: number;
}

const begins = /^(activityTaskScheduled|startChildWorkflowExecutionInitiated)$/;
const ends =
  /^(activityTask(Completed|Failed|TimedOut|Canceled)|childWorkflowExecution(Completed|Failed|Canceled|TimedOut|Terminated))$/;
/** Of an event without its payloads: more than any has. */
const bytesAnEvent = 500;

export function costsOf({ events }: Run): HistoryCosts {
  let [bytes, largestPayload, pending, mostPending] = [0, 0, 0, 0];
  for (const event of events) {
    const sizes = payloadSizes(event);
    bytes += bytesAnEvent + sizes.reduce((sum, size) => sum + size, 0);
    largestPayload = Math.max(largestPayload, ...sizes);
    const kind = kindOf(event) ?? '';
    if (begins.test(kind)) pending += 1;
    if (ends.test(kind)) pending -= 1;
    mostPending = Math.max(mostPending, pending);
  }
  return { events: events.length, bytes, largestPayload, mostPending };
}

/** Payloads are the only bytes in an event that are not few. */
function payloadSizes(value: unknown): number[] {
  if (value instanceof Uint8Array) return [value.byteLength];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(payloadSizes);
}
