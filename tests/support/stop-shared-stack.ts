import { rmSync } from "node:fs";
import { sharedStack } from "./stack.ts";
import { stopStack } from "./started-stack.ts";

/** Stops the shared stack and removes its data. When it does not stop in order, its data is kept and named. */
export default async (): Promise<void> => {
  const info = sharedStack();
  try {
    await stopStack(info);
  } catch (error) {
    process.stderr.write(`the stack's data and log are kept in ${info.dataDir}\n`);
    throw error;
  }
  rmSync(info.dataDir, { recursive: true, force: true });
};
