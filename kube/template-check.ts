import { claimName } from '../model/identity.ts';
import type { PodTemplate, StatefulSet, Volume } from '../model/objects.ts';
import type { CallOptions, KubeClient } from './client.ts';
import { KubeError, isInvalid } from './errors.ts';
import { podTemplates, type KubeObject } from './resources.ts';

export type TemplateCheck =
  /** `template` has the defaults that the API server fills in. */
  { readonly kind: 'valid'; readonly template: PodTemplate } | { readonly kind: 'invalid'; readonly message: string };

/**
 * Has the API server validate the pod template of a set, and fill in its defaults, by a dry run: nothing is stored. A field that
 * it does not know is invalid. Rejects with `KubeError` when it would not even look.
 */
export async function checkTemplate(
  client: KubeClient,
  set: StatefulSet,
  options: CallOptions = {},
): Promise<TemplateCheck> {
  const { name, namespace } = set.metadata;
  const { template } = set.spec;
  const claims = claimVolumes(set);
  const isClaim = ({ name }: Volume): boolean => claims.some((claim) => claim.name === name);
  const volumes = template.spec.volumes ?? [];
  const body = {
    metadata: { generateName: `${name}-`, namespace },
    template: {
      ...template,
      spec: { ...template.spec, volumes: [...claims, ...volumes.filter((each) => !isClaim(each))] },
    },
  };
  try {
    const answer = (await client.create(podTemplates, namespace, body, {
      ...options,
      dryRun: true,
      fieldValidation: 'Strict',
    })) as KubeObject & { readonly template: PodTemplate };
    const { volumes: checked = [], ...spec } = answer.template.spec;
    const own = [...checked.filter((each) => !isClaim(each)), ...volumes.filter(isClaim)];
    return { kind: 'valid', template: { ...answer.template, spec: own.length > 0 ? { ...spec, volumes: own } : spec } };
  } catch (error) {
    if (!isInvalid(error) && !isUnreadable(error)) throw error;
    return { kind: 'invalid', message: complaint(error) };
  }
}

/** What mounts of claims refer to: claims win over volumes of the same name (SS-3, SS-4). */
function claimVolumes(set: StatefulSet): readonly Volume[] {
  return (set.spec.volumeClaimTemplates ?? []).map((claim) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: claimName(claim, set, set.spec.ordinals?.start ?? 0) },
  }));
}

/** An unknown or doubled field, or one of a wrong type. */
function isUnreadable(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status === 400;
}

/** The fields as the set has them. */
function complaint(error: KubeError): string {
  const causes = (error.details.causes ?? []).map(({ field, message }) => `spec.${field}: ${message}`);
  if (causes.length > 0) return causes.join('; ');
  return error.message
    .replace(/^.*?\(\d+\): (.*strict decoding error: )?/, '')
    .replaceAll(/(?<=")template\./g, 'spec.template.');
}
