/** The folders' rules: data flows one way, imports point towards the domain. */
module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: {
        orphan: true,
        pathNot: [
          "\\.d\\.ts$",
          "(^|/)main\\.ts$",
          "\\.test\\.ts$",
          "^tests/load/",
          "cli\\.ts$",
          "^tests/bench/report-cpu\\.ts$",
        ],
      },
      to: {},
    },
    {
      name: "services-do-not-import-each-other",
      severity: "error",
      from: { path: "^services/([^/]+)/" },
      to: { path: "^services/", pathNot: ["^services/$1/", "^services/platform/"] },
    },
    {
      name: "platform-knows-no-service",
      severity: "error",
      from: { path: "^services/platform/" },
      to: { path: "^services/", pathNot: "^services/platform/" },
    },
    {
      name: "nothing-shipped-imports-tests",
      severity: "error",
      from: { path: "^(actors|services|deploy)/" },
      to: { path: "^tests/" },
    },
    {
      name: "actors-do-not-import-services",
      severity: "error",
      from: { path: "^actors/" },
      to: { path: "^services/" },
    },
    {
      name: "the-domain-is-pure",
      comment: "The kernel, the two aggregates and the public contract import zod, node:crypto and each other only.",
      severity: "error",
      from: { path: "^actors/(kernel|order|stock-item|public-contract)/" },
      to: {
        pathNot: ["^actors/(kernel|order|stock-item|public-contract)/", "node_modules/zod/", "^(node:)?crypto$"],
        dependencyTypesNot: ["type-only"],
        path: ".*",
      },
    },
    {
      name: "the-domain-does-not-know-what-is-public",
      comment: "What is public is made from the domain, so that the domain can change without it.",
      severity: "error",
      from: { path: "^actors/(kernel|order|stock-item)/" },
      to: { path: "^actors/public-contract/" },
    },
    {
      name: "nothing-shipped-imports-the-contract-tools",
      severity: "error",
      from: { path: "^(actors|services|deploy)/" },
      to: { path: "^contracts/" },
    },
    {
      name: "the-embedded-cosmos-stands-alone",
      severity: "error",
      from: { path: "^deploy/local/cosmos/" },
      to: { path: "^(actors|services|tests|deploy/local/(?!cosmos/))" },
    },
    {
      name: "services-do-not-import-deploy",
      severity: "error",
      from: { path: "^(services|actors)/" },
      to: { path: "^deploy/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
