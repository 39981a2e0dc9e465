import type { Life, Version } from './lives.ts';
import type { KubeObject, StatefulSet } from './objects.ts';
import { templateOf } from './template.ts';

/** After a change of the template, creations may still be for the one before. */
const settleMs = 1000;

/** The stretch of the log in which the set had the template of this view, without its first second. */
export function bornDuring(
  life: Life<StatefulSet>,
  set: StatefulSet,
): { readonly from: number; includes(version: Version<KubeObject>): boolean } {
  const template = templateOf(set.spec.template);
  const same = (version: Version<StatefulSet>) => templateOf(version.object.spec.template) === template;
  const here = life.versions.findIndex(({ object }) => object === set);
  const before = life.versions.findLastIndex((version, index) => index < here && !same(version));
  const after = life.versions.findIndex((version, index) => index > here && !same(version));
  const first = life.versions[before + 1];
  const settled = (first?.at ?? 0) + (before === -1 ? 0 : settleMs);
  const end = life.versions[after]?.rv ?? Infinity;
  return {
    from: settled,
    includes: (version) => version.at >= settled && version.rv > (first?.rv ?? 0) && version.rv < end,
  };
}
