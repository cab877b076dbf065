import type { CustomStatus, Status } from './alert';
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

function custom(kind: string, label: string, level: number, stage: CustomStatus['stage']): NamedCustomStatus {
  return {
    uuid: uuidOf(kind, label),
    status: { label, description: `${label}, as this SOC uses it`, level, stage },
  };
}

/** One for each stage, in the order of the stages: the custom statuses that replace the legacy ones. */
export const CUSTOM_STATUSES = deepFreeze({
  open: custom('custom-status', 'To triage', 1, 'Open'),
  inProgress: custom('custom-status', 'Investigation <L2>', 2, 'In progress'),
  closed: custom('custom-status', 'Résolu', 3, 'Closed'),
});

export const VERDICTS = deepFreeze({
  truePositive: custom('verdict', 'True positive', 3, 'Closed'),
  falsePositive: custom('verdict', 'False positive', 1, 'Closed'),
});

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
