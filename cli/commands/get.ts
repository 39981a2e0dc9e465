import type { SetSummary } from '../../client/summary.ts';
import { exitCodes, type ExitCode, CommandError } from '../exit.ts';
import type { OutputFlag } from '../flags.ts';
import { marksFor } from '../render/marks.ts';
import { documentOf, printed } from '../render/output.ts';
import { setBlock } from '../render/set-tree.ts';
import type { Session } from '../session.ts';
import { qualifiedName } from '../set-name.ts';
import { createScreen } from '../screen.ts';

export async function get(
  session: Session,
  [name = '']: readonly string[],
  flags: OutputFlag & { readonly watch?: boolean },
): Promise<ExitCode | void> {
  const { console } = session;
  const handle = session.set(name);
  const marks = marksFor(console);
  const show = (set: SetSummary) => setBlock(set, marks, Date.now());
  const names = (set: SetSummary) => [qualifiedName(set.flavour, set.name)];
  if (flags.watch !== true) {
    const set = await handle.status();
    if (!(await printed(console, flags.output, documentOf('StatefulSetState', set), names(set))))
      console.out(show(set));
    return exitCodes.ok;
  }
  const screen = createScreen(console);
  let last = '';
  let follows = false;
  for await (const set of handle.watch()) {
    if (await printed(console, flags.output, documentOf('StatefulSetState', set), names(set), { follows })) {
      follows = true;
      continue;
    }
    if (console.isTerminal) {
      screen.show(() => show(set));
      continue;
    }
    const line = [set.name, set.phase, `${set.step.done}/${set.step.total}`, set.message].join('   ');
    if (line !== last) console.out((last = line));
  }
  screen.end();
  throw new CommandError(exitCodes.failed, `statefulset "${name}" is gone`);
}
