import type { CustomStatus, Status, Verdict } from './alert';
import { deepFreeze } from './freeze';
import { uuidOf } from './random';

type StatusName = 'Pending' | 'Acknowledged' | 'Ongoing' | 'Rejected' | 'Closed';

/**
 * The legacy statuses with their published uuids
 * (github.com/SEKOIA-IO/automation-library, Sekoia.io module, update_alert_status.py).
 */
export const STATUSES: Readonly<Record<StatusName, Status>> = deepFreeze({
  Pending: {
    uuid: '2efc4930-1442-4abb-acf2-58ba219a4fd0',
    name: 'Pending',
    description: 'The alert is waiting for action',
  },
  Acknowledged: {
    uuid: '8f206505-af6d-433e-93f4-775d46dc7d0f',
    name: 'Acknowledged',
    description: 'The alert was read by an analyst',
  },
  Ongoing: {
    uuid: '1f2f88d5-ff5b-48bf-bbbc-00c2fff82d9f',
    name: 'Ongoing',
    description: 'The alert is being worked on',
  },
  Rejected: {
    uuid: '4f68da89-38e0-4703-a6ab-652f02bdf24e',
    name: 'Rejected',
    description: 'The alert was a false positive',
  },
  Closed: {
    uuid: '1738b1c1-767d-489e-bada-19176621a007',
    name: 'Closed',
    description: 'The alert was dealt with',
  },
});

export interface WorkflowAction {
  id: string;
  name: string;
  description: string;
}

/** The actions of `/workflow`, with their published uuids, and the status that each leads to. */
const ACTIONS: { action: WorkflowAction; leadsTo: Status }[] = [
  {
    action: {
      id: '937bdabf-6a08-434b-b6d3-d7447e4e452a',
      name: 'Acknowledge',
      description: 'Acknowledge the alert',
    },
    leadsTo: STATUSES.Acknowledged,
  },
  {
    action: {
      id: 'c39a0a95-aa2c-4d0d-8d2e-d3decf426eea',
      name: 'Validate',
      description: 'Work on the alert',
    },
    leadsTo: STATUSES.Ongoing,
  },
  {
    action: { id: 'ade85d7b-7507-4026-bfc6-cc006d10ddac', name: 'Reject', description: 'Reject the alert' },
    leadsTo: STATUSES.Rejected,
  },
  {
    action: { id: '1390be4e-ced8-4dd6-9bed-573471b235ab', name: 'Close', description: 'Close the alert' },
    leadsTo: STATUSES.Closed,
  },
];

/** The actions that lead away from a status. */
export function actionsFrom(status: Status): WorkflowAction[] {
  return ACTIONS.filter(({ leadsTo }) => leadsTo.uuid !== status.uuid).map(({ action }) => action);
}

/** PATCH `/workflow` takes the uuid of an action or of a status. */
export function statusByWorkflowUuid(uuid: string): Status | undefined {
  return ACTIONS.find(({ action }) => action.id === uuid)?.leadsTo ?? statusByUuid(uuid);
}

export function statusByUuid(uuid: string): Status | undefined {
  return Object.values(STATUSES).find((status) => status.uuid === uuid);
}

export function statusByName(name: string): Status | undefined {
  return Object.values(STATUSES).find((status) => status.name === name);
}

export interface NamedCustomStatus {
  uuid: string;
  status: CustomStatus;
}

function custom(
  label: string,
  level: number,
  stage: CustomStatus['stage'],
  color: string,
): NamedCustomStatus {
  return {
    uuid: uuidOf('custom-status', label),
    status: { label, description: `${label}, as this SOC uses it`, color, level, stage },
  };
}

function verdict(label: string, level: number, stage: Verdict['stage']): Verdict {
  return {
    uuid: uuidOf('verdict', label),
    label,
    description: `${label}, as this SOC uses it`,
    level,
    stage,
  };
}

/** One for each stage, in the order of the stages: the custom statuses that replace the legacy ones. */
export const CUSTOM_STATUSES = deepFreeze({
  open: custom('To triage', 1, 'open', '#f59e0b'),
  inProgress: custom('Investigation <L2>', 2, 'in_progress', '#3b82f6'),
  closed: custom('Résolu', 3, 'closed', '#10b981'),
});

export const VERDICTS = deepFreeze({
  truePositive: verdict('True positive', 3, 'true_positive'),
  falsePositive: verdict('False positive', 1, 'false_positive'),
});

export function customStatusByUuid(uuid: string): NamedCustomStatus | undefined {
  return Object.values(CUSTOM_STATUSES).find((known) => known.uuid === uuid);
}

export function customStatusByLabel(label: string): NamedCustomStatus | undefined {
  return Object.values(CUSTOM_STATUSES).find(({ status }) => status.label === label);
}

export function verdictByUuid(uuid: string): Verdict | undefined {
  return Object.values(VERDICTS).find((known) => known.uuid === uuid);
}

/** The custom status of the stage that a legacy status belongs to. */
export function customStatusFor(status: Status): NamedCustomStatus {
  switch (status.name) {
    case 'Pending':
      return CUSTOM_STATUSES.open;
    case 'Acknowledged':
    case 'Ongoing':
      return CUSTOM_STATUSES.inProgress;
    default:
      return CUSTOM_STATUSES.closed;
  }
}

/**
 * The legacy status of an alert that gets a custom status: the one it has, as long as that is of the same
 * stage. How the platform keeps the two together is not published.
 */
export function statusFor(stage: CustomStatus['stage'], current: Status): Status {
  if (customStatusFor(current).status.stage === stage) return current;
  switch (stage) {
    case 'open':
      return STATUSES.Pending;
    case 'in_progress':
      return STATUSES.Ongoing;
    case 'closed':
      return STATUSES.Closed;
  }
}
