import {
  isAdmissionDenied,
  isAdmissionUnavailable,
  isForbidden,
  isInvalid,
  isNamespaceTerminating,
  isQuota,
  isTransient,
  KubeError,
} from '../kube/errors.ts';
import type { Waiting } from '../model/waiting.ts';
import type { ActResult } from './act-result.ts';

/** Turns the API server's no into a reason that a person can act on. Errors that are not the server's no are thrown on. */
export function refusal(error: unknown, ordinal: number, pod: string, what: string): ActResult {
  return { kind: 'refused', waiting: { ...refused(error, what), ordinal, pod } };
}

/** The same for a call that concerns the set as a whole. */
export function refused(error: unknown, what: string): Waiting {
  if (!(error instanceof KubeError) || (isTransient(error) && !isAdmissionUnavailable(error))) throw error;
  return { reason: reasonOf(error), message: `${what}: ${error.message}`, stuck: true };
}

function reasonOf(error: KubeError): Waiting['reason'] {
  if (isQuota(error)) return 'QuotaExceeded';
  if (isNamespaceTerminating(error)) return 'NamespaceTerminating';
  if (isAdmissionDenied(error)) return 'AdmissionRefused';
  if (isAdmissionUnavailable(error)) return 'AdmissionUnavailable';
  if (isForbidden(error)) return 'Forbidden';
  return isInvalid(error) ? 'Invalid' : 'Refused';
}
