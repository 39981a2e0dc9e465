import type { Chapter } from './chapter.ts';
import type { Moment } from './pod-watch.ts';
import type { Screen } from './screen/screen.ts';
import { secondsText } from './seconds.ts';
import { podName, type Stage } from './stage.ts';

/** Plays one chapter with a row for each ordinal, then says what held and how long it took. */
export async function playChapter(stage: Stage, screen: Screen, chapter: Chapter, number: string): Promise<void> {
  screen.heading(`${number}  ${chapter.title}`);
  screen.line(`  ${chapter.shows}`);
  screen.line(`  $ ${chapter.command}`);
  const names = chapter.ordinals.map(podName);
  const rows = screen.rows(names);
  const since = new Map<string, number>();
  stage.watch.mark();
  const from = performance.now();
  const stop = stage.watch.onMoment((moment) => {
    const row = names.indexOf(moment.pod);
    if (row === -1) return;
    const now = performance.now();
    const began = since.get(moment.pod) ?? now;
    since.set(moment.pod, began);
    if (moment.what === chapter.through) rows.finish(row, wordOf(moment), now - began);
    else rows.tell(row, wordOf(moment));
  });
  try {
    const held = await chapter.play(stage, (what) => rows.note(what));
    await rows.end();
    for (const sentence of held) screen.check(sentence);
    screen.line(`  took ${secondsText(performance.now() - from)}`);
  } catch (error) {
    await rows.end();
    throw error;
  } finally {
    stop();
  }
}

function wordOf({ what, image }: Moment): string {
  if (what === 'ready') return `Ready (${image})`;
  return what === 'back-off' ? `ImagePullBackOff (${image})` : what;
}
