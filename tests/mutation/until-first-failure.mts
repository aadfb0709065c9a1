import { TestEnvironment } from "jest-environment-node";

/** The little that is needed here of what jest tells an environment. */
interface TestEvent {
  readonly name: string;
  readonly test: { mode: string | null };
}

/** Runs no further test after one has failed: one is enough to have noticed a mutant, and jest goes on within a file. */
export default class UntilFirstFailure extends TestEnvironment {
  #failed = false;

  handleTestEvent({ name, test }: TestEvent): void {
    if (name === "test_fn_failure") this.#failed = true;
    if (name === "test_start" && this.#failed) test.mode = "skip";
  }
}
