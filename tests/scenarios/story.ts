import type { Rule } from "../../services/simulated-provider/behaviour/behaviour.ts";
import type { Stage } from "./stage.ts";

/** Something that happens to orders from beginning to end, and what must be true of them then. */
export interface Story {
  /** Begins every id of the story, so it is short. */
  readonly name: string;
  /** One sentence for people. */
  readonly title: string;
  /** What the payment provider and the carrier do about the orders whose ids begin like this. Nothing else: they agree. */
  readonly providerRules?: (orderIdPrefix: string) => readonly Rule[];
  /** Sends so much at once that others would have to wait for long: it is told alone, when they have ended. */
  readonly isCrowded?: boolean;
  /** Plays it. Throws where something is not as it must be. */
  readonly play: (stage: Stage) => Promise<void>;
}
