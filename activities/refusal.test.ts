import { describe, expect, it } from 'vitest';
import { KubeError } from '../kube/errors.ts';
import { refused } from './refusal.ts';

const request = { verb: 'create', path: '/api/v1/namespaces/shop/pods' };
const answer = (status: number, reason: string, message: string) => new KubeError({ status, reason, message, request });

describe('what the API server refuses', () => {
  it.each([
    ['quota', answer(403, 'Forbidden', 'pods "web-0" is forbidden: exceeded quota: none'), 'QuotaExceeded'],
    ['a right that is missing', answer(403, 'Forbidden', 'User "x" cannot create resource "pods"'), 'Forbidden'],
    [
      'a webhook that says no',
      answer(403, 'Forbidden', 'admission webhook "w" denied the request'),
      'AdmissionRefused',
    ],
    [
      'a webhook that does not answer',
      answer(500, 'InternalError', 'failed calling webhook "w": connection refused'),
      'AdmissionUnavailable',
    ],
    ['an invalid object', answer(422, 'Invalid', 'spec.x: Required'), 'Invalid'],
    ['anything else', answer(405, 'MethodNotAllowed', 'no'), 'Refused'],
  ])('%s', (_, error, reason) => {
    const waiting = refused(error, 'create Pod web-0 failed error');
    expect(waiting).toMatchObject({ reason, stuck: true });
    expect(waiting.message).toBe(`create Pod web-0 failed error: ${error.message}`);
  });

  it.each([
    ['an overload', answer(429, 'TooManyRequests', 'slow down')],
    ['a trouble of the server', answer(500, 'InternalError', 'etcdserver: leader changed')],
    ['a server that is not there', new Error('no answer')],
  ])('%s is no refusal, but tried again', (_, error) => {
    expect(() => refused(error, 'x')).toThrow(error);
  });
});
