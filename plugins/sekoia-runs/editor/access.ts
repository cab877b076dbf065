/** Whether to offer switching triggers and sending alerts again. The runtime enforces the permission. */
export function mayWrite(): boolean {
  return RED.user.hasPermission('sekoia-runs.write');
}
