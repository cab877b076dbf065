/**
 * Whether Node-RED puts an environment variable in the place of this value when the flow starts. It does so
 * only for a value that is nothing but `${NAME}`.
 */
export function isEnvironmentVariable(value: string): boolean {
  return /^\$\{\S+\}$/.test(value.trim());
}
