import {
  isAdmissionDenied,
  isForbidden,
  isInvalid,
  isNamespaceTerminating,
  isQuota,
  KubeError,
} from '../kube/errors.ts';
import type { Waiting } from '../model/waiting.ts';
import type { ActResult } from './act-result.ts';

/** Turns the API server's no into a reason that a person can act on. Errors that are not the server's no are thrown on. */
export function refusal(error: unknown, ordinal: number, pod: string, what: string): ActResult {
  if (!(error instanceof KubeError) || error.status === 429 || error.status >= 500) throw error;
  const message = `${what}: ${error.message}`;
  const waiting: Waiting = { ordinal, pod, reason: reasonOf(error), message, stuck: true };
  return { kind: 'refused', waiting };
}

function reasonOf(error: KubeError): Waiting['reason'] {
  if (isQuota(error)) return 'QuotaExceeded';
  if (isNamespaceTerminating(error)) return 'NamespaceTerminating';
  if (isAdmissionDenied(error)) return 'AdmissionRefused';
  if (isForbidden(error)) return 'Forbidden';
  return isInvalid(error) ? 'Invalid' : 'Refused';
}
