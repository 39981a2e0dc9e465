import type { PodSummary, RevisionSummary, SetSummary } from '../../client/summary.ts';
import { age } from './age.ts';
import type { Marks } from './marks.ts';
import { columns, table } from './table.ts';

/** `ordinal get`: a block of keys and values, and under it the revisions, newest first, with their pods in working order. */
export function setBlock(set: SetSummary, marks: Marks, now: number): string {
  return `${facts(set, marks)}\n\n${tree(set, marks, now)}`;
}

function facts(set: SetSummary, marks: Marks): string {
  const { strategy, step, replicas } = set;
  const images = set.revisions
    .filter(({ roles }) => roles.length > 0)
    .flatMap(({ images, roles }) => images.map((image) => `${image} (${rolesText(roles)})`));
  const rows: [string, string | number][] = [
    ['Name:', set.name],
    ['Namespace:', set.namespace],
    ['API:', set.flavour],
    ['Status:', marks.phase(set.phase)],
    ['Message:', set.message],
    ['Strategy:', strategy.type],
    ...(strategy.type === 'RollingUpdate'
      ? ([
          ['  Partition:', strategy.partition],
          ['  MaxUnavailable:', strategy.maxUnavailable],
        ] satisfies [string, number][])
      : []),
    ['  Step:', `${step.done}/${step.total}`],
    ...images.map((image, index): [string, string] => [index === 0 ? 'Images:' : '', image]),
    ['Replicas:', ''],
    ['  Desired:', replicas.desired],
    ['  Current:', replicas.current],
    ['  Updated:', replicas.updated],
    ['  Ready:', replicas.ready],
    ['  Available:', replicas.available],
  ];
  return columns(rows.map(([key, value]) => [key, String(value)]));
}

function rolesText(roles: RevisionSummary['roles']): string {
  return roles.length === 2 ? 'current' : roles.join(', ');
}

function tree(set: SetSummary, marks: Marks, now: number): string {
  const rows = [[`${marks.icon(set.phase)}${set.name}`, 'StatefulSet', set.phase, age(set.createdAt, now), '']];
  const groups = set.revisions
    .map((revision) => ({ revision, pods: set.pods.filter((pod) => pod.revision === revision.name) }))
    .filter(({ revision, pods }) => pods.length > 0 || revision.roles.length > 0);
  const known = new Set(set.revisions.map(({ name }) => name));
  const homeless = set.pods.filter(({ revision }) => revision === undefined || !known.has(revision));
  const branches: { readonly title: string[]; readonly pods: readonly PodSummary[] }[] = groups.map(
    ({ revision, pods }) => ({
      title: [`revision:${revision.number}`, 'Revision', '', '', `${revision.name} ${revision.images.join(' ')}`],
      pods,
    }),
  );
  if (homeless.length > 0) branches.push({ title: ['no revision yet', '', '', '', ''], pods: homeless });
  for (const [index, { title, pods }] of branches.entries()) {
    const isLast = index === branches.length - 1;
    rows.push([`${isLast ? '└──' : '├──'}${title[0]}`, ...title.slice(1)]);
    const ordered = workingOrder(set, pods);
    for (const [at, pod] of ordered.entries()) {
      const line = `${isLast ? '   ' : '│  '}${at === ordered.length - 1 ? '└──' : '├──'}`;
      rows.push([
        `${line}${marks.icon(pod.trouble?.terminal === true ? 'broken' : pod.state)}${pod.name}`,
        'Pod',
        pod.state,
        podAge(pod, now),
        podNotes(pod),
      ]);
    }
  }
  return table(['NAME', 'KIND', 'STATUS', 'AGE', 'INFO'], rows);
}

/** A rolling update works from the top down; everything else from the bottom up. */
function workingOrder({ operation, phase }: SetSummary, pods: readonly PodSummary[]): readonly PodSummary[] {
  const downwards = operation === 'rollout' || operation === 'deletion' || phase === 'Healthy' ? -1 : 1;
  return pods.toSorted((a, b) => downwards * (a.ordinal - b.ordinal));
}

function podAge({ createdAt }: PodSummary, now: number): string {
  return createdAt === undefined ? '' : age(createdAt, now);
}

function podNotes({ uid, containers, restarts, node, trouble }: PodSummary): string {
  if (uid === undefined) return '';
  return [
    `ready:${containers.ready}/${containers.total}`,
    ...(restarts > 0 ? [`restarts:${restarts}`] : []),
    ...(node === undefined ? [] : [`node:${node}`]),
    ...(trouble === undefined ? [] : [trouble.reason]),
  ].join(',');
}
