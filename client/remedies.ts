import type { WaitingReason } from '../model/waiting.ts';

/** What lets a set go on that waits for this, for a person; `AT` stands for the set's name and namespace. Listed in docs/conditions.md. */
export const remedies: Readonly<Record<WaitingReason, string>> = {
  ImagePull: 'correct the image: ordinal set image AT <container>=<image>; the broken pod is then replaced by itself',
  CrashLoop: 'read the logs (kubectl logs <pod> --previous), then correct the image or its configuration',
  ConfigError: 'make the ConfigMap or Secret that the message names, or correct the template',
  Unschedulable: 'give the cluster a node or a volume that fits, or lower what the pod asks for',
  NodeLost: 'if the node is really off, set the taint node.kubernetes.io/out-of-service on it: the pod then moves',
  Failed: 'read the logs of the pod; it is replaced by itself',
  ProbeFailing: 'read the logs of the pod and look at its readiness probe',
  ReadinessGate: 'see why the controller that owns the readiness gate does not open it',
  Terminating: 'wait; if it takes longer than its grace period, look for finalizers on the pod and at its node',
  NotReady: 'wait for the pod to become Ready',
  NotAvailable: 'wait: the pod must stay Ready for minReadySeconds',
  Missing: 'wait: it is not the turn of this ordinal yet',
  Paused: 'resume it: ordinal resume AT',
  Aborted: 'lift the abort: ordinal retry AT',
  TemplateInvalid:
    'correct the template as the message says: ordinal set image AT <container>=<image>, or ordinal apply',
  NameConflict: 'delete one of the two sets of this name, or give this one another name',
  ClaimTerminating:
    'wait until the claim is gone; if it stays, look for its finalizers and for a pod that still uses it',
  NameTaken: 'delete the pod that has the name, or give it the labels of the selector: it is then adopted',
  QuotaExceeded: 'raise the ResourceQuota that the message names, or lower what the set asks for',
  AdmissionRefused: 'correct what the admission webhook or policy objects to',
  AdmissionUnavailable: 'bring the admission webhook back that the message names, or remove its configuration',
  NamespaceTerminating: 'nothing: the namespace is being deleted, and takes no new objects',
  Forbidden: 'give the worker the right that the message names: ordinal install gives all that it needs',
  Invalid: 'correct the field that the message names',
  Refused: 'see to what the API server refused; it is tried again by itself',
};
