import { CommandError, exitCodes } from '../exit.ts';
import type { Session } from '../session.ts';

export async function ui({ console, set }: Session, [name = '']: readonly string[]): Promise<void> {
  const link = await set(name).uiLink();
  if (link === undefined) {
    throw new CommandError(
      exitCodes.failed,
      'it is not known where the Temporal UI is; set TEMPORAL_UI_ADDRESS, for example http://localhost:8233',
    );
  }
  console.out(link);
}
