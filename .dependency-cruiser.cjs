/**
 * Who may import whom. The folders are the data flow; what passes between them is a contract in platform/contracts.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const folders = ['ingest', 'streams', 'models', 'decision', 'render', 'gateway', 'dashboards'];
const anyFolder = `^(${folders.join('|')})/`;
// Tests, and the helpers of tests in a folder's testing/.
const test = '\\.test\\.tsx?$|/testing/';

module.exports = {
  forbidden: [
    ...folders.map((folder) => ({
      name: `no-sibling-import-from-${folder}`,
      comment:
        'A folder imports platform/ and itself. What two folders share is a contract in platform/contracts.',
      severity: 'error',
      from: { path: `^${folder}/`, pathNot: '\\.(integration|browser|chaos)\\.test\\.ts$' },
      to: { path: anyFolder, pathNot: `^${folder}/` },
    })),
    {
      name: 'nothing-imports-the-composition-root',
      comment: 'weir.ts wires the folders together; only whole-system tests may load it.',
      severity: 'error',
      from: { pathNot: '^(tests|bench)/|\\.(integration|browser|chaos)\\.test\\.ts$' },
      to: { path: '^weir\\.ts$' },
    },
    {
      name: 'platform-knows-no-folder',
      comment: 'The ground floor imports nothing that stands on it.',
      severity: 'error',
      from: { path: '^platform/' },
      to: { path: `${anyFolder}|^weir\\.ts$|^(cli|tests|bench)/` },
    },
    {
      name: 'contracts-stay-browser-safe',
      comment: 'Contracts are schemas and types: TypeBox and themselves, no I/O, no node: modules.',
      severity: 'error',
      from: { path: '^platform/contracts/', pathNot: test },
      to: { pathNot: '^platform/contracts/|^node_modules/@sinclair/typebox/' },
    },
    {
      name: 'dashboards-run-in-a-browser',
      comment:
        'Dashboards import contracts, themselves and browser libraries; never another part of platform/.',
      severity: 'error',
      from: { path: '^dashboards/', pathNot: `${test}|^dashboards/vite\\.config\\.ts$` },
      to: { path: '^platform/', pathNot: '^platform/contracts/' },
    },
    {
      name: 'dashboards-use-browser-libraries',
      comment:
        'Only these libraries are meant for the first page; add one here together with the reason in an ADR.',
      severity: 'error',
      from: { path: '^dashboards/', pathNot: `${test}|^dashboards/vite\\.config\\.ts$` },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg'],
        pathNot: '^node_modules/(react|react-dom|scheduler|uplot|socket\\.io-client|@sinclair/typebox|vite)/',
      },
    },
    {
      name: 'adapters-are-wired-in-main',
      comment: 'The outside world enters through main.ts: pure code never imports an adapter of its folder.',
      severity: 'error',
      from: { path: anyFolder, pathNot: `^[^/]+/main\\.ts$|/adapters/|-worker\\.ts$|${test}` },
      to: { path: `^(${folders.join('|')})/adapters/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'main-is-imported-by-the-root-alone',
      comment: 'A folder is entered by weir.ts through its main.ts.',
      severity: 'error',
      from: { pathNot: `^weir\\.ts$|^(cli|tests|bench)/|${test}` },
      to: { path: `^(${folders.join('|')}|platform)/main\\.ts$` },
    },
    {
      name: 'no-test-in-production-code',
      severity: 'error',
      from: { pathNot: `${test}|^(tests|bench)/|\\.fake\\.ts$|^vitest\\.config\\.ts$` },
      to: { path: `${test}|^tests/` },
    },
    {
      name: 'no-development-dependency-in-production-code',
      comment: 'What runs at a customer must be in dependencies.',
      severity: 'error',
      from: {
        path: `${anyFolder}|^platform/|^cli/|^weir\\.ts$`,
        pathNot: `${test}|^dashboards/vite\\.config\\.ts$`,
      },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/@types/',
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-dependency',
      comment: 'Every package that is imported is pinned in package.json.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|\\.weir|\\.tools)/' },
    // TypeScript 7 has no JavaScript API to parse with; without a parser every .ts file would silently be skipped.
    parser: 'swc',
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
