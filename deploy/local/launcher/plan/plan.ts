import type { ProcessSpec } from "../process-spec.ts";
import { app, sidecar } from "./apps.ts";
import { placement, scheduler } from "./control-plane.ts";
import type { PlanInputs } from "./inputs.ts";
import { broker, cosmos, setup } from "./stores.ts";

/** The processes of the stack, in the order in which a person would name them. */
export const planStack = (inputs: PlanInputs): ProcessSpec[] => [
  ...(inputs.config.cosmos.endpoint === undefined ? [cosmos(inputs)] : []),
  ...(inputs.config.brokers === undefined ? [broker(inputs)] : []),
  placement(inputs),
  scheduler(inputs),
  setup(inputs),
  ...inputs.apps.flatMap((template) => [app(inputs, template), sidecar(inputs, template)]),
];
