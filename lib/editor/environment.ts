/**
 * Whether Node-RED replaces this value with an environment variable when the flow starts. It does so only if the whole
 * value is `${NAME}`.
 */
export function isEnvironmentVariable(value: string): boolean {
  return /^\$\{\S+\}$/.test(value.trim());
}
