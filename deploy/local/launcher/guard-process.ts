import { spawn } from "node:child_process";
import { join } from "node:path";

const GUARD = join(import.meta.dirname, "guard/main.ts");

/**
 * Starts the guard: a shell that does nothing but wait for the end of a pipe that only this process holds open.
 * However this process ends, the pipe ends with it, and the shell then ends what was left running.
 *
 * @returns a function that ends the guard, to be called once the lock is gone
 */
export const startGuard = (lockFile: string): (() => Promise<void>) => {
  const child = spawn(
    "sh",
    ["-c", 'cat > /dev/null; [ ! -e "$2" ] || exec "$0" "$@"', process.execPath, GUARD, lockFile],
    {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    },
  );
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    // Without a shell there is no guard; the next start still finds what is left by the lock.
    child.once("error", () => resolve());
  });
  return () => {
    child.stdin.end();
    return ended;
  };
};
