import type { Scene } from './scene.ts';

/** An Event as a person reads it. */
export interface RecordedEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly source: { readonly component: string };
  readonly involvedObject: { readonly kind: string; readonly name: string };
}

/** The events of a set that are on record now. */
export async function recordedEvents(scene: Scene, set: string): Promise<readonly RecordedEvent[]> {
  const path = `/api/v1/namespaces/${scene.namespace}/events?fieldSelector=involvedObject.kind%3DStatefulSet,involvedObject.name%3D${set}`;
  return (await scene.api.call<{ items: RecordedEvent[] }>('GET', path)).items;
}
