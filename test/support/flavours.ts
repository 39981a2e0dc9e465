import type { SetFlavour } from '../../model/objects.ts';

/** Both, in the order in which they are tested. */
export const flavours: readonly SetFlavour[] = ['apps/v1', 'ordinal.dev/v1'];
