import type { OutputFlag } from '../flags.ts';
import { explanationText } from '../render/explanation.ts';
import { marksFor } from '../render/marks.ts';
import { documentOf, printed } from '../render/output.ts';
import type { Session } from '../session.ts';

export async function explain(session: Session, [name = '']: readonly string[], flags: OutputFlag): Promise<void> {
  const { console } = session;
  const explanation = await session.set(name).explain();
  if (await printed(console, flags.output, documentOf('Explanation', explanation), [])) return;
  console.out(explanationText(explanation, marksFor(console), Date.now()));
}
