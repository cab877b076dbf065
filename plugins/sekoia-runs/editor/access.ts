/** Whether the user may switch triggers and send alerts again. The runtime decides; this is for what is offered. */
export function mayWrite(): boolean {
  return RED.user.hasPermission('sekoia-runs.write');
}
