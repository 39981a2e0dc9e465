import { expect, it } from 'vitest';
import { recordedConsole } from '../console.fixture.ts';
import { printed } from './output.ts';

it('parts the YAML documents of a watch', async () => {
  const console = recordedConsole();
  await printed(console, 'yaml', { a: 1 }, []);
  await printed(console, 'yaml', { a: 2 }, [], { follows: true });
  expect(console.written.out).toBe('a: 1\n---\na: 2\n');
});
