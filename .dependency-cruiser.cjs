/**
 * The direction of dependency, as an allow-list: what is not named here is an error.
 * contracts <- runtime <- docker <- sources, destinations <- engine <- worker <- server; cli and web see contracts only.
 */
const may = (from, to) => ({ from: { path: from }, to: { path: to } });

const anyNpm = '^node_modules/(?!@holdfast/)';
const builtin = { dependencyTypes: ['core'] };

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'adapters-do-not-import-each-other',
      severity: 'error',
      comment: 'Only registry.ts names every adapter.',
      // `files`, `container` and `testing` are what they share.
      from: { path: '^packages/(sources|destinations)/src/(?!(?:files|container|testing)/)([^/]+)/' },
      to: {
        path: '^packages/$1/src/(?!(?:files|container|testing)/)[^/]+/',
        pathNot: '^packages/$1/src/$2/',
      },
    },
    {
      name: 'stores-are-private-to-their-noun',
      severity: 'error',
      comment: "One noun uses another's service, never its store. A test may look at what is stored.",
      from: { path: '^apps/server/src/([^/]+)/', pathNot: '^apps/server/src/(main|app)\\.ts$|\\.test\\.ts$' },
      to: { path: '^apps/server/src/[^/]+/[^/]+\\.store\\.ts$', pathNot: '^apps/server/src/$1/' },
    },
  ],
  allowed: [
    { from: {}, to: builtin },
    { from: {}, to: { path: anyNpm } },
    may('^packages/([^/]+)/', '^packages/$1/'),
    may('^apps/([^/]+)/', '^apps/$1/'),
    may('^bin/', '^(bin|apps/(cli|server))/'),
    may('^packages/runtime/', '^packages/contracts/'),
    may('^packages/docker/', '^packages/(contracts|runtime)/'),
    may('^packages/destinations/', '^packages/(contracts|runtime)/'),
    may('^packages/sources/', '^packages/(contracts|runtime|docker)/'),
    may('^packages/engine/', '^packages/(contracts|runtime|destinations)/'),
    may('^packages/worker/', '^packages/(contracts|runtime|docker|sources|destinations|engine)/'),
    may('^apps/server/', '^packages/'),
    may('^apps/(cli|web)/', '^packages/contracts/'),
  ],
  allowedSeverity: 'error',
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^apps/web/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node'] },
  },
};
