import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** What each room of lib/ may import, and why not more. docs/architecture.md has the table. */
const ROOMS = {
  util: { may: [], reason: 'Helpers know nothing of this package.' },
  template: { may: [], reason: 'Templates also run in the browser.' },
  storage: { may: ['util'], reason: 'Storage knows files, not what they are about.' },
  sekoia: { may: ['util'], reason: 'The platform client knows nothing of delivery.' },
  runs: { may: ['util'], reason: 'The tracker follows messages of any trigger.' },
  history: { may: ['runs', 'storage', 'util'], reason: 'The history does not know the platform.' },
  delivery: {
    may: ['sekoia', 'storage', 'util'],
    reason: 'Delivery does not know Node-RED, flows, or the history.',
  },
  triggers: {
    may: ['delivery', 'history', 'runs', 'sekoia', 'storage', 'util'],
    reason: 'A trigger does not know the nodes and the API that use it.',
  },
  metrics: {
    may: ['history', 'sekoia', 'triggers'],
    reason: 'Metrics read figures; they do not know who shows them.',
  },
  'admin-api': {
    may: ['history', 'triggers', 'util'],
    reason: 'The admin API does not know the routes, nor how things are stored.',
  },
  'node-red': {
    may: ['history', 'runs', 'sekoia', 'template', 'util'],
    reason: 'Helpers for Node-RED do not know triggers.',
  },
  editor: { may: [], reason: 'Forms run in the browser.' },
};

const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 60;
const MAX_FIELDS = 10;

/** Matches each field of a class beyond the limit. */
const FIELD_BEYOND_LIMIT = `ClassBody > :matches(${Array(MAX_FIELDS + 1)
  .fill('PropertyDefinition[static=false]')
  .join(' ~ ')})`;

const roomRules = Object.entries(ROOMS).map(([room, { may, reason }]) => ({
  files: [`lib/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            // A path that leaves the room, and does not lead to one of these.
            regex: `^(\\.\\./)+(?!\\.)(?!(${[...may, room, ...innerFolders(room)].join('|')})(/|$))[^/]+/`,
            message: `${reason} lib/${room} may import: ${may.join(', ') || 'no other folder'}.`,
          },
          { regex: '(^|/)(nodes|plugins|simulator)/', message: 'lib/ does not know what is built on it.' },
        ],
      },
    ],
  },
}));

/** Folders inside a room, which import from the room itself. */
function innerFolders(room) {
  return room === 'storage' ? ['lease'] : [];
}

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/', '.cache/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.check.json', './tsconfig.editor.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A promise that nobody awaits is an error that nobody sees: Node-RED ends the process on it.
      '@typescript-eslint/no-floating-promises': 'error',
      // Node-RED loads CommonJS: `export =` and `import x = require()` are the exact way to say that.
      '@typescript-eslint/no-require-imports': ['error', { allowAsImport: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      'no-console': 'error',
      // What is larger has more than one idea.
      'max-lines': ['error', MAX_FILE_LINES],
      'max-lines-per-function': ['error', MAX_FUNCTION_LINES],
      'no-restricted-syntax': [
        'error',
        {
          selector: FIELD_BEYOND_LIMIT,
          message: `A class has at most ${MAX_FIELDS} fields: split it along its ideas.`,
        },
      ],
    },
  },
  {
    files: ['lib/**/*.ts', 'nodes/**/*.ts', 'plugins/**/*.ts', 'simulator/**/*.ts'],
    rules: { 'import-x/no-cycle': 'error' },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.js'] })],
    },
  },
  {
    // The callback of describe() holds all tests of a file.
    files: ['**/*.test.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['scripts/**', 'simulator/**', 'bench/**', 'test/**/main.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        require: 'readonly',
        module: 'readonly',
        __filename: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // describe() and it() return nothing worth waiting for; tests assert on values they know are there.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  ...roomRules,
  {
    files: ['simulator/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '(^|/)lib/',
              message: 'The simulator is a second reading of the protocol: it shares no code with lib/.',
            },
          ],
        },
      ],
    },
  },
);
