import type { Scene } from './scene.ts';

/** Our own calls that concern a scene: controllers of Kubernetes write into a namespace at their own pace. */
export async function ownCalls(scene: Scene): Promise<readonly string[]> {
  return (await scene.calls())
    .filter(({ userAgent }) => userAgent?.startsWith('ordinal/'))
    .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}/${objectRef?.subresource ?? ''} ${objectRef?.name}`);
}
