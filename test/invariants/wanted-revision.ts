import { bornDuring } from './tenure.ts';
import type { Life } from './lives.ts';
import type { StatefulSet } from './objects.ts';
import { ordinalOf, revisionOf } from './pod-state.ts';
import { templateOf } from './template.ts';
import type { World } from './world.ts';

/**
 * The names under which the template of this view of the set goes as a revision; undefined when the log does not tell.
 *
 * Three witnesses, the best that speaks is believed. First the ControllerRevisions of the set that hold this very template. Then the set's
 * status, at any time in the log, for a generation with this very template: an own resource stores its template without defaults, so
 * that its revisions may be worded differently. Last, a revision label that no pod had before this template and that a pod then got.
 * The first needs no word of the controller under test; the others are for logs that have nothing better.
 */
export function wantedRevisions(
  world: World,
  life: Life<StatefulSet>,
  set: StatefulSet,
): ReadonlySet<string> | undefined {
  const template = templateOf(set.spec.template);
  const held = world.revisions.all
    .filter(({ namespace, versions }) => {
      const object = versions.at(-1)?.object;
      return (
        namespace === life.namespace &&
        object?.metadata.ownerReferences?.some((owner) => owner.uid === life.uid) === true &&
        templateOf(object.data?.spec?.template) === template
      );
    })
    .map(({ name }) => name);
  if (held.length > 0) return new Set(held);

  const reported = reportedRevisions(life, template);
  if (reported.size > 0) return reported;

  const label = firstNewLabel(world, life, set);
  return label === undefined ? undefined : new Set([label]);
}

/** Only a status that has observed the very generation it stands beside speaks of that template and no other. */
function reportedRevisions(life: Life<StatefulSet>, template: string): ReadonlySet<string> {
  return new Set(
    life.versions.flatMap(({ object: { metadata, spec, status } }) =>
      status?.updateRevision !== undefined &&
      status.observedGeneration === metadata.generation &&
      templateOf(spec.template) === template
        ? [status.updateRevision]
        : [],
    ),
  );
}

function firstNewLabel(world: World, life: Life<StatefulSet>, set: StatefulSet): string | undefined {
  const pods = world.pods.all.filter(
    (pod) => pod.namespace === life.namespace && ordinalOf(pod.name, life.name) !== undefined,
  );
  const born = bornDuring(life, set);
  const labels = pods.flatMap(({ versions: [first] }) => {
    const label = first && revisionOf(first.object);
    return first !== undefined && label !== undefined ? [{ label, first }] : [];
  });
  const older = new Set(labels.filter(({ first }) => first.at < born.from).map(({ label }) => label));
  return labels.find(({ label, first }) => born.includes(first) && !older.has(label))?.label;
}
