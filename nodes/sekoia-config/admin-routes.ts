import type { Request, Response } from 'express';
import type { Node, NodeAPI } from 'node-red';

import { CHOICE_KINDS, type ChoiceKind } from '../../lib/sekoia/choices';
import { type TestResult, failedTest, testConnection } from '../../lib/sekoia/connection-test';
import { SekoiaError, asSekoiaError } from '../../lib/sekoia/errors';
import { isRecord, text } from '../../lib/util/json';
import { Platform } from '../../lib/sekoia/platform';
import { platformOf } from './platform-of';
import { type SekoiaConfigProperties, readPlatformSettings } from './platform-settings';

/** A user is waiting for the result. */
const TEST_TIMING = { attempts: 1, silenceTimeoutMs: 10_000, totalTimeoutMs: 20_000 };

/** The fields that decide where a key is sent. */
const TARGET_FIELDS = ['baseUrl', 'liveUrl', 'tls', 'proxy'] as const;

/**
 * What the editor asks the runtime, relative to httpAdminRoot:
 *
 *   POST sekoia-config/test                     tries a configuration, deployed or not
 *   GET  sekoia-config/:id/choices/:kind        what a filter can be set to
 */
export function registerAdminRoutes(RED: NodeAPI): void {
  RED.httpAdmin.post(
    '/sekoia-config/test',
    RED.auth.needsPermission('sekoia-config.write'),
    (request, response) => {
      // A page of another site can make a browser send a form, but not JSON.
      if (!request.is('application/json')) {
        response.status(415).json({ code: 'not-json', message: 'Send JSON: Content-Type: application/json' });
        return;
      }
      void test(RED, request.body).then((result) => response.json(result));
    },
  );

  RED.httpAdmin.get(
    '/sekoia-config/:id/choices/:kind',
    RED.auth.needsPermission('sekoia-config.read'),
    (request: Request, response: Response) => {
      const { id, kind } = request.params;
      const search = text(request.query.search) ?? '';
      void offer(RED, String(id), String(kind), search).then(({ status, body }) =>
        response.status(status).json(body),
      );
    },
  );
}

type Target = Record<(typeof TARGET_FIELDS)[number], string>;

async function test(RED: NodeAPI, body: unknown): Promise<TestResult> {
  const given = isRecord(body) ? body : {};
  const id = text(given.id) ?? '';
  const typedKey = text(given.apiKey)?.trim() ?? '';
  const target = Object.fromEntries(
    TARGET_FIELDS.map((field) => [field, text(given[field]) ?? '']),
  ) as Target;
  const deployed = deployedConfig(RED, id);
  const key = keyFor(deployed, typedKey, target);
  if (key === OTHER_ADDRESS)
    return {
      ok: false,
      code: 'retype-key',
      message:
        'The stored key is sent only to the stored address: enter the key again to test another address',
    };
  if (!usesDeployedVariables(deployed, { apiKey: key, baseUrl: target.baseUrl, liveUrl: target.liveUrl }))
    return {
      ok: false,
      code: 'undeployed-variable',
      message: 'An environment variable is read only after you deploy the configuration: deploy it first',
    };
  try {
    const resolve = environmentOf(RED, id);
    const apiKey = resolve(key);
    const properties = { ...target, baseUrl: resolve(target.baseUrl), liveUrl: resolve(target.liveUrl) };
    const platform = new Platform({
      ...readPlatformSettings(RED, properties, apiKey),
      requestsPerSecond: 0,
      timing: { rest: TEST_TIMING },
    });
    try {
      return await testConnection(platform, apiKey !== '');
    } finally {
      await platform.close();
    }
  } catch (error) {
    return failedTest(asSekoiaError(error));
  }
}

/** The value of `${NAME}`, as Node-RED resolves it when it creates the node. */
function environmentOf(RED: NodeAPI, id: string): (value: string) => string {
  const node = RED.nodes.getNode(id) as Node | null;
  return (value) => {
    const name = variableIn(value);
    if (name === undefined) return value;
    const found: unknown = node === null ? process.env[name] : RED.util.getSetting(node, name);
    return typeof found === 'string' ? found : value;
  };
}

function variableIn(value: string): string | undefined {
  return /^\$\{(\S+)\}$/.exec(value.trim())?.[1];
}

/** A configuration as it is deployed, its key included; environment variables by their names. */
type DeployedConfig = Partial<Record<(typeof TARGET_FIELDS)[number] | 'apiKey', string>>;

/**
 * Whether the deployed node uses each environment variable for the same field. Otherwise, a user who can run
 * tests could read any variable of this process by sending it to their own server.
 */
function usesDeployedVariables(deployed: DeployedConfig, fields: DeployedConfig): boolean {
  return Object.entries(fields).every(
    ([field, value]) =>
      variableIn(value) === undefined || deployed[field as keyof DeployedConfig]?.trim() === value.trim(),
  );
}

const OTHER_ADDRESS = Symbol('the stored key belongs to another address');

/**
 * The key from the form or, for the stored address only, the stored key. Otherwise, a user who can edit flows
 * could send the key anywhere. An environment variable counts as stored.
 */
function keyFor(deployed: DeployedConfig, typed: string, target: Target): string | typeof OTHER_ADDRESS {
  const { apiKey = '' } = deployed;
  const isStored = typed === '' || (variableIn(typed) !== undefined && typed === apiKey.trim());
  if (!isStored) return typed;
  if (apiKey === '') return '';
  const same = TARGET_FIELDS.every((field) => (deployed[field] ?? '') === target[field]);
  return same ? apiKey : OTHER_ADDRESS;
}

function deployedConfig(RED: NodeAPI, id: string): DeployedConfig {
  let found: DeployedConfig | undefined;
  RED.nodes.eachNode((node) => {
    if (node.id === id && node.type === 'sekoia-config') found = node as unknown as SekoiaConfigProperties;
  });
  const credentials: unknown = found === undefined ? undefined : RED.nodes.getCredentials(id);
  const apiKey = isRecord(credentials) ? text(credentials.apiKey) : null;
  return { ...found, ...(apiKey !== null && { apiKey }) };
}

async function offer(
  RED: NodeAPI,
  id: string,
  kind: string,
  search: string,
): Promise<{ status: number; body: unknown }> {
  if (!CHOICE_KINDS.includes(kind as ChoiceKind))
    return {
      status: 404,
      body: { code: 'unknown-kind', message: `There are no suggestions for "${kind.slice(0, 40)}"` },
    };
  let platform: Platform;
  try {
    platform = platformOf(RED, id);
  } catch (error) {
    return { status: 404, body: { code: 'not-deployed', message: asSekoiaError(error).message } };
  }
  try {
    return { status: 200, body: { items: await platform.choices.find(kind as ChoiceKind, search) } };
  } catch (thrown) {
    const error = asSekoiaError(thrown);
    return { status: statusOf(error), body: { code: error.code, message: error.message } };
  }
}

/** Not the platform's 401, because the editor would log out its user. */
function statusOf(error: SekoiaError): number {
  return error.refused ? 424 : 502;
}
