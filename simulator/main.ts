import { startExternalTool, startPlatform } from '.';

function numberFrom(name: string, otherwise: number): number {
  const value = process.env[name];
  if (value === undefined || value === '') return otherwise;
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) throw new Error(`${name} must be a number, not "${value}"`);
  return number;
}

/** One line, whatever the words hold. */
function quote(text: string): string {
  return JSON.stringify(text);
}

async function main(): Promise<void> {
  const everySeconds = numberFrom('ALERT_EVERY_SECONDS', 5);
  const platform = await startPlatform({
    port: numberFrom('PORT', 8650),
    apiKey: process.env.SEKOIA_API_KEY ?? 'simulator-key',
    // New alerts at every start: a client that remembers the last run's would take the same ones for known.
    seed: Date.now() % 2 ** 31,
  });
  const tool = await startExternalTool({ port: numberFrom('TOOL_PORT', 8651) });

  console.log(`Stand-in Sekoia.io   ${platform.url}   API key: ${platform.apiKey}`);
  console.log(`LiveAPI              ${platform.url.replace('http', 'ws')}/live/`);
  console.log(`External tool        ${tool.url}   (open it in a browser)`);
  console.log(everySeconds > 0 ? `A new alert every ${everySeconds} s. Ctrl-C ends.` : 'Ctrl-C ends.');

  platform.on('raised', (alert) => {
    console.log(
      `raised    ${alert.short_id}  urgency ${alert.urgency.current_value}  ${quote(alert.rule.name)}`,
    );
  });
  tool.on('received', ({ method, path, headers }) => {
    console.log(
      `received  ${method} ${path}  ${quote(String(headers['idempotency-key'] ?? 'no Idempotency-Key'))}`,
    );
  });

  const timer = everySeconds > 0 ? setInterval(() => platform.raise(), everySeconds * 1000) : undefined;
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    clearInterval(timer);
    void Promise.all([platform.stop(), tool.stop()]);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  // Not only the exit code: what was started before the failure would keep the process alive.
  process.exit(1);
});
