import { revisionOf } from '../model/identity.ts';
import type { Operation } from '../model/plan.ts';
import type { Waiting } from '../model/waiting.ts';
import type { SetLook } from './set-view.ts';
import { blockOf } from './summary.ts';

/** What happens to one ordinal. */
export interface PlannedStep {
  readonly pod: string;
  readonly ordinal: number;
  /** `wait`: the pod is right already and is only waited for, or mended. */
  readonly action: 'create' | 'replace' | 'remove' | 'wait';
  /** Revision of the pod now. */
  readonly from?: string;
  /** Revision of the pod to be. */
  readonly to?: string;
  /** Whether a worker would do it right now. */
  readonly now: boolean;
}

/** What the workers would do, in their order, made by their own planner. */
export interface PlannedWork {
  readonly operation?: Operation;
  readonly revisions: { readonly update: string; readonly current: string; readonly isNew: boolean };
  readonly steps: readonly PlannedStep[];
  /** How many steps may be under way at once. */
  readonly window: number;
  readonly waiting?: Waiting;
}

export function plannedWork({ view, choice, plan }: SetLook): PlannedWork {
  const waiting = blockOf(view.set) ?? plan.waiting;
  const slots = new Map([...plan.slots.replicas, ...plan.slots.condemned].map((slot) => [slot.ordinal, slot]));
  return {
    ...(plan.operation && { operation: plan.operation }),
    revisions: { update: choice.update.name, current: choice.current, isNew: choice.update.action === 'create' },
    steps: plan.steps.flatMap(({ verb, ordinals, revision }) =>
      ordinals.map((ordinal): PlannedStep => {
        const slot = slots.get(ordinal);
        const from = slot?.pod && revisionOf(slot.pod);
        const isThere = slot?.pod !== undefined && slot.state !== 'failed' && slot.state !== 'terminating';
        const action = verb === 'remove' ? 'remove' : !isThere ? 'create' : from === revision ? 'wait' : 'replace';
        return {
          pod: slot?.name ?? String(ordinal),
          ordinal,
          action,
          ...(from !== undefined && { from }),
          ...(verb === 'settle' && { to: revision }),
          now: plan.acts.has(ordinal),
        };
      }),
    ),
    window: plan.window,
    ...(waiting && { waiting }),
  };
}
