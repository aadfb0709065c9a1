/** How many of 200 orders go each way. */
export const scenarioWeights = {
  "external-completed": 40,
  "external-two-shipments": 10,
  "external-open": 16,
  "external-cancelled": 16,
  "external-with-rejections": 12,
  "external-all-repeated": 14,
  "external-repeated-across": 6,
  "managed-completed": 26,
  "managed-two-shipments": 6,
  "managed-open": 10,
  "managed-cancelled": 12,
  "managed-cancelled-at-once": 6,
  "managed-short": 8,
  "managed-short-cancelled": 4,
  "managed-contended": 8,
  "malformed-only": 3,
  "malformed-then-placed": 3,
} as const;

export type ScenarioName = keyof typeof scenarioWeights;

export const scenarioNames = Object.keys(scenarioWeights) as readonly ScenarioName[];

/** Splits a number of orders over the scenarios by their weights, exactly (largest remainders first). */
export const shareOut = (orders: number): Map<ScenarioName, number> => {
  const total = scenarioNames.reduce((sum, name) => sum + scenarioWeights[name], 0);
  const shares = scenarioNames.map((name) => {
    const exact = (orders * scenarioWeights[name]) / total;
    return { name, whole: Math.floor(exact), remainder: exact - Math.floor(exact) };
  });
  const left = orders - shares.reduce((sum, { whole }) => sum + whole, 0);
  const rounded = new Set(
    shares
      .toSorted((a, b) => b.remainder - a.remainder)
      .slice(0, left)
      .map(({ name }) => name),
  );
  return new Map(shares.map(({ name, whole }) => [name, whole + (rounded.has(name) ? 1 : 0)]));
};
