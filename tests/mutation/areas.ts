/** A part of the domain's rules that is mutated, and the tests that have to notice. */
export interface Area {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

/**
 * Whatever decides, folds or reckons. Schemas are left out: they are declarations, which their own tests check field by
 * field. Each area runs the tests that are meant for it and no others, so that a rule is not kept by accident.
 */
export const areas: Readonly<Record<string, Area>> = {
  pricing: {
    mutate: ["actors/kernel/money.ts", "actors/order/pricing.ts"],
    tests: ["tests/unit/kernel/money.test.ts", "tests/unit/order/pricing.test.ts"],
  },
  sale: {
    mutate: ["actors/order/sale/{decide,evolve,recording,sale-id,tendering,view}.ts"],
    tests: ["tests/unit/order/sale/*.test.ts"],
  },
  order: {
    mutate: [
      "actors/order/{decide,due,evolve,lines,returned-units,value-order,waiting,who-may-send}.ts",
      "actors/order/decide/*.ts",
      "actors/order/evolve/*.ts",
      "actors/order/waiting/*.ts",
    ],
    tests: ["tests/unit/order/*.test.ts", "tests/unit/order/stateful/*.test.ts"],
  },
  stock: {
    mutate: ["actors/stock-item/!(aggregate|events|rejections|schemas|state|view).ts"],
    tests: ["tests/unit/stock-item/*.test.ts"],
  },
};
