import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import readline from 'node:readline';

/** A node of a flow file; credentials stand in it when it is deployed. */
export interface FlowNode {
  id: string;
  type: string;
  [property: string]: unknown;
}

export interface NodeRedOptions {
  userDir: string;
  /** 0 (default): any free port. */
  port?: number;
  /** Lines for settings.js, e.g. `httpNodeRoot: '/x'`. */
  settings?: Record<string, unknown>;
  env?: NodeJS.ProcessEnv;
  /** Arguments for Node.js itself. */
  nodeArgs?: string[];
}

export type DeploymentType = 'full' | 'nodes' | 'flows' | 'reload';

/** The Node-RED to run: another version's folder may be given in the environment. */
export const NODE_RED_HOME =
  process.env.NODE_RED_HOME ?? path.dirname(require.resolve('node-red/package.json'));

/** A Node-RED in a process of its own, on the loopback interface. */
export class NodeRedProcess extends EventEmitter<{ line: [string]; exit: [number | null] }> {
  readonly log: string[] = [];

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {
    super();
    this.setMaxListeners(0);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      readline.createInterface({ input: stream }).on('line', (line) => {
        this.log.push(line);
        this.emit('line', line);
      });
    }
    child.once('exit', (code) => this.emit('exit', code));
  }

  /** Starts Node-RED and waits until its flows run. Throws, with its log, when it does not get there. */
  static async start(options: NodeRedOptions): Promise<NodeRedProcess> {
    const port = options.port === undefined || options.port === 0 ? await freePort() : options.port;
    mkdirSync(options.userDir, { recursive: true });
    writeFileSync(path.join(options.userDir, 'settings.js'), settingsFile(port, options.settings ?? {}));
    const red = path.join(NODE_RED_HOME, 'red.js');
    const child = spawn(process.execPath, [...(options.nodeArgs ?? []), red, '--userDir', options.userDir], {
      cwd: options.userDir,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const nodeRed = new NodeRedProcess(`http://127.0.0.1:${port}`, child);
    // In either order.
    await nodeRed.waitForLine(/Started flows/);
    await nodeRed.waitForLine(/Server now running/);
    return nodeRed;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves with the first line, already printed or yet to come, that matches. */
  async waitForLine(pattern: RegExp): Promise<string> {
    return this.log.find((line) => pattern.test(line)) ?? (await this.nextLine(pattern));
  }

  /** Resolves with the next line that matches; throws, with the log, when Node-RED ends before. */
  nextLine(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const onLine = (line: string): void => {
        if (!pattern.test(line)) return;
        stop();
        resolve(line);
      };
      const onExit = (code: number | null): void => {
        stop();
        const log = this.log.join('\n');
        reject(new Error(`Node-RED ended (${String(code)}) before it printed ${String(pattern)}:\n${log}`));
      };
      const stop = (): void => {
        this.off('exit', onExit);
        this.off('line', onLine);
      };
      this.on('line', onLine);
      this.on('exit', onExit);
    });
  }

  /** Deploys flows, and waits until they run. Credentials may stand in the nodes. */
  async deploy(flows: readonly FlowNode[], type: DeploymentType = 'full'): Promise<void> {
    // The answer to a deploy comes before the nodes are there.
    const started = this.nextLine(/Started (?:modified )?(?:flows|nodes)/);
    const rev = type === 'full' ? undefined : (await this.flows()).rev;
    await this.request(
      'POST',
      '/flows',
      { flows, ...(rev === undefined ? {} : { rev }) },
      {
        'Node-RED-API-Version': 'v2',
        'Node-RED-Deployment-Type': type,
      },
    );
    await started;
  }

  /** The deployed flows as the editor and every export get them. */
  async flows(): Promise<{ rev: string; flows: FlowNode[] }> {
    return (await this.request('GET', '/flows', undefined, { 'Node-RED-API-Version': 'v2' })) as {
      rev: string;
      flows: FlowNode[];
    };
  }

  async request(
    method: string,
    route: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<unknown> {
    const response = await fetch(this.url + route, {
      method,
      // Node-RED closes a connection that is idle for 5 s, maybe just when a busy machine asks again.
      headers: {
        ...{ 'Content-Type': 'application/json', Accept: 'application/json', Connection: 'close' },
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  /** Asks Node-RED to end, and makes it when it has not after `graceMs`. */
  async stop(graceMs = 15_000): Promise<void> {
    if (!this.running) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const deadline = setTimeout(() => this.child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(deadline);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    if (!this.running) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

function settingsFile(port: number, settings: Record<string, unknown>): string {
  const all = {
    uiHost: '127.0.0.1',
    uiPort: port,
    flowFile: 'flows.json',
    credentialSecret: 'not a secret: this Node-RED is a demo or a test',
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false } },
    // Where packages can be installed from the editor, each start runs npm once, only to see that it is there.
    externalModules: { palette: { allowInstall: false } },
    logging: { console: { level: 'info', metrics: false, audit: false } },
    ...settings,
  };
  return `module.exports = ${JSON.stringify(all, null, 2)};\n`;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
