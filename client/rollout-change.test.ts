import { describe, expect, it } from 'vitest';
import { aSet, aTemplate } from '../model/objects.fixture.ts';
import type { PodTemplate } from '../model/objects.ts';
import { InvalidError } from './errors.ts';
import { changedTemplate, restartedTemplate, withImages } from './rollout-change.ts';

const two: PodTemplate = {
  spec: {
    containers: [
      { name: 'web', image: 'web:1' },
      { name: 'side', image: 'side:1' },
    ],
    initContainers: [{ name: 'prepare', image: 'prepare:1' }],
  },
};
const images = ({ spec }: PodTemplate) =>
  [...(spec.containers ?? []), ...((spec['initContainers'] ?? []) as { image: string }[])].map(({ image }) => image);

describe('a change of the template', () => {
  it('sets the image of the only container', () => {
    expect(images(changedTemplate(aSet(), { image: 'web:2' }))).toEqual(['web:2']);
  });
  it('wants to know which of several containers is meant', () => {
    expect(() => changedTemplate(aSet({ template: two }), { image: 'web:2' })).toThrow(
      '2 containers, name one: web, side',
    );
  });
  it('sets the image of a named container, also of an init container', () => {
    const set = aSet({ template: two });
    expect(images(changedTemplate(set, { image: 'x', container: 'side' }))).toEqual(['web:1', 'x', 'prepare:1']);
    expect(images(changedTemplate(set, { image: 'x', container: 'prepare' }))).toEqual(['web:1', 'side:1', 'x']);
    expect(images(withImages(set, two, { '*': 'x', web: 'y' }))).toEqual(['y', 'x', 'x']);
  });
  it('names the containers that there are when one is unknown', () => {
    const change = () => changedTemplate(aSet({ template: two }), { image: 'x', container: 'wbe' });
    expect(change).toThrow(InvalidError);
    expect(change).toThrow('no container "wbe"; it has: web, side, prepare');
  });
  it('merges a patch, and takes what a function makes of it', () => {
    const label = { metadata: { labels: { app: 'web', tier: 'front' } } };
    expect(changedTemplate(aSet(), { template: label })).toEqual({ ...aTemplate(), ...label });
    expect(changedTemplate(aSet(), () => two)).toBe(two);
  });
  it('restarts by the annotation that kubectl uses', () => {
    const restarted = restartedTemplate(aTemplate(), '2026-01-01T00:00:00Z');
    expect(restarted.metadata?.annotations).toEqual({ 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' });
  });
});
