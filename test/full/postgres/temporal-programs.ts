import { dirname } from 'node:path';
import { goProgram } from '../../support/go-program.ts';

/** Folder with `temporal-server` and `temporal-sql-tool` of this version, as the images have them. */
export async function temporalPrograms(version: string): Promise<string> {
  const build = (path: string, as: string) =>
    goProgram(`temporal-server-${version}`, `go.temporal.io/server/cmd/${path}`, `v${version}`, as);
  await build('tools/sql', 'temporal-sql-tool');
  return dirname(await build('server', 'temporal-server'));
}
