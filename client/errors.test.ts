import { describe, expect, it } from 'vitest';
import { KubeError, UnreachableError as NoAnswer } from '../kube/errors.ts';
import { ForbiddenError, InvalidError, NotFoundError, translate, UnreachableError } from './errors.ts';

const request = { verb: 'patch', path: '/apis/apps/v1/namespaces/shop/statefulsets/web' };
const refused = (status: number, message: string, causes?: { field: string; message: string }[]) =>
  translate(
    new KubeError({ status, reason: 'X', message, request, ...(causes && { details: { causes } }) }),
    'StatefulSet shop/web',
  );

describe('what the API server says becomes', () => {
  it('not found, with the name', () => {
    expect(refused(404, 'nope')).toBeInstanceOf(NotFoundError);
    expect(refused(404, 'nope')).toMatchObject({ code: 'NotFound', message: 'StatefulSet shop/web not found' });
  });
  it('forbidden, with what a role has to allow', () => {
    const error = refused(403, 'user x cannot patch');
    expect(error).toBeInstanceOf(ForbiddenError);
    expect(error).toMatchObject({ code: 'Forbidden', verb: 'patch', resource: 'statefulsets' });
  });
  it.each([
    ['Refused', 'pods "web-0" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1'],
    ['Refused', 'unable to create new content in namespace shop because it is being terminated'],
    ['Invalid', 'admission webhook "policy.example.com" denied the request: no'],
    [
      'Invalid',
      "statefulsets.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
    ],
  ])('%s, and no matter of rights: %s', (code, message) => {
    const error = refused(403, message);
    expect(error).not.toBeInstanceOf(ForbiddenError);
    expect(error).toMatchObject({ code, message: `StatefulSet shop/web: ${message}` });
  });
  it('invalid, without the whole object that it quotes', () => {
    const quoted = JSON.stringify(JSON.stringify({ spec: { env: 'secret'.repeat(50) } }));
    const error = refused(422, 'bad', [{ field: 'patch', message: `Invalid value: ${quoted}: json: too great` }]);
    expect((error as InvalidError).fields).toEqual([
      { path: 'patch', message: 'Invalid value: {...}: json: too great' },
    ]);
  });
  it('unreachable, with the address', () => {
    const error = translate(
      new NoAnswer({ address: 'https://h:6443', code: 'ECONNREFUSED', sent: false, request }),
      'x',
    );
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error).toMatchObject({ code: 'Unreachable', address: 'https://h:6443' });
  });
  it('conflict', () => expect(refused(409, 'changed')).toMatchObject({ code: 'Conflict' }));
  it.each([
    [
      'by validation',
      refused(422, 'bad', [{ field: 'spec.replicas', message: 'must be >= 0' }]),
      'spec.replicas',
      'must be >= 0',
    ],
    [
      'by strict decoding',
      refused(400, 'strict decoding error: unknown field "spec.replica"'),
      'spec.replica',
      'unknown field',
    ],
    [
      'by the schema of an apply',
      refused(
        500,
        'failed to create typed patch object (shop/web; apps/v1, Kind=StatefulSet): .spec.replica: field not declared in schema',
      ),
      'spec.replica',
      'unknown field',
    ],
    [
      'by the type of an apply',
      refused(
        500,
        'failed to create typed patch object (shop/web; apps/v1, Kind=StatefulSet): .spec.replicas: expected numeric (int or float), got string',
      ),
      'spec.replicas',
      'expected numeric (int or float), got string',
    ],
  ])('invalid %s, with the field', (_, error, path, message) => {
    expect(error).toBeInstanceOf(InvalidError);
    expect((error as InvalidError).fields).toEqual([{ path, message }]);
  });
  it('itself when it is something else', () => {
    const error = new Error('bug');
    expect(translate(error, 'x')).toBe(error);
  });
});
