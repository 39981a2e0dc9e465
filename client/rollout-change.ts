import type { PodTemplate, StatefulSet } from '../model/objects.ts';
import { isObject, nameOf, wrong } from './arguments.ts';
import { InvalidError } from './errors.ts';
import { applyMergePatch, type MergePatch } from './merge-patch.ts';

/**
 * What a rollout changes of the pod template:
 * - an image, of the one container or of the named one (init containers too)
 * - a JSON merge patch of the template
 * - anything, by a function of the template as it is; it may be called again when somebody else changes the set meanwhile
 */
export type RolloutChange =
  | { readonly image: string; readonly container?: string }
  | { readonly template: MergePatch }
  | ((template: PodTemplate, set: StatefulSet) => PodTemplate);

/** The change, where it is one. Throws `InvalidError`. */
export function checkedChange(change: RolloutChange): RolloutChange {
  const given: unknown = change;
  if (typeof given === 'function') return change;
  const fields = isObject(given) ? Object.keys(given).filter((field) => given[field] !== undefined) : [];
  const isOf = (known: readonly string[]) => fields.length > 0 && fields.every((field) => known.includes(field));
  if (isObject(given) && isOf(['template']) && isObject(given['template'])) return change;
  if (!isObject(given) || !isOf(['image', 'container'])) {
    throw wrong('the change', given, '{ image, container }, { template } or a function of the template');
  }
  nameOf('image', given['image']);
  if (given['container'] !== undefined) nameOf('container', given['container']);
  return change;
}

/** The template after the change. Throws `InvalidError` when the container is unknown or not clear, or a function makes no template. */
export function changedTemplate(set: StatefulSet, change: RolloutChange): PodTemplate {
  const { template } = set.spec;
  if (typeof change === 'function') {
    const made: unknown = change(template, set);
    if (!isObject(made) || !isObject(made['spec'])) throw wrong('what the function made', made, 'a pod template');
    return made as unknown as PodTemplate;
  }
  if ('template' in change) return applyMergePatch(template, change.template);
  return withImages(set, template, { [change.container ?? onlyContainer(set)]: change.image });
}

/** The template with other images, by container name; `*` stands for all containers. */
export function withImages(
  set: StatefulSet,
  template: PodTemplate,
  images: Readonly<Record<string, string>>,
): PodTemplate {
  const known = containersOf(template, 'containers').map(({ name }) => name);
  const knownInit = containersOf(template, 'initContainers').map(({ name }) => name);
  for (const name of Object.keys(images)) {
    if (name === '*' || known.includes(name) || knownInit.includes(name)) continue;
    const path = 'spec.template.spec.containers';
    throw new InvalidError(
      `StatefulSet ${set.metadata.name} has no container "${name}"; it has: ${[...known, ...knownInit].join(', ')}`,
      [{ path, message: `no container "${name}"` }],
    );
  }
  const change = (list: readonly Container[]) =>
    list.map((container) => {
      const image = images[container.name] ?? images['*'];
      return image === undefined ? container : { ...container, image };
    });
  const init = containersOf(template, 'initContainers');
  return {
    ...template,
    spec: {
      ...template.spec,
      containers: change(containersOf(template, 'containers')),
      ...(init.length > 0 && { initContainers: change(init) }),
    },
  };
}

/** The template as `kubectl rollout restart` changes it: the same pods, made anew. */
export function restartedTemplate(template: PodTemplate, now: string): PodTemplate {
  const annotations = { ...template.metadata?.annotations, 'kubectl.kubernetes.io/restartedAt': now };
  return { ...template, metadata: { ...template.metadata, annotations } };
}

interface Container {
  readonly name: string;
  readonly image?: string;
}

function containersOf(template: PodTemplate, field: 'containers' | 'initContainers'): readonly Container[] {
  return (template.spec[field] as readonly Container[] | undefined) ?? [];
}

function onlyContainer(set: StatefulSet): string {
  const names = containersOf(set.spec.template, 'containers').map(({ name }) => name);
  if (names[0] !== undefined && names.length === 1) return names[0];
  throw new InvalidError(
    `StatefulSet ${set.metadata.name} has ${names.length} containers, name one: ${names.join(', ')}`,
  );
}
