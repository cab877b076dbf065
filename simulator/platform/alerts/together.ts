import type { AlertFields, AlertItem } from './alert';
import { customStatusFor, statusFor } from './statuses';

/** What goes together is replaced as a whole: the uuid, name and description of a status, a verdict and its analysis. */
export function replacedWhole(patch: AlertFields): AlertFields {
  const { status, custom_status, custom_status_uuid, verdict, verdict_uuid } = patch;
  return {
    ...(status && { status }),
    ...((custom_status !== undefined || custom_status_uuid !== undefined) && {
      custom_status,
      custom_status_uuid,
    }),
    ...((verdict !== undefined || verdict_uuid !== undefined) && { verdict, verdict_uuid }),
  };
}

/** An alert that has a custom status keeps it and the legacy one in the same stage, whichever was changed. */
export function statusesTogether(before: AlertItem, after: AlertItem, patch: AlertFields): AlertFields {
  const custom = after.custom_status;
  if (custom === null) return {};
  const changedCustom = patch.custom_status !== undefined || patch.custom_status_uuid !== undefined;
  if (changedCustom) return patch.status ? {} : { status: statusFor(custom.stage, after.status) };
  if (after.status.uuid === before.status.uuid) return {};
  const { uuid, status } = customStatusFor(after.status);
  return { custom_status_uuid: uuid, custom_status: status };
}
