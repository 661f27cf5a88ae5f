/** A package may import only what this table allows; everything else is an error, not a habit. */
const only = (from, allowed) => ({
  name: `${from}-imports-only-${allowed.join('-') || 'nothing'}`,
  severity: 'error',
  from: { path: `^packages/${from}/src`, pathNot: '\\.test\\.ts$|/testing/' },
  to: { path: '^packages/', pathNot: `^packages/(${[from, ...allowed].join('|')})/` },
});

module.exports = {
  forbidden: [
    only('protocol', []),
    only('core', ['protocol']),
    only('local', ['core', 'protocol']),
    only('cli', ['core', 'protocol', 'local']),
    only('server', ['core', 'protocol', 'local']),
    {
      name: 'core-is-pure',
      severity: 'error',
      from: { path: '^packages/(core|protocol)/src', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'product-imports-no-tests',
      severity: 'error',
      from: { path: '^packages/', pathNot: '\\.test\\.ts$|/testing/|^packages/testkit/' },
      to: { path: '\\.test\\.ts$|/testing/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules|/dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
