import { readdirSync, readFileSync } from 'node:fs';

/** How a simulated container behaves; `healthy` unless an annotation or an image says otherwise. */
type Behaviour = 'healthy' | 'image-pull' | 'crash-loop' | 'never-ready' | 'flap' | 'fail';

/** Annotations on a pod. Each wins over what the image's name says. */
export const annotations = {
  /** One of `Behaviour`. */
  behaviour: 'sandbox.ordinal.dev/behaviour',
  /** A Go duration such as `5s`: the pod runs at once, and becomes Ready only after it. */
  readyAfter: 'sandbox.ordinal.dev/ready-after',
  /** A Go duration: how long the pod stays Terminating. */
  terminateAfter: 'sandbox.ordinal.dev/terminate-after',
  /** With which code its containers end when the pod is deleted, default 0; seen only while a finalizer holds the pod. */
  exitCode: 'sandbox.ordinal.dev/exit-code',
} as const;

/** Parts of an image's name or tag that make its containers misbehave, the first match counts. */
const imageParts: readonly (readonly [Behaviour, readonly string[]])[] = [
  ['image-pull', ['broken', 'missing', 'does-not-exist', 'no-such', 'nonexistent', 'invalid', 'bad-image']],
  ['crash-loop', ['crash']],
  ['never-ready', ['unready', 'never-ready']],
  ['flap', ['flap']],
];

/** Plain substrings, not patterns: jq compiles a pattern anew for each pod and each stage, which is most of the cost. */
const byImage = imageParts.reduceRight((otherwise, [behaviour, parts]) => {
  const has = parts.map((part) => `contains("${part}")`).join(' or ');
  return `if any(.[]; ${has}) then "${behaviour}" else ${otherwise} end`;
}, '"healthy"');

/** jq expressions over a pod, for the selectors of the stages. */
const expressions = {
  $behaviour: `(.metadata.annotations["${annotations.behaviour}"] // ([.spec.containers[].image] | ${byImage}))`,
  $readyAfter: `(.metadata.annotations["${annotations.readyAfter}"] // (if any(.spec.containers[].image; contains("slow")) then "3s" else "0s" end))`,
  $ready: '(first(.status.conditions // [] | .[] | select(.type == "Ready") | .status) // "False")',
} as const;

/** KWOK's configuration: its options and all stages of `folder`. */
export function renderStages(folder: URL = new URL('stages/', import.meta.url)): string {
  const stages = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => substitute(readFileSync(new URL(name, folder), 'utf8')));
  return [options, ...stages].join('---\n');
}

function substitute(stage: string): string {
  return stage.replaceAll(
    /\$(behaviour|readyAfter|ready)\b/g,
    (name) => expressions[name as keyof typeof expressions] ?? name,
  );
}

const options = `apiVersion: config.kwok.x-k8s.io/v1alpha1
kind: KwokConfiguration
options:
  podPlayStageParallelism: 32
  nodePlayStageParallelism: 4
  nodeLeaseParallelism: 4
  podsOnNodeSyncParallelism: 4
`;
