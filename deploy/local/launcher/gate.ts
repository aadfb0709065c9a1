/** Something that is open or closed, and that can be waited for. */
export interface Gate {
  readonly isOpen: () => boolean;
  readonly open: () => void;
  readonly close: () => void;
  /** Resolves once the gate is open, at once when it is already, or when the signal aborts. */
  readonly passed: (signal: AbortSignal) => Promise<void>;
}

/** A gate that is closed at first. */
export const createGate = (): Gate => {
  let open = false;
  const waiting = new Set<() => void>();
  return {
    isOpen: () => open,
    open: () => {
      open = true;
      for (const resume of waiting) resume();
      waiting.clear();
    },
    close: () => {
      open = false;
    },
    passed: (signal) =>
      new Promise((resolve) => {
        if (open || signal.aborted) {
          resolve();
          return;
        }
        waiting.add(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      }),
  };
};
