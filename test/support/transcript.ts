import { userInfo } from 'node:os';
import { commandLine } from './command-line.ts';
import type { Scene } from './scene.ts';

/** What a command line has printed, as `$ ordinal ...`, its output, and its exit code when that is not 0. */
async function told(scene: Scene, line: string): Promise<string> {
  const at = ['-n', scene.namespace, '--kubeconfig', scene.target.kubeconfig];
  const { code, out, err } = await commandLine([...line.split(' '), ...at]);
  return `$ ordinal ${line}\n${out}${err}${code === 0 ? '' : `exit code ${code}\n`}`;
}

/** What these command lines print on a scene, without what differs from run to run. */
async function transcript(scene: Scene, lines: readonly string[]): Promise<string> {
  const all: string[] = [];
  for (const line of lines) all.push(await told(scene, line));
  return timeless(all.join('\n'), scene);
}

/** The same twice: the set stands still, and Temporal has listed all of its runs. Rejects with both when it never does. */
export async function steadyTranscript(scene: Scene, lines: readonly string[]): Promise<string> {
  const deadline = Date.now() + 60_000;
  let last = await transcript(scene, lines);
  for (;;) {
    const next = await transcript(scene, lines);
    if (next === last) return next;
    if (Date.now() > deadline) throw new Error(`it does not come to rest:\n${last}\n\nand then:\n${next}`);
    last = next;
  }
}

/** Names, times and ids are told by what they are; columns are three spaces apart, whatever is in them. */
function timeless(text: string, { namespace, target }: Scene): string {
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  return text
    .replaceAll(namespace, 'shop')
    .replaceAll(target.temporalAddress, '<temporal>')
    .replaceAll(uuid, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replaceAll(new RegExp(`(?<= )${userInfo().username}(?=[ ,:;]|$)`, 'gm'), '<user>')
    .replaceAll(/(?<=[ (])(\d+(ms|s|m|h|d)){1,2}(?=[ ),;:.]|$)/gm, '<duration>')
    .replaceAll(/(?<=node:)node-\d+/g, '<node>')
    .replaceAll(/(?<=\S) {2,}(?=\S)/g, '   ')
    .replaceAll(/ +$/gm, '');
}
