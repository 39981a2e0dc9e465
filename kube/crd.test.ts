import { expect, test } from 'vitest';
import { definitionText } from './crd.ts';

/** To write the file anew: `vitest run --project unit kube/crd.test.ts -u`. */
test('deploy/crd.yaml is what the code defines', async () => {
  await expect(definitionText()).toMatchFileSnapshot('../deploy/crd.yaml');
});
