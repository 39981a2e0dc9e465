import { format } from 'prettier';
import { expect, it } from 'vitest';
import { recordedConsole } from './console.fixture.ts';
import { createProgram } from './program.ts';
import { cliReference } from './reference.ts';

/** To write the file anew: `vitest run --project unit cli/reference.test.ts -u`. */
it('docs/cli-reference.md is what the commands say', async () => {
  const program = createProgram(recordedConsole(), () => undefined);
  const text = await format(cliReference(program), { parser: 'markdown', printWidth: 120 });
  await expect(text).toMatchFileSnapshot('../docs/cli-reference.md');
});
