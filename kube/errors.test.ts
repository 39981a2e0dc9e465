import { describe, expect, test } from 'vitest';
import {
  isAdmissionDenied,
  isAlreadyExists,
  isConflict,
  isExpired,
  isForbidden,
  isInvalid,
  isNamespaceTerminating,
  isNotFound,
  isQuota,
  isTransient,
  parseStatus,
  UnreachableError,
} from './errors.ts';

const request = { verb: 'create', path: '/api/v1/namespaces/default/pods' };
const status = (code: number, reason: string, message: string, details?: object) =>
  parseStatus(code, JSON.stringify({ kind: 'Status', reason, message, details }), request, undefined);

const predicates = {
  isAdmissionDenied,
  isAlreadyExists,
  isConflict,
  isExpired,
  isForbidden,
  isInvalid,
  isNamespaceTerminating,
  isNotFound,
  isQuota,
  isTransient,
};

describe('what the server said', () => {
  test.each([
    [status(404, 'NotFound', 'pods "web-0" not found'), ['isNotFound']],
    [status(409, 'AlreadyExists', 'pods "web-0" already exists'), ['isAlreadyExists']],
    [status(409, 'Conflict', 'the object has been modified'), ['isConflict']],
    [status(409, 'Conflict', 'Precondition failed: UID in precondition: a, UID in object meta: b'), ['isConflict']],
    [status(422, 'Invalid', 'spec: Required value'), ['isInvalid']],
    [status(403, 'Forbidden', 'pods "web-0" is forbidden: exceeded quota: q'), ['isForbidden', 'isQuota']],
    [
      status(403, 'Forbidden', 'unable to create new content', { causes: [{ reason: 'NamespaceTerminating' }] }),
      ['isForbidden', 'isNamespaceTerminating'],
    ],
    [
      status(403, 'Forbidden', 'admission webhook "a.b.c" denied the request: no'),
      ['isAdmissionDenied', 'isForbidden'],
    ],
    [status(410, 'Expired', 'too old resource version'), ['isExpired']],
    [status(429, 'TooManyRequests', 'slow down'), ['isTransient']],
    [status(500, 'InternalError', 'etcdserver: request timed out'), ['isTransient']],
    [new UnreachableError({ address: 'https://k', code: 'ECONNREFUSED', sent: false, request }), ['isTransient']],
    [new Error('something else'), []],
  ])('%s', (error, expected) => {
    const holding = Object.entries(predicates).filter(([, holds]) => holds(error));
    expect(holding.map(([name]) => name)).toEqual(expected);
  });

  test('says what happened to which object', () => {
    const error = status(409, 'AlreadyExists', 'pods "web-0" already exists');
    expect(error.message).toBe(
      'create /api/v1/namespaces/default/pods: AlreadyExists (409): pods "web-0" already exists',
    );
  });

  test('a proxy that answers with a page is quoted in brief', () => {
    const error = parseStatus(502, `<html>${'x'.repeat(5000)}</html>`, request, undefined);
    expect(error.reason).toBe('HTTP502');
    expect(error.message.length).toBeLessThan(450);
  });

  test('the time to wait comes from the header, else from the details', () => {
    const body = JSON.stringify({ kind: 'Status', details: { retryAfterSeconds: 7 } });
    expect(parseStatus(429, body, request, 2).retryAfterSeconds).toBe(2);
    expect(parseStatus(429, body, request, undefined).retryAfterSeconds).toBe(7);
  });

  test('an unreachable server is named, and whether anything was sent', () => {
    const error = new UnreachableError({ address: 'https://k:6443', code: 'ECONNRESET', sent: true, request });
    expect(error.message).toContain('https://k:6443');
    expect(error.message).toContain('outcome is unknown');
  });
});
