import { expect, it } from 'vitest';
import { exitCodes } from './exit.ts';
import { refusalOf } from './histories.ts';

const grpc = (code: number, details: string) => Object.assign(new Error(`${code} X: ${details}`), { code, details });

it.each([
  ['a run that there is not', grpc(5, 'workflow not found'), exitCodes.failed, 'Temporal knows no workflow asked'],
  [
    'a query that is none',
    new Error('Failed to list workflows', { cause: grpc(3, 'syntax error at position 5') }),
    exitCodes.usage,
    'Temporal does not take asked: syntax error at position 5',
  ],
])('says of %s what it is', (_, error, exitCode, message) => {
  expect(refusalOf(error, 'asked')).toMatchObject({ exitCode, message: expect.stringContaining(message) as string });
});

it('leaves what it does not know as it is', () => {
  const error = new Error('Failed to list workflows', { cause: grpc(14, 'unavailable') });
  expect(refusalOf(error, 'asked')).toBe(error);
});
